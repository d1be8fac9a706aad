/* A theatre as the browser holds it: places with their shapes as paths, borders, names. */
(controlMap => {
  "use strict";

  const STEP = 1e-4;   // of a degree: the unit of the encoded coordinates
  const DEPTH = 8;     // paths are in pixels of this zoom level: fine enough, and within a float's exactness
  const FIELDS = ["id", "kind", "name", "local", "provinceId", "province", "neighbour", "at", "radius"];

  class Theatre {
    /* `data` is the geometry file; `crs` the coordinate system of the map that shows it. */
    constructor(data, crs) {
      this.crs = crs;
      this.scale = crs.scale(DEPTH);
      this.origin = L.point(0, 0);
      this.origin = this.project(...data.places[0][FIELDS.indexOf("at")]);
      this.start = data.start;
      this.days = data.days;
      this.oneYear = this.asDate(0).getUTCFullYear() === this.asDate(data.days - 1).getUTCFullYear();
      this.statuses = data.statuses;
      this.silence = data.statuses.findIndex(({id}) => id === "no_report");
      this.contested = data.statuses.findIndex(({id}) => id === "contested");
      this.places = data.places.map((row, index) => this.place(row, data.shapes[index], index));
      this.index = new Map(this.places.map((place, index) => [place.id, index]));
      this.provinces = data.provinces.map(province => ({...province, point: this.project(...province.at)}));
      this.neighbours = data.neighbours.map(neighbour => ({...neighbour, point: this.project(...neighbour.at)}));
      this.borders = this.lines(data.borders);
      this.outline = this.lines(data.outline);
      this.drawn = this.places.filter(({path}) => path);
      this.marked = this.places.filter(({path}) => !path);
    }

    place(row, shape, index) {
      const place = Object.fromEntries(FIELDS.map((field, at) => [field, row[at]]));
      place.index = index;
      place.point = this.project(...place.at);
      // A circle of `radius` degrees of latitude: how far a label reaches.
      place.reach = Math.abs(this.project(place.at[0], place.at[1] + place.radius).y - place.point.y);
      if (shape) {
        place.box = new L.Bounds();
        place.path = this.path(shape, point => place.box.extend(point), true);
      }
      return place;
    }

    project(lon, lat) {
      // As `latLngToPoint` does, without a `LatLng` for each of some ten thousand points.
      const point = this.crs.transformation._transform(this.crs.projection.project({lng: lon, lat}), this.scale);
      return point._subtract(this.origin);
    }

    unproject(point) {
      return this.crs.pointToLatLng(point.add(this.origin), DEPTH);
    }

    lines(lines) { return this.path(lines, () => {}, false); }

    path(lines, visit, closed) {
      const path = new Path2D();
      for (const line of lines) {
        let lon = 0, lat = 0;
        for (let at = 0; at < line.length; at += 2) {
          const point = this.project((lon += line[at]) * STEP, (lat += line[at + 1]) * STEP);
          visit(point);
          if (at) path.lineTo(point.x, point.y);
          else path.moveTo(point.x, point.y);
        }
        if (closed) path.closePath();
      }
      return path;
    }

    /* The corners of a place or of `province/<id>`, as Leaflet's bounds; null if there is none of that name. */
    bounds(target) {
      const [, provinceId] = target.match(/^province\/(.*)$/s) ?? [];
      if (provinceId !== undefined) {
        const province = this.provinces.find(({id}) => id === provinceId);
        if (!province) return null;
        const [west, south, east, north] = province.box;
        return L.latLngBounds([south, west], [north, east]);
      }
      const place = this.places[this.index.get(target)];
      if (!place) return null;
      if (!place.box) return L.latLng(place.at[1], place.at[0]).toBounds(60_000);
      return L.latLngBounds(this.unproject(place.box.min), this.unproject(place.box.max));
    }

    asDate(day) {
      const date = new Date(`${this.start}T00:00:00Z`);
      date.setUTCDate(date.getUTCDate() + day);
      return date;
    }

    /* A day, counted from the start of the period, in words; the year is left out where there is only one. */
    date(day, weekday = false) {
      const yearless = this.oneYear && day >= 0 && day < this.days && !weekday;
      return this.asDate(day).toLocaleDateString("en-GB", {
        weekday: weekday ? "long" : undefined, day: "numeric", month: "long", year: yearless ? undefined : "numeric", timeZone: "UTC",
      });
    }
  }

  controlMap.Theatre = Theatre;
})(window.controlMap ??= {});
