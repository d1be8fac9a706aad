/* What part of the world the map shows: the whole theatre, until the user chooses another. */
import {addTool, makeButton} from "./elements.js";

export const NARROW_MAP = 560;  // pixels of width below which symbols are smaller, the legend closed, and tools would cover the theatre
const MARGIN = 8;               // pixels around the theatre
const TOOLS_HEIGHT = 36;        // pixels that the tools take
const NEAREST_ZOOM = 9.5;       // the map goes to a place no nearer than this
const PADDING = 0.3;            // around a place that the map goes to, as a share of its size

export class View {
  /* `bounds` is what to fit, by default all places; `foot` covers the lowest part of the map. */
  constructor(map, theatre, {bounds, foot}) {
    Object.assign(this, {map, theatre, foot});
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
      this.fitting = true;
      this.fit();
      this.fitting = false;
    });
  }

  /* Fit the theatre to the frame until the user chooses another view. */
  followFrame(frame) {
    this.map.on("movestart zoomstart", () => { this.chosen ||= !this.fitting; });
    const adapt = () => {
      // A frame that has no layout yet, or no longer, has no size to fit.
      if (Math.min(frame.clientWidth, frame.clientHeight) <= 2 * MARGIN) return;
      frame.style.setProperty("--foot", `${this.foot.offsetHeight}px`);
      this.fitting = true;
      const middle = this.map.getCenter();
      this.map.invalidateSize({pan: false});
      if (this.chosen) this.map.setView(middle, this.map.getZoom(), {reset: true});
      this.fit();
      this.fitting = false;
    };
    new ResizeObserver(adapt).observe(frame);
    adapt();
  }

  fit() {
    const {map, bounds, foot: {offsetHeight: foot}} = this, head = map.getSize().x < NARROW_MAP ? TOOLS_HEIGHT : 0;
    const whole = Math.min(NEAREST_ZOOM, map.getBoundsZoom(bounds, false, L.point(2 * MARGIN, 2 * MARGIN + head + foot)));
    this.wholeScale = map.options.crs.scale(whole) / this.theatre.scale;
    map.setMinZoom(Math.min(whole, map.getZoom()) - 0.5);
    if (this.chosen) return;
    map.fitBounds(bounds, {paddingTopLeft: [MARGIN, MARGIN + head], paddingBottomRight: [MARGIN, MARGIN + foot], maxZoom: NEAREST_ZOOM, animate: false});
  }

  /* Bring a point into sight if it is out of it, or behind the foot. */
  uncover(lat, lon) {
    const {x, y} = this.map.latLngToContainerPoint([lat, lon]), size = this.map.getSize();
    if (x < 0 || y < 0 || x > size.x || y > size.y - this.foot.offsetHeight) this.map.panTo([lat, lon], {animate: false});
  }

  /* The middle of the map and its zoom, as `go` takes it; nothing if the whole theatre is shown. */
  get position() {
    if (!this.chosen) return "";
    const {lat, lng} = this.map.getCenter();
    return `@${lat.toFixed(4)},${lng.toFixed(4)},${this.map.getZoom()}`;
  }

  /* Zoom to a place or a province, if there is one of that name, or to `@latitude,longitude,zoom`; then call `onArrival`. */
  go(target, onArrival) {
    this.move(() => {
      this.onArrival = onArrival;
      if (onArrival) this.map.once("moveend", onArrival);
      const [lat, lon, zoom] = target.startsWith("@") ? target.slice(1).split(",").map(Number) : [];
      if (zoom) this.map.setView([lat, lon], zoom, {reset: true});  // else Leaflet pans by whole pixels
      else this.zoomTo(this.theatre.bounds(target)?.pad(PADDING));
    });
  }

  zoomTo(bounds) {
    if (!bounds) return;
    const {map} = this, paddingBottomRight = L.point(0, this.foot.offsetHeight), maxZoom = Math.max(NEAREST_ZOOM, map.getZoom());
    const animate = !matchMedia("(prefers-reduced-motion: reduce)").matches;
    // Leaflet begins to zoom in the next frame only.
    this.zooming = animate && Math.min(maxZoom, map.getBoundsZoom(bounds, false, paddingBottomRight)) !== map.getZoom();
    map.fitBounds(bounds, {paddingBottomRight, maxZoom, animate});
  }
}
