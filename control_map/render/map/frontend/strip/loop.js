/* The window that playback stays in: the whole period, or, switched on, the days between two brackets. */
import {make, onDrag} from "../elements.js";

const NEW_WINDOW = 14;  // days

export class Loop {
  constructor(period) {
    this.period = period;
    this.band = make("div", {class: "cm-strip-window"});
    this.brackets = ["from", "to"].map(end => this.bracket(end));
    this.close();
  }

  get elements() { return [this.band, ...this.brackets.map(({element}) => element)]; }

  bracket(end) {
    const grip = make("div", {class: "cm-strip-grip", role: "slider", tabindex: "0", "aria-label": `Loop ${end}`});
    const element = make("div", {class: `cm-strip-bracket cm-strip-${end}`}, grip);
    let offset = 0;  // from the pointer to the bracket: a press alone moves nothing
    const dayUnder = event => {
      const box = element.parentElement.getBoundingClientRect();
      return ((event.clientX + offset - box.left) / box.width) * this.period.days;
    };
    onDrag(grip, {
      start: event => {
        offset = 0;
        offset = ((this.edge(end) - dayUnder(event)) * element.parentElement.clientWidth) / this.period.days;
        grip.focus({preventScroll: true});
      },
      move: event => this.move(end, Math.round(dayUnder(event)) - (end === "to" ? 1 : 0)),
      end: () => {},
    });
    grip.addEventListener("keydown", event => this.onKey(event, end));
    return {end, element, grip};
  }

  /* Where a bracket stands: before the first day of the window, or after its last. */
  edge(end) { return end === "from" ? this.first : this.last + 1; }

  onKey(event, end) {
    const asked = this.period.dayForKey(event.key, end === "from" ? this.first : this.last);
    if (asked === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.move(end, asked);
  }

  /* Switch on, over the days up to that one. */
  open(day) {
    this.on = true;
    this.first = Math.max(Math.min(day - NEW_WINDOW + 1, this.period.days - NEW_WINDOW), 0);
    this.last = Math.min(this.first + NEW_WINDOW - 1, this.period.last);
    this.draw();
  }

  close() {
    this.on = false;
    this.first = 0;
    this.last = this.period.last;
    this.draw();
  }

  move(end, day) {
    const {last} = this.period;
    if (end === "from") this.first = Math.min(this.period.clamp(day), Math.max(this.last - 1, 0));
    else this.last = Math.max(this.period.clamp(day), Math.min(this.first + 1, last));
    this.draw();
  }

  has(day) { return day >= this.first && day <= this.last; }

  /* The day so many days later; past its end a loop starts over. */
  after(day, days) {
    if (!this.has(day)) return this.first;
    if (day + days <= this.last) return day + days;
    return this.on ? this.first + ((day + days - this.first) % (this.last - this.first + 1)) : this.last;
  }

  draw() {
    const {days, last} = this.period, percent = edge => (100 * edge) / days;
    for (const element of this.elements) element.hidden = !this.on;
    this.band.style.transform = `translateX(${percent(this.first)}%) scaleX(${(this.last + 1 - this.first) / days})`;
    for (const {end, element, grip} of this.brackets) {
      element.style.transform = `translateX(${percent(this.edge(end))}%)`;
      const from = end === "from", day = from ? this.first : this.last;
      grip.setAttribute("aria-valuemin", from ? 0 : Math.min(this.first + 1, last));
      grip.setAttribute("aria-valuemax", from ? Math.max(this.last - 1, 0) : last);
      grip.setAttribute("aria-valuenow", day);
      grip.setAttribute("aria-valuetext", this.period.longName(day));
    }
  }
}
