/* The symbols of places without a polygon: capitals as squares, crossings as gates, undrawn districts as circles. */
import {fillPatterns} from "./place_style.js";
import {spreadSymbols} from "./spread.js";

const SYMBOL_SIZES = {district: 9, crossing: 13, provincial_capital: 9};  // pixels; the later kinds are drawn over the earlier
const WEIGHTS = {district: 1, crossing: 3, provincial_capital: 4};         // the heavier move less where symbols are spread
const LED_FROM = 3;  // pixels between a place and the edge of its symbol, from which on a line leads to the place
const REACH = matchMedia("(pointer: coarse)").matches ? 9 : 3;  // pixels around a symbol that still count as hitting it
const EVENT_GAP = 4;  // pixels between a symbol and the mark of an event there
const PALE_OUTLINE = "#8d887d";  // of a place that is unchanged or filtered out, in either theme

const OUTLINES = {
  provincial_capital(path, half) { path.rect(-half, -half, 2 * half, 2 * half); },
  crossing(path, half) {
    path.moveTo(-half, half);
    path.arc(0, -half * 0.15, half, Math.PI, 2 * Math.PI);
    path.lineTo(half, half);
    path.closePath();
  },
  district(path, half) { path.arc(0, 0, half, 0, 2 * Math.PI); },
};

function outline(kind, half) {
  const path = new Path2D();
  OUTLINES[kind](path, half);
  return path;
}

export class Symbols {
  constructor(canvas) {
    this.canvas = canvas;
    this.places = Object.keys(SYMBOL_SIZES).flatMap(kind => canvas.theatre.points.filter(place => place.kind === kind));
    this.hidden = [];
    this.boxes = [];
  }

  /* Place them, `size` times as large as usual; those that would lie on each other are spread, once for each scale of the map. */
  place(size) {
    const {canvas, hidden} = this, {scale, offset} = canvas, layout = JSON.stringify([scale, size, hidden]);
    if (layout !== this.layout) {
      this.layout = layout;
      this.placed = this.places.filter(({kind}) => !hidden.includes(kind)).map(place => (
        {place, x: place.point.x * scale, y: place.point.y * scale, half: SYMBOL_SIZES[place.kind] / 2 * size, weight: WEIGHTS[place.kind]}));
      spreadSymbols(this.placed);
    }
    this.boxes = this.placed.map(({place, x, y, half}) => ({place, x: x + offset.x, y: y + offset.y, half}));
  }

  /* Where a place's symbol stands, in the theatre's units. */
  pointOf(place) {
    const {x, y} = this.placed?.find(each => each.place === place) ?? {}, {scale} = this.canvas;
    return x === undefined ? place.point : {x: x / scale, y: y / scale};
  }

  /* Where a mark stands beside a place's symbol, or its place if the symbol is hidden, in pixels of the sheets. */
  besideSymbol(place) {
    const {x, y, half} = this.boxes.find(box => box.place === place) ?? {...this.canvas.toPixels(place.point), half: 0};
    return {x: x + half + EVENT_GAP, y: y - half};
  }

  /* Draw all of them again; `styleOf` gives the style of a place. */
  draw(styleOf, {colours, selected}) {
    const {canvas, boxes} = this, pen = canvas.symbols;
    this.drawLeads(pen, colours.name);
    for (const {place, x, y, half} of boxes) {
      pen.save();
      pen.translate(x, y);
      this.drawSymbol(pen, place.kind, half, styleOf(place), colours, place.index === selected);
      pen.restore();
    }
  }

  /* Lines from symbols that were moved away to their places. */
  drawLeads(pen, colour) {
    pen.strokeStyle = pen.fillStyle = colour;
    pen.lineWidth = 0.9;
    for (const {place, x, y, half} of this.boxes) {
      const at = this.canvas.toPixels(place.point);
      if (Math.hypot(at.x - x, at.y - y) < half + LED_FROM) continue;
      pen.beginPath();
      pen.moveTo(x, y);
      pen.lineTo(at.x, at.y);
      pen.stroke();
      pen.beginPath();
      pen.arc(at.x, at.y, 1.5, 0, 2 * Math.PI);
      pen.fill();
    }
  }

  drawSymbol(pen, kind, half, style, colours, isSelected) {
    const path = outline(kind, half), {fill, ring, band, pale} = style;
    const stroke = (around, colour, width) => {
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.stroke(outline(kind, half + around));
    };
    // Around the ring of a dispute, so that it is seen.
    if (isSelected) stroke(ring ? 6.2 : 3.6, colours.ring, 2.2);
    if (band) for (const [colour, width] of [["#ffffff", 7], [band, 4.5]]) stroke(2, colour, width);
    pen.fillStyle = fill;
    pen.fill(path);
    fillPatterns(pen, style, () => pen.fill(path));
    if (kind === "district" && !pale) stroke(0, "#26241f66", 2.6);
    stroke(0, pale ? PALE_OUTLINE : kind === "district" ? "#ffffff" : colours.symbol, 1.2);
    if (ring) {
      pen.setLineDash([3, 2]);
      stroke(3, ring, 1.4);
    }
  }

  /* The place whose symbol lies under a point of the sheets, the nearest of several, or undefined. */
  placeAt({x, y}) {
    const distance = box => Math.max(Math.abs(box.x - x), Math.abs(box.y - y)) - box.half;
    const near = this.boxes.filter(box => distance(box) < REACH);
    return near.sort((a, b) => distance(a) - distance(b))[0]?.place;
  }
}
