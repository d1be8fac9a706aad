/* The panel of a province or of a border lists its places by status, those that changed last at the top. */
import "./browser.mjs";
import assert from "node:assert/strict";
import {test} from "node:test";
import {Area} from "../../../control_map/render/map/frontend/area.js";
import {Period} from "../../../control_map/render/map/frontend/period.js";

class Element {
  constructor(tag) { Object.assign(this, {tag, attributes: {}, children: [], style: {}}); }
  setAttribute(name, value) { this.attributes[name] = value; }
  append(...children) { this.children.push(...children); }
  get textContent() { return this.children.map(child => child.textContent ?? child).join(""); }
  all(tag) { return this.children.flatMap(child => (child.tag ? [...(child.tag === tag ? [child] : []), ...child.all(tag)] : [])); }
}
globalThis.document = {createElement: tag => new Element(tag)};

const statuses = ["Reds", "Blues", "No report"].map(label => ({label}));
const place = (index, name, kind, provinceId, neighbour = "") => ({index, id: `P${index}`, name, kind, provinceId, neighbour});
const theatre = {
  statuses, noReport: 2, period: new Period("2021-05-01", 20), provinces: [{id: "N", name: "North"}],
  places: [place(0, "Ash", "district", "N"), place(1, "Birch", "district", "N"), place(2, "Gate", "crossing", "N", "Farland"), place(3, "Elm", "district", "S"), place(4, "Oak", "district", "N")],
};
const held = [[0, -1], [1, 6], [0, 3], [0, 9], [2, -1]];  // status and first day of each
const timeline = {stepOn: index => index, status: held.map(([status]) => status), holdStart: (_, step) => held[step][1]};

function listed(target, sizes = null) {
  const area = new Area(theatre, target), body = new Element("section");
  area.sizes = sizes;
  body.append(...area.elements({timeline, day: 9}));
  return {area, body, lines: tag => body.all(tag).map(({textContent}) => textContent)};
}

test("a province counts its districts by status and lists its places, the latest change first", () => {
  const {area, body, lines} = listed("province/N");
  assert.equal(area.label, "North");
  assert.deepEqual(lines("h3"), ["Crossings", "Districts"]);
  assert.deepEqual(body.all("ul")[0].all("li").map(({textContent}) => textContent), ["1 Reds", "1 Blues", "1 No report"]);
  assert.deepEqual(body.all("ol").flatMap(list => list.all("li")).map(({textContent}) => textContent), [
    "Reds since 4 MayGate", "Blues since 7 MayBirch", "Reds since before 1 MayAsh", "No reportOak",
  ]);
  assert.match(body.textContent, /province \u00b7 3 districts on 10 May 2021/);
});

test("people and land are added once they are there; a district without a boundary adds no land", () => {
  const {lines} = listed("province/N", {people: [412_345, 10, 0, 5, 700], km2: [1200, 8, 0, 7, 0]});
  assert.deepEqual(lines("small"), [" \u00b7 412,000 people on 1,200 km\u00b2", " \u00b7 10 people on 8 km\u00b2", " \u00b7 700 people"]);
});

test("a border lists its crossings, and what is neither is empty", () => {
  const {area, lines} = listed("neighbour/Farland");
  assert.equal(area.label, "Border with Farland");
  assert.deepEqual(lines("h3"), ["Crossings"]);
  for (const target of ["P0", "", "neighbour/", "province/X", "neighbour/Nowhere"]) assert.deepEqual(new Area(theatre, target).places, [], target);
});
