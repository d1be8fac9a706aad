/* Which events are marked on a day, and how a silent capital is drawn. */
import assert from "node:assert/strict";
import {test} from "node:test";
import {Events, LATELY} from "../../../control_map/render/map/frontend/events.js";
import {Timeline, UNCHANGED, UNNAMED} from "../../../control_map/render/map/frontend/timeline.js";

const [H1, H2] = [{id: "H1"}, {id: "H2"}], HARROW = {id: "H"};
const FIGHT = 0, TAKEN = 1;
const eventsOf = rows => new Events({places: [H1, H2], provinces: [HARROW]}, rows);
const marked = (rows, day, knownOn = Infinity) => [...eventsOf(rows).lately(day, knownOn)].map(([{id}, event]) => [id, event.day, event.what]);

test("an event is marked on its day and for six more, and not before", () => {
  const rows = [[3, 3, 0, FIGHT, 0]];
  assert.deepEqual(marked(rows, 2), []);
  assert.deepEqual(marked(rows, 3), [["H1", 3, FIGHT]]);
  assert.deepEqual(marked(rows, 3 + LATELY - 1), [["H1", 3, FIGHT]]);
  assert.deepEqual(marked(rows, 3 + LATELY), []);
});

test("of the events of a place the latest is marked, and of one day a change of hands before a fight", () => {
  assert.deepEqual(marked([[3, 3, 0, TAKEN, 0], [5, 5, 0, FIGHT, 0]], 6), [["H1", 5, FIGHT]]);
  assert.deepEqual(marked([[5, 5, 0, FIGHT, 0], [5, 5, 0, TAKEN, 0]], 6), [["H1", 5, TAKEN]]);
  assert.deepEqual(marked([[5, 5, 0, TAKEN, 0], [5, 6, 0, FIGHT, 1]], 6), [["H1", 5, TAKEN]]);
});

test("an event that is not published by the day of a replay is not marked", () => {
  assert.deepEqual(marked([[3, 8, 0, FIGHT, 0]], 5, 5), []);
  assert.deepEqual(marked([[3, 8, 0, FIGHT, 0]], 8, 8), [["H1", 3, FIGHT]]);
});

test("what is said of a province is marked there, and of a place that the map does not have nowhere", () => {
  assert.deepEqual(marked([[3, 3, "H", FIGHT, 0], [3, 3, "Z", FIGHT, 0]], 3), [["H", 3, FIGHT]]);
});

const RED = 0, UNKNOWN = 1, NO_REPORT = 2;
const district = {index: 0, kind: "district"}, capital = {index: 1, kind: "provincial_capital", within: district}, gate = {index: 2, kind: "crossing", within: district};
const step = (day, status, bits = 0) => [day, status, bits, -1, status === NO_REPORT || bits & UNNAMED ? -1 : day, 0];
const timelineOf = (...places) => {
  const theatre = {contested: 9, unknown: UNKNOWN, noReport: NO_REPORT, period: {days: 20}, places: [district, capital, gate]};
  return new Timeline({places: places.map(steps => [steps, []]), whys: [""], reports: []}, theatre);
};

test("a capital is drawn as its district until something is reported of it, a crossing never", () => {
  const timeline = timelineOf([step(-1, RED)], [step(-1, NO_REPORT), step(4, UNKNOWN, UNNAMED)], [step(-1, NO_REPORT)]);
  const drawn = place => timeline.status[timeline.drawnStep(place)];
  timeline.seek(3);
  assert.deepEqual([drawn(capital), drawn(gate)], [RED, NO_REPORT]);
  timeline.seek(4);
  assert.equal(drawn(capital), UNKNOWN);
});

test("a report that names no holder is no change, and its status has no first day", () => {
  const timeline = timelineOf([step(-1, NO_REPORT), step(4, UNKNOWN, UNNAMED), step(6, RED)]);
  assert.deepEqual(timeline.changedOn[4], []);
  assert.deepEqual(timeline.changedOn[6], [0]);
  assert.equal(timeline.changeBetween(0, 2, 5), UNCHANGED);
  timeline.seek(5);
  assert.equal(timeline.sinceOf(timeline.cursor[0]), undefined);
  timeline.seek(6);
  assert.equal(timeline.sinceOf(timeline.cursor[0]), 6);
});

test("where a holder left a place whose reports had named none, the change is of that day", () => {
  const timeline = timelineOf([step(-1, NO_REPORT), step(4, UNKNOWN, UNNAMED), step(10, UNKNOWN)]);
  assert.equal(timeline.holdStart(0, timeline.stepOn(0, 12)), 10);
  assert.deepEqual(timeline.changedOn[10], [0]);
});
