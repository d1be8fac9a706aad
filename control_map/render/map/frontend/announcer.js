/* Speaks for those who do not see the board: what changes with each step is spoken once the steps have ended. */
import {addElement} from "./elements.js";

const SETTLED_AFTER = 500;  // milliseconds that a day has been shown

export class Announcer {
  /* `moving` says whether the day is being moved just now, by playback too. */
  constructor(host, moving) {
    this.moving = moving;
    this.element = addElement(host, "p", {class: "cm-spoken", "aria-live": "polite"});
  }

  /* Speak at once. */
  say(text) { this.element.textContent = text; }

  /* Speak what `compose` returns once nothing has been asked for about half a second; of several, the last. */
  settle(compose) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (this.moving()) this.settle(compose);
      else this.say(compose());
    }, SETTLED_AFTER);
  }
}
