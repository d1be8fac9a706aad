/* The control map's layer: draws a theatre once, then restyles only what a command, or the strip, changes.
 *
 * controlMap.board(map, {geometry, base, files, bounds, tiles, show})   draw; called once for each map
 * controlMap.show(command)                                  what the last board is to show; may come before it
 */
(controlMap => {
  "use strict";

  const {BaseMap, Card, Labels, Legend, Looks, Symbols, PlaceList, PlaceTable, Strip, Surface, Theatre, Timeline, change: {UNCHANGED}} = controlMap;
  const MARGIN = 8;   // pixels around the theatre
  const NARROW = 560; // pixels of width below which symbols are smaller
  const MOVES = /^(Arrow.*|[-+=_])$/;  // the keys with which Leaflet moves the map
  const NEAR = 9.5;   // the zoom beyond which going to a place does not lead

  class Board {
    constructor(map, options) {
      this.map = map;
      this.base = options.base;
      this.files = new Map(Object.entries(options.files).map(([name, content]) => [name, Promise.resolve(content)]));
      this.container = map.getContainer();
      this.day = null;         // the day shown
      this.answered = 0;       // the `nth` of the last day that the reader chose
      this.gone = 0;           // the `nth` of the last wish to go somewhere
      // st_folium listens to the layers that exist when it starts: this one carries all events.
      this.bus = L.layerGroup().addTo(map);
      this.say("Loading the map \u2026");
      this.ready = this.file(options.geometry).then(data => { this.draw(data, options); this.say(""); });
      this.ready.catch(error => this.complain(error));
    }

    /* A file's content: inlined in the page, fetched before, or fetched now. */
    file(name) {
      if (!this.files.has(name)) {
        const fetched = fetch(this.base + name).then(response => {
          if (!response.ok) throw new Error(`${name}: ${response.status}`);
          return response.json();
        });
        fetched.catch(() => this.files.delete(name));
        this.files.set(name, fetched);
      }
      return this.files.get(name);
    }

    complain(error) { this.say(`The map could not be loaded (${error.message}). Reload the page.`); }

    say(text) {
      this.note ??= L.DomUtil.create("p", "cm-note", this.container);
      this.note.setAttribute("role", "status");
      this.note.textContent = text;
    }

    tell(properties) {
      const nth = this.nth = Math.max(Date.now(), (this.nth ?? 0) + 1);
      const feature = {type: "Feature", geometry: null, properties: {...properties, nth}};
      this.bus.fire("click", {layer: {toGeoJSON: () => feature}});
      this.map.fire("controlmap", feature.properties);
      return nth;
    }

    draw(data, {bounds, tiles}) {
      const {map, container} = this, theatre = this.theatre = new Theatre(data, map.options.crs);
      this.bounds = bounds ? L.latLngBounds(bounds) : theatre.places.reduce((all, {id}) => all.extend(theatre.bounds(id)), L.latLngBounds([]));
      this.looks = new Looks(theatre.statuses, theatre.silence);
      this.surface = new Surface(theatre);
      this.symbols = new Symbols(this.surface);
      this.labels = new Labels(this.surface);
      this.card = new Card(container);
      this.list = new PlaceList(container, theatre, {onPoint: id => this.point(id), onOpen: id => this.tell({place_id: id})});
      this.table = new PlaceTable(map, theatre, {looks: this.looks, onOpen: id => { this.go(id); this.tell({place_id: id}); }});
      const onTiles = name => container.classList.toggle("cm-on-tiles", Boolean(name));
      Promise.resolve(typeof tiles === "string" ? this.file(tiles) : tiles).then(known => new BaseMap(map, known, onTiles));
      this.legend = new Legend(theatre, () => this.apply(true));
      this.legend.addTo(map);
      L.control.scale({position: "bottomleft", imperial: false}).addTo(map);
      this.stripAtFoot();
      this.keys = new Int32Array(theatre.places.length).fill(-1);
      this.shown = theatre.places.map(() => ({}));
      this.keepInView();
      this.surface.on("update", () => this.redraw());
      this.surface.addTo(map);
      map.on("mousemove", ({containerPoint}) => this.hover(containerPoint));
      map.on("mouseout movestart zoomstart", () => this.card.hide());
      map.on("click", ({containerPoint}) => this.click(containerPoint));
    }

    stripAtFoot() {
      const foot = L.DomUtil.create("div", "cm-foot", this.container), {start, days} = this.theatre;
      L.DomEvent.disableClickPropagation(foot);
      L.DomEvent.disableScrollPropagation(foot);
      for (const event of ["mousemove", "mouseover"]) foot.addEventListener(event, L.DomEvent.stopPropagation);
      foot.addEventListener("mouseenter", () => this.card.hide());
      this.strip = new Strip(L.DomUtil.create("div", "", foot), {
        start, days,
        onPreview: day => this.preview(day),
        onCommit: day => { this.answered = this.tell({day}); },
      });
      this.foot = foot;
    }

    /* Fit the theatre to the frame until the reader chooses another view. */
    keepInView() {
      const {container: frame, map} = this, chosen = () => { this.moved = true; };
      for (const event of ["wheel", "dblclick"]) frame.addEventListener(event, chosen, {passive: true});
      frame.addEventListener("keydown", ({target, key}) => { if (target === frame && MOVES.test(key)) chosen(); });
      map.zoomControl?.getContainer().addEventListener("click", chosen);
      map.on("dragstart", chosen);
      const adapt = () => {
        // A frame that is not laid out yet, or no more, has no size to fit.
        if (Math.min(frame.clientWidth, frame.clientHeight) <= 2 * MARGIN) return;
        frame.style.setProperty("--foot", `${this.foot.offsetHeight}px`);
        map.invalidateSize({animate: false});
        this.fit();
      };
      new ResizeObserver(adapt).observe(frame);
      adapt();
    }

    fit() {
      const {map} = this, foot = this.foot.offsetHeight;
      const padding = {paddingTopLeft: [MARGIN, MARGIN], paddingBottomRight: [MARGIN, MARGIN + foot], animate: false};
      const whole = map.getBoundsZoom(this.bounds, false, L.point(2 * MARGIN, 2 * MARGIN + foot));
      this.whole = map.options.crs.scale(whole) / this.theatre.scale;
      map.setMinZoom(Math.min(whole, map.getZoom()) - 0.5);
      if (!this.moved) map.fitBounds(this.bounds, padding);
    }

    /* Zoom to a place or a province, and say where it is. */
    go(target) {
      const bounds = this.theatre.bounds(target);
      if (!bounds) return;
      this.moved = true;
      const animate = !matchMedia("(prefers-reduced-motion: reduce)").matches;
      this.map.fitBounds(bounds.pad(0.3), {
        paddingBottomRight: [0, this.foot.offsetHeight], maxZoom: Math.max(NEAR, this.map.getZoom()), animate,
      });
      const place = this.theatre.places[this.theatre.index.get(target)];
      if (place) this.map.once("moveend", () => this.surface.flash([place], this.inks.ring));
    }

    /* Say what a place shows, without a pointer. */
    point(id) {
      const place = this.theatre.places[this.theatre.index.get(id)];
      if (!place) { this.card.hide(); return; }
      const [lon, lat] = place.at;
      if (!this.map.getBounds().contains([lat, lon])) this.map.panTo([lat, lon], {animate: false});
      this.surface.flash([place], this.inks.ring);
      this.describe(place, this.map.latLngToContainerPoint([lat, lon]));
    }

    placeAt(containerPoint) { return this.symbols.hit(containerPoint) ?? this.surface.hit(containerPoint); }

    hover(containerPoint) {
      this.pointer = containerPoint;
      this.awaited ??= requestAnimationFrame(() => {
        this.awaited = null;
        const place = this.timeline && this.placeAt(this.pointer);
        this.container.classList.toggle("cm-over", Boolean(place));
        if (place) this.describe(place, this.pointer);
        else this.card.hide();
      });
    }

    click(containerPoint) {
      if (!this.timeline) return;
      const place = this.placeAt(containerPoint);
      if (place) this.describe(place, containerPoint);
      this.tell({place_id: place?.id ?? ""});
    }

    describe(place, point) {
      const {theatre, timeline, shownDay: day, compared} = this;
      this.card.show(place, `${place.id} ${day} ${timeline.cursor[place.index]} ${compared}`, Card.lines(theatre, timeline, place, day, compared), point);
    }

    async show(command) {
      this.command = command;
      try {
        const [file] = await Promise.all([this.file(command.timeline), this.ready]);
        if (this.command !== command) return;
        const renewed = this.source !== file;
        if (renewed) {
          this.source = file;
          this.timeline = new Timeline(file, this.theatre);
          this.strip.load({reports: this.timeline.reports, changes: this.timeline.changed.map(({length}) => length)});
        }
        this.obey(command, renewed);
      } catch (error) {
        this.complain(error);
      }
    }

    obey(command, renewed) {
      const {day, selected, hidden, dark, answers, go: [target, nth]} = command;
      // A reader who scrubs, or has chosen a later day meanwhile, is not set back.
      if (this.day === null || (!this.strip.moving && answers >= this.answered)) this.day = day;
      this.strip.page(day);
      this.strip.show(this.day);
      this.selected = this.theatre.index.get(selected) ?? -1;
      this.symbols.hidden = hidden;
      if (dark !== this.dark) this.dress(dark);
      this.apply(true, this.day, renewed);
      if (nth > this.gone) {
        this.gone = nth;
        this.go(target);
      }
    }

    /* Put on the colours of a theme. */
    dress(dark) {
      this.dark = dark;
      this.container.classList.toggle("cm-dark", dark);
      document.body.classList.toggle("cm-dark", dark);
      const sheet = getComputedStyle(this.container), read = name => sheet.getPropertyValue(`--${name}`).trim();
      this.inks = Object.fromEntries(["ring", "quiet", "thin", "province", "outline"].map(name => [name, read(name)]));
      this.looks.theme(dark, sheet);
      this.keys.fill(-1);
      this.drawLines();
    }

    /* The day that a day is compared with: a fixed one, or one so many days before; never a later one. */
    comparedWith(day) {
      const {compared} = this.command;
      if (compared === null) return null;
      return compared < 0 ? Math.max(0, day + compared) : Math.min(compared, day);
    }

    /* Show a day as the strip does while it moves: in the browser alone. */
    preview(day) {
      this.day = day;
      this.apply(false, day);
    }

    apply(everything, day = this.shownDay, renewed = false) {
      if (!this.timeline || !this.inks) return;
      const {timeline, legend, theatre: {places}} = this, {stale_after: staleAfter} = this.command, compared = this.comparedWith(day);
      const moved = timeline.seek(day), stepped = day !== this.shownDay && this.shownDay !== undefined && !renewed;
      this.shownDay = day;
      this.compared = compared;
      this.strip.compare(compared);
      legend.build({compared, staleAfter, looks: this.looks});
      let marked = everything;
      const restyle = index => {
        const key = this.look(index, day, staleAfter, compared);
        if (key === this.keys[index]) return;
        this.keys[index] = key;
        if (places[index].path) this.surface.paint(places[index], this.looks.of(key));
        else marked = true;
      };
      if (everything || staleAfter || compared !== null) places.forEach((_, index) => restyle(index));
      else moved.forEach(restyle);
      legend.count(this.shown);
      if (marked) this.drawSymbols();
      if (everything) this.drawLabels();
      if (stepped) this.surface.flash(timeline.changed[day].map(index => places[index]), this.inks.ring);
      if (stepped) this.card.hide();
      this.table.update(timeline, day, compared);
    }

    /* What a place shows, kept in `shown`; the number of its look is returned. */
    look(index, day, staleAfter, compared) {
      const {timeline} = this, step = timeline.cursor[index], shown = this.shown[index];
      shown.status = timeline.status[step];
      shown.bits = timeline.bits[step];
      shown.claimed = timeline.claimed[step];
      const heard = staleAfter ? timeline.lastHeard(index, day) : day;
      shown.blind = heard === undefined || day - heard > staleAfter && staleAfter > 0;
      const compares = compared !== null;
      shown.change = compares ? timeline.difference(index, compared, day) : undefined;
      shown.before = compares ? timeline.status[timeline.at(index, compared)] : undefined;
      const aside = this.legend.leavesOut(shown);
      return Looks.key(shown.status, shown.bits, shown.claimed, shown.blind, aside, shown.change ?? UNCHANGED, compares);
    }

    /* After the map was moved or zoomed: all sheets anew. */
    redraw() {
      if (!this.inks) return;
      this.drawLines();
      if (!this.timeline) return;
      for (const place of this.theatre.drawn) {
        if (this.keys[place.index] >= 0 && this.surface.sees(place.box)) this.surface.paint(place, this.looks.of(this.keys[place.index]));
      }
      this.drawSymbols();
      this.drawLabels();
    }

    drawLines() {
      this.surface.clear(this.surface.lines);
      this.surface.drawLines(this.inks);
    }

    get zoomed() { return this.surface.scale / this.whole; }

    drawSymbols() {
      const narrow = this.map.getSize().x < NARROW ? 0.75 : 1, zoomed = narrow * Math.min(1.6, Math.max(0.7, 1 + 0.2 * Math.log2(this.zoomed)));
      this.symbols.draw(place => this.looks.of(this.keys[place.index]), {ink: this.inks.ring, selected: this.selected, zoomed});
      const selected = this.theatre.places[this.selected];
      if (selected?.path) this.surface.ring(selected.path, this.inks.ring);
    }

    drawLabels() {
      const {surface, map} = this, [west, east] = [0, 1].map(lon => this.theatre.project(lon, this.bounds.getCenter().lat).x);
      const corner = map.containerPointToLayerPoint([0, 0]).subtract(surface._bounds.min);
      this.labels.look(new L.Bounds(corner, corner.add(map.getSize())), (east - west) * surface.scale);
      this.labels.draw(this.symbols.boxes, {
        zoomed: this.zoomed, ink: "#26241f", halo: "rgba(255, 255, 255, .82)", quiet: this.inks.quiet, selected: this.selected,
      });
    }
  }

  let wanted = null;
  controlMap.boards = [];

  controlMap.board = (map, options) => {
    const board = new Board(map, options);
    controlMap.boards.push(board);
    const first = options.show ?? wanted;
    if (first) board.show(first);
    return board;
  };

  controlMap.show = command => {
    wanted = command;
    controlMap.boards.at(-1)?.show(command);
  };
})(window.controlMap ??= {});
