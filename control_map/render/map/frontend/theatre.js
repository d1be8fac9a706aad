/* A theatre as the browser holds it: its period, its statuses, places with their shapes as paths, borders, names. */
import {Period} from "./period.js";
import {Room} from "./room.js";
import {CLAIM, DISPUTED, LIGHT, NOBODY, USER_SUPPLIED} from "./timeline.js";

export const COUNTRY = "country";  // the target that is no place and no part of the country

const DEGREES = 1e-4;  // the unit of the encoded coordinates
const PATH_ZOOM = 8;   // paths are in pixels of this zoom level: fine enough, and within a float's exactness
const GROUND_ROWS = 200;
const PLACE_FIELDS = ["id", "kind", "name", "local", "provinceId", "province", "neighbour", "at", "radius"];

export class Theatre {
  /* `data` is the geometry file; `crs` the coordinate system of the map that shows it. */
  constructor(data, crs) {
    this.crs = crs;
    this.scale = crs.scale(PATH_ZOOM);
    this.origin = L.point(0, 0);
    this.origin = this.project(...data.places[0][PLACE_FIELDS.indexOf("at")]);
    this.period = new Period(data.start, data.days);
    this.statuses = data.statuses;
    this.leader = data.leader;
    this.labels = {...data.labels, changes: Object.values(data.labels.changes)};  // of changes, by their codes
    this.noReport = data.statuses.findIndex(({id}) => id === "no_report");
    this.unknown = data.statuses.findIndex(({id}) => id === "unknown");
    this.contested = data.statuses.findIndex(({id}) => id === "contested");
    this.places = data.places.map((row, index) => this.makePlace(row, data.shapes[index], index));
    this.byId = new Map(this.places.map(place => [place.id, place]));
    this.country = data.country;
    for (const [index, at] of data.within) {
      this.places[index].within = this.places[at];
      this.places[at].contains.push(this.places[index]);
    }
    // The districts along the border with each neighbour, with their kilometres of it.
    this.frontier = new Map(Object.entries(data.frontier).map(([name, pairs]) => [name, pairs.map(([index, km]) => ({place: this.places[index], km}))]));
    this.areaIds = ["", ...new Set(this.places.map(({provinceId}) => provinceId))];  // as `list_area_ids` has them
    this.parts = data.parts.map(([name, local, index]) => ({name, local, place: this.places[index]}));
    this.provinces = data.provinces.map(province => ({...province, point: this.project(...province.at)}));
    this.neighbours = data.neighbours.map(neighbour => ({...neighbour, point: this.project(...neighbour.at)}));
    this.borders = this.makePath(data.borders);
    this.outline = this.makePath(data.outline);
    this.polygons = this.places.filter(({path}) => path);
    this.points = this.places.filter(({path}) => !path);
    this.extent = new L.Bounds();
    for (const {point, box = {min: point, max: point}} of this.places) this.extent.extend(box.min).extend(box.max);
    this.ground = this.makeGround();
    this.cities = data.cities.map(index => this.places[index]);
    const ofProvince = new Map(this.provinces.map(province => [province.id, province.polygons = []]));
    for (const polygon of this.polygons) ofProvince.get(polygon.provinceId).push(polygon);
  }

  /* The ground of all polygons, in coarse rows. */
  makeGround() {
    const {min, max} = this.extent, ground = new Room((max.y - min.y) / GROUND_ROWS || 1, this.extent);
    for (const polygon of this.polygons) ground.addPolygon(polygon);
    return ground.join();
  }

  makePlace(row, shape, index) {
    const place = Object.fromEntries(PLACE_FIELDS.map((field, column) => [field, row[column]]));
    place.index = index;
    place.contains = [];
    place.point = this.project(...place.at);
    // A circle of `radius` degrees of latitude: how far a label reaches.
    place.reach = Math.abs(this.project(place.at[0], place.at[1] + place.radius).y - place.point.y);
    if (shape) {
      place.box = new L.Bounds();
      place.rings = [];
      place.path = this.makePath(shape, {closed: true, box: place.box, rings: place.rings});
    }
    return place;
  }

  /* The name of a province; empty if there is none. */
  provinceName(wanted) { return this.provinces.find(({id}) => id === wanted)?.name ?? ""; }

  /* A place's name with its kind, as in "Herat (capital)". */
  nameWithKind({name, kind}) { return name + this.labels.kinds[kind].suffix; }

