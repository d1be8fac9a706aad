/* A theatre read from its geometry file. */
import assert from "node:assert/strict";
import {test} from "node:test";
import {CRS} from "./browser.mjs";

const {Theatre} = await import("../../../control_map/render/map/frontend/theatre.js");
const {CLAIM, DISPUTED, LIGHT, NOBODY} = await import("../../../control_map/render/map/frontend/timeline.js");
const {readAddress} = await import("../../../control_map/render/site/frontend/address.js");

const kind = (short, suffix) => ({short, suffix});
const GEOMETRY = {
  start: "2021-05-01",
  country: "Marchland",
  within: [[1, 0], [2, 0]],
  frontier: {Fenland: [[0, 12.5]], Seaward: [[0, 3]]},
  days: 62,
  statuses: [{id: "red", label: "Reds"}, {id: "contested", label: "Contested"}, {id: "no_report", label: "No report"}],
  labels: {
    kinds: {district: kind("district", ""), provincial_capital: kind("capital", " (capital)"), crossing: kind("crossing", " (crossing)")},
    changes: {unchanged: "unchanged", gained: "gained"},
    doubts: {light: {short: "older"}, own_claim: {short: "on a claim"}, claimed: {short: "claimed by {}"}, disputed: {short: "disputed"}, user_supplied: {short: "added"}},
  },
  places: [
    ["H1", "district", "Aldermoor", "", "H", "Harrow", "", [1, 2], 0.5],
    ["C", "provincial_capital", "Aldermoor", "", "H", "Harrow", "", [1, 2], 0],
    ["X", "crossing", "Kestrel Gate", "", "H", "Harrow", "Fenland", [1, 2], 0],
  ],
  parts: [["Old Mill", "", 0], ["Gate Yard", "Двор", 2]],
  shapes: [[[10000, 10000, 10000, 0, 0, 20000]], null, null],
  borders: [], outline: [], neighbours: [], cities: [1],
  provinces: [{id: "H", name: "Harrow", at: [1, 2], radius: 1, box: [0, 1, 2, 3]}],
};
const theatre = new Theatre(GEOMETRY, CRS);
const NOTHING_OPEN = {place: "", area: "", report: ""};

test("encoded steps become a shape, whose corners are found by the place's id", () => {
  const [southWest, northEast] = theatre.bounds("H1").map(({lat, lng}) => [lat, lng]);
  assert.deepEqual([southWest, northEast], [[1, 1], [3, 2]]);
  assert.deepEqual(theatre.bounds("province/H"), [[1, 0], [3, 2]]);
  assert.equal(theatre.bounds("nowhere"), null);
  assert.equal(theatre.bounds("province/nowhere"), null);
});

test("a place is named with its kind, and located in its province", () => {
  assert.deepEqual(theatre.places.map(place => theatre.nameWithKind(place)), ["Aldermoor", "Aldermoor (capital)", "Kestrel Gate (crossing)"]);
  assert.deepEqual(theatre.places.map(place => theatre.locationOf(place)), ["Harrow", "capital of Harrow", "crossing to Fenland \u00b7 Harrow"]);
});

test("the way to a place leads from the country over its province, and to a capital or a crossing over its district", () => {
  const way = (place, report) => theatre.wayTo({place: theatre.byId.get(place), report}).map(({name, target}) => `${name}: ${target}`);
  assert.deepEqual(way("H1"), ["Marchland: country", "Harrow: province/H", "Aldermoor: H1"]);
  assert.deepEqual(way("X"), ["Marchland: country", "Harrow: province/H", "Aldermoor: H1", "Kestrel Gate: X"]);
  assert.deepEqual(way("H1", "r-1").at(-1), "r-1: report/r-1");
  assert.deepEqual(theatre.wayTo({}), [{name: "Marchland", target: "country"}]);
  assert.deepEqual(theatre.wayTo({area: {label: "Border with Fenland", target: "neighbour/Fenland"}}).at(-1), {name: "Border with Fenland", target: "neighbour/Fenland"});
});

test("a district knows the capital and the crossing in it, and they know it", () => {
  const [district, ...others] = theatre.places;
  assert.deepEqual(district.contains, others);
  assert.ok(others.every(({within}) => within === district));
});

test("a part is known with the place that it is a part of", () => {
  assert.deepEqual(theatre.parts.map(({name, local, place}) => [name, local, place.id]), [["Old Mill", "", "H1"], ["Gate Yard", "Двор", "X"]]);
});

test("doubts are written in words, that a report is old only if asked for", () => {
  const timeline = {bits: [DISPUTED | LIGHT, 0, LIGHT | CLAIM], claimed: [NOBODY, 0, NOBODY]};
  assert.deepEqual(theatre.doubtsAbout(timeline, 0), ["disputed", "older"]);
  assert.deepEqual(theatre.doubtsAbout(timeline, 0, false), ["disputed"]);
  assert.deepEqual(theatre.doubtsAbout(timeline, 1), ["claimed by Reds"]);
  assert.deepEqual(theatre.doubtsAbout(timeline, 2), ["on a claim"]);
  assert.deepEqual(theatre.doubtsAbout(timeline, 2, false), ["on a claim"]);
});

test("an address names a day, one to compare with and a place of the theatre, or none, or it is said what it has not", () => {
  assert.deepEqual(readAddress("#date=2021-05-03&place=X", theatre), {day: 2, compared: null, ...NOTHING_OPEN, place: "X", problems: []});
  assert.deepEqual(readAddress("#date=2021-05-03&compare=2021-05-01", theatre), {day: 2, compared: 0, ...NOTHING_OPEN, problems: []});
  const opened = {place: "X", area: "neighbour/Fenland", report: "r-1"};
  assert.deepEqual(readAddress("#date=2021-05-03&place=X&area=neighbour/Fenland&report=r-1", theatre), {day: 2, compared: null, ...opened, problems: []});
  assert.deepEqual(readAddress("", theatre), {problems: []});
  assert.deepEqual(readAddress("#terrain=off", theatre), {background: false, problems: []});
  assert.deepEqual(readAddress("#events=off", theatre), {events: false, problems: []});
  const {problems, ...found} = readAddress("#date=2022-05-03&compare=x&place=<b>&area=province/<b>", theatre);
  assert.deepEqual(found, {compared: null, ...NOTHING_OPEN});
  assert.equal(problems.length, 4);
  for (const none of ["2021-05-32", "2021-02-30", "2021-06-31", "2021-04-30", "2021-5-1", "+02021-05-01", ""]) {
    assert.deepEqual(readAddress(`#date=${encodeURIComponent(none)}`, theatre).problems, [`There is no day \u201c${none}\u201d on this map.`]);
  }
});
