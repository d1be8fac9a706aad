/* How a place looks: its colour, and the patterns of doubt over it. */
import {ABOUT, AREA, AT_LEAST, CLAIM, DISPUTED, LIGHT, LOST, NOBODY, RETAKEN, TAKEN_BACK, UNCHANGED, UNNAMED, USER_SUPPLIED} from "./timeline.js";

const BLIND_SHARE = 0.3;          // how much of its colour a blind spot keeps; the rest is the ground's
const CROSS_SHARE = 0.45;         // the same of the crosses on a place of unknown control
const FILTERED_OUT_SHARE = 0.12;  // the same of a place that the legend's filter leaves out

/* Mix two hex colours; `share` is how much of the first is left. */
function mixColours(colour, ground, share) {
  const channel = (hex, start) => parseInt(hex.slice(start, start + 2), 16);
  return "#" + [1, 3, 5].map(start => Math.round(share * channel(colour, start) + (1 - share) * channel(ground, start))
    .toString(16).padStart(2, "0")).join("");
}

export class PlaceStyles {
  constructor({statuses, unknown, noReport}) {
    Object.assign(this, {statuses, unknown, noReport});
    this.made = new Map();
  }

  /* Take the colours of a theme: `ground` behind all, `dot` of blind spots, `ring` of disputes, `yours` of user-supplied reports. */
  setTheme(dark, colours) {
    Object.assign(this, {dark, colours});
    this.made.clear();
  }

  colour(status) { return this.statuses[status][this.dark ? "dark" : "colour"]; }

  /* The colour of a status that rests on older or area reports: nearer to the background. */
  olderColour(status) { return this.statuses[status][this.dark ? "dim" : "light"]; }

  /* A status as it looks on the map, as a background of CSS. */
  background(status) {
    const colour = this.colour(status);
    if (status !== this.unknown) return colour;
    const {size} = CROSSES, stroke = mixColours(colour, this.colours.ground, CROSS_SHARE);
    const tile = `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}"><path d="${CROSS}" stroke="${stroke}" stroke-width="${CROSS_WIDTH}"/></svg>`;
    return `url("data:image/svg+xml,${encodeURIComponent(tile)}") center ${colour}`;
  }

  /* A number for what a place shows: two places with the same number look the same. `change` is undefined if nothing is compared. */
  static key({status, bits, claimed, blind, change}, filteredOut) {
    return status | (claimed + 1) << 6 | blind << 12 | filteredOut << 13 | (change ?? UNCHANGED) << 14 | (change !== undefined) << 17
      | (bits & ~(RETAKEN | AREA | ABOUT | UNNAMED | AT_LEAST)) << 18;
  }

  /* The style of all places with a key. */
  get(key) {
    if (!this.made.has(key)) this.made.set(key, this.make(key));
    return this.made.get(key);
  }

  make(key) {
    const status = key & 63, claimed = (key >> 6 & 63) - 1, blind = key >> 12 & 1, filteredOut = key >> 13 & 1;
    const change = key >> 14 & 7, compares = key >> 17 & 1, bits = key >> 18;
    const style = compares ? this.changeStyle(status, change) : this.statusStyle(status, bits, claimed, blind);
    return filteredOut ? {fill: mixColours(style.fill, this.colours.ground, FILTERED_OUT_SHARE), pale: true} : style;
  }

  statusStyle(status, bits, claimed, blind) {
    const full = bits & LIGHT ? this.olderColour(status) : this.colour(status), {ground, dot, ring, yours} = this.colours;
    return {
      fill: blind && status !== this.noReport ? mixColours(full, ground, BLIND_SHARE) : full,
      hatch: claimed === NOBODY ? (bits & CLAIM ? this.colour(status) : null) : this.colour(claimed),
      crosses: status === this.unknown && claimed === NOBODY ? mixColours(full, ground, CROSS_SHARE) : null,
      faint: Boolean(blind),
      dots: blind ? dot : null,
      ring: bits & DISPUTED ? ring : null,
      band: bits & USER_SUPPLIED ? yours : null,
    };
  }

  changeStyle(status, change) {
    if (change === UNCHANGED) return {fill: this.colour(this.noReport), pale: true};
    if (change === LOST) return {fill: this.colour(this.noReport), hatch: this.colours.ring};
    return {fill: this.colour(status), hatch: change === TAKEN_BACK ? this.colours.ground : null};
  }
}

const HATCHES = {size: 8, draw(pen) {
  pen.lineWidth = 2.4;
  for (const shift of [-8, 0, 8]) {
    pen.beginPath();
    pen.moveTo(shift - 1, 9);
    pen.lineTo(shift + 9, -1);
    pen.stroke();
  }
}};
const DOTS = {size: 10, draw(pen) {
  for (const at of [2.5, 7.5]) {
    pen.beginPath();
    pen.arc(at, at, 1, 0, 2 * Math.PI);
    pen.fill();
  }
}};

const CROSS = "M2 2L6 6M2 6L6 2", CROSS_WIDTH = 1.1;
const CROSSES = {size: 8, draw(pen) {
  pen.lineWidth = CROSS_WIDTH;
  pen.stroke(new Path2D(CROSS));
}};

const PATTERNS = [HATCHES, DOTS, CROSSES];

const madePatterns = new Map();
function makePattern(pen, kind, colour) {
  const pixels = Math.ceil(window.devicePixelRatio || 1), key = `${PATTERNS.indexOf(kind)} ${colour} ${pixels}`;
  if (!madePatterns.has(key)) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = kind.size * pixels;
    const drawn = tile.getContext("2d");
    drawn.scale(pixels, pixels);
    drawn.strokeStyle = drawn.fillStyle = colour;
    kind.draw(drawn);
    const made = pen.createPattern(tile, "repeat");
    made.setTransform(new DOMMatrix().scale(1 / pixels));
    madePatterns.set(key, made);
  }
  return madePatterns.get(key);
}

/* Whether a style is its fill alone. */
export const isPlain = ({crosses, hatch, dots, ring, band}) => !(crosses || hatch || dots || ring || band);

/* Draw the patterns of a style over what `fill` fills. */
export function fillPatterns(pen, {crosses, hatch, dots, faint}, fill) {
  for (const [kind, colour] of [[CROSSES, crosses], [HATCHES, hatch], [DOTS, dots]]) {
    if (!colour) continue;
    pen.globalAlpha = faint && kind === HATCHES ? BLIND_SHARE : 1;
    pen.fillStyle = makePattern(pen, kind, colour);
    fill();
  }
  pen.globalAlpha = 1;
}
