/* The board: head, map with legend and strip, and panel, all of one day. What a command, or the strip, does not change stays. */
import {Announcer} from "./announcer.js";
import {Area} from "./area.js";
import {Background} from "./background.js";
import {BaseMap} from "./basemap.js";
import {DailyCounts} from "./daily_counts.js";
import {Drawing} from "./drawing.js";
import {addElement, make, makeButton, shieldFromMap, styleSheetsLoaded} from "./elements.js";
import {Events} from "./events.js";
import {Files} from "./files.js";
import {Gestures} from "./gestures.js";
import {Head} from "./head.js";
import {Legend} from "./legend.js";
import {MentionList} from "./mentions.js";
import {Messages} from "./messages.js";
import {Panel} from "./panel.js";
import {counted} from "./period.js";
import {PlaceList, PlaceTable} from "./place_list.js";
import {PlaceStyles} from "./place_style.js";
import {Pointer} from "./pointer.js";
import {Printing} from "./printing.js";
import {Search} from "./search.js";
import {Settlements} from "./settlements.js";
import {Shortcuts} from "./shortcuts.js";
import {Strip} from "./strip/strip.js";
import {COUNTRY, Theatre} from "./theatre.js";
import {Timeline} from "./timeline.js";
import {View} from "./view.js";

const EXPECTED_WITHIN = 3000;  // milliseconds in which the page has to ask for the day that it announced
const MOST_PARTS = 60;         // dossiers and the like that are kept
const NOTHING = [];
const PATIENCE_FOR_VIEW = 500; // milliseconds after which the map says that another view is on its way
/* What a command says that leaves it out; these are the defaults of `ShowCommand` in Python. */
const USUAL_COMMAND = {
  selected: "", area: "", report: "", hidden: [], dark: false, stale_after: 0, compared: null, province: "", answers: 0, go: ["", 0],
};

class Board {
  constructor(map, options) {
    this.map = map;
    this.files = new Files(options.base, options.files);
    this.parts = new Files(options.base, options.files, MOST_PARTS);
    this.options = options;
    this.geometryName = options.geometry;
    this.container = map.getContainer();
    this.layOut();
    // Leaflet focuses the map at each first click, and the page around a frame would scroll to its top.
    this.container.focus = () => HTMLElement.prototype.focus.call(this.container, {preventScroll: true});
    this.messages = new Messages(map);
    this.gestures = new Gestures(map);
    this.announcer = new Announcer(this.root, () => this.strip.moving);
    this.place = null;        // the place that is open
    this.area = "";           // the target of the area that is open, or lies behind the place
    this.report = "";         // the id of the report that is open by itself
    this.keepsTo = "";        // the id of the province that the counts and the changes are of; empty: all are
    this.pageOpens = {area: "", report: ""};  // the same two of the page
    this.day = null;          // the day that is shown, or about to be
    this.pageDay = null;      // the day that the page shows, or was last sent
    this.compares = null;     // what is compared with, as the command's `compared`
    this.pageCompares = null; // the same of the page
    this.expectedDay = null;  // the day that the page is about to ask for
    this.answered = 0;        // the `nth` of the message with the last day that the user chose
    this.followed = 0;        // the `nth` of the last command to go somewhere
    this.begin();
  }

  /* Build the board once what all views share is there; if it did not come, the next call tries again. Return the promise of it. */
  begin() {
    if (this.ready) return this.ready;
    const {options} = this;
    this.showNote("Loading the map \u2026");
    this.ready = Promise.all([this.files.get(options.geometry), styleSheetsLoaded()]).then(([data]) => { this.build(data, options); this.showNote(""); });
    this.ready.catch(error => {
      this.ready = null;
      this.showError(error);
    });
    return this.ready;
  }

