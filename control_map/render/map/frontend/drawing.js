/* Draws a theatre's polygons, symbols and names; polygons are drawn again only if their style has changed. */
import {TheatreCanvas} from "./canvas.js";
import {LATELY, drawEvents} from "./events.js";
import {Labels} from "./labels.js";
import {PlaceStyles} from "./place_style.js";
import {drawFound} from "./settlements.js";
import {Symbols} from "./symbols.js";
import {DISPUTED, LIGHT, UNCHANGED} from "./timeline.js";
import {NARROW_MAP} from "./view.js";

const COLOURS = [
  "ground", "dot", "ring", "yours", "quiet", "name", "halo", "thin", "province", "outline", "symbol", "veil", "water", "land", "road", "relief",
];
const USUAL_DIAGONAL = 700;  // pixels of the whole theatre at which symbols have their usual size

export class Drawing {
  /* `legend` says which places its filter leaves out, `view` how far the map is zoomed. */
  constructor(map, theatre, {styles, legend, view}) {
    Object.assign(this, {map, theatre, styles, legend, view});
    this.canvas = new TheatreCanvas(theatre);
    this.symbols = new Symbols(this.canvas);
    this.labels = new Labels(this.canvas);
    this.keys = new Int32Array(theatre.places.length).fill(-1);  // of each place's style; -1: not drawn yet
    this.states = theatre.places.map(() => ({}));                // what each place shows
    this.selected = -1;
    this.focused = [];                                           // the polygons of the area that is open
    this.asked = [];                                             // places whose names are drawn in any case
    this.canvas.on("update", () => this.redraw());
    this.canvas.addTo(map);
    const keepClear = () => this.colours && this.drawLabels();
    map.on("controlmapfitted", keepClear);
    const grown = new ResizeObserver(keepClear);  // a box that lies over the map, by a longer word in it
    for (const corner of map.getContainer().querySelectorAll(".leaflet-control-container > *")) grown.observe(corner);
  }

  /* Take on the colours of a theme. */
  setTheme(dark) {
    if (dark === this.dark) return;
    this.dark = dark;
    const sheet = getComputedStyle(this.map.getContainer());
    this.colours = Object.fromEntries(COLOURS.map(name => [name, sheet.getPropertyValue(`--${name}`).trim()]));
    this.styles.setTheme(dark, this.colours);
    this.keys.fill(-1);
    this.drawBackground();
    this.canvas.drawLines(this.colours);
    this.canvas.focusOn(this.focused, this.colours);
  }

  /* Outline the polygons of an area, and veil all else. */
  focusOn(polygons) {
    if (polygons === this.focused || (!polygons.length && !this.focused.length)) return;
    this.focused = polygons;
    this.canvas.focusOn(polygons, this.colours);
  }

  /* Draw some places, by index, as they are on a day; if asked to, all symbols and names too. */
  update(indexes, shown, everything) {
    let symbols = everything;
    for (const index of this.withCapitals(indexes)) {
      const state = this.states[index], place = this.theatre.places[index];
      updateState(state, place, shown);
      const key = PlaceStyles.key(state, this.legend.leavesOut(state));
      if (key === this.keys[index]) continue;
      this.keys[index] = key;
      if (place.path) this.canvas.paint(place, this.styles.get(key));
      else symbols = true;
    }
    this.legend.count(this.states);
    if (symbols) this.drawSymbols();
    this.drawEvents(shown);
    const asked = this.placesToName(shown);
    if (!everything && asked.every((place, nth) => place === this.asked[nth]) && asked.length === this.asked.length) return;
    this.asked = asked;
    this.drawLabels();
  }

  /* Places, by index, and after each district its capital, which may be drawn as the district is. */
  *withCapitals(indexes) {
    for (const index of indexes) {
      yield index;
      for (const {kind, index: inside} of this.theatre.places[index].contains) if (kind === "provincial_capital") yield inside;
    }
  }

  /* The selected place, and the crossings that changed lately, the latest first: since the day that is compared with, or within a week. */
  placesToName({timeline, day, compared}) {
    const {places} = this.theatre, since = compared ?? day - LATELY, found = new Set(places[this.selected] && [places[this.selected]]);
    for (let each = day; each > since && each >= 0; each--) {
      for (const index of timeline.changedOn[each]) {
        const isCrossing = places[index].kind === "crossing" && !this.symbols.hidden.includes("crossing");
        if (isCrossing && this.states[index].change !== UNCHANGED) found.add(places[index]);
      }
    }
    return [...found];
  }

