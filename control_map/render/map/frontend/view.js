/* What part of the world the map shows: the whole theatre, until the user chooses another. */
import {addTool, makeButton} from "./elements.js";
import {LEGEND_MARGIN, placeLegend} from "./legend_place.js";

export const NARROW_MAP = 560;  // pixels of width below which symbols are smaller, the legend closed, and tools would cover the theatre
const MARGIN = 8;               // pixels around the theatre
const TOOLS_HEIGHT = 36;        // pixels that the tools take
const NEAREST_WHOLE = 15;       // the whole theatre is shown no nearer than this: some villages fill the map, a single point does not
const NEAREST_ZOOM = 9.5;       // the map goes to a place no nearer than this, or than a level beyond the whole theatre
const LEAST_NEARER = 0.5;       // levels of zoom by which a box has to be nearer than the whole theatre to be worth the move
const PADDING = 0.3;            // around a place that the map goes to, as a share of its size
const SYMBOL_REACH = 9;         // pixels around a place without a polygon that its symbol takes
const LEAST_ABOVE = 50;         // pixels of the map above a sheet in which a place is shown
const MOST_BESIDE = 0.45;       // share of the map's width that a legend may take, for the map to go to places beside it

export class View {
  /* `bounds` is what to fit, by default all places; `foot` covers the lowest part of the map, `legend` lies over it, and so may the
   * `panel`. */
  constructor(map, theatre, {bounds, foot, legend, panel}) {
    Object.assign(this, {map, theatre, foot, legend, panel});
    this.bounds = bounds ? L.latLngBounds(bounds) : theatre.places.reduce((all, {id}) => all.extend(theatre.bounds(id)), L.latLngBounds([]));
    this.followFrame(map.getContainer());
    map.on("zoomanim", () => { this.zooming = true; });
    map.on("moveend", () => {
      this.zooming = false;
      this.next?.();
    });
    addTool(map, makeButton("Overview", "Zoom out to the whole theatre", () => this.overview()));
  }

  /* Make a move once the map stands still, because Leaflet ignores all others while it zooms; of several, the last. */
  move(action) {
    this.next = () => {
      this.next = undefined;
      if (this.onArrival) this.map.off("moveend", this.onArrival);
      action();
    };
    if (!this.zooming) this.next();
  }

  /* Show the whole theatre, until the user chooses another view. */
  overview() {
    this.move(() => {
      this.chosen = false;
      this.fittedTo = "";
      this.fitting = true;
      this.fit();
      this.fitting = false;
    });
  }

  /* Fit the theatre to the frame until the user chooses another view. */
  followFrame(frame) {
    this.map.on("movestart zoomstart", () => { this.chosen ||= !this.fitting; });
    const observer = new ResizeObserver(() => this.adapt());
    for (const part of [frame, this.foot, this.legend.box]) observer.observe(part);
    this.adapt();
  }

  /* Come to terms with the sizes of the frame and of what lies in it, if they have changed. */
  adapt() {
    const {map} = this, frame = map.getContainer(), {clientWidth: width, clientHeight: height} = frame;
    // A frame that has no layout yet, or no longer, has no size to fit.
    if (Math.min(width, height) <= 2 * MARGIN) return;
    const foot = this.foot.offsetHeight;
    this.legend.adapt({x: width, y: height - foot});
    const sizes = JSON.stringify([width, height, foot]), all = sizes + JSON.stringify(this.legend.size), isResized = sizes !== this.sizes;
    if (all === this.allSizes) return;
    Object.assign(this, {sizes, allSizes: all});
    frame.style.setProperty("--foot", `${foot}px`);
    this.fitting = true;
    if (isResized) {  // else Leaflet would forget the exact middle
      const middle = map.getCenter();
      map.invalidateSize({pan: false});
      if (this.chosen) map.setView(middle, map.getZoom(), {reset: true});
    }
    this.fit();
    this.fitting = false;
  }

  fit() {
    const {map, legend} = this, {x: width, y: height} = map.getSize(), foot = this.foot.offsetHeight, head = width < NARROW_MAP ? TOOLS_HEIGHT : 0;
    const inset = {left: MARGIN, top: MARGIN + head, right: MARGIN, bottom: MARGIN + foot};
    const area = {left: LEGEND_MARGIN, top: LEGEND_MARGIN, right: width - LEGEND_MARGIN, bottom: height - foot - LEGEND_MARGIN, toolsAcross: head > 0};
    map.options.minZoom = 0;  // else a frame that has become much smaller would not fit the theatre
    const {corner, padding} = placeLegend(legend.size, area, aside => this.fitted(addSides(inset, aside)));
    const {left, top, right, bottom} = addSides(inset, padding);
    legend.control.setPosition(corner);
    this.whole = this.fitted({left, top, right, bottom}).zoom;
    this.wholeScale = map.options.crs.scale(this.whole) / this.theatre.scale;
    map.setMinZoom(Math.min(this.whole, map.getZoom()) - 0.5);
    // A legend of another size can leave the theatre where it is; then nothing is drawn again.
    const place = JSON.stringify([width, height, left, top, right, bottom]);
    if (!this.chosen && place !== this.fittedTo) {
      map.fitBounds(this.bounds, {paddingTopLeft: [left, top], paddingBottomRight: [right, bottom], maxZoom: NEAREST_WHOLE, animate: false});
    }
    this.fittedTo = place;
    map.fire("controlmapfitted");
  }

