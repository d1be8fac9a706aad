/* Names on the map: as many as fit at this zoom, none over another, the more important first. */
const FONT = '"Source Sans Pro", system-ui, "DejaVu Sans", sans-serif';
const STYLES = {
  neighbour: {font: `600 11px ${FONT}`, height: 13, spacing: "2px"},
  province: {font: `700 11px ${FONT}`, height: 13, halo: true},
  symbol: {font: `500 10.5px ${FONT}`, height: 12, halo: true},
  district: {font: `400 10px ${FONT}`, height: 12, halo: true},
};
const GAP = 2;  // pixels around a name
/* The scale from which on the names of these places are written, as a multiple of the whole theatre's. */
const NAMED_FROM = {provincial_capital: 1.7, crossing: 1.7, district: 4};
/* Where a name is tried, in pixels from its place: to the right, and down. */
const SHIFTS = [[0, 0], [0, -14], [0, 14], [-18, 0], [18, 0], [-18, -14], [18, -14], [-18, 14], [18, 14]];
const NEIGHBOUR_SHIFTS = [[0, 0], [0, -14], [0, 14], [-40, 0], [40, 0], [-40, -14], [40, -14], [-70, 0], [70, 0], [-70, -28], [70, 28]];

export class Labels {
  constructor(canvas) { this.canvas = canvas; }

  /* Place and draw them. `boxes` are those of the symbols, `zoomFactor` how many times larger the scale is than that of the whole theatre. */
  draw(boxes, {zoomFactor, colours, selected}) {
    const {canvas} = this, {neighbours, provinces} = canvas.theatre;
    Object.assign(this, {boxes, colours, taken: [], visible: canvas.visibleBounds(), degreeWidth: canvas.degreeWidth()});
    canvas.clear(canvas.labels);
    const named = boxes.filter(({place}) => zoomFactor >= NAMED_FROM[place.kind] || place.index === selected);
    for (const box of named.filter(({place}) => place.index === selected)) this.drawBeside(box, true);
    for (const {name, point, anchor} of neighbours) this.drawNeighbour(name.toUpperCase(), canvas.toPixels(point), anchor);
    for (const province of provinces) this.drawProvince(province);
    for (const box of named.filter(({place}) => place.index !== selected).reverse()) this.drawBeside(box);
    this.drawDistricts(selected);
  }

  /* Beside the theatre, never over it; at the edge of the map moved into it. */
  drawNeighbour(text, {x, y}, anchor) {
    const width = this.measure(text, STYLES.neighbour), left = {start: x, middle: x - width / 2, end: x - width}[anchor];
    const {min, max} = this.visible, {height} = STYLES.neighbour;
    for (const [right, down] of NEIGHBOUR_SHIFTS) {
      const from = Math.min(Math.max(left + right, min.x + GAP), max.x - width - GAP);
      const middle = Math.min(Math.max(y + down, min.y + height), max.y - height);
      const ends = [0, 0.5, 1].map(share => L.point(from + share * width, middle));
      if (ends.some(end => this.canvas.placeAt(end))) continue;
      if (this.put(text, STYLES.neighbour, from + width / 2, middle, true)) return;
    }
  }

  /* In the middle of the province, if it is wide enough; over a symbol rather than not at all. */
  drawProvince({name, point, radius, box: [west, , east]}) {
    const {x, y} = this.canvas.toPixels(point), width = this.measure(name, STYLES.province);
    const room = (east - west) * this.degreeWidth;
    if (radius * this.degreeWidth * 2 < 18 || room < width * 0.8) return;
    for (const clear of [true, false]) {
      for (const [right, down] of SHIFTS) if (this.put(name, STYLES.province, x + right, y + down, clear)) return;
    }
  }

  /* Beside a symbol; that of the selected place has its name in any case. */
  drawBeside({place, x, y, half}, selected = false) {
    const text = place.kind === "crossing" && place.neighbour ? `${place.name} \u2192 ${place.neighbour}` : place.name;
    const width = this.measure(text, STYLES.symbol), right = half + 4 + width / 2, below = half + 9;
    const {min, max} = this.visible, isVisible = this.visible.contains([x, y]);
    // A name beside a symbol in sight is not to be cut off.
    const within = middle => (isVisible ? Math.min(Math.max(middle, min.x + width / 2 + GAP), max.x - width / 2 - GAP) : middle);
    for (const [dx, dy] of [[right, 0], [-right, 0], [0, below], [0, -below]]) {
      if (dx && within(x + dx) !== x + dx) continue;
      if (this.put(text, STYLES.symbol, within(x + dx), y + dy, true)) return;
    }
    if (selected) this.put(text, STYLES.symbol, within(x), y + below);
  }

  drawDistricts(selected) {
    const {canvas} = this;
    for (const place of canvas.theatre.polygons) {
      const reach = place.reach * canvas.scale;
      if (reach < 16 && place.index !== selected) continue;
      if (!canvas.covers(place.box)) continue;
      const {x, y} = canvas.toPixels(place.point), width = this.measure(place.name, STYLES.district);
      if (width > 2.3 * reach && place.index !== selected) continue;
      for (const [right, down] of SHIFTS.slice(0, 3)) if (this.put(place.name, STYLES.district, x + right, y + down, true)) break;
    }
  }

  measure(text, {font, spacing}) {
    const pen = this.canvas.labels;
    pen.font = font;
    pen.letterSpacing = spacing ?? "0px";
    return pen.measureText(text).width;
  }

  /* Draw a name around a point, unless it would lie over another (or, if `clear`, over a symbol); return whether it was drawn. */
  put(text, style, x, y, clear = false) {
    const width = this.measure(text, style), {height, halo} = style, pen = this.canvas.labels;
    const box = {left: x - width / 2 - GAP, right: x + width / 2 + GAP, top: y - height / 2, bottom: y + height / 2};
    const over = other => other.left < box.right && other.right > box.left && other.top < box.bottom && other.bottom > box.top;
    if (this.taken.some(over)) return false;
    const isSymbolOver = ({x: right, y: down, half}) => over({left: right - half, right: right + half, top: down - half, bottom: down + half});
    if (clear && this.boxes.some(isSymbolOver)) return false;
    this.taken.push(box);
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    if (halo) {
      pen.strokeStyle = this.colours.halo;
      pen.lineWidth = 3;
      pen.strokeText(text, x, y);
    }
    pen.fillStyle = halo ? this.colours.name : this.colours.quiet;
    pen.fillText(text, x, y);
    return true;
  }
}
