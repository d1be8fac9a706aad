/* The panel of a province or of a border lists its places by status, those that changed last at the top. */
import "./browser.mjs";
import assert from "node:assert/strict";
import {test} from "node:test";
import {Area} from "../../../control_map/render/map/frontend/area.js";
import {Pages} from "../../../control_map/render/map/frontend/pages.js";
import {Period} from "../../../control_map/render/map/frontend/period.js";

class Element {
  constructor(tag) { Object.assign(this, {tag, attributes: {}, children: [], style: {}}); }
  setAttribute(name, value) { this.attributes[name] = value; }
  addEventListener(type, listener) { this.listeners = {...this.listeners, [type]: listener}; }
  append(...children) { this.children.push(...children); }
  get textContent() { return this.children.map(child => child.textContent ?? child).join(""); }
  all(tag) { return this.children.flatMap(child => (child.tag ? [...(child.tag === tag ? [child] : []), ...child.all(tag)] : [])); }
}
globalThis.document = {createElement: tag => new Element(tag)};

const statuses = ["Reds", "Blues", "No report"].map(label => ({label}));
const place = (index, name, kind, provinceId, neighbour = "") => ({index, id: `P${index}`, name, kind, provinceId, province: provinceId, neighbour});
const theatre = {
  statuses, noReport: 2, period: new Period("2021-05-01", 20), provinces: [{id: "N", name: "North"}], frontier: new Map(),
  places: [place(0, "Ash", "district", "N"), place(1, "Birch", "district", "N"), place(2, "Gate", "crossing", "N", "Farland"), place(3, "Elm", "district", "S"), place(4, "Oak", "district", "N")],
};
const held = [[0, -1], [1, 6], [0, 3], [0, 9], [2, -1]];  // status and first day of each
for (const [index, km] of [[0, 70], [1, 30.4]]) theatre.frontier.set("Farland", [...(theatre.frontier.get("Farland") ?? []), {place: theatre.places[index], km}]);
theatre.frontier.set("Seaward", [{place: theatre.places[0], km: 200}, {place: theatre.places[3], km: 9}]);
const timeline = {whys: ["", "Set by a clerk"], why: [1, 0, 0, 0, 0], statusOn: index => held[index][0], stepOn: index => index, status: held.map(([status]) => status), holdStart: (_, step) => held[step][1], datingOf: step => (step === 1 ? "at least " : ""),
  sinceOf: step => (held[step][0] === theatre.noReport ? undefined : held[step][1])};

function listed(target, {day = 9, replays = false, ...known} = {}) {
  const area = Object.assign(new Area(theatre, target), known), body = new Element("section");
  body.append(...area.elements({timeline, day, facts: {replays}, pages: new Pages()}).filter(Boolean));
  return {area, body, lines: tag => body.all(tag).map(({textContent}) => textContent)};
}

const rows = body => body.all("ol").map(list => list.all("li").map(({textContent}) => textContent));
const targets = body => body.all("button").map(({attributes}) => attributes["data-go"]).filter(Boolean);

test("a province counts its districts by status, and lists those of each, the latest change first", () => {
  const {area, body, lines} = listed("province/N");
  assert.equal(area.label, "North");
  assert.deepEqual(lines("h3"), ["Crossings", "Reds 1 district", "Blues 1 district", "No report 1 district"]);
  assert.deepEqual(body.all("ul")[0].all("li").map(({textContent}) => textContent), ["1 Reds", "1 Blues", "1 No report"]);
  assert.deepEqual(rows(body), [["Reds since 4 MayGate"], ["since before 1 MayAshSet by a clerk"], ["since at least 7 MayBirch"], ["Oak"]]);
  assert.match(body.textContent, /province \u00b7 3 districts on 10 May 2021/);
});

test("a province leads to the neighbours that it borders on, the longest border first", () => {
  const {body} = listed("province/N");
  assert.match(body.textContent, /Borders Seaward \(200 km\), Farland \(100 km\)/);
  assert.deepEqual(targets(body).slice(0, 2), ["neighbour/Seaward", "neighbour/Farland"]);
});