  /* What the map would show with some space on its sides: its zoom, and how much of the theatre would lie under a box of the map. */
  fitted({left, top, right, bottom}) {
    const {map, bounds, theatre} = this, size = map.getSize();
    const zoom = Math.min(NEAREST_WHOLE, map.getBoundsZoom(bounds, false, L.point(left + right, top + bottom)));
    const scale = map.options.crs.scale(zoom) / theatre.scale;
    const corners = [bounds.getSouthWest(), bounds.getNorthEast()].map(({lat, lng}) => theatre.project(lng, lat));
    const at = L.point(left + size.x - right, top + size.y - bottom).divideBy(2).subtract(corners[0].add(corners[1]).multiplyBy(scale / 2));
    return {zoom, covered: box => this.covered(box, scale, at)};
  }

  covered(box, scale, {x, y}) {
    const {theatre} = this, left = (box.left - x) / scale, right = (box.right - x) / scale, top = (box.top - y) / scale, bottom = (box.bottom - y) / scale;
    const reach = SYMBOL_REACH / scale;
    const symbols = theatre.points.filter(({point}) => point.x > left - reach && point.x < right + reach && point.y > top - reach && point.y < bottom + reach);
    return theatre.ground.coveredIn({left, right, top, bottom}) * scale ** 2 + symbols.length;
  }

  /* Bring a point into sight if it is out of it, or behind the foot. */
  uncover(lat, lon) {
    const {x, y} = this.map.latLngToContainerPoint([lat, lon]), size = this.map.getSize();
    if (x < 0 || y < 0 || x > size.x || y > size.y - this.foot.offsetHeight) this.map.panTo([lat, lon], {animate: false});
  }

  /* The height of the map that the sheet covers, or may cover once all is in it; enough of the map stays in sight to show a place. */
  get sheet() { return Math.min(this.panel.sheetHeight, this.map.getSize().y - TOOLS_HEIGHT - LEAST_ABOVE); }

  /* Move the map just so far that a point of it is seen above the sheet. */
  clearSheet({y}) {
    this.move(() => {
      const {sheet} = this, behind = y - (this.map.getSize().y - sheet - LEAST_ABOVE / 2);
      if (sheet > 0 && behind > 0) this.map.panBy([0, behind], {animate: isMotionWanted()});
    });
  }

  /* Show a place above the sheet, once the frame has taken its size. */
  showAboveSheet({id}) {
    if (!this.panel.sheetHeight) return;
    this.adapt();
    this.clearSheet(this.map.latLngToContainerPoint(this.theatre.bounds(id).getCenter()));
  }

  /* The middle of the map and its zoom, as `go` takes it; nothing if the whole theatre is shown. */
  get position() {
    if (!this.chosen) return "";
    const {lat, lng} = this.map.getCenter();
    return `@${lat.toFixed(4)},${lng.toFixed(4)},${this.map.getZoom()}`;
  }

  /* Zoom to a place or a province, if there is one of that name, to `@latitude,longitude,zoom`, or to the box `@south,west,north,east`;
   * then call `onArrival`. */
  go(target, onArrival) {
    this.move(() => {
      this.onArrival = onArrival;
      if (onArrival) this.map.once("moveend", onArrival);
      const numbers = target.startsWith("@") ? target.slice(1).split(",").map(Number) : [], [south, west, north, east] = numbers;
      if (numbers.length === 3) this.map.setView([south, west], north, {reset: true});  // else Leaflet pans by whole pixels
      else if (numbers.length === 4) this.showBox(L.latLngBounds([south, west], [north, east]).pad(PADDING));
      else this.zoomTo(this.theatre.bounds(target)?.pad(PADDING));
    });
  }

  /* Zoom to a box, unless that would hardly be nearer than the whole theatre, which is fitted beside the legend. */
  showBox(bounds) {
    if (this.map.getBoundsZoom(bounds) < this.whole + LEAST_NEARER) this.overview();
    else this.zoomTo(bounds);
  }

  /* Go to a point, no farther from it than to a place; then call `onArrival`. */
  goNear(lat, lon, onArrival) {
    const {map} = this, zoom = Math.max(NEAREST_ZOOM, this.whole + 1, map.getZoom());
    this.go(`@${lat},${lon},${zoom}`, onArrival);
  }

  zoomTo(bounds) {
    if (!bounds) return;
    const {map, legend} = this, maxZoom = Math.max(NEAREST_ZOOM, this.whole + 1, map.getZoom()), {width} = legend.size;
    const beside = width < MOST_BESIDE * map.getSize().x ? width + LEGEND_MARGIN : 0, isRight = legend.control.getPosition().endsWith("right");
    const {sheet} = this, foot = Math.max(this.foot.offsetHeight, sheet);
    const paddingTopLeft = L.point(isRight ? 0 : beside, sheet > 0 ? TOOLS_HEIGHT : 0), paddingBottomRight = L.point(isRight ? beside : 0, foot);
    const animate = isMotionWanted();
    // Leaflet begins to zoom in the next frame only.
    this.zooming = animate && Math.min(maxZoom, map.getBoundsZoom(bounds, false, paddingTopLeft.add(paddingBottomRight))) !== map.getZoom();
    map.fitBounds(bounds, {paddingTopLeft, paddingBottomRight, maxZoom, animate});
  }
}

const isMotionWanted = () => !matchMedia("(prefers-reduced-motion: reduce)").matches;
const addSides = (one, other) => Object.fromEntries(Object.entries(one).map(([side, length]) => [side, length + other[side]]));