  /* After the map was moved or zoomed: draw all again. */
  redraw() {
    if (!this.colours) return;
    this.drawBackground();
    this.canvas.drawLines(this.colours);
    this.canvas.focusOn(this.focused, this.colours);
    for (const place of this.theatre.polygons) {
      if (this.keys[place.index] >= 0 && this.canvas.covers(place.box)) this.canvas.paint(place, this.styles.get(this.keys[place.index]));
    }
    this.drawSymbols();
    this.drawEvents();
    this.drawLabels();
  }

  /* Draw again what no day changes. */
  drawBackground() { if (this.colours) this.background?.draw(this.canvas, this.colours, this.zoomed); }

  get isNarrow() { return this.map.getSize().x < NARROW_MAP; }

  drawSymbols() {
    const {canvas, symbols, colours, selected, theatre} = this, {min, max} = theatre.extent;
    // Smaller where the whole theatre is small, larger the nearer it is.
    const whole = Math.sqrt(max.distanceTo(min) * this.view.wholeScale / USUAL_DIAGONAL);
    symbols.place(Math.min(1.2, Math.max(0.7, whole)) * this.zoomed);
    canvas.clear(canvas.symbols);
    if (theatre.places[selected]?.path) canvas.ring(theatre.places[selected].path, colours);
    symbols.draw(place => this.styles.get(this.keys[place.index]), {colours, selected});
  }

  /* Mark what happened lately, by a day, and the settlements that reports name by then; a place's mark stands in its midst, or beside
   * its symbol. */
  drawEvents({day, knownOn} = this.eventsBy ?? {}) {
    const {canvas, symbols, styles, colours, events, settlements, found} = this, pen = canvas.events;
    this.eventsBy = {day, knownOn};
    canvas.clear(pen);
    settlements?.place(symbols.hidden.includes("settlements") ? [] : settlements.namedBy(day, knownOn), canvas.size, ({point}) => canvas.toPixels(point));
    settlements?.draw(pen, colours);
    if (found) drawFound(pen, found, canvas.toPixels(found.point), colours);
    if (!events || !this.marksEvents) return;
    drawEvents(pen, events.lately(day, knownOn), day, {
      colours,
      colourOf: party => styles.colour(party),
      pointOf: at => (at.path || !at.kind ? canvas.toPixels(at.point) : symbols.besideSymbol(at)),
    });
  }

  drawLabels() {
    const {labels, symbols, zoomFactor, isNarrow: narrow} = this;
    labels.layOut({symbols, controls: this.controls(), zoomFactor, narrow});
    labels.draw(this.asked, this.colours);
  }

  /* What lies over the map, as boxes on its sheets. */
  controls() {
    const {map, canvas} = this, frame = map.getContainer(), {x, y} = frame.getBoundingClientRect(), corner = canvas.fromContainer([0, 0]);
    return [...frame.querySelectorAll(".leaflet-control, .cm-foot")].map(control => {
      const box = control.getBoundingClientRect(), left = box.left - x + corner.x, top = box.top - y + corner.y;
      return {left, top, right: left + box.width, bottom: top + box.height};
    });
  }

  /* How many times larger the scale is than that which shows the whole theatre. */
  get zoomFactor() { return this.canvas.scale / this.view.wholeScale; }

  /* How many times larger than usual symbols and rivers are: more, the nearer the map is. */
  get zoomed() { return Math.min(1.6, Math.max(0.7, 1 + 0.2 * Math.log2(this.zoomFactor))); }

  /* Ring places for a moment. */
  flash(places) {
    this.canvas.flash(places.map(place => (place.path ? place : {point: this.symbols.pointOf(place)})), this.colours.ring);
  }

  /* The place under a point of the map, or undefined; of a settlement, its district, with the `dot` of the settlement. */
  under(containerPoint) {
    const pixels = this.canvas.fromContainer(containerPoint), symbol = this.symbols.placeAt(pixels), dot = symbol ? undefined : this.settlements?.dotAt(pixels);
    return {place: symbol ?? dot?.settlement.place ?? this.canvas.placeAt(pixels), dot};
  }

  placeUnder(containerPoint) { return this.under(containerPoint).place; }
}

/* Set what a place shows on the day that the timeline stands at; if days are compared, also what changed, and its status before. */
function updateState(state, place, {timeline, day, staleAfter, compared}) {
  const step = timeline.drawnStep(place), {index} = place, isOwn = step === timeline.cursor[index];
  state.status = timeline.status[step];
  state.bits = isOwn ? timeline.bits[step] : (timeline.bits[step] & DISPUTED) | LIGHT;
  state.claimed = timeline.claimed[step];
  state.blind = staleAfter > 0 && timeline.isBlindSpot(isOwn ? index : place.within.index, day, staleAfter);
  state.change = compared === null ? undefined : timeline.changeBetween(index, compared, day);
  state.before = compared === null ? undefined : timeline.statusOn(index, compared);
}
