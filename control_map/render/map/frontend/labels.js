/* Names on the map: none over another or over a symbol, and none of an area outside of it unless a line leads to it.
 *
 * Where names stand is laid out once for each view. Those that are asked for on a day alone, of the selected place and of
 * crossings that changed lately, then take what room is left, or that of names that matter less: all others stay in place.
 */
import {Boxes, boxAround, unionOf} from "./boxes.js";
import {Room} from "./room.js";

const FONT = '"Source Sans Pro", system-ui, "DejaVu Sans", sans-serif';
/* Sizes are in pixels, as they are on a map that is not large. */
const STYLES = {
  neighbour: {weight: 600, size: 11, line: 13, spacing: "2px", quiet: true},
  province: {weight: 700, size: 11, line: 12},
  smallProvince: {weight: 700, size: 9.5, line: 10},
  city: {weight: 700, size: 10.5, line: 12},
  symbol: {weight: 500, size: 10.5, line: 12},
  district: {weight: 400, size: 10, line: 11},
};
const LARGE = {x: 1000, y: 600};  // pixels of a map from which on its names grow with it
const MOST_GROWTH = 1.2;
const GAP = 2;              // pixels to the left and to the right of a name
const SYMBOL_GAP = 4;       // pixels between a symbol and its name
const ROW = 2;              // pixels between the lines on which ground is looked up
const CITIES_ON_NARROW = 5; // cities that are named where the map is narrow
const LEAST_REACH = 16;     // pixels from the middle of a district to its edge, from which on it is named
const LEAST_RADIUS = 5;     // the same of a province
/* The scale from which on the names of these places are written, as a multiple of the whole theatre's. */
const NAMED_FROM = {provincial_capital: 1.7, crossing: 1.7, district: 4};
/* Where a name is tried that a line leads to, the nearer the sooner; for a province not far. */
const LEADS = [14, 24, 36, 50, 66, 84].flatMap(length => Array.from({length: 24}, (_, nth) => ({length, angle: nth * Math.PI / 12})));
const LONGEST_OF_PROVINCE = 66;
const MANY_PROVINCES = 5;   // from which on the whole theatre shows their names alone, and not those of the largest districts
const NEIGHBOUR_ROOM = 13;  // pixels that the name of a country leaves to those of crossings, if it can
/* Where the name of a country is tried, in pixels from its place: the nearer the sooner. */
const NEIGHBOUR_SHIFTS = [-84, -72, -60, -48, -36, -24, -12, 0, 12, 24, 36, 48, 60, 72, 84]
  .flatMap(right => [-42, -28, -14, 0, 14, 28, 42].map(down => [right, down])).sort((a, b) => Math.hypot(...a) - Math.hypot(...b));

export class Labels {
  constructor(canvas) {
    this.canvas = canvas;
    this.widths = new Map();
  }

  /* Lay out the names of a view, unless it is that of the last time.
   *
   * `symbols` are what `Symbols` has placed, `controls` the boxes of what lies over the map, `zoomFactor` is how many times larger the
   * scale is than that of the whole theatre. */
  layOut({symbols: {layout, boxes: symbols}, controls, zoomFactor, narrow}) {
    const {canvas} = this, {theatre, scale, offset, size} = canvas;
    const view = JSON.stringify([layout, offset, size, controls, narrow, zoomFactor]);
    if (view === this.view) return;
    const solid = [...symbols.map(({x, y, half}) => boxAround({x, y}, 2 * half + 2, 2 * half + 2)), ...controls];
    const visible = canvas.visibleBounds(), {x: width, y: height} = visible.getSize();
    this.growth = clamp(Math.min(width / LARGE.x, height / LARGE.y), 1, MOST_GROWTH);
    Object.assign(this, {view, zoomFactor, visible, solid: new Boxes(solid), taken: new Boxes(solid), names: []});
    this.symbolOf = new Map(symbols.map(symbol => [symbol.place, symbol]));
    this.findGround();
    for (const neighbour of theatre.neighbours) this.keep(this.nameNeighbour(neighbour));
    const isFar = zoomFactor < NAMED_FROM.provincial_capital, cities = new Set();
    for (const place of theatre.cities) {
      if (narrow && cities.size === CITIES_ON_NARROW) break;
      if (this.keep(this.namePlace(place, isFar ? STYLES.city : STYLES.symbol, {leads: true}))) cities.add(place);
    }
    // Far off, one name stands for a city and the province that has its name.
    const seen = new Set(isFar ? this.names.map(({place}) => place?.provinceId + place?.name) : []);
    // The only province is the theatre itself.
    if (theatre.provinces.length > 1) for (const province of this.provinces) if (!seen.has(province.id + province.name)) this.keep(this.nameProvince(province));
    for (const {place} of symbols.toReversed()) {
      if (zoomFactor >= NAMED_FROM[place.kind] && !cities.has(place)) this.keep(this.namePlace(place, STYLES.symbol));
    }
    if (isFar && theatre.provinces.length >= MANY_PROVINCES) return;
    for (const place of theatre.polygons) {
      if (place.reach * scale >= LEAST_REACH && !cities.has(place)) this.keep(this.namePlace(place, STYLES.district));
    }
  }

