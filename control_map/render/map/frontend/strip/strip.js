/* The activity strip: the time control at the bottom of a map.
 *
 * new controlMap.Strip(container, {start, days, onPreview, onCommit})
 *   `start` is the ISO date of day 0, `days` the number of days. onPreview(day) is called for each day stepped to, onCommit(day)
 *   once when the reader lets go. The container is filled, and belongs to the strip.
 */
(controlMap => {
  "use strict";

  const PATIENCE = 450;  // milliseconds after the last key until the day is taken as chosen
  // Pixels of width under which words are saved: all but the date and its count, the key, the day of the week.
  const NARROW = 560, TIGHT = 680, ROOMY = 820;
  const LETTERS = {k: "toggle", n: "next", p: "previous"};

  class Strip {
    constructor(container, {start, days, onPreview, onCommit}) {
      Object.assign(this, {onPreview, onCommit});
      this.period = new controlMap.Period(start, days);
      this.day = 0;
      this.held = 0;          // timer of the keys
      this.dragging = false;
      this.playback = new controlMap.Playback(passed => this.advance(passed));
      this.loop = new controlMap.Loop(this.period);
      this.bars = new controlMap.Bars(this.period);
      this.marks = new controlMap.Marks(this.period);
      this.controls = new controlMap.Controls({
        onPlay: () => this.toggle(),
        onPrevious: () => this.jump(this.previousChange()),
        onNext: () => this.jump(this.nextChange()),
        onLoop: () => this.toggleLoop(),
        onRate: rate => { this.playback.rate = rate; },
      });
      this.root = container;
      this.build();
      this.load({reports: [], changes: []});
      this.controls.looping(false);
    }

    build() {
      const {make, onDrag} = controlMap.widget;
      this.dial = make("div", "cm-strip-dial", {
        role: "slider", tabindex: "0", "aria-label": "Date on the map", "aria-valuemin": 0, "aria-valuemax": this.period.last,
      });
      const [band, ...brackets] = this.loop.elements;
      this.stage = make("div", "cm-strip-stage", {}, this.bars.element, ...this.marks.over, band);
      this.track = make("div", "cm-strip-track", {}, this.stage, this.bars.axis, ...this.marks.above, this.dial, ...brackets);
      this.said = make("p", "cm-strip-said", {"aria-live": "polite"});
      this.root.classList.add("cm-strip");
      this.root.setAttribute("role", "group");
      this.root.setAttribute("aria-label", "Time");
      this.root.replaceChildren(this.controls.element, this.track, this.said);

      onDrag(this.track, {
        start: event => this.grab(event),
        move: event => this.step(this.dayUnder(event)),
        end: () => { this.dragging = false; this.commit(); },
      });
      this.track.addEventListener("pointermove", event => this.hoverOver(event));
      this.track.addEventListener("pointerleave", () => this.hoverOver(null));
      this.root.addEventListener("keydown", event => this.onKey(event));
      document.addEventListener("visibilitychange", () => { if (document.hidden && this.playback.running) this.pause(); });
      // The axis is as high in any width: what is done here does not call for the same again.
      new ResizeObserver(() => this.fit()).observe(this.bars.axis);
    }

    fit() {
      const width = this.bars.axis.clientWidth;
      if (!width) return;  // out of sight
      this.roomy = this.root.clientWidth >= ROOMY;
      this.narrow = this.root.clientWidth < NARROW;
      this.root.classList.toggle("cm-strip-narrow", this.narrow);
      this.root.classList.toggle("cm-strip-tight", this.root.clientWidth < TIGHT);
      this.bars.resize(width, this.stage.clientHeight);
      this.describe();
    }

    /* What the page tells */

    load({reports, changes}) {
      const each = given => Array.from({length: this.period.days}, (_, day) => given[day] ?? 0);
      this.loaded = changes.length > 0;
      this.reports = each(reports);
      this.changes = each(changes);
      this.firstChange = this.changes.findIndex(count => count > 0);
      this.lastChange = this.changes.findLastIndex(count => count > 0);
      this.bars.load({reports: this.reports, changes: this.changes});
      this.controls.scale(Math.max(...this.changes), Math.max(...this.reports));
      this.show(this.day);
    }

    show(day) {
      this.day = this.period.clamp(day);
      this.marks.show(this.day);
      this.controls.reach(this.firstChange >= 0 && this.firstChange < this.day, this.lastChange > this.day);
      this.describe();
    }

    page(day) { this.marks.page(day); }

    compare(day) { this.marks.compare(day); }

    get moving() { return this.dragging || this.held !== 0 || this.playback.running; }

    stop() {
      clearTimeout(this.held);
      this.held = 0;
      this.playback.stop();
      this.controls.playing(false);
    }

    /* What the reader does */

    step(day) {
      if (this.period.clamp(day) === this.day) return;
      this.show(day);
      this.onPreview(this.day);
    }

    commit() {
      this.held = 0;
      this.said.textContent = `${this.period.name(this.day)}${this.loaded ? `: ${this.changed()}` : ""}`;
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

    /* Do what a key asks for; tell whether it asks for anything. */
    press({key, repeat, target}) {
      const {day} = this, letter = key === " " && target.tagName !== "BUTTON" ? "toggle" : LETTERS[key.toLowerCase()];
      if (letter === "toggle" && !repeat) this.toggle();
      if (letter) return letter === "toggle" || this.hold(letter === "next" ? this.nextChange() : this.previousChange());
      const to = this.period.keyed(key, day);
      return to !== undefined && this.hold(to);
    }

    hold(day) {
      if (day >= 0 && (day !== this.day || this.moving)) {
        this.stop();
        this.step(day);
        this.held = setTimeout(() => this.commit(), PATIENCE);
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
      this.controls.playing(true);
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
      this.controls.looping(this.loop.on);
    }

    /* What is seen and said */

    changed(day = this.day) { return controlMap.counted(this.changes[day], "change"); }

    describe() {
      const {period, day} = this, count = this.loaded ? this.changed() : "", full = `${period.weekday(day)}, ${period.name(day)}`;
      this.controls.say(this.roomy ? full : period.briefName(day), count);
      this.dial.setAttribute("aria-valuenow", day);
      this.dial.setAttribute("aria-valuetext", count ? `${full}, ${count}` : full);
    }

    hoverOver(event) {
      if (!event || event.pointerType === "touch" || this.narrow) return this.marks.hover(null);
      const day = this.dayUnder(event), counts = `${this.changed(day)}, ${controlMap.counted(this.reports[day], "report")}`;
      return this.marks.hover(day, this.period.shortName(day) + (this.loaded ? ` \u00b7 ${counts}` : ""));
    }
  }

  controlMap.Strip = Strip;
})(window.controlMap ??= {});
