/* The clock of playback: so many days a second, counted by the time that went by, whatever each step costs. */
export const OPENING_RATE = 4;  // days a second
const LONGEST_STEP = 1000;  // milliseconds; after a longer pause (a hidden frame, a sleeping computer) playback does not catch up

export class Playback {
  /* `advance(days)` is called when one or more days have passed. */
  constructor(advance) {
    this.advance = advance;
    this.rate = OPENING_RATE;
    this.frame = 0;
  }

  get running() { return this.frame !== 0; }

  start() {
    if (this.running) return;
    this.before = null;
    this.due = 0;
    this.frame = requestAnimationFrame(this.tick);
  }

  stop() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }

  tick = now => {
    this.frame = requestAnimationFrame(this.tick);
    this.due += (Math.min(now - (this.before ?? now), LONGEST_STEP) / 1000) * this.rate;
    this.before = now;
    const days = Math.floor(this.due);
    if (!days) return;
    this.due -= days;
    this.advance(days);
  };
}
