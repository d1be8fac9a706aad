/* The days of a period and how they are written. */
import assert from "node:assert/strict";
import {test} from "node:test";
import {Period, counted} from "../../../control_map/render/map/frontend/period.js";

const summer = new Period("2021-05-01", 130);

test("a day has its date, whatever the clock is set to", () => {
  assert.equal(summer.fullName(69), "Friday, 9 July 2021");
  assert.equal(summer.longName(0), "1 May 2021");
  assert.equal(summer.briefName(69), "9 Jul 2021");
});

test("the year is left out only where it is that of the whole period", () => {
  assert.equal(summer.shortName(69), "9 July");
  assert.equal(summer.shortName(-1), "30 April 2021");
  assert.equal(new Period("2021-12-01", 60).shortName(5), "6 December 2021");
});

test("a key of a slider leads to a day of the period, and any other key to none", () => {
  assert.equal(summer.dayForKey("ArrowLeft", 0), 0);
  assert.equal(summer.dayForKey("PageUp", 125), 129);
  assert.equal(summer.dayForKey("Home", 40), 0);
  assert.equal(summer.dayForKey("x", 40), undefined);
});

test("an axis names months, a short one days, and no label is cut off at its end", () => {
  assert.deepEqual(summer.ticks(900).map(({label}) => label), ["May", "June", "July", "August", ""]);
  assert.deepEqual(new Period("2024-11-20", 73).ticks(350).map(({label}) => label), ["", "December", "2025"]);  // no room for November
  assert.deepEqual(new Period("2021-05-01", 4).ticks(400).map(({label}) => label), ["1 May", "2 May", "3 May", "4 May"]);
});

test("a day is found at its share of the width, and its middle at its percentage", () => {
  assert.equal(summer.dayAt(0.999), 129);
  assert.equal(summer.dayAt(-0.1), 0);
  assert.equal(summer.dayAt(summer.percent(69) / 100), 69);
});

test("a count is written with its noun", () => {
  assert.deepEqual([0, 1, 1234].map(count => counted(count, "change")), ["no changes", "1 change", "1,234 changes"]);
});
