/* What happened each day, as bars, and the months under them. They are drawn again only when the counts or the size change:
 * a style sheet colours the shapes, so that another theme needs no drawing. */
import {make, makeSvg} from "../elements.js";

const NARROWEST_BAR = 2, WIDEST_BAR = 28;  // pixels
const GAP_FROM = 3;                        // pixels of a bar that leaves a pixel between itself and the next
const LOWEST_BAR = 2;                      // pixels of a bar that counts anything
const REPORTS_HEIGHT = 0.7;                // share of the height for the day with most reports: changes stand out

/* One number for each `size` days, the greatest of theirs: a day of many changes is not lost in a year of none. */
function maximumOfEach(counts, size) {
  if (size === 1) return counts;
  const bins = [];
  for (let first = 0; first < counts.length; first += size) bins.push(Math.max(...counts.slice(first, first + size)));
  return bins;
}

export class Bars {
  constructor(period) {
    this.period = period;
    this.reports = makeSvg("path", {class: "cm-strip-reports"});
    this.changes = makeSvg("path", {class: "cm-strip-changes"});
    this.element = makeSvg("svg", {class: "cm-strip-bars", "aria-hidden": "true"}, this.reports, this.changes);
    this.axis = make("div", {class: "cm-strip-axis", "aria-hidden": "true"});
  }

  load(counts) {
    this.counts = counts;
    this.draw();
  }

  resize(width, height) {
    this.width = width;
    this.height = height;
    this.axis.replaceChildren(...this.period.ticks(width).map(({day, label}) => {
      const tick = make("span", {}, label);
      tick.style.left = `${(100 * day) / this.period.days}%`;
      return tick;
    }));
    this.draw();
  }

  draw() {
    if (!this.width) return;
    this.reports.setAttribute("d", this.outline(this.counts.reports, REPORTS_HEIGHT));
    this.changes.setAttribute("d", this.outline(this.counts.changes, 1));
  }

  /* The outlines of the bars, to the pixel of the screen; the greatest count is as high as that share of the height. */
  outline(counts, share) {
    const dayWidth = this.width / this.period.days, size = Math.ceil(NARROWEST_BAR / dayWidth);
    const bins = maximumOfEach(counts, size), top = Math.max(...bins), step = dayWidth * size;
    if (!(top > 0)) return "";
    const sharp = window.devicePixelRatio || 1, snap = pixels => Math.round(pixels * sharp) / sharp;
    const inset = Math.max((step - WIDEST_BAR) / 2, 0), gap = step >= GAP_FROM ? 1 : 0;
    return bins.map((count, nth) => {
      if (!(count > 0)) return "";
      const left = snap(nth * step + inset), right = snap(Math.min((nth + 1) * step, this.width) - inset) - gap;
      const high = Math.max(snap((this.height * share * count) / top), LOWEST_BAR);
      return `M${left} ${this.height}V${this.height - high}H${right}V${this.height}Z`;
    }).join("");
  }
}
