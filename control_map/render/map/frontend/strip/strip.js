/* The activity strip: the time control at the bottom of a map.
 *
 * new Strip(container, {period, onPreview, onCommit}): onPreview(day, since) is called for each day stepped to, onCommit(day) once when
 * the user lets go. `since` is given when the user chooses the day compared with as well, null if it is none: over the days between the
 * two the pointer is dragged with Shift held, and keys with Shift move the earlier. The container is filled, and belongs to the strip.
 */
import {make, onDrag} from "../elements.js";
import {counted} from "../period.js";
import {Bars} from "./bars.js";
import {Controls} from "./controls.js";
import {Loop} from "./loop.js";
import {Marks} from "./marks.js";
import {Playback} from "./playback.js";
import {Range} from "./range.js";

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
    this.range = new Range(this.period, {
      move: since => this.stretch(Math.min(since, this.day - 1), this.day),
      start: () => { this.stop(); this.dragging = true; },
      end: () => this.letGo(),
      pressed: () => this.commitSoon(),
    });
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
    this.stage = make("div", {class: "cm-strip-stage"}, this.bars.element, this.marks.veil, this.range.band, this.loop.band);
    this.track = make("div", {class: "cm-strip-track"}, this.stage, this.bars.axis, this.marks.above, this.dial, this.range.grip.element, this.loop.brackets);
    this.root.classList.add("cm-strip");
    this.root.setAttribute("role", "group");
    this.root.setAttribute("aria-label", "Time");
    this.root.replaceChildren(this.controls.element, this.track);

    onDrag(this.track, {
      start: event => this.grab(event),
      move: event => this.drag(this.dayUnder(event)),
      end: () => this.letGo(),
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
    this.range.show(this.day);
    this.controls.setReach(this.previousChange() >= 0, this.nextChange() >= 0);
    this.describe();
  }

  page(day) { this.marks.page(day); }

  compare(since) {
    if (since === this.range.since) return;
    this.range.compare(since);
    this.describe();
  }

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

  /* Show the later of two days, compared with the earlier, a day alone with none; return whether that is something else. */
  stretch(one, other) {
    const day = Math.max(one, other), since = one === other ? null : Math.min(one, other);
    if (day === this.day && since === this.range.since) return false;
    this.range.compare(since);
    this.show(day);
    this.onPreview(day, since);
    return true;
  }

  commit() {
    this.keyTimer = 0;
    this.onCommit(this.day);
  }

  commitSoon() {
    this.stop();
    this.keyTimer = setTimeout(() => this.commit(), CHOSEN_AFTER);
  }

  /* With Shift, a press alone goes from the day under the pointer to the day shown, and a drag over the days under the pointer. */
  grab(event) {
    const day = this.dayUnder(event);
    this.stop();
    this.dragging = true;
    this.dial.focus({preventScroll: true});
    this.pressedOn = event.shiftKey ? day : null;
    this.left = false;  // whether the pointer has left the day that was pressed
    if (event.shiftKey) this.stretch(day, this.day);
    else this.step(day);
  }

  drag(day) {
    this.left ||= day !== this.pressedOn;
    if (this.pressedOn === null) this.step(day);
    else if (this.left) this.stretch(this.pressedOn, day);
  }

  letGo() {
    this.dragging = false;
    this.commit();
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
  press({key, repeat, target, shiftKey}) {
    const action = key === " " && target.tagName !== "BUTTON" ? "toggle" : SHORTCUTS[key.toLowerCase()];
    if (action === "toggle" && !repeat) this.toggle();
    if (action) return action === "toggle" || this.stepByKey(action === "next" ? this.nextChange() : this.previousChange());
    const asked = this.period.dayForKey(key, shiftKey ? this.range.since ?? this.day : this.day);
    return asked !== undefined && (shiftKey ? this.compareByKey(asked) : this.stepByKey(asked));
  }

  /* Compare with another day; with the day shown there is nothing to compare. */
  compareByKey(since) {
    if (this.stretch(Math.min(since, this.day), this.day)) this.commitSoon();
    return true;
  }

  stepByKey(day) {
    if (day >= 0 && (day !== this.day || this.moving)) {
      this.step(day);
      this.commitSoon();
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
    else this.loop.open(this.day, this.range.open ? this.range.since : null);
    this.controls.setLooping(this.loop.on);
  }

  /* What is seen and read aloud */

  changesInWords(day = this.day) { return counted(this.changes[day], "change"); }

  describe() {
    const {period, day, range} = this, full = period.fullName(day), since = range.open && period.shortName(range.since);
    const count = this.loaded ? this.changesInWords() : "";
    this.controls.write(this.roomy ? full : period.briefName(day), since ? `since ${since}` : count);
    this.dial.setAttribute("aria-valuenow", day);
    this.dial.setAttribute("aria-valuetext", [full, count, since && `compared with ${since}`].filter(Boolean).join(", "));
  }

  hoverOver(event) {
    if (!event || event.pointerType === "touch" || this.narrow) return this.marks.hover(null);
    const day = this.dayUnder(event), counts = `${this.changesInWords(day)}, ${counted(this.reports[day], "report")}`;
    return this.marks.hover(day, this.period.shortName(day) + (this.loaded ? ` \u00b7 ${counts}` : ""));
  }
}
