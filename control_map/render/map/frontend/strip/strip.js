/* The activity strip: the time control at the bottom of a map.
 *
 * new Strip(container, {period, onPreview, onCommit}): onPreview(day) is called for each day stepped to, onCommit(day) once
 * when the user lets go. The container is filled, and belongs to the strip.
 */
import {make, onDrag} from "../elements.js";
import {counted} from "../period.js";
import {Bars} from "./bars.js";
import {Controls} from "./controls.js";
import {Loop} from "./loop.js";
import {Marks} from "./marks.js";
import {Playback} from "./playback.js";

const CHOSEN_AFTER = 450;  // milliseconds after the last key until the day is taken as chosen
// Pixels of width under which words are left out: all but the date and its count, the key, the day of the week.
const NARROW_STRIP = 560, TIGHT_STRIP = 680, ROOMY_STRIP = 820;
const SHORTCUTS = {k: "toggle", n: "next", p: "previous"};

export class Strip {
  constructor(container, {period, onPreview, onCommit}) {
    Object.assign(this, {period, onPreview, onCommit});
    this.day = 0;
    this.keyTimer = 0;
    this.dragging = false;
    this.playback = new Playback(passed => this.advance(passed));
    this.loop = new Loop(this.period);
    this.bars = new Bars(this.period);
    this.marks = new Marks(this.period);
    this.controls = new Controls({
      onPlay: () => this.toggle(),
      onPrevious: () => this.jump(this.previousChange()),
      onNext: () => this.jump(this.nextChange()),
      onLoop: () => this.toggleLoop(),
      onRate: rate => { this.playback.rate = rate; },
    });
    this.root = container;
    this.build();
    this.load({reports: [], changes: []});
    this.controls.setLooping(false);
  }

  build() {
    this.dial = make("div", {
      class: "cm-strip-dial", role: "slider", tabindex: "0", "aria-label": "Date on the map", "aria-valuemin": 0, "aria-valuemax": this.period.last,
    });
    const [band, ...brackets] = this.loop.elements;
    this.stage = make("div", {class: "cm-strip-stage"}, this.bars.element, ...this.marks.over, band);
    this.track = make("div", {class: "cm-strip-track"}, this.stage, this.bars.axis, ...this.marks.above, this.dial, ...brackets);
    this.root.classList.add("cm-strip");
    this.root.setAttribute("role", "group");
    this.root.setAttribute("aria-label", "Time");
    this.root.replaceChildren(this.controls.element, this.track);

    onDrag(this.track, {
      start: event => this.grab(event),
      move: event => this.step(this.dayUnder(event)),
      end: () => { this.dragging = false; this.commit(); },
    });
    this.track.addEventListener("pointermove", event => this.hoverOver(event));
    this.track.addEventListener("pointerleave", () => this.hoverOver(null));
    this.root.addEventListener("keydown", event => this.onKey(event));
    document.addEventListener("visibilitychange", () => { if (document.hidden && this.playback.running) this.pause(); });
    // The axis has the same height at any width: fitting does not resize it again.
    new ResizeObserver(() => this.fit()).observe(this.bars.axis);
  }

  fit() {
    const width = this.bars.axis.clientWidth;
    if (!width) return;  // out of sight
    this.roomy = this.root.clientWidth >= ROOMY_STRIP;
    this.narrow = this.root.clientWidth < NARROW_STRIP;
    this.root.classList.toggle("cm-strip-narrow", this.narrow);
    this.root.classList.toggle("cm-strip-tight", this.root.clientWidth < TIGHT_STRIP);
    this.bars.resize(width, this.stage.clientHeight);
    this.describe();
  }

  /* What the board sets */

  load({reports, changes}) {
    const filled = given => Array.from({length: this.period.days}, (_, day) => given[day] ?? 0);
    this.loaded = changes.length > 0;
    this.reports = filled(reports);
    this.changes = filled(changes);
    this.bars.load({reports: this.reports, changes: this.changes});
    this.controls.setScale(Math.max(...this.changes), Math.max(...this.reports));
    this.show(this.day);
  }

