/* A mark on the strip that can be dragged or moved by keys, as a slider of its own. */
import {make, onDrag} from "../elements.js";

export class Grip {
  /* `kind` and `label` are its class and name. `day()` is where it stands, and `offset` where in that day its mark is, as a share of it;
   * `move(day)` is called for each day that it is taken to, `start()` and `end()` around a drag, and `pressed()` after a key, if `move`
   * returns that this changed something. */
  constructor(period, {kind, label, offset, day, move, start = () => {}, end = () => {}, pressed = () => {}}) {
    Object.assign(this, {period, offset, day, move, pressed});
    this.grip = make("div", {class: "cm-strip-grip", role: "slider", tabindex: "0", "aria-label": label});
    this.element = make("div", {class: `cm-strip-mark cm-strip-${kind}`}, this.grip);
    let pixels = 0;  // from the pointer to the mark: a press alone moves nothing
    const dayUnder = event => {
      const box = this.element.parentElement.getBoundingClientRect();
      return ((event.clientX + pixels - box.left) / box.width) * period.days - offset;
    };
    onDrag(this.grip, {
      start: event => {
        pixels = 0;
        pixels = ((day() - dayUnder(event)) * this.element.parentElement.clientWidth) / period.days;
        this.grip.focus({preventScroll: true});
        start();
      },
      move: event => move(Math.round(dayUnder(event))),
      end,
    });
    this.grip.addEventListener("keydown", event => this.onKey(event));
  }

  onKey(event) {
    const asked = this.period.dayForKey(event.key, this.day());
    if (asked === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (this.move(asked)) this.pressed();
  }

  /* Draw it where it stands; `least` and `most` are the days that it can be taken to. */
  draw(least, most) {
    const day = this.day(), values = {valuemin: least, valuemax: most, valuenow: day, valuetext: this.period.longName(day)};
    this.element.style.transform = `translateX(${(100 * (day + this.offset)) / this.period.days}%)`;
    for (const [name, value] of Object.entries(values)) this.grip.setAttribute(`aria-${name}`, value);
  }
}
