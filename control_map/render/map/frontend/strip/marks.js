/* What lies over the bars: the handle at the day shown, the veil over the days after it, the day of the page, the day under the
 * pointer. They are moved by transforms, not redrawn: a step costs next to nothing. */
import {make} from "../elements.js";

export class Marks {
  constructor(period) {
    const layer = (kind, content) => make("div", {class: `cm-strip-${kind}`, "aria-hidden": "true"}, content);
    this.period = period;
    this.day = 0;
    this.pageDay = null;
    this.veil = layer("veil");
    this.hoverText = make("span");
    this.above = [
      this.pointer = layer("pointer"),
      this.pageMark = layer("paged"),
      this.handle = layer("handle"),
      this.hoverBox = layer("hover", this.hoverText),
    ];
    this.hover(null);
  }

  show(day) {
    this.day = day;
    this.place(this.handle, day);
    this.place(this.veil, day + 0.5);
    this.draw();
  }

  page(day) {
    this.pageDay = day;
    this.draw();
  }

  place(mark, day) { mark.style.transform = `translateX(${this.period.percent(day)}%)`; }

  draw() {
    this.pageMark.hidden = this.pageDay === null || this.pageDay === this.day;
    if (this.pageDay !== null) this.place(this.pageMark, this.pageDay);
  }

  /* Show a text at the day under the pointer; null: there is none. */
  hover(day, text = "") {
    this.pointer.hidden = this.hoverBox.hidden = day === null;
    if (day === null) return;
    this.hoverText.textContent = text;
    this.place(this.pointer, day);
    this.place(this.hoverBox, day);
    this.hoverText.style.transform = `translateX(-${this.period.percent(day)}%)`;  // never beyond the track's ends
  }
}
