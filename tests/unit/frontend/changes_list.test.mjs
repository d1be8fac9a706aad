/* How the changes since a day read; which they are is tested by `test_parity.py`. */
import assert from "node:assert/strict";
import {test} from "node:test";
import {ChangesList} from "../../../control_map/render/map/frontend/changes_list.js";
import {Pages} from "../../../control_map/render/map/frontend/pages.js";
import {Period} from "../../../control_map/render/map/frontend/period.js";
import {RETAKEN, Timeline} from "../../../control_map/render/map/frontend/timeline.js";

class Element {
  constructor(tag) { Object.assign(this, {tag, attributes: {}, children: [], style: {}}); }
  setAttribute(name, value) { this.attributes[name] = value; }
  addEventListener() {}
  append(...children) { this.children.push(...children); }
  get textContent() { return this.children.map(child => child.textContent ?? child).join(""); }
  all(tag) { return this.children.flatMap(child => (child.tag ? [...(child.tag === tag ? [child] : []), ...child.all(tag)] : [])); }
}
globalThis.document = {createElement: tag => new Element(tag)};

const [RED, BLUE, FOUGHT_OVER, UNKNOWN, NO_REPORT] = [0, 1, 2, 3, 4];
const statuses = ["Reds", "Blues", "Contested", "Control unknown", "No report"].map((label, status) => ({id: `s${status}`, label}));
const kinds = {district: {suffix: ""}, provincial_capital: {suffix: " (capital)"}};
const step = (day, status, bits = 0) => [day, status, bits, -1, day, 0];

/* The list between two days; `places` are their steps, by `name/province/kind`. */
function listOf(places, since = 5, until = 9, pages = new Pages()) {
  const named = Object.keys(places).map((key, index) => {
    const [name, province, kind = "district"] = key.split("/");
    return {id: `P${index}`, index, name, province, kind};
  });
  const theatre = {places: named, statuses, contested: FOUGHT_OVER, unknown: UNKNOWN, noReport: NO_REPORT, labels: {kinds}, period: new Period("2021-07-01", 20)};
  const timeline = new Timeline({places: Object.values(places).map(steps => [steps, []]), whys: [""], reports: []}, theatre);
  const list = new Element("section");
  list.append(...new ChangesList(theatre).elements(timeline, since, until, pages).filter(Boolean));
  return list;
}

test("the counts of districts come first, then the places, those that changed last at the top", () => {
  const list = listOf({
    "Ash/North": [step(-1, BLUE), step(7, RED)],
    "Birch/North": [step(-1, BLUE), step(9, FOUGHT_OVER)],
    "Cedar/East": [step(-1, RED), step(6, BLUE), step(9, RED, RETAKEN)],
    "Cedar/East/provincial_capital": [step(-1, RED), step(9, BLUE)],
    "Still/North": [step(-1, BLUE), step(5, RED)],
  });
  assert.deepEqual(list.all("ul")[0].all("li").map(({textContent}) => textContent), ["Reds gained 1, took back 1", "Blues lost 2", "1 became contested"]);
  assert.deepEqual(list.all("h3").map(({textContent}) => textContent), ["Last changed 10 July 3 places", "Last changed 8 July 1 place"]);
  assert.deepEqual(list.all("ol").flatMap(day => day.all("li")).map(({textContent}) => textContent), [
    "Cedar, EastReds, lost and taken backlast from Blues",
    "Cedar (capital), EastReds \u2192 Blues",
    "Birch, NorthBlues \u2192 Contested",
    "Ash, NorthBlues \u2192 Reds",
  ]);
  assert.deepEqual(list.all("button").map(({attributes}) => attributes["data-go"]), [undefined, "P2", "P3", "P1", "P0"]);
  assert.match(list.textContent, /^Changes since 6 July/);
});

test("a change in several steps says from whom the last one was, as the day is that of the last", () => {
  const list = listOf({
    "City/East": [step(-1, BLUE), step(6, FOUGHT_OVER), step(9, RED)],
    "Hill/East": [step(-1, BLUE), step(7, UNKNOWN), step(8, RED), step(8, RED, RETAKEN)],
    "Plain/East": [step(-1, BLUE), step(9, RED)],
  });
  assert.deepEqual(list.all("ol").flatMap(day => day.all("li")).map(({textContent}) => textContent), [
    "City, EastBlues \u2192 Redslast from Contested",
    "Plain, EastBlues \u2192 Reds",
    "Hill, EastBlues \u2192 Reds, taken backlast from Control unknown",
  ]);
});

test("a long list ends with how many more there are, and counts all of them", () => {
  const places = Object.fromEntries(Array.from({length: 1300}, (_, nth) => [`District ${nth}/North`, [step(-1, FOUGHT_OVER), step(8, RED)]]));
  const list = listOf(places);
  assert.equal(list.all("ol").flatMap(day => day.all("li")).length, 12);
  assert.match(list.textContent, /Reds gained 1,300.*1,300 stopped being contested.*9 July 1,300 places.*Show 12 of 1,288 more$/);
});

test("what nobody is known to hold any more is lost, and counted as come under unknown control", () => {
  const left = listOf({"Ash/North": [step(-1, BLUE), step(7, UNKNOWN)], "Birch/North": [step(-1, UNKNOWN), step(8, RED)]});
  assert.deepEqual(left.all("ul")[0].all("li").map(({textContent}) => textContent),
    ["Reds gained 1", "Blues lost 1", "1 came under unknown control, 1 ceased to be so"]);
});

test("if nothing changed it says so, and from a day to itself nothing does", () => {
  assert.equal(listOf({"Ash/North": [step(-1, BLUE), step(7, RED)]}, 9, 9).textContent, "Changes since 10 JulyStop comparingNo status changed.");
});
