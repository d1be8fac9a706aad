/* What the map's scripts find in a browser, as far as these tests need it; imported before any of the scripts.
 *
 * A coordinate system in which a degree is a pixel stands in for Leaflet's.
 */
class Point {
  constructor(x, y) { Object.assign(this, {x, y}); }
  add({x, y}) { return new Point(this.x + x, this.y + y); }
  _subtract({x, y}) { return new Point(this.x - x, this.y - y); }
}

class Bounds {
  constructor(min, max) { Object.assign(this, min && {min, max}); }

  extend(point) {
    const {min = point, max = point} = this;
    this.min = new Point(Math.min(min.x, point.x), Math.min(min.y, point.y));
    this.max = new Point(Math.max(max.x, point.x), Math.max(max.y, point.y));
    return this;
  }
}

export const CRS = {
  scale: () => 1,
  projection: {project: ({lng, lat}) => new Point(lng, lat)},
  transformation: {_transform: point => point},
  pointToLatLng: ({x, y}) => ({lat: y, lng: x}),
};

globalThis.window = globalThis;
globalThis.matchMedia = () => ({matches: false});
globalThis.Path2D = class { moveTo() {} lineTo() {} closePath() {} };
globalThis.L = {
  Bounds,
  Renderer: {extend: methods => class { static methods = methods; }},
  point: (x, y) => new Point(x, y),
  latLngBounds: (southWest, northEast) => [southWest, northEast],
};
