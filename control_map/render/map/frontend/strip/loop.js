/* The window that playback stays in: the whole period, or, switched on, the days between two brackets. */
import {make} from "../elements.js";
import {Grip} from "./grip.js";

const NEW_WINDOW = 14;  // days

export class Loop {
  constructor(period) {
    this.period = period;
    this.band = make("div", {class: "cm-strip-window"});
    this.from = new Grip(period, {kind: "from", label: "Loop from", offset: 0, day: () => this.first, move: day => this.moveFirst(day)});
    this.to = new Grip(period, {kind: "to", label: "Loop to", offset: 1, day: () => this.last, move: day => this.moveLast(day)});
    this.close();
  }

  get brackets() { return [this.from.element, this.to.element]; }

  /* Switch on, over the days from one to another, or, if only the last is given, over as many as usual. */
  open(last, first = null) {
    const {period} = this;
    this.on = true;
    this.first = first ?? Math.max(Math.min(last - NEW_WINDOW + 1, period.days - NEW_WINDOW), 0);
    this.last = first === null ? Math.min(this.first + NEW_WINDOW - 1, period.last) : last;
    this.draw();
  }

  close() {
    this.on = false;
    this.first = 0;
    this.last = this.period.last;
    this.draw();
  }

  moveFirst(day) {
    this.first = Math.min(this.period.clamp(day), Math.max(this.last - 1, 0));
    this.draw();
  }

  moveLast(day) {
    this.last = Math.max(this.period.clamp(day), Math.min(this.first + 1, this.period.last));
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
    const {period: {days, last}} = this;
    for (const element of [this.band, ...this.brackets]) element.hidden = !this.on;
    this.band.style.transform = `translateX(${(100 * this.first) / days}%) scaleX(${(this.last + 1 - this.first) / days})`;
    this.from.draw(0, Math.max(this.last - 1, 0));
    this.to.draw(Math.min(this.first + 1, last), last);
  }
}