  /* Put the map into the midst of the board, which takes its place on the page. */
  layOut() {
    this.root = make("section", {class: "cm-board", "aria-label": "Board"});
    this.body = make("div", {class: "cm-body"});
    this.container.replaceWith(this.root);
    this.container.classList.add("cm-map");
    this.root.append(this.body);
    this.body.append(this.container);
    this.root.addEventListener("click", ({target}) => {
      const {go, day, compare} = target.closest("[data-go], [data-compare]")?.dataset ?? {};
      if (go !== undefined) this.choose(go, day && Number(day));
      if (compare !== undefined) this.compareWith(compare === "" ? null : Number(compare));
    });
  }

  /* Say that the map, or the view that was chosen, did not come, with a button that calls `retry`. */
  showError(error, retry = () => (this.lastCommand ? this.show(this.lastCommand) : this.begin())) {
    const lost = this.timeline ? "What you chose could not be loaded, and the map still shows what it showed before" : "The map could not be loaded";
    this.showNote(`${lost} (${error.message}).`, makeButton("Try again", "", retry));
  }

  showNote(...content) {
    if (!this.note) shieldFromMap(this.note = addElement(this.container, "p", {class: "cm-note", role: "status"}));
    this.note.replaceChildren(...content.filter(Boolean));
  }

  /* Build all parts, once the geometry is there. */
  build(data, {background, bounds, tiles}) {
    const {map, container, root, body} = this, theatre = this.theatre = new Theatre(data, map.options.crs), styles = new PlaceStyles(theatre);
    this.head = new Head(root, theatre, {getRanges: day => this.getRanges(day)});
    root.prepend(this.head.element);
    this.panel = new Panel(body, theatre, {
      getDossier: (place, day) => this.getDossier(place, day),
      getSizes: () => this.getRanges(this.day),
      getClaims: ({id}) => this.parts.get(this.partName("areas", [theatre.areaIds.indexOf(id)])),
      explainFailure: error => this.explainFailure(error),
      onUp: () => this.goUp(),
      onClose: () => this.open(""),
    });
    this.search = new Search(this.head.tools, theatre, {
      getNames: () => this.parts.get(this.partName("names", [])),
      getMentions: () => this.parts.get(this.partName("mentions", [])),
      knownOn: () => this.knownOn,
      onOpen: found => {
        this.setListing(null);  // a place that was searched for belongs to no list
        if (found.kind === "settlement") this.chooseSettlement(found);
        else this.choose(found.target);
      },
      onMentions: (text, rows) => this.openListing(new MentionList(theatre, text, rows)),
    });
    this.head.tools.append(this.panel.opener);
    this.pointer = new Pointer(this);
    this.list = new PlaceList(container, theatre, {onPoint: id => this.pointer.pointAt(id), onOpen: id => this.open(id)});
    this.table = new PlaceTable(map, theatre, {styles, onOpen: id => this.choose(id)});
    const onTiles = name => container.classList.toggle("cm-on-tiles", Boolean(name));
    Promise.resolve(typeof tiles === "string" ? this.files.get(tiles) : tiles).then(known => new BaseMap(map, known, onTiles), () => {});
    this.legend = new Legend(theatre, styles, {onFilter: () => this.update(true), onEvents: events => {
      this.showEvents(events);
      this.sendLayer({events});
    }});
    this.legend.addTo(map);
    L.control.scale({position: "bottomleft", imperial: false}).addTo(map);
    const foot = addElement(container, "div", {class: "cm-foot"});
    this.buildStrip(foot);
    this.view = new View(map, theatre, {bounds, foot, legend: this.legend, panel: this.panel});
    this.drawing = new Drawing(map, theatre, {styles, legend: this.legend, view: this.view});
    if (background) this.drawing.background = this.makeBackground(background);
    this.shortcuts = new Shortcuts(this);
    this.printing = new Printing(this);
  }

  makeBackground(name) {
    return new Background(this.map, this.theatre, {
      getFile: () => this.files.get(name),
      onDraw: () => this.drawing.drawBackground(),
      onChoice: background => this.sendLayer({background}),
    });
  }