  /* Draw the names of the view, and those of the places that are asked for: over no symbol and no
   * city's name, rather over a province's or district's than over a country's. */
  draw(asked, colours) {
    const wanted = new Set(asked), shown = new Set(this.names.map(({place}) => place)), added = [], over = new Boxes();
    const boxesOf = isKept => new Boxes(this.names.filter(name => isKept(name) || wanted.has(name.place)).flatMap(({boxes}) => boxes));
    const cities = boxesOf(({style}) => style === STYLES.city), lasting = boxesOf(({style}) => style === STYLES.city || style === STYLES.neighbour);
    const choices = [unionOf(this.taken, over), unionOf(this.solid, lasting, over), unionOf(this.solid, cities, over)];
    for (const place of asked.filter(each => !shown.has(each))) {
      let name;
      for (const taken of choices) name ??= this.namePlace(place, STYLES.symbol, {taken, leads: true});
      if (!name) continue;
      added.push(name);
      name.boxes.forEach(box => over.add(box));
    }
    // One name stands for a city and the province that has its name.
    const again = new Set(added.map(({place: {provinceId, name}}) => provinceId + name));
    const isAgain = ({province}) => province && again.has(province.id + province.name);
    this.drawn = [...this.names.filter(name => !isAgain(name) && !name.boxes.some(box => over.meets(box))), ...added];
    this.paint(colours);
  }

  keep(name) {
    if (!name) return false;
    this.names.push(name);
    name.boxes.forEach(box => this.taken.add(box));
    return true;
  }

  /* The ground of each province that is in sight, and of all of them. */
  findGround() {
    this.ground = new Room(ROW, this.visible);
    this.provinces = this.canvas.theatre.provinces.map(province => ({...province, room: this.roomOf(province.polygons, this.visible)}));
    for (const {room} of this.provinces) this.ground.addRoom(room);
    this.ground.join();
  }

  /* The ground of some polygons, in pixels, as far as it lies within some bounds. */
  roomOf(polygons, {min, max}) {
    const {canvas} = this, all = new L.Bounds();
    for (const {box} of polygons) all.extend(canvas.toPixels(box.min)).extend(canvas.toPixels(box.max));
    const room = new Room(ROW, {
      min: L.point(Math.max(min.x, all.min.x), Math.max(min.y, all.min.y)), max: L.point(Math.min(max.x, all.max.x), Math.min(max.y, all.max.y)),
    });
    for (const polygon of polygons) room.addPolygon(polygon, canvas.scale, canvas.offset);
    return room.join();
  }

  /* Beside the theatre, never over it; at the edge of the map moved into it. */
  nameNeighbour({name, point, anchor}) {
    const text = name.toUpperCase(), style = STYLES.neighbour, {width, height} = this.sizeOf([text], style), {min, max} = this.visible;
    const {x, y} = this.canvas.toPixels(point), middle = {start: x + width / 2, middle: x, end: x - width / 2}[anchor];
    if (x < min.x - width || x > max.x + width || y < min.y - width || y > max.y + width) return undefined;
    for (const room of [NEIGHBOUR_ROOM * this.growth, 0]) {
      for (const [right, down] of NEIGHBOUR_SHIFTS) {
        const at = {x: clamp(middle + right, min.x + width / 2 + GAP, max.x - width / 2 - GAP), y: clamp(y + down, min.y + height, max.y - height)};
        const clear = boxAround(at, width + 2 * room, height + 2 * room, GAP);
        if (!this.taken.meets(clear) && !this.ground.coveredIn(clear)) return makeName([text], style, boxAround(at, width, height, GAP));
      }
    }
    return undefined;
  }

