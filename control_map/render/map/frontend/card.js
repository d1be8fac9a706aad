/* The small card that says what the place under the pointer shows. Text goes in as text: names and reports are untrusted. */
import {addElement, make} from "./elements.js";
import {counted} from "./period.js";
import {UNCHANGED} from "./timeline.js";

const POINTER_GAP = 14;  // pixels from the pointer

export class Card {
  constructor(host) {
    this.host = host;
    this.box = addElement(host, "div", {class: "cm-hover", role: "tooltip", hidden: ""});
    this.spoken = addElement(host, "p", {class: "cm-spoken", "aria-live": "polite"});
  }

  /* Read the card aloud for those who do not see it. */
  speak() { this.spoken.textContent = [...this.box.children].map(({textContent}) => textContent).join(". "); }

  hide() {
    this.box.hidden = true;
    this.shown = null;
  }

  /* Show lines on a place near a point; they are written again only if `key`, on which they depend, is another. */
  show(key, lines, {x, y}) {
    if (this.shown !== key) {
      this.shown = key;
      this.box.replaceChildren(...lines());
    }
    this.box.hidden = false;
    const {offsetWidth: width, offsetHeight: height} = this.box, {clientWidth, clientHeight} = this.host;
    const left = x + POINTER_GAP + width > clientWidth ? x - POINTER_GAP - width : x + POINTER_GAP;
    const top = Math.min(y + POINTER_GAP, clientHeight - height - 4);
    this.box.style.transform = `translate(${Math.max(4, Math.min(left, clientWidth - width - 4))}px, ${Math.max(4, top)}px)`;
  }
}

/* The lines of the card on what a place shows on the day that the timeline stands at. */
export function cardLines(theatre, timeline, place, day, compared) {
  const {period, statuses} = theatre, {cursor, status, since, why: whyOf, whys} = timeline, step = cursor[place.index], why = whys[whyOf[step]];
  const silent = status[step] === theatre.noReport, last = timeline.lastReported(place.index, day);
  const held = silent ? (last === undefined ? "" : " that counts") : ` since ${period.shortName(since[step])}`;
  const doubts = theatre.doubtsAbout(timeline, step, !why).map(doubt => ` \u00b7 ${doubt}`).join("");
  return [
    make("div", {}, make("b", {}, place.name), " ", place.local && make("bdi", {}, place.local)),
    line(theatre.locationOf(place)),
    make("div", {}, make("strong", {}, statuses[status[step]].label + held), doubts && make("span", {}, doubts)),
    compared !== null && line(changeLine(theatre, timeline, place, day, compared)),
    why && make("div", {}, why),
    last !== undefined && line(`last report ${period.shortName(last)}, ${day > last ? `${counted(day - last, "day")} before` : "the same day"}`),
  ].filter(Boolean);
}

const line = text => make("div", {}, make("span", {}, text));

function changeLine({period, statuses, labels}, timeline, place, day, compared) {
  const change = timeline.changeBetween(place.index, compared, day), label = on => statuses[timeline.statusOn(place.index, on)].label;
  const since = period.shortName(compared);
  return change === UNCHANGED ? `unchanged since ${since}` : `${labels.changes[change]}: ${label(compared)} on ${since}, now ${label(day)}`;
}