  /* Say that a layer is wanted or not, which does not end what the strip does. */
  sendLayer(wanted) {
    if (this.strip.moving) this.answered = this.messages.send(wanted);
    else this.sendChoice(wanted);
  }

  /* The day, in a list, if the timeline is a replay, of which each day knows other reports; else nothing. */
  ofReplay(day) { return this.facts.replays ? [day] : []; }

  /* The day by which a report has to be published to count: in a replay the day shown. */
  get knownOn() { return this.facts.replays ? this.shownDay : Infinity; }

  /* The name of a file that belongs to the timeline: one of the numbers given, or, if the page holds it, the one for all. */
  partName(kind, numbers) {
    const whole = `${kind.replace(/s?$/, "s")}.json`;
    if (whole in this.parts.held) return whole;
    return this.command.timeline.replace(/^[a-z]+/, kind).replace(".json", `${numbers.map(number => `-${number}`).join("")}.json`);
  }

  /* Return, in time, the file with the dossier of a place. */
  getDossier(place, day) { return this.parts.get(this.partName("dossier", [place.index, ...this.ofReplay(day)])); }

  /* Return, in time, the file with what is behind the numbers. */
  getRanges(day) { return this.parts.get(this.partName("ranges", this.ofReplay(day))); }

  /* Fetch the dossier of a place that is likely to be opened. */
  prefetch(place) { this.getDossier(place, this.shownDay).catch(() => {}); }

  /* Word the failure to get a place's reports. */
  explainFailure(error) { return `The reports could not be loaded (${error.message}). Choose the place again.`; }

  buildStrip(foot) {
    shieldFromMap(foot);
    this.strip = new Strip(addElement(foot, "div"), {
      period: this.theatre.period,
      onPreview: (day, since) => this.preview(day, since),
      onCommit: day => { this.day = day; this.sendDay(); },
    });
  }

  /* What the user, or the page around the map, chooses */

  /* Go to a place and open it, or to `province/<id>` or `neighbour/<name>` and open this area, or to the `country` and its latest
   * changes, of all provinces, or open `report/<id>` of the place that is open; an empty target closes the place. With a day of the period, show that
   * day too. */
  choose(target, day) {
    if (!this.timeline) return;
    const dayShown = this.jumpTo(day), [, report] = /^report\/(.*)$/s.exec(target) ?? [], area = new Area(this.theatre, target);
    // Before the map moves: the browser's history has one entry for both.
    if (report !== undefined) this.openReport(report);
    else if (target === COUNTRY) this.openListing(null, this.keepsTo ? "" : undefined);
    else if (area.exists) this.openListing(area);
    else if (!target || this.theatre.byId.has(target)) this.open(target);
    else if (dayShown) this.sendDay();
    if (target && report === undefined) this.go(target === COUNTRY ? "" : target);
  }

  /* Open the district of a settlement that was searched for, and go to the settlement. */
  chooseSettlement({name, target, at: [lon, lat]}) {
    const {drawing, theatre, view} = this, found = {name, point: theatre.project(lon, lat)};
    this.open(target);
    drawing.found = found;
    drawing.drawEvents();
    view.goNear(lat, lon, () => drawing.flash([found]));
  }

  /* Show a day, if the period has it, and make sure that the page is sent the day, whatever it shows now. */
  jumpTo(day) {
    if (!this.timeline.changedOn[day]) return false;
    this.strip.stop();
    this.expectedDay = this.pageDay = null;
    this.preview(day);
    this.strip.show(day);
    return true;
  }

  /* Open a place, or nothing, on the day that is shown: once the user clicks, the strip's day counts as chosen. */
  open(placeId, report = "") {
    this.select(placeId, report);
    this.update(true);
    this.panel.announce();
    this.sendChoice({place_id: placeId});
  }