  /* In the province; else in it, at its capital, if that has its name; or beside the theatre, if the province lies at its edge. */
  nameProvince(province) {
    const {canvas, taken, ground} = this, {name, point, radius, room} = province, at = canvas.toPixels(point);
    if (radius * canvas.degreeWidth() < LEAST_RADIUS) return undefined;
    const within = (style, longest) => this.nameWithin(name, style, room, at, taken, longest);
    const led = () => this.lead(name, STYLES.province, {...at, half: 0}, taken, {
      longest: LONGEST_OF_PROVINCE, fits: box => !ground.coveredIn(box), mayCross: spot => room.has(spot) || !ground.has(spot),
    });
    const capital = [...this.symbolOf.values()].find(({place: {kind, provinceId, name: other}}) => kind === "provincial_capital" && provinceId === province.id && other === name);
    const beside = () => capital && this.nameBeside(name, STYLES.smallProvince, capital, taken, box => room.contains(box));
    const found = within(STYLES.province) ?? within(STYLES.smallProvince, LONGEST_OF_PROVINCE) ?? beside() ?? led() ?? within(STYLES.smallProvince);
    return found && {...found, province};
  }

  /* A district in its polygon, another place beside its symbol; if `leads`, else farther away, with a line to it. */
  namePlace(place, style, {taken = this.taken, leads = false} = {}) {
    const {canvas} = this, symbol = this.symbolOf.get(place);
    if (place.path ? !canvas.covers(place.box) : !symbol) return undefined;
    const at = symbol ?? {...canvas.toPixels(place.point), half: 0};
    const isNear = this.zoomFactor >= NAMED_FROM[place.kind], text = symbol ? symbolName(place, canvas.theatre, isNear) : place.name;
    const name = symbol ? this.nameBeside(text, style, symbol, taken)
      : this.nameWithin(text, style, this.roomOf([place], new L.Bounds([0, 0], canvas.size)), at, taken);
    const found = name ?? (leads && this.visible.contains([at.x, at.y]) ? this.lead(text, style, at, taken, this.limitsOf(place)) : undefined);
    return found && {...found, place};
  }

  /* What is asked of a name that a line leads to: on the theatre that of a crossing would seem to name a district there. */
  limitsOf({kind}) {
    const {ground} = this;
    return kind === "crossing" ? {fits: box => !ground.coveredIn(box), mayCross: spot => !ground.has(spot)} : {};
  }

  /* On some ground, as near as possible to a point, and not farther than `longest`; in two lines if it has no room for one. */
  nameWithin(text, style, room, {x, y}, taken, longest = Infinity) {
    const {min, max} = this.visible, near = {x: clamp(x, min.x, max.x), y: clamp(y, min.y, max.y)};
    for (const lines of [[text], inTwoLines(text)]) {
      if (!lines) continue;
      const {width, height} = this.sizeOf(lines, style), middle = room.middleFor(width + 2 * GAP, height, near, taken);
      if (middle && Math.hypot(middle.x - x, middle.y - y) <= longest) return makeName(lines, style, boxAround(middle, width, height, GAP));
    }
    return undefined;
  }

  /* Beside a symbol; that of a crossing rather beside the theatre than on it. */
  nameBeside(text, style, {place, x, y, half}, taken, fits = () => true) {
    const {width, height} = this.sizeOf([text], style), right = half + SYMBOL_GAP + GAP + width / 2, below = half + 1 + height / 2;
    const slots = [[right, 0], [-right, 0], [0, below], [0, -below], [right, -below / 2], [right, below / 2], [-right, -below / 2], [-right, below / 2]];
    const isVisible = this.visible.contains([x, y]);
    const boxes = slots.map(([dx, dy]) => boxAround({x: x + dx, y: y + dy}, width, height, GAP))
      .filter(box => !taken.meets(box) && fits(box) && (!isVisible || this.isVisible(box)));
    const covered = place.kind === "crossing" ? boxes.map(each => this.ground.coveredIn(each)) : [0], box = boxes[covered.indexOf(Math.min(...covered))];
    return box && makeName([text], style, box);
  }

