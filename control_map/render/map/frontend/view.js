/* What part of the world the map shows: the whole theatre, or a place or an area that it was sent to, until the user moves it. */
import {addTool, makeButton} from "./elements.js";
import {LEGEND_MARGIN, placeLegend} from "./legend_place.js";

export const NARROW_MAP = 560;  // pixels of width below which symbols are smaller, the legend closed, and tools would cover the theatre
const MARGIN = 8;               // pixels around the theatre
const TOOLS_HEIGHT = 36;        // pixels that the tools take
const NEAREST_WHOLE = 15;       // the whole theatre is shown no nearer than this: some villages fill the map, a single point does not
const NEAREST_ZOOM = 9.5;       // the map goes to a place no nearer than this, or than a level beyond the whole theatre
const NEAREST_AREA = 12;        // the same of an area, which has many places to show
const LEAST_NEARER = 0.5;       // levels of zoom by which a box has to be nearer than the whole theatre to be worth the move
const PADDING = 0.3;            // around a place that the map goes to, as a share of its size
const AREA_PADDING = 0.04;      // the same of an area
const SYMBOL_REACH = 9;         // pixels around a place without a polygon that its symbol takes
const LEAST_ABOVE = 50;         // pixels of the map above a sheet in which a place is shown

export class View {
  /* `bounds` is what to fit, by default all places; `foot` covers the lowest part of the map, `legend` lies over it, and so may the
   * `panel`. */
  constructor(map, theatre, {bounds, foot, legend, panel}) {
    Object.assign(this, {map, theatre, foot, legend, panel});
    this.bounds = bounds ? L.latLngBounds(bounds) : theatre.places.reduce((all, {id}) => all.extend(theatre.bounds(id)), L.latLngBounds([]));
    this.followFrame(map.getContainer());
    map.on("zoomanim", () => { this.zooming = true; });
    map.on("moveend", () => {
      this.zooming = this.going = false;
      this.next?.();
      if (this.isLate) this.refit();
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
      Object.assign(this, {chosen: false, byReader: false, sight: null, fittedTo: ""});
      this.fitting = true;
      this.fit();
      this.fitting = false;
    });
  }

  /* Fit what is shown to the frame until the user moves the map. */
  followFrame(frame) {
    this.map.on("movestart zoomstart", () => {
      if (this.fitting || this.going) return;
      this.chosen = true;
      this.byReader ||= !this.clearing;
    });
    this.map.on("dragstart", () => { this.chosen = this.byReader = true; });  // also of a map that is still on its way
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
    const {corner, padding} = placeLegend(legend.size, area, aside => {
      const {zoom, scale, at} = this.fitted(this.bounds, addSides(inset, aside), NEAREST_WHOLE);
      return {zoom, covered: box => this.covered(box, scale, at)};
    });
    this.besides = addSides(inset, padding);
    legend.control.setPosition(corner);
    this.whole = this.fitted(this.bounds, this.besides, NEAREST_WHOLE).zoom;
    this.wholeScale = map.options.crs.scale(this.whole) / this.theatre.scale;
    map.setMinZoom(Math.min(this.whole, map.getZoom()) - 0.5);
    this.refit();
    map.fire("controlmapfitted");
  }

  /* Fit the theatre, or what the map was sent to, where the room for it has changed, unless the user has moved the map. While it zooms
   * that has to wait. */
  refit() {
    this.isLate = !this.chosen && this.zooming;
    if (this.chosen || this.zooming) return;
    const wanted = this.wanted();
    // A legend of another size can leave the theatre where it is; then nothing is drawn again.
    if (wanted.key !== this.fittedTo) this.show(wanted, false);
  }

  /* What to fit, with the space on its sides, the nearest zoom, and a key of all of it. */
  wanted() {
    const {sight} = this, {x: width, y: height} = this.map.getSize();
    const bounds = sight?.around ?? this.bounds, most = sight ? Math.max(sight.nearest, this.whole + 1) : NEAREST_WHOLE;
    const sides = sight ? this.besideLegend(sight, most) : this.besides;
    return {bounds, most, sides, key: JSON.stringify([width, height, sides, sight && [sight.nearest, bounds.toBBoxString()]])};
  }

  /* The space on the sides of what the map was sent to: none of it lies under the legend, where that costs little, nor under the sheet. */
  besideLegend({within, around}, most) {
    const {map, legend, sheet} = this, {x: width, y: height} = map.getSize(), foot = Math.max(this.foot.offsetHeight, sheet);
    const inset = {left: 0, top: width < NARROW_MAP || sheet > 0 ? TOOLS_HEIGHT : 0, right: 0, bottom: foot}, corner = legend.control.getPosition();
    if (sheet > 0 && corner.startsWith("bottom")) return inset;  // the sheet lies over the legend
    const area = {left: LEGEND_MARGIN, top: LEGEND_MARGIN, right: width - LEGEND_MARGIN, bottom: height - foot - LEGEND_MARGIN};
    const fit = aside => {
      const {zoom, scale, at} = this.fitted(around, addSides(inset, aside), most), [low, high] = this.cornersOf(within);
      const lies = {left: low.x * scale + at.x, right: high.x * scale + at.x, top: high.y * scale + at.y, bottom: low.y * scale + at.y};
      return {zoom, covered: box => overlap(box, lies)};
    };
    return addSides(inset, placeLegend(legend.size, area, fit, [corner]).padding);
  }

