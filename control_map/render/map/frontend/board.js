/* The control map's layer: draws a theatre once, then restyles only what a command, or the strip, changes.
 *
 * controlMap.board(map, {geometry, base, files, bounds, tiles, show})   draw; called once for each map
 * controlMap.show(command)                                  what the last board is to show; may come before it
 */
(controlMap => {
  "use strict";

  const {BaseMap, Card, Files, Labels, Legend, Looks, Symbols, PlaceList, PlaceTable, Strip, Surface, Theatre, Timeline, View, dressed, shield, change: {UNCHANGED}} = controlMap;
  const NARROW = 560;     // pixels of width below which symbols are smaller
  const PATIENCE = 3000;  // milliseconds for which the page is believed to ask for the day that it announced

  class Board {
    constructor(map, options) {
      this.map = map;
      this.files = new Files(options.base, options.files);
      this.container = map.getContainer();
      this.container.classList.add("cm-board");
      // Leaflet focuses the map at each first click, and the page around a frame would scroll to its top.
      this.container.focus = () => HTMLElement.prototype.focus.call(this.container, {preventScroll: true});
      this.day = null;         // the day shown
      this.told = null;        // the day that the page has, or was told last
      this.foreseen = null;    // the day that the page is about to ask for
      this.answered = 0;       // the `nth` of the last day that the reader chose
      this.gone = 0;           // the `nth` of the last wish to go somewhere
      this.said = {nth: 0};    // what the page was told last
      // st_folium listens to the layers that exist when it starts: this one carries all events.
      this.bus = L.layerGroup().addTo(map);
      this.say("Loading the map \u2026");
      this.ready = Promise.all([this.files.get(options.geometry), dressed()]).then(([data]) => { this.draw(data, options); this.say(""); });
      this.ready.catch(error => this.complain(error));
    }

    complain(error) { this.say(`The map could not be loaded (${error.message}). Reload the page.`); }

    say(text) {
      this.note ??= L.DomUtil.create("p", "cm-note", this.container);
      this.note.setAttribute("role", "status");
      this.note.textContent = text;
    }

    /* Tell the page of a place, a province or a day that the reader chose. It may listen only now and then: so that it misses nothing, it is told
     * again what was said before, each thing with the `nth` of when it was. */
    tell(chosen) {
      const nth = Math.max(Date.now(), this.said.nth + 1);
      this.said = {...this.said, ...chosen, nth};
      for (const key of Object.keys(chosen)) this.said[`${key}_nth`] = nth;
      const feature = {type: "Feature", geometry: null, properties: this.said};
      this.bus.fire("click", {layer: {toGeoJSON: () => feature}});
      this.map.fire("controlmap", {...chosen, nth});
      return nth;
    }

    draw(data, {bounds, tiles}) {
      const {map, container} = this, theatre = this.theatre = new Theatre(data, map.options.crs);
      this.looks = new Looks(theatre.statuses, theatre.silence);
      this.surface = new Surface(theatre);
      this.symbols = new Symbols(this.surface);
      this.labels = new Labels(this.surface);
      this.card = new Card(container);
      this.list = new PlaceList(container, theatre, {onPoint: id => this.point(id), onOpen: id => this.open(id)});
      this.table = new PlaceTable(map, theatre, {looks: this.looks, onOpen: id => this.choose(id)});
      const onTiles = name => container.classList.toggle("cm-on-tiles", Boolean(name));
      Promise.resolve(typeof tiles === "string" ? this.files.get(tiles) : tiles).then(known => new BaseMap(map, known, onTiles), () => {});
      this.legend = new Legend(theatre, () => this.apply(true));
      this.legend.addTo(map);
      L.control.scale({position: "bottomleft", imperial: false}).addTo(map);
      this.stripAtFoot();
      this.keys = new Int32Array(theatre.places.length).fill(-1);
      this.shown = theatre.places.map(() => ({}));
      this.view = new View(map, theatre, {bounds, foot: this.foot});
      this.surface.on("update", () => this.redraw());
      this.surface.addTo(map);
      map.on("mousemove", ({containerPoint}) => this.hover(containerPoint));
      map.on("mouseout movestart zoomstart", () => this.unhover());
      map.on("click", ({containerPoint}) => this.click(containerPoint));
    }

    stripAtFoot() {
      const foot = L.DomUtil.create("div", "cm-foot", this.container), {start, days} = this.theatre;
      shield(foot);
      foot.addEventListener("mouseenter", () => this.unhover());
      this.strip = new Strip(L.DomUtil.create("div", "", foot), {
        start, days,
        onPreview: day => this.preview(day),
        onCommit: day => { this.day = day; this.commit(); },
      });
      this.foot = foot;
    }

    /* Zoom to a place or a province, and ring the place once it is in sight; to nowhere: to the whole theatre. */
    go(target) {
      const place = this.theatre.places[this.theatre.index.get(target)];
      const ring = () => this.surface.flash([place], this.inks.ring);
      if (this.arrived) this.map.off("moveend", this.arrived);
      this.arrived = place && ring;
      if (this.arrived) this.map.once("moveend", this.arrived);
      if (target) this.view.go(target);
      else this.view.overview();
    }

    /* Go to a place and open it, or to `province/<id>`; nowhere: close what is open. With a day of the period, show that day too. */
    choose(target, day) {
      if (!this.timeline) return;
      const turned = this.turnTo(day);
      if (target) this.go(target);
      if (!target || this.theatre.index.has(target)) this.open(target);
      else if (turned) this.commit();
    }

    /* Show a day, if there is such a one; whatever the page shows or was about to, it is yet to be told of it. */
    turnTo(day) {
      if (!this.timeline.changed[day]) return false;
      this.strip.stop();
      this.foreseen = this.told = null;
      this.preview(day);
      this.strip.show(day);
      return true;
    }

    /* Open a place, or nothing, on the day that is shown: a reader who clicks has come to where the strip was going. */
    open(placeId) { this.answer({place_id: placeId}); }

    /* Choose a province that the page keeps to, or, if it is empty, all of them, and go there. */
    keepTo(provinceId) {
      const target = provinceId && `province/${provinceId}`;
      if (!this.timeline || (target && !this.theatre.bounds(target))) return;
      this.go(target);
      this.answer({province_id: provinceId});
    }

    answer(chosen) {
      this.strip.stop();
      if (this.day === this.told) this.tell(chosen);
      else this.commit(chosen);
    }

    /* Tell the page of the day that is shown. */
    commit(alongWith = {}) {
      this.told = this.day;
      this.answered = this.tell({...alongWith, day: this.day});
    }

    /* Say what a place shows, without a pointer. */
    point(id) {
      const place = this.theatre.places[this.theatre.index.get(id)];
      this.unhover();
      if (!place || !this.timeline) return;
      const [lon, lat] = place.at;
      this.view.uncover(lat, lon);
      this.surface.flash([place], this.inks.ring);
      this.describe(place, this.map.latLngToContainerPoint([lat, lon]));
      this.card.speak();
    }

    under(containerPoint) { return this.symbols.hit(containerPoint) ?? this.surface.hit(containerPoint); }

    hover(containerPoint) {
      this.pointer = containerPoint;
      this.awaited ??= requestAnimationFrame(() => {
        this.awaited = null;
        const place = this.timeline && this.under(this.pointer);
        this.container.classList.toggle("cm-over", Boolean(place));
        if (place) this.describe(place, this.pointer);
        else this.card.hide();
      });
    }

    unhover() {
      cancelAnimationFrame(this.awaited);
      this.awaited = null;
      this.container.classList.remove("cm-over");
      this.card.hide();
    }

    click(containerPoint) {
      if (!this.timeline) return;
      const place = this.under(containerPoint);
      if (place) this.describe(place, containerPoint);
      this.open(place?.id ?? "");
    }

    describe(place, point) {
      const {theatre, timeline, shownDay: day, compared} = this;
      this.card.show(place, `${place.id} ${day} ${timeline.cursor[place.index]} ${compared}`, Card.lines(theatre, timeline, place, day, compared), point);
    }

    async show(command) {
      this.wanted = command;
      try {
        const [file] = await Promise.all([this.files.get(command.timeline), this.ready]);
        if (this.wanted !== command) return;
        this.command = command;
        this.say("");
        const renewed = this.source !== file;
        if (renewed) {
          this.source = file;
          this.timeline = new Timeline(file, this.theatre);
          this.strip.load({reports: this.timeline.reports, changes: this.timeline.changed.map(({length}) => length)});
        }
        this.obey(command, renewed);
      } catch (error) {
        if (this.wanted === command) this.complain(error);
      }
    }

    obey(command, renewed) {
      const {day, selected, hidden, dark, answers, go: [target, nth]} = command;
      const awaits = this.foreseen !== null && this.foreseen !== day && performance.now() < this.awaitedUntil;
      if (!awaits) this.foreseen = null;
      // A reader who scrubs, or has chosen another day meanwhile, is not set back.
      if (this.day === null || (!this.strip.moving && !awaits && answers >= this.answered)) this.day = this.told = day;
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
      const sheet = getComputedStyle(this.container), read = name => sheet.getPropertyValue(`--${name}`).trim();
      this.inks = Object.fromEntries(["ring", "quiet", "name", "halo", "thin", "province", "outline"].map(name => [name, read(name)]));
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

    /* Show a day that the page is about to ask for; its commands for others, still on their way, come too late. */
    foresee(day) {
      if (!this.timeline?.changed[day] || this.strip.moving || day === this.day) return;
      this.foreseen = day;
      this.awaitedUntil = performance.now() + PATIENCE;
      this.preview(day);
      this.strip.show(day);
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
      this.map.fire("controlmapday", {day});
      this.compared = compared;
      this.strip.compare(compared);
      legend.build({compared, staleAfter, hasOwn: timeline.hasOwn, looks: this.looks});
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
      if (stepped) {
        this.unhover();
        const seen = timeline.changed[day].map(index => places[index]).filter(({kind}) => !this.command.hidden.includes(kind));
        this.surface.flash(seen, this.inks.ring);
      }
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

    drawSymbols() {
      const narrow = this.map.getSize().x < NARROW ? 0.75 : 1, zoomed = narrow * Math.min(1.6, Math.max(0.7, 1 + 0.2 * Math.log2(this.view.zoomed(this.surface.scale))));
      this.symbols.draw(place => this.looks.of(this.keys[place.index]), {ink: this.inks.ring, selected: this.selected, zoomed});
      const selected = this.theatre.places[this.selected];
      if (selected?.path) this.surface.ring(selected.path, this.inks.ring);
    }

    drawLabels() {
      this.labels.draw(this.symbols.boxes, {
        zoomed: this.view.zoomed(this.surface.scale), ink: this.inks.name, halo: this.inks.halo, quiet: this.inks.quiet, selected: this.selected,
      });
    }
  }

  let wanted = null;
  controlMap.boards = [];

  controlMap.board = (map, options) => {
    const board = new Board(map, options);
    controlMap.boards.push(board);
    const first = options.show ?? wanted;
    wanted = null;
    if (first) board.show(first);
    return board;
  };

  controlMap.show = command => {
    if (controlMap.boards.length) controlMap.boards.at(-1).show(command);
    else wanted = command;
  };
})(window.controlMap ??= {});