  /* Farther away, with a line to it that crosses nothing. */
  lead(text, style, {x, y, half}, taken, {longest = Infinity, fits = () => true, mayCross = () => true} = {}) {
    const {width, height} = this.sizeOf([text], style);
    for (const {length, angle} of LEADS) {
      if (length > longest) break;
      const across = Math.cos(angle), down = Math.sin(angle), from = half + 1 + length;
      const box = boxAround({x: x + across * (from + GAP + width / 2), y: y + down * (from + height / 2)}, width, height, GAP);
      if (!this.isVisible(box) || taken.meets(box) || !fits(box)) continue;
      const end = {x: clamp(x, box.left, box.right), y: clamp(y, box.top, box.bottom)};
      const whole = Math.hypot(end.x - x, end.y - y), spots = [];
      for (let gone = half + 1; gone < whole; gone += 3) spots.push({x: x + (end.x - x) * gone / whole, y: y + (end.y - y) * gone / whole});
      const boxes = spots.map(spot => boxAround(spot, 2, 2));
      if (boxes.slice(1).some(each => taken.meets(each)) || !spots.every(mayCross)) continue;
      return makeName([text], style, box, [spots[0], end], boxes);
    }
    return undefined;
  }

  isVisible({left, right, top, bottom}) {
    const {min, max} = this.visible;
    return left >= min.x && right <= max.x && top >= min.y && bottom <= max.y;
  }

  sizeOf(lines, style) {
    return {width: Math.max(...lines.map(text => this.measure(text, style))), height: style.line * this.growth * lines.length};
  }

  fontOf({weight, size}) { return `${weight} ${size * this.growth}px ${FONT}`; }

  measure(text, style) {
    const font = this.fontOf(style), key = font + text, pen = this.canvas.labels;
    if (!this.widths.has(key)) {
      pen.font = font;
      pen.letterSpacing = style.spacing ?? "0px";
      this.widths.set(key, pen.measureText(text).width);
    }
    return this.widths.get(key);
  }

  paint({halo, name: ink, quiet}) {
    const {canvas, drawn} = this, pen = canvas.labels;
    canvas.clear(pen);
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    for (const {lead} of drawn) {
      if (!lead) continue;
      pen.beginPath();
      for (const {x, y} of lead) pen.lineTo(x, y);
      for (const [colour, width] of [[halo, 2.6], [ink, 0.9]]) {
        pen.strokeStyle = colour;
        pen.lineWidth = width;
        pen.stroke();
      }
    }
    for (const {lines, style, box} of drawn) {
      pen.font = this.fontOf(style);
      pen.letterSpacing = style.spacing ?? "0px";
      pen.fillStyle = style.quiet ? quiet : ink;
      pen.strokeStyle = halo;
      pen.lineWidth = 3;
      const x = (box.left + box.right) / 2;
      lines.forEach((text, nth) => {
        const y = box.top + (nth + 0.5) * style.line * this.growth;
        if (!style.quiet) pen.strokeText(text, x, y);
        pen.fillText(text, x, y);
      });
    }
  }
}

const clamp = (number, low, high) => Math.min(Math.max(number, low), high);

/* A name with its box, and the boxes that it takes: its own, and those of the line that leads to it. */
const makeName = (lines, style, box, lead = null, leadBoxes = []) => ({lines, style, box, lead, boxes: [box, ...leadBoxes]});

/* The name beside a symbol: far off without what stands in brackets, unless a crossing then seems to be the city of that name. */
export function symbolName(place, theatre, isNear) {
  const {places, provinces} = theatre, {name, kind, neighbour} = place, short = name.replace(/ \(.*\)$/, "");
  if (isNear) return neighbour ? `${name} \u2192 ${neighbour}` : name;
  const isTaken = text => [...provinces, ...places.filter(other => other.kind !== "crossing")].some(other => other.name === text);
  if (kind !== "crossing" || !isTaken(short)) return short;
  return isTaken(name) ? theatre.nameWithKind(place) : name;
}

/* A name parted at the blank that is nearest to its middle, or undefined. */
function inTwoLines(text) {
  const blanks = [...text.matchAll(/ /g)].map(({index}) => index);
  if (!blanks.length) return undefined;
  const at = blanks.reduce((best, each) => (Math.abs(each - text.length / 2) < Math.abs(best - text.length / 2) ? each : best));
  return [text.slice(0, at), text.slice(at + 1)];
}
