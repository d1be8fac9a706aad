/* The small card that says what the place under the pointer shows. Text goes in as text: names and reports are untrusted. */
import {addElement, make} from "./elements.js";
import {counted} from "./period.js";
import {UNCHANGED} from "./timeline.js";

const POINTER_GAP = 14;  // pixels from the pointer
const CARD_EDGE = 4;  // pixels from the edge of the map, and from what lies over it
const LEAST_COST = 1e-3;  // less than the overlap of any two boxes
const COVERED = ".leaflet-control, .cm-foot";  // lies over the map, and the card never over it

export class Card {
  constructor(host) {
    this.host = host;
    this.box = addElement(host, "div", {class: "cm-hover", role: "tooltip", hidden: ""});
  }

  /* What the card says, to be read aloud. */
  get inWords() { return [...this.box.children].map(({textContent}) => textContent).join(". "); }

  hide() {
    this.box.hidden = true;
    this.shown = null;
  }

  /* Show lines on a place near a point; they are written again only if `key`, on which they depend, is another. */
  show(key, lines, point) {
    if (this.shown !== key) {
      this.shown = key;
      this.box.replaceChildren(...lines());
    }
    this.box.hidden = false;
    const corner = this.host.getBoundingClientRect(), {offsetWidth: width, offsetHeight: height} = this.box;
    const covered = [...this.host.querySelectorAll(COVERED)].map(element => element.getBoundingClientRect()).map(box => (
      {left: box.left - corner.left, top: box.top - corner.top, right: box.right - corner.left, bottom: box.bottom - corner.top}));
    const {left, top} = placeBeside(point, {width, height}, {width: this.host.clientWidth, height: this.host.clientHeight}, covered);
    this.box.style.transform = `translate(${left}px, ${top}px)`;
  }
}

/* Where a box of that size stands beside a point, within an area and over none of the boxes in it; if it must, over as little of
 * them as can be, and rather over the point. */
function placeBeside({x, y}, {width, height}, area, boxes) {
  const clamp = (at, size, room) => Math.max(CARD_EDGE, Math.min(at, room - size - CARD_EDGE));
  const lefts = [x + POINTER_GAP, x - POINTER_GAP - width, ...boxes.map(({left}) => left - CARD_EDGE - width)].map(left => clamp(left, width, area.width));
  const tops = [y + POINTER_GAP, y - POINTER_GAP - height, ...boxes.map(({top}) => top - CARD_EDGE - height)].map(top => clamp(top, height, area.height));
  const spots = tops.flatMap(top => lefts.map(left => ({left, top, right: left + width, bottom: top + height})));
  const point = {left: x, top: y, right: x, bottom: y};
  const costs = spots.map(spot => boxes.reduce((sum, box) => sum + sharedArea(spot, box), 0) + (contains(spot, point) ? LEAST_COST : 0));
  return spots[costs.indexOf(Math.min(...costs))];
}

const shared = (from, to, otherFrom, otherTo) => Math.max(0, Math.min(to, otherTo) - Math.max(from, otherFrom));
const sharedArea = (a, b) => shared(a.left, a.right, b.left, b.right) * shared(a.top, a.bottom, b.top, b.bottom);
const contains = (a, b) => a.left <= b.left && a.top <= b.top && b.right <= a.right && b.bottom <= a.bottom;

/* The lines of the card on what a place shows on the day that the timeline stands at. */
export function cardLines(theatre, timeline, place, day, compared) {
  const {period, statuses} = theatre, {cursor, status, why: whyOf, whys} = timeline, step = timeline.drawnStep(place), why = whys[whyOf[step]];
  const since = timeline.sinceOf(step), isOwn = step === cursor[place.index], last = timeline.lastReported(isOwn ? place.index : place.within.index, day);
  const held = since !== undefined ? ` since ${period.shortName(since)}` : status[step] === theatre.noReport && last !== undefined ? " that counts" : "";
  const doubts = theatre.doubtsAbout(timeline, step, !why).map(doubt => ` \u00b7 ${doubt}`).join("");
  return [
    make("div", {}, make("b", {}, place.name), " ", place.local && make("bdi", {}, place.local)),
    line(theatre.locationOf(place)),
    make("div", {}, make("strong", {}, statuses[status[step]].label + held), doubts && make("span", {}, doubts)),
    !isOwn && line(theatre.asItsDistrict(place)),
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