  /* Open a report of the place that is open by itself, or, if it is empty, the place again. */
  openReport(id) {
    if (this.place) this.open(this.place.id, id);
  }

  /* Open an area, the reports that mention a text, or, if it is null, the latest changes; the place that is open closes. With a
   * `provinceId`, keep to that province too. */
  openListing(listing, provinceId) {
    const chosen = {...(this.place && {place_id: ""}), ...(provinceId !== undefined && {province_id: provinceId})};
    this.count(provinceId ?? this.keepsTo);
    this.select("");
    this.setListing(listing);
    this.update(true);
    this.panel.announce();
    this.panel.body.scrollTop = 0;
    this.sendChoice(chosen);
  }

  setListing(listing) {
    this.area = listing?.target ?? "";
    this.panel.setListing(listing);
  }

  select(placeId, report = "") {
    const place = this.theatre.byId.get(placeId) ?? null;
    if (place !== this.place) this.drawing.found = null;
    this.place = place;
    this.report = this.place ? report : "";
    this.drawing.selected = this.place?.index ?? -1;
  }

  /* Go up a level: from a report to its place, from a place to what lies behind it, from that to the latest changes; return whether
   * there was anything to leave. */
  goUp() {
    const {panel} = this;
    if (this.report) this.openReport("");
    else if (this.place) panel.close();
    else if (panel.listing) this.openListing(null);
    else if (panel.isOpen) panel.close();
    else return false;
    return true;
  }

  /* Choose a province that the page keeps to, or, if it is empty, all of them, and go there. */
  keepTo(provinceId) {
    const target = provinceId && `province/${provinceId}`;
    if (!this.timeline || (target && !this.theatre.bounds(target))) return;
    this.count(provinceId);
    this.update(true);
    this.sendChoice({province_id: provinceId});
    this.go(target);
  }

  /* Do what a key asks for, wherever it was pressed; return whether it asked for anything. */
  press(event) { return Boolean(this.timeline) && this.shortcuts.press(event); }

  /* Close what lies over the board, or else go up a level in the panel; return whether there was any. */
  close() {
    if (this.head.numbers.open) this.head.closeNumbers();
    else if (this.table.panel) this.table.close();
    else return this.goUp();
    return true;
  }

  /* Send what was chosen, with the day and what was opened, as far as the page does not know them. */
  sendChoice(chosen) {
    const all = {...chosen, ...this.newlyOpened()};
    this.strip.stop();
    if (this.day !== this.pageDay || this.compares !== this.pageCompares) this.sendDay(all);
    else if (Object.keys(all).length) this.answered = this.messages.send(all);
  }

  /* The area and the report that are open, each if the page does not know of it. */
  newlyOpened() {
    const {area, report, pageOpens: known} = this;
    this.pageOpens = {area, report};
    return {...(area !== known.area && {area}), ...(report !== known.report && {report})};
  }

  /* Compare with another day of the period, or, if it is null, with none. */
  compareWith(since) {
    if (!this.timeline) return;
    this.strip.stop();
    this.preview(this.day, since);
    this.sendDay();
  }

  /* Send the day that is shown to the page, with what else was chosen, and, if that is new, the day compared with. */
  sendDay(chosen = {}) {
    const compared = this.compares !== this.pageCompares && {compared: this.compares};
    this.pageDay = this.day;
    this.pageCompares = this.compares;
    this.answered = this.messages.send({...chosen, ...compared, day: this.day});
  }

  /* Zoom to a place or a province, and ring the place once it is in sight; an empty target is the whole theatre. */
  go(target) {
    const place = this.theatre.byId.get(target);
    if (target) this.view.go(target, place && (() => this.drawing.flash([place])));
    else this.view.overview();
  }

  /* What the page commands */

