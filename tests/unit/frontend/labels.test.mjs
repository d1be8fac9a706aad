/* Names on the map. */
import assert from "node:assert/strict";
import {test} from "node:test";
import "./browser.mjs";

const {Labels, symbolName} = await import("../../../control_map/render/map/frontend/labels.js");
const {Boxes, boxAround} = await import("../../../control_map/render/map/frontend/boxes.js");

const crossing = (name, neighbour = "Jordan") => ({kind: "crossing", name, neighbour});
const theatre = {
  provinces: [{id: "P1", name: "Daraa"}], places: [{kind: "provincial_capital", name: "Tell"}, crossing("Nasib")],
  labels: {kinds: {crossing: {suffix: " (crossing)"}}},
  nameWithKind({name, kind}) { return name + this.labels.kinds[kind].suffix; },
};
const farName = place => symbolName(place, theatre, false);

test("far off a crossing is never named as the city, district or province of its name", () => {
  assert.equal(farName(crossing("Nasib (new gate)")), "Nasib");
  assert.equal(farName(crossing("Daraa (old customs)")), "Daraa (old customs)");
  assert.equal(farName(crossing("Tell")), "Tell (crossing)");
  assert.equal(farName({kind: "provincial_capital", name: "Tell (new town)"}), "Tell");
});

test("near by a crossing is named with the country it leads to", () => {
  assert.equal(symbolName(crossing("Daraa (old customs)"), theatre, true), "Daraa (old customs) \u2192 Jordan");
});

test("a city that is asked for stands for the province of its name, which is not named a second time", () => {
  const labels = new Labels({}), province = {id: "P1", name: "Deir"}, city = {name: "Deir", provinceId: "P1"}, other = {name: "Deir", provinceId: "P2"};
  const nameAt = (x, of) => ({lines: ["Deir"], style: {}, boxes: [boxAround({x, y: 0}, 10, 10)], ...of});
  Object.assign(labels, {names: [nameAt(0, {province}), nameAt(50, {place: other})], taken: new Boxes(), solid: new Boxes(), paint() {}});
  labels.namePlace = place => nameAt(100, {place});
  labels.draw([], {});
  assert.equal(labels.drawn.length, 2);
  labels.draw([city], {});
  assert.deepEqual(labels.drawn.map(({place}) => place), [other, city]);
});
