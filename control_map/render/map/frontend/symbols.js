/* The symbols of places without a polygon: capitals as squares, crossings as gates, undrawn districts as circles. */
import {fillPatterns} from "./place_style.js";

const SYMBOL_SIZES = {district: 9, crossing: 13, provincial_capital: 9};  // pixels; the later kinds are drawn over the earlier
const REACH = matchMedia("(pointer: coarse)").matches ? 9 : 3;  // pixels around a symbol that still count as hitting it
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
  }

  /* Draw all of them again; `styleOf` gives the style of a place, `scale` how large they are. */
  draw(styleOf, {ring, selected, scale}) {
    const {canvas} = this, pen = canvas.symbols;
    canvas.clear(pen);
    this.boxes = [];
    for (const place of this.places) {
      if (this.hidden.includes(place.kind)) continue;
      const {x, y} = canvas.toPixels(place.point), half = SYMBOL_SIZES[place.kind] / 2 * scale;
      this.boxes.push({place, x, y, half});
      pen.save();
      pen.translate(x, y);
      this.drawSymbol(pen, place.kind, half, styleOf(place), place.index === selected && ring);
      pen.restore();
    }
  }

  drawSymbol(pen, kind, half, style, selectedRing) {
    const path = outline(kind, half), {fill, ring, band, pale} = style;
    const stroke = (around, colour, width) => {
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.stroke(outline(kind, half + around));
    };
    if (selectedRing) for (const [colour, width] of [[selectedRing, 8], ["#ffffff", 4]]) stroke(1, colour, width);
    if (band) for (const [colour, width] of [["#ffffff", 7], [band, 4.5]]) stroke(2, colour, width);
    pen.fillStyle = fill;
    pen.fill(path);
    fillPatterns(pen, style, () => pen.fill(path));
    if (kind === "district" && !pale) stroke(0, "#26241f66", 2.6);
    stroke(0, pale ? PALE_OUTLINE : kind === "district" ? "#ffffff" : "#26241f", 1.2);
    if (ring) {
      pen.setLineDash([3, 2]);
      stroke(3.5, ring, 1.5);
    }
  }

  /* The place whose symbol lies under a point of the sheets, the nearest of several, or undefined. */
  placeAt({x, y}) {
    const distance = box => Math.max(Math.abs(box.x - x), Math.abs(box.y - y)) - box.half;
    const near = this.boxes.filter(box => distance(box) < REACH);
    return near.sort((a, b) => distance(a) - distance(b))[0]?.place;
  }
}
