/* The control map's layer: draws a theatre once, then restyles only what a command changes.
 *
 * controlMap.board(map, {base, geometry, bounds})   draw; called once
 * controlMap.show({timeline, day, selected, hidden, dark})   what to show from now on; may come before the board
 */
"use strict";

window.controlMap = (() => {
  const LIGHT = 1, DISPUTED = 2, NOBODY = -1;
  const BORDER = "#ffffff", INK = "#26241f", PROVINCE = "#4b473f";
  const DISTRICT = "district", CAPITAL = "provincial_capital", CROSSING = "crossing";
  const MARGIN = 8;  // pixels around the theatre
  const SIZE = {[CAPITAL]: [9, 9], [CROSSING]: [12, 14], [DISTRICT]: [9, 9]};
  let board = null, wanted = null;

  /* A canvas that can hatch: a claim is shown over the colour of the status. */
  const HatchingCanvas = L.Canvas.extend({
    _fillStroke(context, path) {
      L.Canvas.prototype._fillStroke.call(this, context, path);
      const colour = path.options.hatch;
      if (!colour) return;
      context.save();
      context.globalAlpha = 1;
      context.fillStyle = hatching(context, colour);
      context.fill("evenodd");
      context.restore();
    },
  });

  const patterns = new Map();
  function hatching(context, colour) {
    if (!patterns.has(colour)) {
      const tile = document.createElement("canvas");
      tile.width = tile.height = 8;
      const pen = tile.getContext("2d");
      pen.strokeStyle = colour;
      pen.lineWidth = 2.4;
      for (const shift of [-8, 0, 8]) {
        pen.beginPath();
        pen.moveTo(shift - 1, 9);
        pen.lineTo(shift + 9, -1);
        pen.stroke();
      }
      patterns.set(colour, context.createPattern(tile, "repeat"));
    }
    return patterns.get(colour);
  }

  async function fetchJson(address) {
    const response = await fetch(address);
    if (!response.ok) throw new Error(`${address}: ${response.status}`);
    return response.json();
  }

  class Board {
    constructor(map, options) {
      this.map = map;
      this.base = options.base;
      this.bounds = L.latLngBounds(options.bounds);
      this.shapes = new Map();     // place id -> Leaflet polygon
      this.marks = new Map();      // place id -> Leaflet marker
      this.shown = new Map();      // place id -> the step that is drawn
      this.timelines = new Map();  // file name -> promise of the timeline
      this.clicks = 0;
      // st_folium listens to the layers that exist when it starts: this one carries all clicks.
      this.bus = L.layerGroup().addTo(map);
      this.keepInView();
      map.on("click", () => this.tell(""));
      this.say("Loading the map \u2026");
      this.ready = fetchJson(this.base + options.geometry).then(data => { this.draw(data); this.say(""); });
      this.ready.catch(error => this.complain(error));
    }

    /* Fit the theatre to the frame until the reader chooses another view. */
    keepInView() {
      const frame = this.map.getContainer(), chosen = () => { this.moved = true; };
      for (const event of ["wheel", "dblclick", "keydown"]) frame.addEventListener(event, chosen, {passive: true});
      this.map.zoomControl?.getContainer().addEventListener("click", chosen);
      this.map.on("dragstart", chosen);
      const adapt = () => {
        // A frame that is not laid out yet, or no more, has no size to fit.
        if (Math.min(frame.clientWidth, frame.clientHeight) <= 2 * MARGIN) return;
        this.map.invalidateSize({animate: false});
        if (!this.moved) this.fit();
      };
      new ResizeObserver(adapt).observe(frame);
      adapt();
    }

    fit() {
      this.map.fitBounds(this.bounds, {padding: [MARGIN, MARGIN], animate: false});
      this.map.setMinZoom(this.map.getZoom() - 0.5);
    }

    complain(error) { this.say(`The map could not be loaded (${error.message}). Reload the page.`); }

    say(text) {
      this.note ??= L.DomUtil.create("p", "cm-note", this.map.getContainer());
      this.note.setAttribute("role", "status");
      this.note.textContent = text;
    }

    tell(placeId) {
      const properties = {place_id: placeId, nth: ++this.clicks};
      this.bus.fire("click", {layer: {toGeoJSON: () => ({type: "Feature", geometry: null, properties})}});
    }

    draw(data) {
      this.data = data;
      this.place = new Map(data.places.map(([id, kind, name, local, province, neighbour, at]) =>
        [id, {id, kind, name, local, province, neighbour, at}]));
      const renderer = new HatchingCanvas({padding: 0.3});
      const shapes = L.geoJSON(data.shapes, {
        style: {renderer, weight: 0.7, color: BORDER, fillOpacity: 1, fillColor: data.statuses.at(-1).colour, smoothFactor: 0.6},
        onEachFeature: (feature, shape) => this.listen(feature.id, shape, this.shapes),
      }).addTo(this.map);
      // st_folium listens to groups too, and would take a click that a polygon passes on to its own for another.
      shapes.eachLayer(shape => shape.removeEventParent(shapes));
      const lines = (geometry, weight, color) =>
        L.geoJSON(geometry, {interactive: false, style: {renderer, weight, color, fill: false}}).addTo(this.map);
      lines(data.borders, 0.9, PROVINCE);
      lines(data.outline, 1.6, INK);
      this.ring = L.featureGroup().addTo(this.map);
      this.nameProvinces(data.provinces);
      for (const place of this.place.values()) if (place.at) this.mark(place);
      this.legend();
    }

    listen(id, layer, into) {
      into.set(id, layer);
      layer.on("click", event => { L.DomEvent.stop(event); this.tell(id); });
      layer.bindTooltip(() => this.describe(id), {sticky: true, className: "cm-hover", opacity: 1});
    }

    mark(place) {
      const icon = L.divIcon({className: `cm-mark cm-${place.kind}`, iconSize: SIZE[place.kind]});
      const [lon, lat] = place.at;
      const marker = L.marker([lat, lon], {
        icon, alt: `${place.name}, ${place.kind.replace("_", " ")}`, riseOnHover: true,
        zIndexOffset: {[DISTRICT]: 0, [CAPITAL]: 500, [CROSSING]: 300}[place.kind],
      }).addTo(this.map);
      const element = marker.getElement();
      element.setAttribute("aria-label", marker.options.alt);
      marker.on("keypress", ({originalEvent: {key}}) => { if (key === "Enter" || key === " ") this.tell(place.id); });
      this.listen(place.id, marker, this.marks);
    }

    nameProvinces(provinces) {
      const labels = provinces.map(({name, at: [lon, lat], box}) => {
        const element = document.createElement("span");
        element.textContent = name;
        const label = L.tooltip({permanent: true, direction: "center", className: "cm-province", interactive: false})
          .setLatLng([lat, lon]).setContent(element).addTo(this.map);
        return {label, box, letters: name.length};
      });
      const place = () => {
        for (const {label, box: [west, south, east, north], letters} of labels) {
          const a = this.map.latLngToContainerPoint([south, west]), b = this.map.latLngToContainerPoint([north, east]);
          label.getElement().hidden = b.x - a.x < 8 * letters || a.y - b.y < 26;
        }
      };
      this.map.on("zoomend resize", place);
      place();
    }

    /* What a place shows, as the hover says it. Text goes in as text: names are untrusted. */
    describe(id) {
      const place = this.place.get(id), step = this.shown.get(id), box = document.createElement("div");
      const add = (tag, text) => { const e = document.createElement(tag); e.textContent = text; box.append(e); return e; };
      add("b", place.name);
      if (place.local) { box.append(" "); add("bdi", place.local); }
      const kind = {[CAPITAL]: "capital of ", [CROSSING]: `crossing to ${place.neighbour} · `, [DISTRICT]: ""}[place.kind];
      box.append(document.createElement("br"));
      add("span", kind + place.province);
      if (step) {
        const [, status, bits, claimed, since] = step;
        box.append(document.createElement("br"));
        const reported = this.data.statuses[status].id !== "no_report";
        add("strong", this.data.statuses[status].label + (reported ? ` since ${this.date(since)}` : ""));
        if (bits & DISPUTED) add("span", " · disputed");
        if (claimed !== NOBODY) add("span", ` · claimed by ${this.data.statuses[claimed].label}`);
        if (bits & LIGHT) add("span", " · older or area report");
      }
      return box;
    }

    date(day) {
      const date = new Date(`${this.data.start}T00:00:00Z`);
      date.setUTCDate(date.getUTCDate() + day);
      const year = day < 0 ? "numeric" : undefined;
      return date.toLocaleDateString("en-GB", {day: "numeric", month: "long", year, timeZone: "UTC"});
    }

    legend() {
      const control = L.control({position: "bottomright"});
      control.onAdd = () => {
        const box = L.DomUtil.create("details", "cm-legend");
        box.open = this.map.getSize().x > 560;
        L.DomUtil.create("summary", "", box).textContent = "Districts";
        const table = L.DomUtil.create("table", "", box);
        const row = (label, kind, colour, light) => {
          const cells = table.insertRow();
          const swatch = L.DomUtil.create("i", `cm-swatch ${kind}`, cells.insertCell());
          swatch.style.setProperty("--colour", colour ?? "currentColor");
          swatch.style.setProperty("--light", light);
          cells.insertCell().textContent = label;
          return cells.insertCell();
        };
        this.tallies = this.data.statuses.map(({label, colour, light}) => row(label, "", colour, light));
        this.swatches = [...table.querySelectorAll(".cm-swatch")];
        const first = this.data.statuses[0];
        this.lightTally = row("from an older or an area report", "cm-lighter", first.colour, first.light);
        this.claimedTally = row("claimed, not verified", "cm-hatched");
        this.disputedTally = row("disputed", "cm-ringed");
        table.rows[this.tallies.length].className = "cm-of-these";
        const symbols = L.DomUtil.create("p", "cm-symbols", box);
        for (const [kind, label] of [[CAPITAL, "capital"], [CROSSING, "crossing"], [DISTRICT, "undrawn district"]]) {
          const key = L.DomUtil.create("span", "", symbols);
          L.DomUtil.create("i", `cm-mark cm-${kind}`, key);
          key.append(` ${label}`);
          symbols.append(" ");
        }
        L.DomEvent.disableClickPropagation(box);
        L.DomEvent.disableScrollPropagation(box);
        return box;
      };
      control.addTo(this.map);
    }

    async show(command) {
      this.command = command;
      if (!this.timelines.has(command.timeline)) this.timelines.set(command.timeline, fetchJson(this.base + command.timeline));
      try {
        const [timeline] = await Promise.all([this.timelines.get(command.timeline), this.ready]);
        if (this.command === command) this.apply(timeline, command);
      } catch (error) {
        this.timelines.delete(command.timeline);
        this.complain(error);
      }
    }

    apply(timeline, {day, selected, hidden, dark}) {
      if (dark !== this.dark) this.shown.clear();
      this.dark = dark;
      this.map.getContainer().classList.toggle("cm-dark", dark);
      document.body.classList.toggle("cm-dark", dark);
      const tally = this.data.statuses.map(() => 0), marked = {light: 0, claimed: 0, disputed: 0};
      for (const {id, kind} of this.place.values()) {
        const step = stepOn(timeline[id], day), drawn = this.shown.get(id);
        if (!drawn || step.some((value, part) => part && value !== drawn[part])) this.restyle(id, step);
        this.shown.set(id, step);
        if (kind !== DISTRICT) continue;
        tally[step[1]]++;
        marked.light += Boolean(step[2] & LIGHT);
        marked.disputed += Boolean(step[2] & DISPUTED);
        marked.claimed += step[3] !== NOBODY;
      }
      this.tallies.forEach((cell, status) => {
        cell.textContent = tally[status];
        this.swatches[status].style.setProperty("--colour", this.colour(status, false));
      });
      this.lightTally.textContent = marked.light;
      this.claimedTally.textContent = marked.claimed;
      this.disputedTally.textContent = marked.disputed;
      for (const [id, marker] of this.marks) marker.getElement().hidden = hidden.includes(this.place.get(id).kind);
      this.select(selected);
    }

    colour(status, light) {
      const look = this.data.statuses[status];
      if (light) return look.light;
      return this.dark ? look.dark : look.colour;
    }

    restyle(id, [, status, bits, claimed]) {
      const fillColor = this.colour(status, bits & LIGHT), hatch = claimed === NOBODY ? null : this.data.statuses[claimed].colour;
      const shape = this.shapes.get(id);
      if (shape) {
        const disputed = Boolean(bits & DISPUTED);
        shape.setStyle({fillColor, hatch, weight: disputed ? 1.4 : 0.7, color: disputed ? INK : BORDER, dashArray: disputed ? "3 3" : null});
        return;
      }
      const element = this.marks.get(id).getElement();
      element.style.setProperty("--colour", fillColor);
      element.style.setProperty("--hatch", hatch ?? "transparent");
      element.classList.toggle("cm-claimed", Boolean(hatch));
      element.classList.toggle("cm-disputed", Boolean(bits & DISPUTED));
    }

    select(id) {
      if (this.selected === id) return;
      this.selected = id;
      for (const [other, marker] of this.marks) marker.getElement().classList.toggle("cm-selected", other === id);
      this.ring.clearLayers();
      const shape = this.shapes.get(id);
      if (shape) L.polygon(shape.getLatLngs(), {weight: 3, color: INK, fill: false, interactive: false}).addTo(this.ring);
    }
  }

  /* The last step that has begun by a day. */
  function stepOn(steps, day) {
    let found = steps[0];
    for (const step of steps) { if (step[0] > day) break; found = step; }
    return found;
  }

  return {
    board(map, options) { board = new Board(map, options); if (wanted) board.show(wanted); return board; },
    show(command) { wanted = command; board?.show(command); },
  };
})();
