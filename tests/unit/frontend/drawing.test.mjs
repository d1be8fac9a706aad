/* What is laid out on the map: names that have room on some ground, symbols that do not meet, and the place of the legend. */
import assert from "node:assert/strict";
import {test} from "node:test";
import "./browser.mjs";

const {Boxes, boxAround} = await import("../../../control_map/render/map/frontend/boxes.js");
const {Room} = await import("../../../control_map/render/map/frontend/room.js");
const {placeLegend} = await import("../../../control_map/render/map/frontend/legend_place.js");
const {spreadSymbols} = await import("../../../control_map/render/map/frontend/spread.js");

const rectangle = (left, top, right, bottom) => ({
  rings: [Float32Array.of(left, top, right, top, right, bottom, left, bottom)],
  box: {min: {x: left, y: top}, max: {x: right, y: bottom}},
});
const SHEET = {min: {x: 0, y: 0}, max: {x: 200, y: 100}};

function roomOf(...polygons) {
  const room = new Room(2, SHEET);
  for (const polygon of polygons) room.addPolygon(polygon);
  return room.join();
}

test("polygons that share an edge are one ground, and those apart are not", () => {
  const room = roomOf(rectangle(10, 10, 50, 90), rectangle(50, 10, 90, 90), rectangle(100, 10, 140, 90));
  assert.equal(room.contains(boxAround({x: 50, y: 50}, 60, 12)), true);
  assert.equal(room.contains(boxAround({x: 95, y: 50}, 30, 12)), false);
  assert.equal(room.coveredIn({left: 0, right: 9, top: 0, bottom: 100}), 0);
  assert.equal(room.has({x: 95, y: 50}), false);
  assert.equal(room.has({x: 110, y: 50}), true);
});

test("a hole is no ground", () => {
  const holed = {...rectangle(10, 10, 90, 90), rings: [...rectangle(10, 10, 90, 90).rings, ...rectangle(30, 30, 70, 70).rings]};
  assert.equal(roomOf(holed).has({x: 50, y: 50}), false);
  assert.equal(roomOf(holed).contains(boxAround({x: 50, y: 20}, 60, 8)), true);
});

test("a name stands as near to its point as the ground and what is taken let it, or nowhere", () => {
  const room = roomOf(rectangle(10, 10, 110, 90)), free = new Boxes();
  assert.deepEqual(room.middleFor(40, 10, {x: 60, y: 51}, free), {x: 60, y: 51});
  assert.equal(room.middleFor(40, 10, {x: 0, y: 51}, free).x, 30);
  const taken = new Boxes([boxAround({x: 60, y: 51}, 20, 90)]), {x} = room.middleFor(25, 10, {x: 62, y: 51}, taken);
  assert.ok(Math.abs(x - 60) >= 22.5 && x > 60, "beside what is taken, on the nearer side");
  assert.equal(room.middleFor(45, 10, {x: 60, y: 51}, taken), undefined);
  assert.equal(room.middleFor(120, 10, {x: 60, y: 51}, free), undefined);
  assert.equal(roomOf().middleFor(10, 10, {x: 60, y: 51}, free), undefined);
});

const symbol = (x, y, weight = 1) => ({x, y, half: 5, weight});
const apart = (a, b) => Math.max(Math.abs(a.x - b.x), Math.abs(a.y - b.y)) >= a.half + b.half;

test("symbols that lie on each other are moved apart, the lighter more; others stay", () => {
  const symbols = [symbol(50, 50, 4), symbol(50, 50), symbol(53, 51), symbol(51, 47), symbol(150, 50)];
  spreadSymbols(symbols);
  for (const one of symbols) for (const other of symbols) if (one !== other) assert.ok(apart(one, other));
  assert.ok(symbols.slice(0, 4).every(({x, y}) => Math.hypot(x - 50, y - 50) < 30));
  assert.ok(Math.hypot(symbols[0].x - 50, symbols[0].y - 50) < Math.hypot(symbols[1].x - 50, symbols[1].y - 50));
  assert.deepEqual(symbols[4], symbol(150, 50));
});

test("where there are more symbols than room they stay where they are, at once", () => {
  const crowd = Array.from({length: 3000}, (_, nth) => symbol(nth % 60, Math.floor(nth / 60)));
  spreadSymbols(crowd);
  assert.deepEqual(crowd[1234], symbol(1234 % 60, Math.floor(1234 / 60)));
});

/* A theatre of some shares of the map, as `fit` of the legend's place: it is fitted into what the padding leaves, centred. */
const AREA = {left: 0, top: 0, right: 800, bottom: 400}, LEGEND = {width: 200, height: 200};
const fitTheatre = (across, down, covers) => ({left, top, right, bottom}) => {
  const size = Math.min((800 - left - right) / across, (400 - top - bottom) / down), x = (800 + left - right) / 2, y = (400 + top - bottom) / 2;
  return {zoom: Math.log2(size), covered: box => covers(boxAround({x, y}, across * size, down * size), box)};
};
const area = (a, b) => Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) * Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
const place = (across, down, covers = area, legend = LEGEND) => placeLegend(legend, AREA, fitTheatre(across, down, covers));

test("the legend lies in the lower right where the theatre leaves room there, and the theatre stays in the middle", () => {
  assert.deepEqual(place(350, 400), {corner: "bottomright", padding: {left: 0, top: 0, right: 0, bottom: 0}, zoom: 0});
});

test("it lies in another corner if that is free, before the theatre is moved", () => {
  const southEast = (theatre, box) => (box.top > 150 && box.left > 300 ? area(theatre, box) : 0);
  assert.equal(place(800, 400, southEast).corner, "topright");
});

test("else the theatre is moved beside it, and shrunk no more than it must be", () => {
  const moved = place(500, 400);
  assert.equal(moved.zoom, 0);
  assert.ok(moved.padding.right > 0 && moved.padding.right < 200);
  const shrunk = place(760, 400);
  assert.ok(shrunk.zoom < 0 && shrunk.zoom > -0.8);
  assert.equal(fitTheatre(760, 400, area)(shrunk.padding).covered({left: 600, right: 800, top: 200, bottom: 400}), 0);
});

test("a theatre that would become too small keeps its size, with the legend where it covers least", () => {
  const east = (theatre, box) => area({...theatre, left: theatre.left + 300}, box);
  const {corner, padding} = place(800, 400, east, {width: 390, height: 390});
  assert.deepEqual([corner, padding.right], ["bottomleft", 0]);
});
