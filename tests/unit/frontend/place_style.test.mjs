/* How a place looks. */
import assert from "node:assert/strict";
import {test} from "node:test";
import {PlaceStyles, isPlain} from "../../../control_map/render/map/frontend/place_style.js";
import {CLAIM, DISPUTED, GAINED, LIGHT, LOST, NOBODY, RETAKEN, TAKEN_BACK, UNCHANGED, USER_SUPPLIED} from "../../../control_map/render/map/frontend/timeline.js";

const STATUSES = ["#ff0000", "#0000ff", "#888888", "#444444"].map(colour => ({colour, dark: `${colour.slice(0, 5)}aa`, light: `${colour.slice(0, 5)}cc`, dim: `${colour.slice(0, 5)}33`}));
const NO_REPORT = 2, UNKNOWN = 3;
const COLOURS = {ground: "#000000", dot: "dot", ring: "ring", yours: "yours"};
const styles = new PlaceStyles({statuses: STATUSES, unknown: UNKNOWN, noReport: NO_REPORT});
styles.setTheme(false, COLOURS);
const look = (state, filteredOut = false) => styles.get(PlaceStyles.key({status: 0, bits: 0, claimed: NOBODY, blind: false, ...state}, filteredOut));

test("a place has the colour of its status, nearer to the background on an older or area report, in the dark as well", () => {
  assert.equal(look({}).fill, "#ff0000");
  assert.equal(look({bits: LIGHT}).fill, "#ff00cc");
  styles.setTheme(true, COLOURS);
  assert.equal(look({}).fill, "#ff00aa");
  assert.equal(look({bits: LIGHT}).fill, "#ff0033");
  styles.setTheme(false, COLOURS);
});

test("each doubt has a mark of its own", () => {
  assert.deepEqual(look({}), {fill: "#ff0000", hatch: null, crosses: null, faint: false, dots: null, ring: null, band: null});
  assert.equal(look({claimed: 1}).hatch, "#0000ff");
  assert.equal(look({bits: DISPUTED}).ring, "ring");
  assert.equal(look({bits: USER_SUPPLIED}).band, "yours");
  assert.deepEqual([look({blind: true}).dots, look({blind: true}).fill], ["dot", "#4d0000"]);
});

test("a status on claims alone is lighter and hatched in its own colour, or in that of another who claims the place", () => {
  const {fill, hatch} = look({bits: LIGHT | CLAIM});
  assert.deepEqual([fill, hatch], ["#ff00cc", "#ff0000"]);
  assert.equal(look({bits: LIGHT | CLAIM, claimed: 1}).hatch, "#0000ff");
});

test("unknown control has crosses, also where it is a blind spot", () => {
  assert.match(look({status: UNKNOWN}).crosses, /^#[0-9a-f]{6}$/);
  assert.ok(look({status: UNKNOWN, blind: true}).crosses);
  assert.equal(look({status: NO_REPORT}).crosses, null);
});

test("unknown control looks alike on the map, in the legend and in the bar: its colour with crosses", () => {
  const {fill, crosses} = look({status: UNKNOWN}), background = decodeURIComponent(styles.background(UNKNOWN));
  assert.ok(background.endsWith(fill) && background.includes(`stroke="${crosses}"`), background);
  assert.equal(styles.background(0), "#ff0000");
});

test("a place that has any mark is painted with more than its colour", () => {
  assert.ok(isPlain(look({})) && isPlain(look({bits: LIGHT})));
  for (const state of [{status: UNKNOWN}, {claimed: 1}, {bits: DISPUTED}, {bits: USER_SUPPLIED}, {blind: true}, {bits: LIGHT | CLAIM}]) assert.ok(!isPlain(look(state)));
});

test("a blind spot without any report keeps its colour, which says as much", () => {
  assert.equal(look({status: NO_REPORT, blind: true}).fill, "#888888");
});

test("a comparison shows what changed, and a place that a filter leaves out is pale", () => {
  assert.equal(look({change: UNCHANGED}).fill, "#888888");
  assert.deepEqual(look({change: GAINED}), {fill: "#ff0000", hatch: null});
  assert.equal(look({change: TAKEN_BACK}).hatch, "#000000");
  assert.deepEqual(look({change: LOST}), {fill: "#888888", hatch: "ring"});
  assert.deepEqual(look({bits: DISPUTED}, true), {fill: "#1f0000", pale: true});
});

test("two places have the same key only if they look the same", () => {
  const states = [{}, {bits: LIGHT}, {bits: DISPUTED}, {bits: USER_SUPPLIED}, {bits: LIGHT | CLAIM}, {status: UNKNOWN}, {claimed: 0}, {claimed: 1}, {blind: true}, {status: 1}, {change: UNCHANGED}, {change: LOST}];
  const keys = states.map(state => PlaceStyles.key({status: 0, bits: 0, claimed: NOBODY, blind: false, ...state}, false));
  assert.equal(new Set(keys).size, states.length);
  const retaken = PlaceStyles.key({status: 0, bits: RETAKEN, claimed: NOBODY, blind: false}, false);
  assert.equal(retaken, keys[0], "that a place was retaken shows in a comparison alone");
});
