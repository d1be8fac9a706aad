/* The days from the one compared with to the one shown: a tinted band, and a grip at its start. The loop is another window of days,
 * between brackets: it only says where playback stays. */
import {make} from "../elements.js";
import {Grip} from "./grip.js";

export class Range {
  /* `grip` is what `Grip` calls when the user takes the day compared with to another one. */
  constructor(period, grip) {
    this.period = period;
    this.day = 0;
    this.since = null;  // the day compared with
    this.band = make("div", {class: "cm-strip-span", "aria-hidden": "true"});
    this.grip = new Grip(period, {kind: "compared", label: "Compared with", offset: 0.5, day: () => this.since, ...grip});
    this.draw();
  }

  show(day) {
    this.day = day;
    this.draw();
  }

  /* Set the day compared with; null: there is none. */
  compare(since) {
    this.since = since === null ? null : this.period.clamp(since);
    this.draw();
  }

  /* Whether there are days between the one compared with and the one shown. */
  get open() { return this.since !== null && this.since !== this.day; }

  draw() {
    const {period, day, since} = this;
    this.band.hidden = this.grip.element.hidden = !this.open;
    if (!this.open) return;
    this.band.style.transform = `translateX(${period.percent(Math.min(since, day))}%) scaleX(${Math.abs(since - day) / period.days})`;
    this.grip.draw(0, Math.max(day - 1, 0));
  }
}