  /* The way from the country down to a place, or to an area, as names with their targets; the first leads to the latest changes, and so
   * does a province that the map keeps to. */
  wayTo({place, area, report, provinceId}) {
    const country = {name: this.country, target: COUNTRY};
    if (!place && !area && provinceId) return [country, {name: this.provinceName(provinceId), target: `province/${provinceId}`}];
    if (!place) return [country, ...(area ? [{name: area.label, target: area.target}] : [])];
    const district = place.kind === "district" ? [] : [place.within].filter(Boolean);
    return [country, {name: place.province, target: `province/${place.provinceId}`}, ...[...district, place].map(({name, id}) => ({name, target: id})), ...(report ? [{name: report, target: `report/${report}`}] : [])];
  }

  /* Where a place lies, as in "capital of Herat". */
  locationOf({kind, province, neighbour}) {
    const {short} = this.labels.kinds[kind];
    return {provincial_capital: `${short} of ${province}`, crossing: `${short} to ${neighbour} \u00b7 ${province}`}[kind] ?? province;
  }

  /* The doubts about a step of a timeline, in words; that a report is older or on an area is one of them only if asked for. */
  doubtsAbout({bits, claimed}, step, withLight = true) {
    const {doubts: {light, own_claim: ownClaim, claimed: claim, disputed, user_supplied: userSupplied}} = this.labels;
    return [
      bits[step] & DISPUTED && disputed.short,
      claimed[step] !== NOBODY && claim.short.replace("{}", () => this.statuses[claimed[step]].label),
      bits[step] & CLAIM && ownClaim.short,
      withLight && bits[step] & LIGHT && !(bits[step] & CLAIM) && light.short,
      bits[step] & USER_SUPPLIED && userSupplied.short,
    ].filter(Boolean);
  }

  /* Says of a capital that no report is about how it is drawn. */
  asItsDistrict({within}) { return `no report on the town itself: drawn as ${within.name} district, which contains it`; }

  project(lon, lat) {
    // As `latLngToPoint` does, without a `LatLng` for each of some ten thousand points.
    const point = this.crs.transformation._transform(this.crs.projection.project({lng: lon, lat}), this.scale);
    return point._subtract(this.origin);
  }

  /* The latitude at a height in the theatre's own units. */
  latitudeAt(y) { return this.crs.pointToLatLng(L.point(0, y).add(this.origin), PATH_ZOOM).lat; }

  /* Make a path of encoded lines; `box` is extended to hold them, `rings` get their points as `x, y, x, y ...`. */
  makePath(lines, {closed = false, box, rings} = {}) {
    const path = new Path2D();
    for (const line of lines) {
      const points = rings && new Float32Array(line.length);
      let lon = 0, lat = 0;
      for (let at = 0; at < line.length; at += 2) {
        const point = this.project((lon += line[at]) * DEGREES, (lat += line[at + 1]) * DEGREES);
        box?.extend(point);
        if (points) [points[at], points[at + 1]] = [point.x, point.y];
        if (at) path.lineTo(point.x, point.y);
        else path.moveTo(point.x, point.y);
      }
      if (closed) path.closePath();
      rings?.push(points);
    }
    return path;
  }

  /* The corners of a place, of `province/<id>` or of the border with `neighbour/<name>`, as Leaflet's bounds; null if there is none. */
  bounds(target) {
    const [, country] = target.match(/^neighbour\/(.*)$/s) ?? [];
    if (country !== undefined) {
      const districts = (this.frontier.get(country) ?? []).map(({place}) => place);
      const along = [...this.places.filter(({neighbour}) => neighbour && neighbour === country), ...districts];
      return along.length ? along.reduce((all, {id}) => all.extend(this.bounds(id)), L.latLngBounds([])) : null;
    }
    const [, provinceId] = target.match(/^province\/(.*)$/s) ?? [];
    if (provinceId !== undefined) {
      const province = this.provinces.find(({id}) => id === provinceId);
      if (!province) return null;
      const [west, south, east, north] = province.box;
      return L.latLngBounds([south, west], [north, east]);
    }
    const place = this.byId.get(target);
    if (!place) return null;
    if (!place.box) return L.latLng(place.at[1], place.at[0]).toBounds(60_000);
    return L.latLngBounds(...[place.box.min, place.box.max].map(corner => this.crs.pointToLatLng(corner.add(this.origin), PATH_ZOOM)));
  }
}
