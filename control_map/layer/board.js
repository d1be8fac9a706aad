/* The control map's layer: draws a theatre once, then restyles only what a command changes.
 *
 * controlMap.board(map, {base, geometry, bounds})   draw; called once
 * controlMap.show({timeline, day, selected, hidden, dark, stale_after})
 *                                            what to show from now on; may come before the board
 */
"use strict";

window.controlMap = (() => {
  const LIGHT = 1, DISPUTED = 2, NOBODY = -1;
  const BORDER = "#ffffff", INK = "#26241f", PROVINCE = "#4b473f";
  const LEFT = 0.3;  // how much of its colour a blind spot keeps; the rest is the ground's
  const DISTRICT = "district", CAPITAL = "provincial_capital", CROSSING = "crossing";
  const MARGIN = 8;  // pixels around the theatre
  const SIZE = {[CAPITAL]: [9, 9], [CROSSING]: [12, 14], [DISTRICT]: [9, 9]};
  let board = null, wanted = null;

  /* A canvas that can hatch and dot: a claim and a blind spot are shown over the colour of the status. */
  const PatternCanvas = L.Canvas.extend({
    _fillStroke(context, path) {
      L.Canvas.prototype._fillStroke.call(this, context, path);
      const {hatch, dots} = path.options;
      context.save();
      for (const [kind, colour] of [[HATCHES, hatch], [DOTS, dots]]) {
        if (!colour) continue;
        context.globalAlpha = kind === HATCHES && dots ? LEFT : 1;
        context.fillStyle = pattern(context, kind, colour);
        context.fill("evenodd");
      }
      context.restore();
    },
  });

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

  const patterns = new Map();
  function pattern(context, kind, colour) {
    const key = kind.size + colour;
    if (!patterns.has(key)) {
      const tile = document.createElement("canvas");
      tile.width = tile.height = kind.size;
      const pen = tile.getContext("2d");
      pen.strokeStyle = pen.fillStyle = colour;
      kind.draw(pen);
      patterns.set(key, context.createPattern(tile, "repeat"));
    }
    return patterns.get(key);
  }

  /* Mix two hex colours; `share` is how much of the first is left. */
  function mix(colour, ground, share) {
    const channel = (hex, start) => parseInt(hex.slice(start, start + 2), 16);
    return "#" + [1, 3, 5].map(start => Math.round(share * channel(colour, start) + (1 - share) * channel(ground, start))
      .toString(16).padStart(2, "0")).join("");
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
      this.shown = new Map();      // place id -> what is drawn: {step, heard, blind}
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
      const renderer = new PatternCanvas({padding: 0.3});
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
      const place = this.place.get(id), shown = this.shown.get(id), box = document.createElement("div");
      const add = (tag, text) => { const e = document.createElement(tag); e.textContent = text; box.append(e); return e; };
      add("b", place.name);
      if (place.local) { box.append(" "); add("bdi", place.local); }
      const kind = {[CAPITAL]: "capital of ", [CROSSING]: `crossing to ${place.neighbour} · `, [DISTRICT]: ""}[place.kind];
      box.append(document.createElement("br"));
      add("span", kind + place.province);
      if (shown) {
        const {step: [, status, bits, claimed, since], heard} = shown;
        box.append(document.createElement("br"));
        const silent = heard === undefined ? "" : " that counts";
        const when = this.data.statuses[status].id === "no_report" ? silent : ` since ${this.date(since)}`;
        add("strong", this.data.statuses[status].label + when);
        if (bits & DISPUTED) add("span", " · disputed");
        if (claimed !== NOBODY) add("span", ` · claimed by ${this.data.statuses[claimed].label}`);
        if (bits & LIGHT) add("span", " · older or area report");
        if (heard !== undefined) {
          box.append(document.createElement("br"));
          const days = this.command.day - heard, before = `${days.toLocaleString("en-GB")} day${days === 1 ? "" : "s"} before`;
          add("span", `last report ${this.date(heard)}, ${days ? before : "the same day"}`);
        }
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
        this.blindTally = row("", "cm-dotted");
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

    apply(timeline, {day, selected, hidden, dark, stale_after: staleAfter}) {
      this.map.getContainer().classList.toggle("cm-dark", dark);
      document.body.classList.toggle("cm-dark", dark);
      if (dark !== this.dark) {
        this.shown.clear();
        this.dark = dark;
        const sheet = getComputedStyle(document.body);
        [this.ground, this.dot] = ["--ground", "--dot"].map(name => sheet.getPropertyValue(name).trim());
      }
      const tally = this.data.statuses.map(() => 0), marked = {light: 0, claimed: 0, disputed: 0, blind: 0};
      for (const {id, kind} of this.place.values()) {
        const [steps, days] = timeline[id], drawn = this.shown.get(id);
        const step = steps.findLast(([begun]) => begun <= day) ?? steps[0], heard = days.findLast(event => event <= day);
        const blind = staleAfter > 0 && (heard === undefined || day - heard > staleAfter);
        if (blind !== drawn?.blind || step.some((value, part) => part && value !== drawn.step[part])) this.restyle(id, step, blind);
        this.shown.set(id, {step, heard, blind});
        if (kind !== DISTRICT) continue;
        tally[step[1]]++;
        marked.light += Boolean(step[2] & LIGHT);
        marked.disputed += Boolean(step[2] & DISPUTED);
        marked.claimed += step[3] !== NOBODY;
        marked.blind += blind;
      }
      this.tallies.forEach((cell, status) => {
        cell.textContent = tally[status];
        this.swatches[status].style.setProperty("--colour", this.colour(status, false));
      });
      this.lightTally.textContent = marked.light;
      this.claimedTally.textContent = marked.claimed;
      this.disputedTally.textContent = marked.disputed;
      this.tellBlind(staleAfter, marked.blind);
      for (const [id, marker] of this.marks) marker.getElement().hidden = hidden.includes(this.place.get(id).kind);
      this.select(selected);
    }

    colour(status, light) {
      const look = this.data.statuses[status];
      if (light) return look.light;
      return this.dark ? look.dark : look.colour;
    }

    /* The row of the legend on blind spots stands there only while they are shown. */
    tellBlind(staleAfter, count) {
      const row = this.blindTally.parentElement;
      if (staleAfter) this.disputedTally.closest("tbody").append(row);
      else row.remove();
      row.cells[1].textContent = `blind spot: silent for more than ${staleAfter} day${staleAfter === 1 ? "" : "s"}`;
      this.blindTally.textContent = count;
    }

    restyle(id, [, status, bits, claimed], blind) {
      const full = this.colour(status, bits & LIGHT), silent = this.data.statuses[status].id === "no_report";
      const fillColor = blind && !silent ? mix(full, this.ground, LEFT) : full, dots = blind ? this.dot : null;
      const hatch = claimed === NOBODY ? null : this.data.statuses[claimed].colour;
      const shape = this.shapes.get(id);
      if (shape) {
        const disputed = Boolean(bits & DISPUTED);
        shape.setStyle({fillColor, hatch, dots, weight: disputed ? 1.4 : 0.7, color: disputed ? INK : BORDER, dashArray: disputed ? "3 3" : null});
        return;
      }
      const element = this.marks.get(id).getElement();
      element.style.setProperty("--colour", fillColor);
      element.style.setProperty("--hatch", hatch ?? "transparent");
      element.classList.toggle("cm-claimed", Boolean(hatch));
      element.classList.toggle("cm-disputed", Boolean(bits & DISPUTED));
      element.classList.toggle("cm-blind", blind);
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

  return {
    board(map, options) { board = new Board(map, options); if (wanted) board.show(wanted); return board; },
    show(command) { wanted = command; board?.show(command); },
  };
})();