  show(day) {
    this.day = this.period.clamp(day);
    this.marks.show(this.day);
    this.controls.setReach(this.previousChange() >= 0, this.nextChange() >= 0);
    this.describe();
  }

  page(day) { this.marks.page(day); }

  compare(day) { this.marks.compare(day); }

  get moving() { return this.dragging || this.keyTimer !== 0 || this.playback.running; }

  stop() {
    clearTimeout(this.keyTimer);
    this.keyTimer = 0;
    this.playback.stop();
    this.controls.setPlaying(false);
  }

  /* What the user does */

  step(day) {
    if (this.period.clamp(day) === this.day) return;
    this.show(day);
    this.onPreview(this.day);
  }

  commit() {
    this.keyTimer = 0;
    this.onCommit(this.day);
  }

  grab(event) {
    this.stop();
    this.dragging = true;
    this.dial.focus({preventScroll: true});
    this.step(this.dayUnder(event));
  }

  dayUnder({clientX}) {
    const box = this.track.getBoundingClientRect();
    return this.period.dayAt((clientX - box.left) / box.width);
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || this.dragging) return;
    if (event.target === this.controls.speed || !this.press(event)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /* Do what a key asks for; return whether it asks for anything. */
  press({key, repeat, target}) {
    const action = key === " " && target.tagName !== "BUTTON" ? "toggle" : SHORTCUTS[key.toLowerCase()];
    if (action === "toggle" && !repeat) this.toggle();
    if (action) return action === "toggle" || this.stepByKey(action === "next" ? this.nextChange() : this.previousChange());
    const asked = this.period.dayForKey(key, this.day);
    return asked !== undefined && this.stepByKey(asked);
  }

  stepByKey(day) {
    if (day >= 0 && (day !== this.day || this.moving)) {
      this.stop();
      this.step(day);
      this.keyTimer = setTimeout(() => this.commit(), CHOSEN_AFTER);
    }
    return true;
  }

  previousChange() { return this.changes.findLastIndex((count, day) => day < this.day && count > 0); }

  nextChange() { return this.changes.findIndex((count, day) => day > this.day && count > 0); }

  jump(day) {
    if (day < 0 || this.dragging) return;
    this.stop();
    this.step(day);
    this.commit();
  }

  toggle() {
    if (this.dragging) return;
    if (this.playback.running) this.pause();
    else this.play();
  }

  play() {
    this.stop();
    if (this.day >= this.loop.last || !this.loop.has(this.day)) this.step(this.loop.first);
    this.playback.start();
    this.controls.setPlaying(true);
  }

  pause() {
    this.stop();
    this.commit();
  }

  advance(days) {
    this.step(this.loop.after(this.day, days));
    if (!this.loop.on && this.day >= this.loop.last) this.pause();
  }

  toggleLoop() {
    if (this.loop.on) this.loop.close();
    else this.loop.open(this.day);
    this.controls.setLooping(this.loop.on);
  }

  /* What is seen and read aloud */

  changesInWords(day = this.day) { return counted(this.changes[day], "change"); }

  describe() {
    const {period, day} = this, count = this.loaded ? this.changesInWords() : "", full = period.fullName(day);
    this.controls.write(this.roomy ? full : period.briefName(day), count);
    this.dial.setAttribute("aria-valuenow", day);
    this.dial.setAttribute("aria-valuetext", count ? `${full}, ${count}` : full);
  }

  hoverOver(event) {
    if (!event || event.pointerType === "touch" || this.narrow) return this.marks.hover(null);
    const day = this.dayUnder(event), counts = `${this.changesInWords(day)}, ${counted(this.reports[day], "report")}`;
    return this.marks.hover(day, this.period.shortName(day) + (this.loaded ? ` \u00b7 ${counts}` : ""));
  }
}
