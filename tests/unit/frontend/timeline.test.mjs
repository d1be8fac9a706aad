/* What places show on which day; that Python says the same is tested by `test_parity.py`. */
import assert from "node:assert/strict";
import {test} from "node:test";
import {CONTESTED, GAINED, LOST, RETAKEN, TAKEN_BACK, Timeline, UNCHANGED, USER_SUPPLIED} from "../../../control_map/render/map/frontend/timeline.js";

const RED = 0, BLUE = 1, FOUGHT_OVER = 2, NO_REPORT = 3;
const THEATRE = {contested: FOUGHT_OVER, noReport: NO_REPORT, period: {days: 20}};
const step = (day, status, bits = 0) => [day, status, bits, -1, day, 0];

/* A timeline of one place for each list of steps; each was reported when it was, and on the days given. */
const timelineOf = (steps, reported = []) => new Timeline({places: steps.map(own => [own, reported]), whys: [""], reports: []}, THEATRE);

test("a step holds from its day until the next", () => {
  const timeline = timelineOf([[step(-1, NO_REPORT), step(3, RED), step(5, BLUE)]]);
  assert.deepEqual([-1, 0, 2, 3, 4, 5, 19].map(day => timeline.statusOn(0, day)), [3, 3, 3, 0, 0, 1, 1]);
});

test("the cursors move to any day, and those places are named that show something else there", () => {
  const timeline = timelineOf([[step(-1, NO_REPORT), step(3, RED), step(5, BLUE)], [step(-1, RED)]]);
  assert.deepEqual(timeline.seek(4), [0]);
  assert.deepEqual(timeline.seek(4), []);
  assert.deepEqual(timeline.seek(19), [0]);
  assert.deepEqual(timeline.seek(0), [0]);
  assert.deepEqual([...timeline.cursor], [0, 3]);
});

test("a hold that began after the earlier day is a gain, of a party that had lost the place a return", () => {
  const timeline = timelineOf([[step(-1, RED), step(3, BLUE), step(5, RED, RETAKEN), step(6, RED, RETAKEN), step(9, FOUGHT_OVER), step(12, NO_REPORT)]]);
  assert.equal(timeline.changeBetween(0, 2, 3), GAINED);
  assert.equal(timeline.changeBetween(0, 2, 7), TAKEN_BACK);
  assert.equal(timeline.changeBetween(0, 5, 7), UNCHANGED);
  assert.equal(timeline.changeBetween(0, 5, 9), CONTESTED);
  assert.equal(timeline.changeBetween(0, 9, 12), LOST);
  assert.equal(timeline.changeBetween(0, 12, 15), UNCHANGED);
});

test("a place is a blind spot if it was never reported, or last more than so many days ago", () => {
  const timeline = timelineOf([[step(-1, RED)]], [-1, -4, 6, 5]);
  assert.deepEqual([0, 5, 6].map(day => timeline.lastReported(0, day)), [-4, -4, 5]);
  assert.equal(timeline.isBlindSpot(0, 5, 9), false);
  assert.equal(timeline.isBlindSpot(0, 5, 8), true);
  assert.equal(timelineOf([[step(-1, RED)]]).isBlindSpot(0, 5, 99), true);
});

test("only a change of status counts as a change of its day", () => {
  const timeline = timelineOf([[step(-1, RED), step(3, RED, USER_SUPPLIED), step(5, BLUE)], [step(-1, NO_REPORT), step(5, RED)]]);
  assert.deepEqual(timeline.changedOn[5], [0, 1]);
  assert.equal(timeline.changedOn.flat().length, 2);
  assert.ok(timeline.hasUserReports);
});
