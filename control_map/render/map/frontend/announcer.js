/* Speaks for those who do not see the board: what changes with each step is spoken once the steps have ended. */
import {addElement} from "./elements.js";

const SETTLED_AFTER = 500;  // milliseconds

export class Announcer {
  /* `moving` says whether the day is being moved just now, by playback too. */
  constructor(host, moving) {
    this.moving = moving;
    this.element = addElement(host, "p", {class: "cm-spoken", "aria-live": "polite"});
  }

  /* Speak at once. */
  say(text) { this.element.textContent = text; }

  /* Speak a text once it has stood for about half a second; not the first, which is read with the page, nor the same again. */
  settle(text) {
    clearTimeout(this.timer);
    this.settled ??= text;
    if (text === this.settled) return;
    this.timer = setTimeout(() => {
      if (this.moving()) return this.settle(text);
      this.settled = text;
      return this.say(text);
    }, SETTLED_AFTER);
  }
}