  async show(message) {
    const command = this.lastCommand = {...USUAL_COMMAND, ...message};
    const waiting = setTimeout(() => { if (this.lastCommand === command) this.showNote("Loading the map \u2026"); }, PATIENCE_FOR_VIEW);
    try {
      const [file] = await Promise.all([this.files.get(command.timeline), this.begin()]);
      if (this.lastCommand !== command) return;
      this.command = command;
      this.showNote("");
      const renewed = this.source !== file;
      if (renewed) {
        this.source = file;
        this.timeline = new Timeline(file, this.theatre);
        this.facts = file.view;
        this.head.load(this.facts, new DailyCounts(this.theatre, this.timeline, this.keepsTo));
        this.panel.load(this.facts, this.timeline);
        this.loadEvents(file);
        this.strip.load({reports: this.timeline.reports, changes: this.timeline.changedOn.map(({length}) => length)});
      }
      this.follow(command, renewed);
    } catch (error) {
      if (this.lastCommand === command) this.showError(error);
    } finally {
      clearTimeout(waiting);
    }
  }

  /* Mark recent events once they are there: the map is shown without waiting for them, or for want of them. */
  async loadEvents(source) {
    this.drawing.events = this.drawing.settlements = null;
    const file = await this.parts.get(this.partName("events", [])).catch(() => null);
    if (!file || this.source !== source) return;
    this.drawing.events = new Events(this.theatre, file.events);
    this.drawing.settlements = file.settlements && new Settlements(this.theatre, file.settlements);
    this.nameSettlements();
    this.drawing.drawEvents();
  }

  /* Say in the legend what the dots are, if any can be on the map. */
  nameSettlements() {
    const {drawing: {settlements, symbols}} = this;
    this.legend.showSettlements(settlements?.all.length > 0 && !symbols.hidden.includes("settlements"));
  }

  /* Mark recent events, or leave them out. */
  showEvents(shown) {
    this.legend.showEvents(shown);
    this.drawing.marksEvents = shown;
    if (this.drawing.colours) this.drawing.drawEvents();
  }

  /* The page begins anew, and may have forgotten what it was told: all that it says from now on counts. */
  resume() { Object.assign(this, {answered: 0, followed: 0, expectedDay: null}); }

  follow({day, compared, selected, area, report, province, hidden, dark, answers, go: [target, nth]}, renewed) {
    const expectsAnother = this.expectedDay !== null && this.expectedDay !== day && performance.now() < this.expectedUntil;
    if (!expectsAnother) this.expectedDay = null;
    // A user who moves the strip, or has chosen another day meanwhile, is not set back.
    const isAnswered = answers >= this.answered, follows = isAnswered && !this.strip.moving;
    if (this.day === null || (follows && !expectsAnother)) this.day = this.pageDay = day;
    if (follows) this.compares = this.pageCompares = compared;
    if (isAnswered) this.count(province);
    this.strip.page(day);
    this.strip.show(this.day);
    const opens = isAnswered && this.followOpened({selected, area, report});
    this.drawing.symbols.hidden = hidden;
    this.nameSettlements();
    if (isAnswered) this.showEvents(!hidden.includes("events"));
    this.setTheme(dark);
    this.update(true, this.day, renewed);
    if (isAnswered) this.drawing.background?.show(!hidden.includes("background"));
    if (nth > this.followed) {
      this.followed = nth;
      this.go(target);
    }
    if (opens && this.place) this.view.showAboveSheet(this.place);
    this.view.hasOpened = true;
  }

  /* Count, and list what changed, in a province, or, if it is empty, in the whole theatre. */
  count(provinceId) {
    if (provinceId === this.keepsTo) return;
    this.keepsTo = this.legend.provinceId = this.panel.provinceId = provinceId;
    this.head.load(this.facts, new DailyCounts(this.theatre, this.timeline, provinceId));
  }

