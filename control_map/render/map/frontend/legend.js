/* The legend: what the colours mean, how many districts have each, and a filter of the map by click. */
import {make, makeButton, makeSvg, shieldFromMap} from "./elements.js";
import {EVENT_OUTLINES, LATELY} from "./events.js";
import {LEGEND_MARGIN} from "./legend_place.js";
import {counted} from "./period.js";
import {CLAIM, CONTESTED, DISPUTED, GAINED, LIGHT, LOST, NOBODY, TAKEN_BACK, UNCHANGED, USER_SUPPLIED} from "./timeline.js";
import {NARROW_MAP} from "./view.js";

const LOW_MAP = 330;  // pixels of height below which it is folded
const MANY_ROWS = 11; // from which on its rows are lower
const SYMBOL_KINDS = ["provincial_capital", "crossing", "district"];  // in the order of the legend

export class Legend {
  constructor(theatre, styles, {onFilter, onEvents}) {
    Object.assign(this, {theatre, styles, onFilter, onEvents});
    this.filter = new Set();
    this.counts = new Map();  // the element with each filter's count
  }

  addTo(map) {
    this.title = make("summary");
    this.table = make("table");
    this.box = make("details", {class: "cm-legend"}, this.title, this.table, this.symbols(), this.events());
    // Wide enough for every count: its place depends on its size.
    this.box.style.setProperty("--digits", String(this.theatre.places.length).length);
    this.title.addEventListener("click", () => { this.isChosen = true; });
    shieldFromMap(this.box);
    this.control = L.control({position: "bottomright"});
    this.control.onAdd = () => this.box;
    this.control.addTo(map);
    this.build({compared: null, staleAfter: 0, timeline: {}});
  }

  /* Fold it where the map has little room, unless the user has folded or unfolded it. */
  adapt({x: width, y: height}) {
    if (!this.isChosen) this.box.open = width > NARROW_MAP && height > LOW_MAP;
    this.box.style.maxHeight = `${height - 2 * LEGEND_MARGIN}px`;
  }

  /* Its size, rounded up: a pixel more or less is no reason to move it. */
  get size() {
    const up = length => Math.ceil(length / 8) * 8;
    return {width: up(this.box.offsetWidth), height: up(this.box.offsetHeight)};
  }

  symbols() {
    const {points, labels: {kinds}} = this.theatre, shown = SYMBOL_KINDS.filter(kind => points.some(place => place.kind === kind));
    const label = kind => `${kind === "district" ? " undrawn " : " "}${kinds[kind].short}`;
    this.symbolsRow = make("p", {class: "cm-symbols"}, shown.flatMap(kind => [make("span", {}, make("i", {class: `cm-mark cm-${kind}`}), label(kind)), " "]));
    return this.symbolsRow;
  }

  /* Say what the dots of settlements are, if there are any. */
  showSettlements(shown) {
    this.settlementMark ??= make("span", {}, make("i", {class: "cm-mark cm-settlement"}), " settlement in a report");
    if (shown) this.symbolsRow.append(this.settlementMark);
    else this.settlementMark.remove();
  }

  /* What the marks of recent events mean, as a button that leaves them out. */
  events() {
    const mark = (text, name, filled) => make("span", {},
      makeSvg("svg", {class: `cm-event${filled ? " cm-filled" : ""}`, viewBox: "-5 -5 10 10", "aria-hidden": "true"}, makeSvg("path", {d: EVENT_OUTLINES[name]})),
      ` ${text}`);
    this.eventsButton = makeButton("", "", () => this.onEvents(this.eventsButton.getAttribute("aria-pressed") === "false"));
    this.eventsButton.append(`Last ${counted(LATELY, "day")}: `, mark("fighting", "fighting"), " ", mark("taken", "capture", true), " ", mark("claimed", "capture"));
    this.showEvents(true);
    return make("p", {class: "cm-symbols cm-events"}, this.eventsButton);
  }

  showEvents(shown) {
    this.eventsButton.setAttribute("aria-pressed", shown);
    this.eventsButton.title = shown ? "Leave these marks out" : "Mark what happened lately";
  }

  /* Build the rows of a mode: which statuses there are, or what has changed since a day. What a timeline never has gets no row. */
  build({compared, staleAfter, timeline: {hasUserReports, hasClaims, statusesEver = new Set()}}) {
    const {theatre, styles} = this;
    this.title.textContent = compared === null ? "Districts" : `Since ${theatre.period.shortName(compared)}`;
    const key = JSON.stringify([compared === null, staleAfter, hasUserReports, hasClaims, [...statusesEver], styles.dark]);
    if (key === this.built) return;
    this.built = key;
    this.counts.clear();
    this.table.className = compared === null ? "" : "cm-changes";
    const rows = compared === null ? this.statusRows({staleAfter, hasUserReports, hasClaims, statusesEver}) : this.changeRows(statusesEver);
    this.box.classList.toggle("cm-many", rows.length >= MANY_ROWS);
    this.table.replaceChildren(make("tbody", {}, rows));
    this.dropFilters(new Set(this.counts.keys()));
  }

