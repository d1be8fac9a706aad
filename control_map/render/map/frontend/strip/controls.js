/* The row of controls above the bars: what is pressed, and the day in words. */
import {icon, make} from "../elements.js";
import {counted} from "../period.js";
import {OPENING_RATE} from "./playback.js";

const RATES = [1, 2, 4, 8, 16];  // days a second
const LINE_STYLE = {fill: "none", stroke: "currentColor", "stroke-width": "1.6", "stroke-linecap": "round", "stroke-linejoin": "round"};
const PLAY_ICON = "M4.5 2.8v10.4a.6.6 0 0 0 .9.5l8.4-5.2a.6.6 0 0 0 0-1L5.4 2.3a.6.6 0 0 0-.9.5z";
const PAUSE_ICON = "M4 2.5h2.8v11H4zM9.2 2.5H12v11H9.2z";
const PREVIOUS_ICON = "M10 3.5 5.5 8l4.5 4.5";
const NEXT_ICON = "M6 3.5 10.5 8 6 12.5";
const LOOP_ICON = "M2.5 7.5V6.8A2.3 2.3 0 0 1 4.8 4.5H13M10.8 2.3 13 4.5l-2.2 2.2M13.5 8.5v.7a2.3 2.3 0 0 1-2.3 2.3H3M5.2 13.7 3 11.5l2.2-2.2";

export class Controls {
  constructor({onPlay, onPrevious, onNext, onLoop, onRate}) {
    const word = text => make("span", {class: "cm-strip-word"}, text);
    const button = (kind, label, title, onPress, ...content) => {
      const made = make("button", {class: `cm-strip-button cm-strip-${kind}`, type: "button", "aria-label": label, title}, content);
      made.addEventListener("click", onPress);
      return made;
    };
    this.play = button("play", "Play", "", onPlay, icon(PLAY_ICON), icon(PAUSE_ICON));
    this.previous = button("previous", "Previous change", "The day of the previous change (p)", onPrevious, icon(PREVIOUS_ICON, LINE_STYLE), word("change"));
    this.next = button("next", "Next change", "The day of the next change (n)", onNext, word("change"), icon(NEXT_ICON, LINE_STYLE));
    this.loop = button("loop", "Loop", "Loop over a window of days", onLoop, icon(LOOP_ICON, LINE_STYLE), word("Loop"));
    this.speed = make("select", {class: "cm-strip-speed", "aria-label": "Speed", title: "Speed of playback"});
    for (const rate of RATES) this.speed.append(make("option", {value: rate}, `${counted(rate, "day")}/s`));
    this.speed.value = OPENING_RATE;
    this.speed.addEventListener("change", () => onRate(Number(this.speed.value)));
    this.date = make("b", {class: "cm-strip-date", title: "Arrow keys: a day. Page up, page down: a week. Home, End: the first and the last day. With Shift: the day compared with"});
    this.count = make("span", {class: "cm-strip-count"});
    this.key = make("span", {class: "cm-strip-key", "aria-hidden": "true"},
      make("i", {class: "cm-strip-swatch-changes"}), "changes", make("i", {class: "cm-strip-swatch-reports"}), "reports");
    this.element = make("div", {class: "cm-strip-controls"}, this.play, this.previous, this.next,
      make("p", {class: "cm-strip-now"}, this.date, " ", this.count), this.key, this.speed, this.loop);
    this.setPlaying(false);
  }

  setPlaying(on) {
    const label = on ? "Pause" : "Play";
    this.play.classList.toggle("cm-strip-running", on);
    this.play.setAttribute("aria-label", label);
    this.play.title = `${label} (Space or k)`;
  }

  setLooping(on) { this.loop.setAttribute("aria-pressed", on); }

  write(date, count) {
    this.date.textContent = date;
    this.count.textContent = count;
  }

  /* Say whether there is a change before, and one after. A button keeps the focus when it has nothing to do. */
  setReach(before, after) {
    for (const [button, any] of [[this.previous, before], [this.next, after]]) button.setAttribute("aria-disabled", !any);
  }

  /* Say what the tallest bars stand for: changes and reports each have their own scale. */
  setScale(changes, reports) { this.key.title = `Tallest bars: ${counted(changes, "change")}, ${counted(reports, "report")} a day`; }
}