  /* Show what `wanted` returns. */
  show({bounds, most, sides: {left, top, right, bottom}, key}, animate) {
    const {map} = this, before = map.getZoom(), wasFitting = this.fitting;
    const zoom = Math.min(most, map.getBoundsZoom(bounds, false, L.point(left + right, top + bottom)));
    this.fittedTo = key;
    this.fitting = true;
    map.fitBounds(bounds, {paddingTopLeft: [left, top], paddingBottomRight: [right, bottom], maxZoom: most, animate});
    this.fitting = wasFitting;
    // Leaflet begins to zoom in the next frame only.
    this.zooming = this.going = animate && zoom !== before && map.getZoom() === before;
  }

  /* The south-west and the north-east of some bounds, in the theatre's own units. */
  cornersOf(bounds) { return [bounds.getSouthWest(), bounds.getNorthEast()].map(({lat, lng}) => this.theatre.project(lng, lat)); }

  /* What the map would show of some bounds with some space on its sides: its zoom, its scale, and where its origin would lie. */
  fitted(bounds, {left, top, right, bottom}, most) {
    const {map, theatre} = this, size = map.getSize();
    const zoom = Math.min(most, map.getBoundsZoom(bounds, false, L.point(left + right, top + bottom)));
    const scale = map.options.crs.scale(zoom) / theatre.scale;
    const [low, high] = this.cornersOf(bounds);
    return {zoom, scale, at: L.point(left + size.x - right, top + size.y - bottom).divideBy(2).subtract(low.add(high).multiplyBy(scale / 2))};
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
    if (x < 0 || y < 0 || x > size.x || y > size.y - this.foot.offsetHeight) this.clear(() => this.map.panTo([lat, lon], {animate: false}));
  }

  /* The height of the map that the sheet covers, or may cover once all is in it; enough of the map stays in sight to show a place. */
  get sheet() { return Math.min(this.panel.sheetHeight, this.map.getSize().y - TOOLS_HEIGHT - LEAST_ABOVE); }

  /* Move the map just so far that a point of it is seen above the sheet. */
  clearSheet({y}) {
    this.move(() => {
      const {sheet} = this, behind = y - (this.map.getSize().y - sheet - LEAST_ABOVE / 2);
      if (sheet > 0 && behind > 0) this.clear(() => this.map.panBy([0, behind], {animate: isMotionWanted()}));
    });
  }

  /* Move the map so that something is seen: it stays there, but a link need not say so. */
  clear(action) {
    this.clearing = true;
    action();
    this.clearing = false;
  }

  /* Show a place above the sheet, once the frame has taken its size; what the map was sent to is above it already. */
  showAboveSheet({id}) {
    if (!this.panel.sheetHeight || (this.sight && !this.chosen)) return;
    this.adapt();
    this.clearSheet(this.map.latLngToContainerPoint(this.theatre.bounds(id).getCenter()));
  }

  /* The middle of the map and its zoom, as `go` takes it; nothing unless the user has moved the map. */
  get position() {
    if (!this.byReader) return "";
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
      else if (numbers.length === 4) this.showBox(L.latLngBounds([south, west], [north, east]));
      else this.see(this.theatre.bounds(target), target.includes("/"));
    });
  }

  /* Zoom to a box, unless that would hardly be nearer than the whole theatre, which is fitted beside the legend. */
  showBox(bounds) {
    if (this.map.getBoundsZoom(bounds.pad(PADDING)) < this.whole + LEAST_NEARER) this.overview();
    else this.see(bounds);
  }

  /* Go to a point, no farther from it than to a place; then call `onArrival`. */
  goNear(lat, lon, onArrival) {
    const {map} = this, zoom = Math.max(NEAREST_ZOOM, this.whole + 1, map.getZoom());
    this.go(`@${lat},${lon},${zoom}`, onArrival);
  }

  /* Keep to a place or an area, as well as its room allows, until the user moves the map. */
  see(bounds, isArea = false) {
    if (!bounds) return;
    const nearest = Math.max(isArea ? NEAREST_AREA : NEAREST_ZOOM, isArea ? 0 : this.map.getZoom());
    const sight = {within: bounds, around: bounds.pad(isArea ? AREA_PADDING : PADDING), nearest};
    Object.assign(this, {sight, chosen: false, byReader: false});
    if (this.besides) this.show(this.wanted(), Boolean(this.hasOpened && isMotionWanted()));
  }
}

/* How much two boxes have in common. */
function overlap(one, other) {
  const across = Math.min(one.right, other.right) - Math.max(one.left, other.left), down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
  return Math.max(0, across) * Math.max(0, down);
}
const isMotionWanted = () => !matchMedia("(prefers-reduced-motion: reduce)").matches;
const addSides = (one, other) => Object.fromEntries(Object.entries(one).map(([side, length]) => [side, length + other[side]]));