  statusRows({staleAfter, hasUserReports, hasClaims, statusesEver}) {
    const {theatre: {statuses, labels: {doubts}}, styles} = this;
    return [
      ...statuses.map(({label}, status) => statusesEver.has(status) && this.row({colour: styles.background(status)}, label, `status ${status}`)),
      this.row({kind: "cm-lighter", colour: styles.colour(0), light: styles.olderColour(0), first: true}, doubts.light.legend, "light"),
      hasClaims && this.row({kind: "cm-claims", colour: styles.colour(0), light: styles.olderColour(0)}, doubts.own_claim.legend, "own_claim"),
      this.row({kind: "cm-hatched"}, doubts.claimed.legend, "claimed"),
      this.row({kind: "cm-ringed"}, doubts.disputed.legend, "disputed"),
      staleAfter > 0 && this.row({kind: "cm-dotted"}, doubts.blind.legend.replace("{}", counted(staleAfter, "day")), "blind"),
      hasUserReports && this.row({kind: "cm-own"}, doubts.user_supplied.legend, "user_supplied"),
    ].filter(Boolean);
  }

  changeRows(statusesEver) {
    const {theatre: {statuses, contested, unknown, noReport, labels: {changes}}, styles} = this, columns = [GAINED, TAKEN_BACK, LOST];
    const heads = columns.map(change => make("th", {scope: "col"}, change === TAKEN_BACK && make("i", {class: "cm-swatch cm-striped"}), changes[change]));
    const held = [...statuses.keys()].filter(status => statusesEver.has(status) && ![contested, unknown, noReport].includes(status));
    return [
      make("tr", {}, make("td"), make("td"), heads),
      ...held.map(status => make("tr", {}, make("td", {}, this.swatch({colour: styles.colour(status)})), make("td", {}, statuses[status].label),
        columns.map(change => {
          const filter = `${change} ${status}`, button = this.button("0", `${statuses[status].label}, ${changes[change]}`, filter);
          this.counts.set(filter, button);
          return make("td", {}, button);
        }))),
      this.row({colour: styles.colour(contested), first: true}, changes[CONTESTED], `${CONTESTED}`, columns.length),
      this.row({kind: "cm-hatched"}, `${changes[LOST]}, to nobody known`, `${LOST}`, columns.length),
      this.row({colour: styles.colour(noReport)}, changes[UNCHANGED], `${UNCHANGED}`, columns.length),
    ];
  }

  /* A row with a swatch, a label that filters, and a count. */
  row(swatch, label, filter, span = 1) {
    const count = make("td", span > 1 ? {colspan: span} : {});
    this.counts.set(filter, count);
    return make("tr", swatch.first ? {class: "cm-of-these"} : {}, make("td", {}, this.swatch(swatch)), make("td", {}, this.button(label, label, filter)), count);
  }

  swatch({kind = "", colour = "currentColor", light = "transparent"}) {
    const swatch = make("i", {class: `cm-swatch ${kind}`});
    swatch.style.setProperty("--colour", colour);
    swatch.style.setProperty("--light", light);
    return swatch;
  }

  /* A button that shows only the places of a filter; `name` says which, if the text does not. */
  button(text, name, filter) {
    const button = makeButton(text, "Show only these; click again for all", () => {
      if (!this.filter.delete(filter)) this.filter.add(filter);
      button.setAttribute("aria-pressed", this.filter.has(filter));
      this.onFilter();
    });
    button.setAttribute("aria-pressed", this.filter.has(filter));
    if (text !== name) {
      button.dataset.name = name;
      button.setAttribute("aria-label", `${name}: ${text}`);
    }
    return button;
  }

  /* Drop the filters of rows that the legend no longer has. */
  dropFilters(known) {
    const size = this.filter.size;
    for (const filter of this.filter) if (!known.has(filter)) this.filter.delete(filter);
    if (size !== this.filter.size) this.onFilter();
  }

  /* Whether the filter leaves out a place that shows this: it has to be of a chosen status, and of a chosen doubt. */
  leavesOut(state) {
    if (!this.filter.size) return false;
    const rows = rowsOf(state), chosen = [...this.filter], isDoubt = key => state.change === undefined && !key.startsWith("status");
    return [chosen.filter(isDoubt), chosen.filter(key => !isDoubt(key))].some(keys => keys.length > 0 && !keys.some(key => rows.includes(key)));
  }

  /* Count the districts, of the `provinceId` if there is one; `states` says what each place shows. */
  count(states) {
    const tally = new Map();
    for (const {kind, provinceId, index} of this.theatre.places) {
      if (kind === "district" && (!this.provinceId || provinceId === this.provinceId)) rowsOf(states[index]).forEach(key => tally.set(key, (tally.get(key) ?? 0) + 1));
    }
    for (const [filter, cell] of this.counts) {
      const text = String(tally.get(filter) ?? 0);
      if (cell.textContent === text) continue;
      cell.textContent = text;
      if (cell.dataset.name) cell.setAttribute("aria-label", `${cell.dataset.name}: ${text}`);
    }
  }
}

/* The rows of the legend in which a place is counted, by their filters: those of its status and its doubts, or of its change. */
function rowsOf({status, bits, claimed, blind, change, before}) {
  if (change !== undefined) {
    const row = change === GAINED || change === TAKEN_BACK ? `${change} ${status}` : `${change}`;
    return change !== UNCHANGED && before !== status ? [row, `${LOST} ${before}`] : [row];
  }
  return [`status ${status}`, bits & LIGHT && (bits & CLAIM ? "own_claim" : "light"), claimed !== NOBODY && "claimed", bits & DISPUTED && "disputed", blind && "blind", bits & USER_SUPPLIED && "user_supplied"].filter(Boolean);
}
