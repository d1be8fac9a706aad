/* The address of a published page, which also reads that of the app. */
import assert from "node:assert/strict";
import {test} from "node:test";
import "./browser.mjs";

const {readAddress} = await import("../../../control_map/render/site/frontend/address.js");
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
