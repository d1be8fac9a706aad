/* The background of a theatre's map: rivers, lakes, coasts, borders, roads and relief, faint, and gone at one click. */
import {addTool, make, makeButton} from "./elements.js";

const FLAT = 128;  // grey of flat land in the picture of the relief
const WITHIN = 0.4;  // how much of the relief is taken away within the theatre
const PATIENCE_FOR_IDLE = 500;  // milliseconds
const LAKES = 0.6;   // of the colour of water, because of which no lake looks like a status
const TITLE = "Rivers, coasts, neighbouring borders and relief: show or hide";
/* The colour and the width in pixels of each kind of line, in the order in which they are drawn. */
const LINES = {border: ["land", 0.9], coast: ["land", 0.9], road: ["road", 0.9], lake: ["water", 0.6], river: ["water", 0.9]};

/* Wait until the browser has nothing better to do, but not for long: some never say so while nothing moves. */
const idle = () => new Promise(done => {
  if (globalThis.requestIdleCallback) globalThis.requestIdleCallback(done, {timeout: PATIENCE_FOR_IDLE});
  else setTimeout(done, PATIENCE_FOR_IDLE);
});

export class Background {
  /* `getFile` returns the file in time, `onDraw` is called whenever another background is to be drawn, `onChoice(wanted)` when the user
   * has switched it on or off. It is fetched when it is first shown. */
  constructor(map, theatre, {getFile, onDraw, onChoice}) {
    Object.assign(this, {theatre, getFile, onDraw});
    this.button = makeButton("Terrain", TITLE, () => {
      this.show(!this.wanted);
      onChoice(this.wanted);
    });
    this.button.classList.add("cm-switch");
    addTool(map, this.button);
  }

  show(wanted) {
    if (wanted === this.wanted) return;
    this.wanted = wanted;
    this.button.setAttribute("aria-pressed", wanted);
    if (wanted && !this.paths) this.loading ??= this.load();
    else this.onDraw();
  }

  async load() {
    this.button.title = TITLE;
    try {
      await idle();
      const {lines, relief} = await this.getFile(), {theatre} = this;
      this.relief = relief && await drawRelief(relief, theatre);
      const box = new L.Bounds();
      if (relief) box.extend(this.relief.box.min).extend(this.relief.box.max);
      this.paths = Object.keys(LINES).filter(kind => lines[kind])
        .map(kind => ({kind, path: theatre.makePath(lines[kind], {closed: kind === "lake", box})}));
      this.fades = box.min ? fadesOf(box, theatre.extent) : [];
      this.onDraw();
    } catch (error) {
      this.loading = undefined;
      this.show(false);
      this.button.title = `The terrain could not be loaded (${error.message}). Click to try again.`;
    }
  }

  /* Draw it, if it is there and wanted; lines are `zoomed` times as wide as usual. */
  draw(canvas, colours, zoomed) {
    const pen = canvas.background, {relief} = this;
    canvas.clear(pen);
    if (!this.wanted || !this.paths) return;
    if (relief) {
      pen.globalAlpha = Number(colours.relief);
      pen.drawImage(relief.picture, relief.box.min.x, relief.box.min.y, relief.box.max.x - relief.box.min.x, relief.box.max.y - relief.box.min.y);
      // Fainter where colours stand for something.
      pen.globalCompositeOperation = "destination-out";
      pen.globalAlpha = WITHIN;
      pen.fill(this.theatre.outline, "evenodd");
      pen.globalCompositeOperation = "source-over";
      pen.globalAlpha = 1;
    }
    pen.lineJoin = pen.lineCap = "round";
    for (const {kind, path} of this.paths) {
      const [name, width] = LINES[kind], colour = colours[name];
      if (kind === "lake") {
        pen.globalAlpha = LAKES;
        pen.fillStyle = colour;
        pen.fill(path, "evenodd");
        pen.globalAlpha = 1;
      }
      canvas.strokePath(pen, path, colour, width * zoomed);
    }
    this.fadeOut(pen);
  }

  /* Let it fade out towards its edges: a straight one would look like a border. */
  fadeOut(pen) {
    pen.globalCompositeOperation = "destination-out";
    for (const {from, to, band} of this.fades) {
      const gradient = pen.createLinearGradient(...from, ...to);
      gradient.addColorStop(0, "#000");
      gradient.addColorStop(1, "#0000");
      pen.fillStyle = gradient;
      pen.fillRect(...band);
    }
    pen.globalCompositeOperation = "source-over";
  }
}

/* Where a box fades out, in the theatre's units: on each side that lies outside of the theatre, the `band` between the two, as `left, top,
 * width, height`, with the points `from` which and `to` which it is less and less faded. */
export function fadesOf({min, max}, extent) {
  const width = max.x - min.x, height = max.y - min.y;
  const [left, top, right, bottom] = [extent.min.x - min.x, extent.min.y - min.y, max.x - extent.max.x, max.y - extent.max.y];
  return [
    left > 0 && {from: [min.x, 0], to: [min.x + left, 0], band: [min.x, min.y, left, height]},
    right > 0 && {from: [max.x, 0], to: [max.x - right, 0], band: [max.x - right, min.y, right, height]},
    top > 0 && {from: [0, min.y], to: [0, min.y + top], band: [min.x, min.y, width, top]},
    bottom > 0 && {from: [0, max.y], to: [0, max.y - bottom], band: [min.x, max.y - bottom, width, bottom]},
  ].filter(Boolean);
}

/* Make a picture of the relief that lies on the map, with its `box` in the theatre's units. */
async function drawRelief({picture, box: [west, south, east, north]}, theatre) {
  const bytes = Uint8Array.from(atob(picture), letter => letter.charCodeAt(0)), bitmap = await createImageBitmap(new Blob([bytes], {type: "image/webp"}));
  const {width, height} = bitmap, canvas = make("canvas", {width, height}), pen = canvas.getContext("2d", {willReadFrequently: true});
  pen.drawImage(bitmap, 0, 0);
  const box = new L.Bounds(theatre.project(west, north), theatre.project(east, south)), tall = (box.max.y - box.min.y) / height;
  const rows = Array.from({length: height}, (_, row) => (north - theatre.latitudeAt(box.min.y + (row + 0.5) * tall)) / (north - south) * height - 0.5);
  const image = pen.getImageData(0, 0, width, height);
  image.data.set(shadeOf(image.data, width, rows));
  pen.putImageData(image, 0, 0);
  return {picture: canvas, box};
}

/* Turn grey pixels into transparent ones: black where they are dark, white where they are light, nothing where the land is flat. `rows`
 * are those of the grey picture, also between two of them, from which each row is taken. */
export function shadeOf(grey, width, rows) {
  const shade = new Uint8ClampedArray(4 * width * rows.length), last = grey.length / width / 4 - 1;
  rows.forEach((row, nth) => {
    const upper = Math.min(last, Math.max(0, Math.floor(row))), lower = Math.min(last, upper + 1), share = Math.min(1, Math.max(0, row - upper));
    for (let column = 0; column < width; column++) {
      const value = (1 - share) * grey[4 * (upper * width + column)] + share * grey[4 * (lower * width + column)] - FLAT, at = 4 * (nth * width + column);
      if (value > 0) shade.fill(255, at, at + 3);
      shade[at + 3] = 2 * Math.abs(value);
    }
  });
  return shade;
}
