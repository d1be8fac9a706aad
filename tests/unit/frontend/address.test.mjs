/* The address of a published page, which also reads that of the app. */
import assert from "node:assert/strict";
import {test} from "node:test";
import "./browser.mjs";

const {readAddress, writeAddress} = await import("../../../control_map/render/site/frontend/address.js");
const {Period} = await import("../../../control_map/render/map/frontend/period.js");

const WORDS = {option: "since", of_date: "date", date: "since-date", of_start: "start", layers: "show", spans: {week: 7, month: 30}};
const theatre = {period: new Period("2021-07-01", 40), byId: new Map([["P1", {}]]), places: [], provinces: [], frontier: new Map()};
const read = address => readAddress(address, theatre, WORDS);

test("a link of the app opens the same day, place, layers and day compared with", () => {
  const app = read("?theatre=t&date=2021-07-20&since=date&since-date=2021-07-05&place=P1&show=capitals,terrain");
  assert.deepEqual(app, {...read("#date=2021-07-20&compare=2021-07-05&place=P1&events=off")});
  assert.deepEqual([app.day, app.compared, app.place, app.events, app.problems], [19, 4, "P1", false, []]);
});

test("a span of the app is counted back from the day, and not beyond the period", () => {
  assert.equal(read("?date=2021-07-20&since=week").compared, 12);
  assert.equal(read("?date=2021-07-20&since=month").compared, 0);
  assert.equal(read("?date=2021-07-20&since=start").compared, 0);
  assert.equal(read("?date=2021-07-20&since=nothing").compared, null);
});

test("what cannot be followed is said", () => {
  assert.equal(read("#date=2021-07-20&compare=2020-01-01").problems.length, 1);
  assert.equal(read("?date=2021-07-20&since=date&since-date=2020-01-01").problems.length, 1);
});

test("the way back leads from any number of days to the last view that was opened, with its day", () => {
  const entries = [{hash: "", state: null}], now = () => entries.at(-1), go = (state, hash) => ({hash, state});
  globalThis.history = {
    get state() { return now().state; },
    pushState(state, _, hash) { entries.push(go(state, hash)); },
    replaceState(state, _, hash) { entries.splice(-1, 1, go(state, hash)); },
  };
  globalThis.location = {get hash() { return now().hash; }};
  const write = (day, place) => writeAddress({day, compared: null, place, area: "", report: "", background: true, events: true}, theatre);
  for (const day of [1, 2, 3]) write(day, "");
  write(3, "P1");
  for (const day of [4, 5]) write(day, "P1");
  assert.deepEqual(entries.map(({hash}) => hash), ["", "#date=2021-07-04", "#date=2021-07-04&place=P1", "#date=2021-07-06&place=P1"]);
});