  /* Open what the page says is open; a search, of which it knows nothing, stays. Return whether it was not open yet. */
  followOpened({selected, area, report}) {
    const before = this.place;
    this.select(selected, report);
    this.pageOpens = {area, report};
    const isOther = area !== this.area, listing = isOther && new Area(this.theatre, area);
    if (isOther) this.setListing(listing.exists ? listing : null);
    // A link, or the way back, that opens or closes something does so on a narrow board too.
    const opens = isOther || this.place !== before;
    if (opens) this.panel.setOpen(Boolean(this.place || this.area));
    return opens;
  }

  setTheme(dark) {
    this.root.classList.toggle("cm-dark", dark);
    this.drawing.setTheme(dark);
    const {styles} = this.drawing;
    this.theatre.statuses.forEach((_, status) => {
      this.root.style.setProperty(`--s${status}`, styles.colour(status));
      this.root.style.setProperty(`--f${status}`, styles.background(status));
    });
  }

  /* Show a day that the page is about to ask for; its commands for others, still on their way, come too late. */
  expectDay(day) {
    if (!this.timeline?.changedOn[day] || this.strip.moving || day === this.day) return;
    this.expectedDay = day;
    this.expectedUntil = performance.now() + EXPECTED_WITHIN;
    this.preview(day);
    this.strip.show(day);
  }

  /* What is shown */

  /* Show a day as the strip does while it moves, in the browser alone; if `since` is given, compared with that day, or with none. */
  preview(day, since = this.compares) {
    this.day = day;
    this.compares = since;
    this.update(false, day);
  }

  /* Bring all parts to a day; `everything` is drawn if more than the day may have changed. */
  update(everything, day = this.shownDay, renewed = false) {
    const {timeline, theatre: {places, provinces}, drawing} = this;
    if (!timeline || !drawing.colours) return;
    const {stale_after: staleAfter, hidden} = this.command, compared = this.comparedWith(day), turned = (compared === null) !== (this.compared === null);
    this.compared = compared;
    const moved = timeline.seek(day), stepped = day !== this.shownDay && this.shownDay !== undefined && !renewed;
    this.shownDay = day;
    this.map.fire("controlmapday", {day});
    this.strip.compare(compared);
    this.legend.build({compared, staleAfter, timeline});
    const indexes = everything || staleAfter || turned || compared !== null ? places.keys() : moved;
    drawing.update(indexes, {timeline, day, staleAfter, compared, knownOn: this.knownOn}, everything);
    if (stepped) {
      this.pointer.leave();
      drawing.flash(timeline.changedOn[day].map(index => places[index]).filter(({kind}) => !hidden.includes(kind)));
    }
    this.table.update(timeline, day, compared);
    this.head.show(day, {compared, asked: this.command.compared, staleAfter});
    this.announcer.settle(`${this.head.inWords}. ${counted(timeline.changedOn[day].length, "change")}.`);
    this.panel.show(this.place, day, compared, this.report);
    const {listing} = this.panel, province = !listing && provinces.find(({id}) => id === this.keepsTo);
    drawing.focusOn((!this.place && (listing || province)?.polygons) || NOTHING);
  }

  /* The day that a day is compared with: a fixed one, or one so many days before; never a later one. */
  comparedWith(day) {
    const {compares} = this;
    if (compares === null) return null;
    return compares < 0 ? Math.max(0, day + compares) : Math.min(compares, day);
  }
}

export const boards = [];

/* A key belongs to the board that has the focus, or else to the last. */
const onKey = event => (boards.find(({root}) => root.contains(event.target)) ?? boards.at(-1)).press(event);

/* Make the board of a map; `options` are geometry, background, base, files, bounds, tiles and show, as `Board` in Python writes them. */
export function board(map, options) {
  const made = new Board(map, options);
  if (!boards.length) document.addEventListener("keydown", onKey, true);  // before Leaflet, which moves the map by arrows
  boards.push(made);
  if (options.show) made.show(options.show);
  return made;
}

/* Command what the last board shows. */
export const show = command => boards.at(-1).show(command);

window.controlMap = {board, boards, show};