test("people and land are added once they are there; a district without a boundary adds no land", () => {
  const {body} = listed("province/N", {sizes: {people: [412_345, 10, 0, 5, 700], km2: [1200, 8, 0, 7, 0]}});
  assert.deepEqual(body.all("ul")[0].all("small").map(({textContent}) => textContent), [" \u00b7 412,000 people on 1,200 km\u00b2", " \u00b7 10 people on 8 km\u00b2", " \u00b7 700 people"]);
});

test("a border has its kilometres and crossings by status, its crossings and its districts, the longest stretch first", () => {
  const {area, body, lines} = listed("neighbour/Farland");
  assert.equal(area.label, "Border with Farland");
  assert.match(body.textContent, /100 km of border \u00b7 1 crossing on 10 May 2021/);
  assert.deepEqual(body.all("ul")[0].all("li").map(({textContent}) => textContent), ["70 km, 1 crossing Reds", "30 km Blues"]);
  assert.deepEqual(lines("h3").map(text => text), ["Crossings", "Districts on the border length as drawn"]);
  assert.deepEqual(rows(body)[1], ["Reds \u00b7 70 kmAsh, N", "Blues \u00b7 30 kmBirch, N"]);
});

test("a border without a known frontier has its crossings and no kilometres", () => {
  const known = theatre.frontier.get("Farland");
  theatre.frontier.delete("Farland");
  const {body, lines} = listed("neighbour/Farland");
  theatre.frontier.set("Farland", known);
  assert.deepEqual(lines("h3"), ["Crossings"]);
  assert.doesNotMatch(body.textContent, /km/);
});

const claim = (day, others) => ({day, isExact: 1, published: day + 1, status: 0, number: null, isPart: 0, says: "Held by Reds", who: "a clerk", side: "", grade: "B2", source: "Wire", address: "https://x.example/", summary: `Summary ${day}`, ...others});

test("claims about a province are those of events by the day, in a replay those published by then, and stand beside this map's count", () => {
  const claims = [claim(12), claim(9, {isExact: 0, number: 5, isPart: 1}), claim(3)];
  const of = options => rows(listed("province/N", {claims, ...options}).body).at(-1);
  assert.deepEqual(of({}), [
    "around 10 MaySummary 9Held by Reds (part of the area), says a clerk \u00b7 B2 \u00b7 Wire \u00b7 5 by this report; this map that day: 1 of 3 Reds",
    "4 MaySummary 3Held by Reds, says a clerk \u00b7 B2 \u00b7 Wire",
  ]);
  assert.equal(of({replays: true}).length, 1);
  assert.doesNotMatch(rows(listed("province/N", {claims: [claim(-40, {number: 2})]}).body).at(-1)[0], /this map/, "nothing is known of that day");
});

test("what is neither a province nor a border is no area", () => {
  for (const target of ["P0", "", "neighbour/", "province/X", "neighbour/Nowhere"]) assert.equal(new Area(theatre, target).exists, false, target);
  assert.equal(new Area(theatre, "neighbour/Seaward").exists, true);
});

test("a long list shows twelve rows, and its button the next twelve", () => {
  const lists = {}, pages = new Pages(() => ({querySelectorAll: () => Array.from({length: 24}, (_, at) => ({parentElement: {dataset: {list: "long"}}, querySelector: () => ({focus: () => { lists.focused = at; }})}))}));
  const all = Array.from({length: 30}, (_, at) => at);
  assert.equal(pages.cut("long", all).length, 12);
  assert.equal(pages.more("short", 12), false);
  const more = pages.more("long", 30);
  assert.equal(more.textContent, "Show 12 of 18 more");
  more.children[0].listeners.click();
  assert.equal(pages.cut("long", all).length, 24);
  assert.equal(lists.focused, 12);
  assert.equal(pages.more("long", 30).textContent, "Show 6 more");
});
