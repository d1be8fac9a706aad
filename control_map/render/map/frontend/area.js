/* The panel of a province, or of the border with a neighbour: its places by status on a day, those that changed last at the top. */
import {dot, linkOut, make, makeLink} from "./elements.js";
import {counted, grouped, rounded} from "./period.js";

const NEVER = -Infinity;
const inKm = km => `${grouped(Math.round(km))} km`;

export class Area {
  /* `target` is `province/<id>` or `neighbour/<name>`. */
  constructor(theatre, target) {
    const [, kind, id] = /^(province|neighbour)\/(.*)$/s.exec(target) ?? [];
    Object.assign(this, {theatre, target, id});
    this.isProvince = kind === "province";
    this.name = this.isProvince ? theatre.provinces.find(province => province.id === id)?.name : id;
    this.frontier = kind === "neighbour" ? theatre.frontier.get(id) ?? [] : [];  // its districts and their kilometres
    this.places = theatre.places.filter(({provinceId, neighbour}) => (this.isProvince ? provinceId === id : id && neighbour === id));
    // The districts that the map outlines while the area is open.
    this.polygons = (this.isProvince ? this.places : this.frontier.map(({place}) => place)).filter(({path}) => path);
    this.sizes = null;   // people and square kilometres of each place, once they are there
    this.isMissing = false;  // whether any of these did not come
    this.claims = [];    // the reports on the area, see `area_file.py`, once they are there
  }

  /* The country as a whole, of which claims are listed. */
  static ofCountry(theatre) { return Object.assign(new Area(theatre, ""), {id: "", places: theatre.places}); }

  get exists() { return this.places.length + this.frontier.length > 0; }

  get label() { return this.isProvince ? this.name : `Border with ${this.name}`; }

  elements({timeline, day, facts, pages}) {
    const {theatre: {period}, isProvince} = this, rows = this.places.map(place => {
      const step = timeline.stepOn(place.index, day);
      const since = timeline.sinceOf(step) === undefined ? undefined : timeline.holdStart(place.index, step);
      const dating = since >= 0 ? timeline.datingOf(timeline.stepOn(place.index, since)) : "";
      return {place, status: timeline.status[step], since, dating, why: timeline.whys[timeline.why[step]]};
    }).sort((a, b) => (b.since ?? NEVER) - (a.since ?? NEVER) || a.status - b.status || a.place.name.localeCompare(b.place.name));
    const ofKind = wanted => rows.filter(({place: {kind}}) => kind === wanted), districts = isProvince ? ofKind("district") : [];
    const about = isProvince ? `province \u00b7 ${counted(districts.length, "district")}` : [this.frontier.length > 0 && `${inKm(this.length)} of border`, counted(rows.length, "crossing")].filter(Boolean).join(" \u00b7 ");
    return [
      make("h2", {}, this.label),
      make("p", {class: "cm-fine"}, `${about} on ${period.longName(day)}`),
      ...this.neighbours(),
      ...(isProvince ? this.counts(districts) : this.lengths(timeline, day, rows)),
      ...this.list("Capital", ofKind("provincial_capital"), pages),
      ...this.list("Crossings", ofKind("crossing"), pages),
      ...this.theatre.statuses.flatMap((_, status) => this.group(status, districts.filter(row => row.status === status), pages)),
      ...this.borderDistricts(timeline, day, pages),
      ...this.claimList({timeline, day, facts, pages}),
    ];
  }

  get length() { return this.frontier.reduce((sum, {km}) => sum + km, 0); }

  /* The neighbours that a province borders on. */
  neighbours() {
    const found = this.isProvince ? [...this.theatre.frontier].flatMap(([name, parts]) => {
      const km = parts.reduce((sum, {place, km: own}) => sum + (place.provinceId === this.id ? own : 0), 0);
      return km ? [{name, km}] : [];
    }).sort((a, b) => b.km - a.km) : [];
    return found.length ? [make("p", {class: "cm-fine"}, "Borders ", found.flatMap(({name, km}, at) => [at > 0 && ", ", makeLink(name, `neighbour/${name}`), ` (${inKm(km)})`]))] : [];
  }

  /* How many districts each status has, with their people and land where these are known. */
  counts(districts) {
    return this.byStatus(status => {
      const those = districts.filter(row => row.status === status);
      return those.length && [make("b", {}, grouped(those.length)), ` ${this.theatre.statuses[status].label}`, this.sizeOf(those)];
    });
  }

  /* How many kilometres of a border, and how many of its crossings, each status has. */
  lengths(timeline, day, crossings) {
    return this.byStatus(status => {
      const km = this.frontier.reduce((sum, {place, km: own}) => sum + (timeline.statusOn(place.index, day) === status ? own : 0), 0);
      const gates = crossings.filter(row => row.status === status).length;
      const parts = [km > 0 && inKm(km), gates > 0 && counted(gates, "crossing")].filter(Boolean);
      return parts.length && [make("b", {}, parts.join(", ")), ` ${this.theatre.statuses[status].label}`];
    });
  }

