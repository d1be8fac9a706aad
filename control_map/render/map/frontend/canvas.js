/* The canvases that a theatre is drawn on, one over the other, moved and zoomed with the map.
 *
 * Everything that a day changes lies inside its own polygon, on the sheet `fills`; the lines between polygons lie on a sheet
 * of their own. So one place can be painted again alone. The `background` lies faintly over the fills, as it would not show through them.
 */
import {fillPatterns, isPlain} from "./place_style.js";

const PAPER_PIXELS = 2;  // of a canvas for one of the page, at least: paper is finer than a screen
const SHEETS = ["fills", "background", "lines", "focus", "pulse", "events", "symbols", "labels"];
const IN_PIXELS = ["events", "symbols", "labels"];  // the other sheets are drawn in the theatre's units

/* Empty a canvas by another size: whatever is cleared on one that is printed is cleared on the sheets beneath too. */
function makeAnew(canvas, width, height) {
  canvas.width = 0;
  Object.assign(canvas, {width, height});
}

export const TheatreCanvas = L.Renderer.extend({
  options: {padding: 0.2},

  initialize(theatre) {
    L.Renderer.prototype.initialize.call(this);
    this.theatre = theatre;
  },

  _initContainer() {
    this._container = L.DomUtil.create("div", "cm-canvases");
    this._container.setAttribute("aria-hidden", "true");
    for (const name of SHEETS) this[name] = L.DomUtil.create("canvas", `cm-sheet-${name}`, this._container).getContext("2d");
  },

  _destroyContainer() { this._container.remove(); },

  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    L.Renderer.prototype._update.call(this);
    const size = this._bounds.getSize(), {theatre} = this, pixels = Math.max(window.devicePixelRatio || 1, this.onPaper ? PAPER_PIXELS : 1);
    L.DomUtil.setPosition(this._container, this._bounds.min);
    this.pixels = pixels;
    this.scale = theatre.crs.scale(this._zoom) / theatre.scale;
    this.offset = theatre.origin.multiplyBy(this.scale).subtract(this._map.getPixelOrigin()).subtract(this._bounds.min);
    this.size = size;
    for (const name of SHEETS) {
      const {canvas} = this[name];
      makeAnew(canvas, Math.ceil(pixels * size.x), Math.ceil(pixels * size.y));
      canvas.style.width = `${canvas.width / pixels}px`;
      canvas.style.height = `${canvas.height / pixels}px`;
      if (IN_PIXELS.includes(name)) this[name].scale(pixels, pixels);
      else this[name].setTransform(pixels * this.scale, 0, 0, pixels * this.scale, pixels * this.offset.x, pixels * this.offset.y);
    }
    this.fire("update");
  },

  /* From a theatre's own units to pixels of the sheets. */
  toPixels({x, y}) { return L.point(x * this.scale + this.offset.x, y * this.scale + this.offset.y); },

  /* From pixels of the map to pixels of the sheets. */
  fromContainer(containerPoint) { return this._map.containerPointToLayerPoint(containerPoint).subtract(this._bounds.min); },

  /* The part of the sheets that is in sight, in their pixels. */
  visibleBounds() {
    const corner = this.fromContainer([0, 0]);
    return new L.Bounds(corner, corner.add(this._map.getSize()));
  },

  /* The width of a degree of longitude, in pixels. */
  degreeWidth() { return (this.theatre.project(1, 0).x - this.theatre.project(0, 0).x) * this.scale; },

  /* Whether any of a box, in the theatre's units, lies on the sheets. */
  covers({min, max}) {
    const a = this.toPixels(min), b = this.toPixels(max);
    return b.x >= 0 && b.y >= 0 && a.x <= this.size.x && a.y <= this.size.y;
  },

  clear(pen) {
    const {canvas, canvas: {width, height}} = pen, transform = pen.getTransform();
    pen.resetTransform();
    if (this.onPaper) makeAnew(canvas, width, height);
    else pen.clearRect(0, 0, width, height);
    pen.setTransform(transform);
  },

  /* Paint a polygon in a style of `PlaceStyles`. */
  paint({path, box}, style) {
    const pen = this.fills, {fill, ring, band} = style;
    pen.fillStyle = fill;
    pen.fill(path, "evenodd");
    if (isPlain(style)) return;
    pen.save();
    pen.clip(path, "evenodd");
    if (band) {
      // Of each line the inner half is seen: a band, and a lighter one within it that parts it from any fill.
      for (const [colour, width] of [["#ffffff", 9], [band, 6]]) this.strokePath(pen, path, colour, width);
    }
    if (ring) {
      pen.setLineDash([3 / this.scale, 3 / this.scale]);
      this.strokePath(pen, path, ring, 4);  // of which the inner half is seen
    }
    const min = this.toPixels(box.min), size = this.toPixels(box.max).subtract(min);
    pen.setTransform(this.pixels, 0, 0, this.pixels, 0, 0);
    fillPatterns(pen, style, () => pen.fillRect(min.x, min.y, size.x, size.y));
    pen.restore();
  },

  strokePath(pen, path, colour, width) {
    pen.strokeStyle = colour;
    pen.lineWidth = width / this.scale;
    pen.stroke(path);
  },

  drawLines({thin, province, outline}) {
    this.clear(this.lines);
    this.lines.lineJoin = "round";
    for (const place of this.theatre.polygons) if (this.covers(place.box)) this.strokePath(this.lines, place.path, thin, 0.7);
    this.strokePath(this.lines, this.theatre.borders, province, 0.9);
    this.strokePath(this.lines, this.theatre.outline, outline, 1.6);
  },

  /* Outline an area of polygons, and veil all else; without any, nothing. */
  focusOn(polygons, {veil, ring}) {
    const pen = this.focus, {scale, offset, size} = this;
    this.clear(pen);
    if (!polygons.length) return;
    pen.lineJoin = "round";
    pen.fillStyle = veil;
    pen.fillRect(-offset.x / scale, -offset.y / scale, size.x / scale, size.y / scale);
    for (const {path} of polygons) this.strokePath(pen, path, ring, 4);
    // Of each line the outer half stays, and none between two polygons of the area.
    pen.globalCompositeOperation = "destination-out";
    pen.fillStyle = ring;
    for (const {path} of polygons) {
      pen.fill(path, "evenodd");
      this.strokePath(pen, path, ring, 0.8);
    }
    pen.globalCompositeOperation = "source-over";
  },

  /* Ring places for a moment. */
  flash(places, colour) {
    this.clear(this.pulse);
    if (!places.length) return;
    for (const {path, point} of places) this.strokePath(this.pulse, path ?? this.circle(point, 11), colour, 2.4);
    this.fading?.cancel();
    this.fading = this.pulse.canvas.animate([{opacity: 1}, {opacity: 1, offset: 0.3}, {opacity: 0}], {duration: 1100, easing: "ease-out"});
  },

  /* Ring a polygon on the sheet of the symbols: around it, so that the marks inside are seen. */
  ring(path, colours) {
    const pen = this.symbols, {scale, offset, size} = this, outside = new Path2D(path);
    outside.rect(-offset.x / scale, -offset.y / scale, size.x / scale, size.y / scale);
    pen.save();
    pen.translate(offset.x, offset.y);
    pen.scale(scale, scale);
    pen.clip(outside, "evenodd");
    pen.lineJoin = "round";
    for (const [colour, width] of [[colours.ground, 9], [colours.ring, 7], [colours.ground, 2.2]]) this.strokePath(pen, path, colour, width);
    pen.restore();
  },

  circle({x, y}, pixels) {
    const path = new Path2D();
    path.arc(x, y, pixels / this.scale, 0, 2 * Math.PI);
    return path;
  },

  /* The place whose polygon lies under a point of the sheets, in their pixels, or undefined. */
  placeAt(pixels) {
    const point = pixels.subtract(this.offset).divideBy(this.scale);
    this.probe ??= document.createElement("canvas").getContext("2d");
    return this.theatre.polygons.find(({box, path}) => box.contains(point) && this.probe.isPointInPath(path, point.x, point.y, "evenodd"));
  },
});