  byStatus(describe) {
    const items = this.theatre.statuses.flatMap((_, status) => {
      const words = describe(status);
      return words ? [make("li", {}, dot(status), words)] : [];
    });
    return items.length ? [make("ul", {class: "cm-gains"}, items)] : [];
  }

  sizeOf(rows) {
    const sum = numbers => rows.reduce((total, {place: {index}}) => total + numbers[index], 0);
    if (!this.sizes || !sum(this.sizes.people)) return false;
    const land = sum(this.sizes.km2);  // none of districts without a boundary of their own
    return make("small", {class: "cm-fine"}, ` \u00b7 ${rounded(sum(this.sizes.people))} people${land ? ` on ${rounded(land)} km\u00b2` : ""}`);
  }

  list(heading, rows, pages) {
    if (!rows.length) return [];
    const items = pages.cut(heading, rows).map(row => this.row(row, this.statusOf(row)));
    return [make("h3", {}, heading), make("ol", {class: "cm-recent cm-states", "data-list": heading}, items), pages.more(heading, rows.length)];
  }

  /* The districts of one status: since when, and on whose word. */
  group(status, rows, pages) {
    if (!rows.length) return [];
    const {theatre: {statuses}} = this, name = `status ${status}`;
    const items = pages.cut(name, rows).map(row => this.row(row, this.sinceOf(row)));
    return [make("h3", {}, dot(status), `${statuses[status].label} `, make("small", {}, counted(rows.length, "district"))),
      make("ol", {class: "cm-recent cm-states", "data-list": name}, items), pages.more(name, rows.length)];
  }

  row({place, why}, right) {
    return make("li", {}, right && make("span", {}, right), makeLink(place.name, place.id), why && make("small", {class: "cm-fine"}, why));
  }

  statusOf(row) {
    const {statuses} = this.theatre, since = this.sinceOf(row);
    return [dot(row.status), statuses[row.status].label + (since && ` ${since}`)];
  }

  sinceOf({since, dating}) {
    const {period} = this.theatre;
    if (since === undefined) return "";
    return since < 0 ? `since before ${period.shortName(0)}` : `since ${dating}${period.shortName(since)}`;
  }

  /* The districts along a border, the longest stretch first. */
  borderDistricts(timeline, day, pages) {
    if (!this.frontier.length) return [];
    const name = "frontier", {statuses} = this.theatre, longest = this.frontier.toSorted((a, b) => b.km - a.km);
    const items = pages.cut(name, longest).map(({place, km}) => {
      const status = timeline.statusOn(place.index, day);
      return make("li", {}, make("span", {}, dot(status), `${statuses[status].label} \u00b7 ${inKm(km)}`), makeLink(place.name, place.id), `, ${place.province}`);
    });
    return [make("h3", {}, "Districts on the border ", make("small", {}, "length as drawn")),
      make("ol", {class: "cm-recent cm-states", "data-list": name}, items), pages.more(name, longest.length)];
  }

  /* What was reported by the day of the area as a whole, or of a part of it, the newest event first. */
  claimList({timeline, day, facts, pages}) {
    const name = "claims", known = this.claims.filter(claim => claim.day <= day && (!facts.replays || claim.published <= day));
    if (this.isMissing) return [make("p", {class: "cm-fine"}, "What is reported of the area as a whole, or its people, could not be loaded.")];
    if (!known.length) return this.id ? [] : [make("p", {class: "cm-fine"}, "No report is about the country as a whole by this day.")];
    return [make("h3", {}, this.id ? "Claims about whole areas " : "Claims about the country ", make("small", {}, counted(known.length, "report"))),
      make("ol", {class: "cm-recent", "data-list": name}, pages.cut(name, known).map(claim => this.claim(claim, timeline))), pages.more(name, known.length)];
  }

  claim(claim, timeline) {
    const {day, isExact, isPart, says, who, side, grade, source, address, summary} = claim, from = source && [" \u00b7 ", linkOut(source, address)];
    const attribution = `${says}${isPart ? " (part of the area)" : ""}, says ${who}${side && ` (${side})`} \u00b7 ${grade}`;
    return make("li", {}, make("span", {}, isExact ? "" : "around ", this.theatre.period.shortName(day)), summary,
      make("small", {class: "cm-fine"}, attribution, from, this.beside(claim, timeline)));
  }

  /* This map's count of the same districts on the day of a claim that counts some; of days before the period the map knows only the last. */
  beside({day, number, status}, timeline) {
    if (number === null || status < 0 || day < 0) return "";
    const {theatre: {statuses}} = this, districts = this.places.filter(({kind}) => kind === "district");
    const ours = districts.filter(({index}) => timeline.statusOn(index, day) === status).length;
    return ` \u00b7 ${grouped(number)} by this report; this map that day: ${grouped(ours)} of ${grouped(districts.length)} ${statuses[status].label}`;
  }
}

/* The reports on an area, from its file. */
export const readClaims = rows => rows.map(([day, isExact, published, status, number, isPart, says, who, side, grade, source, address, summary]) => (
  {day, isExact, published, status, number, isPart, says, who, side, grade, source, address, summary}));
