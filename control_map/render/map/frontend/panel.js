/* The panel beside the map, at one of its levels: the country's latest changes, an area, a place or one report; or the reports of a
 * search. On a narrow board it is a sheet from below. */
import {Area, readClaims} from "./area.js";
import {ChangesList, inProvince} from "./changes_list.js";
import {Dossier} from "./dossier.js";
import {addElement, dot, make, makeButton, makeLink} from "./elements.js";
import {pause} from "./files.js";
import {Pages} from "./pages.js";
import {counted} from "./period.js";
import {listPublished, publishedNear} from "./published.js";
import {ABOUT, AREA} from "./timeline.js";

const WEIGHTIEST_FIRST = ["provincial_capital", "crossing", "district"];

export class Panel {
  /* `getDossier(place, day)` returns, in time, the file with the dossier of a place, `getSizes(day)` one with people and land,
   * `getClaims(area)` one with the reports on an area; `explainFailure(error)` words for a dossier that does not come. `onUp()` is
   * called to go up a level, `onClose()` to close the place that is open. */
  constructor(host, theatre, {getDossier, getSizes, getClaims, explainFailure, onUp, onClose}) {
    Object.assign(this, {theatre, getDossier, getSizes, getClaims, explainFailure, onClose, place: null, report: "", provinceId: "", dossier: null, listing: null, country: null});
    this.changesList = new ChangesList(theatre);
    this.back = makeButton("", "", onUp);
    this.back.className = "cm-back";
    this.way = make("ol");
    this.body = make("div", {class: "cm-panel-body", tabindex: "0"});
    this.element = addElement(host, "aside", {class: "cm-panel", "aria-label": "Reports and changes"});
    this.closer = makeButton("\u00d7", "Close", () => this.close());
    this.closer.className = "cm-panel-close";
    this.opener = makeButton("", "", () => this.setOpen(true));  // where the panel is a sheet
    this.opener.className = "cm-panel-opener";
    this.closer.setAttribute("aria-label", "Close");
    this.element.append(this.back, make("nav", {class: "cm-crumbs", "aria-label": "Breadcrumbs"}, this.way), this.closer, this.body);
    this.spoken = addElement(this.element, "p", {class: "cm-spoken", "aria-live": "polite"});
  }

  /* `facts` are those of the view, and `timeline` its own: what was shown of another view is written again. */
  load(facts, timeline) {
    const {listing, country} = this;
    Object.assign(this, {facts, timeline, dossier: null, listing: null, country: null});
    if (country) this.listCountryClaims();
    if (listing instanceof Area) this.setListing(new Area(this.theatre, listing.target));
  }

  /* Show the place, or one of its reports, or else the area or search that is listed, or what changed, on a day; `compared` is the day
   * that it is compared with, or null. */
  show(place, day, compared, report = "") {
    const {listing} = this, isOther = place !== this.place || report !== this.report || listing !== this.listed;
    const focused = this.element.contains(document.activeElement), before = this.label;
    Object.assign(this, {place, day, compared, report, listed: listing});
    this.label = place ? this.theatre.nameWithKind(place) : listing?.label ?? this.changesLabel;
    const level = place || listing ? "" : JSON.stringify([day, compared, this.provinceId]);
    if (isOther || level !== this.level) this.pages = new Pages(() => this.rewrite());
    this.level = level;
    if (isOther || this.wayOf !== this.provinceId) this.showWay();
    this.opener.textContent = place ? `Reports on ${this.label}` : this.label;
    if (!place) this.dossier = null;  // its place is no longer in the panel
    if (place) this.showDossier(isOther);
    else this.rewrite();
    if (isOther) this.body.scrollTop = 0;
    // What had the focus may be gone: whoever goes on by keyboard goes on at the heading of what is new, or else here.
    if (focused && (isOther || this.label !== before)) this.focusHeading();
    else if (focused && !this.element.contains(document.activeElement)) this.body.focus({preventScroll: true});
  }

  get changesLabel() {
    const {theatre, provinceId, compared} = this, where = inProvince(theatre, provinceId);
    return compared === null ? `Latest changes${where}` : `Changes${where} since ${theatre.period.shortName(compared)}`;
  }

  /* Write again what is shown of an area, a search or the changes, or a report; return the element that it is in. */
  rewrite() {
    if (this.place) this.dossier.show(this.day, this.report, this.pages);
    else this.body.replaceChildren(...(this.listing?.elements(this) ?? this.changes()).filter(Boolean));
    return this.body;
  }

  /* Write what came later; what had the focus is gone then. */
  keepFocus(write) {
    const hadFocus = this.body.contains(document.activeElement) && document.activeElement !== this.body;
    write();
    if (hadFocus && !this.body.contains(document.activeElement)) this.focusHeading();
  }

  focusHeading() {
    const heading = this.body.querySelector("h2") ?? this.body;
    if (heading !== this.body) heading.tabIndex = -1;
    heading.focus({preventScroll: true});
  }

  /* The way down to what is shown; what was listed before, if that is not on it. */
  showWay() {
    const {theatre, place, report, listing, provinceId} = this, way = theatre.wayTo({place, area: listing, report, provinceId});
    this.wayOf = provinceId;
    const isAside = Boolean(place && listing && !way.some(({target}) => target === listing.target));
    this.back.hidden = !isAside || Boolean(report);
    this.back.textContent = isAside ? `\u2190 ${listing.label}` : "";
    this.way.replaceChildren(...way.map(({name, target}, at) => make("li", {}, at < way.length - 1 ? makeLink(name, target) : make("span", {"aria-current": "page"}, name))));
  }

  changes() {
    const {timeline, day, compared, pages, provinceId} = this;
    return compared === null ? this.latestChanges() : this.changesList.elements(timeline, compared, day, pages, provinceId);
  }

  /* On a narrow board, draw the sheet up or let it down. */
  setOpen(open) { this.element.classList.toggle("cm-panel-open", open); }

  get isOpen() { return this.element.classList.contains("cm-panel-open"); }

  /* The height that the sheet may take once all is in it: 0 if it is let down, or the panel stands beside the map. */
  get sheetHeight() {
    const {position, maxHeight} = getComputedStyle(this.element), isSheet = position === "absolute" && this.isOpen;
    return isSheet ? this.element.parentElement.clientHeight * parseFloat(maxHeight) / 100 : 0;
  }

  /* Close the place that is open, and let down the sheet. */
  close() {
    this.setOpen(false);
    if (this.place) this.onClose();
  }

  /* Show from now on an area, or the reports of a search, wherever no place is open; null: the changes. People, land and claims follow. */
  async setListing(listing) {
    this.listing = listing;
    if (!(listing instanceof Area)) return;
    const files = [this.getSizes(), listing.isProvince ? this.getClaims(listing) : null];
    const [sizes, claims] = await Promise.all(files.map(file => Promise.resolve(file).catch(() => undefined)));
    Object.assign(listing, {sizes, claims: readClaims(claims?.areas[listing.id] ?? []), isMissing: sizes === undefined || claims === undefined});
    if (this.listing === listing && !this.place) this.keepFocus(() => this.rewrite());
  }

  /* The user opened something: read its name aloud, of a place its status too, and draw up the sheet. */
  announce() {
    const {theatre, timeline, place, report, listing} = this;
    if (place || listing) this.setOpen(true);
    const status = () => theatre.statuses[timeline.statusOn(place.index, this.day)].label;
    this.spoken.textContent = place ? `${report && `Report ${report} on `}${theatre.nameWithKind(place)}, ${place.province}: ${status()}` : listing?.label ?? this.changesLabel;
  }

  /* Show the dossier at once as far as it is known, and the reports when they come. */
  showDossier(isOther) {
    const {place, day, dossier, facts} = this, isSame = dossier?.place === place;
    if (isSame && this.holds(day)) return this.rewrite();
    if (isSame && !facts.replays) this.rewrite();
    else this.replace(new Dossier(this.theatre, this.timeline, facts, place, null));
    return this.fetchDossier(place, day, facts.replays && !isOther);
  }

  /* Whether the dossier that is shown has the reports for a day: in a replay each day knows others. */
  holds(day) { return this.dossier.file && (!this.facts.replays || this.dossierDay === day); }

  replace(dossier) {
    this.dossier = dossier;
    this.dossierDay = this.day;
    this.keepFocus(() => {
      this.rewrite();
      this.body.replaceChildren(dossier.element);
    });
  }

  async fetchDossier(place, day, mayPass) {
    const {facts} = this, isWanted = () => this.place === place && this.facts === facts && (!facts.replays || this.day === day) && !this.holds(day);
    if (mayPass) await pause();
    if (!isWanted()) return;
    try {
      const file = await this.getDossier(place, day);
      if (isWanted()) this.replace(new Dossier(this.theatre, this.timeline, facts, place, file));
    } catch (error) {
      if (isWanted()) this.dossier.fail(this.explainFailure(error), this.day);
    }
  }

  /* The latest changes up to the day: of capitals, then of crossings, then of districts, each from the latest back. */
  latestChanges() {
    const {theatre: {period, places}, facts: {recent_days: days, compared_days: compared}, timeline: {changedOn, bits}, day, pages, provinceId} = this;
    const rows = [], name = "changes", isListed = place => !provinceId || places[place].provinceId === provinceId;
    for (let on = day; on > day - days && on >= 0; on--) {
      for (const place of changedOn[on].filter(isListed)) rows.push({on, place, step: this.timeline.stepOn(place, on)});
    }
    const weight = ({place}) => WEIGHTIEST_FIRST.indexOf(places[place].kind);
    const listed = rows.filter(({step}) => !(bits[step] & AREA)).sort((a, b) => weight(a) - weight(b));
    const byArea = rows.length - listed.length, since = Math.max(0, day - compared);
    const begins = Math.max(0, day - days + 1), span = begins < day ? `${period.yearlessName(begins)} to ${period.yearlessName(day)}` : period.yearlessName(day);
    return [
      make("h2", {}, this.changesLabel),
      make("p", {class: "cm-fine"}, `${span}; capitals and crossings come first. Click a place here or on the map to read the reports behind its colour.`),
      day > 0 && make("p", {class: "cm-fine"}, make("button", {type: "button", class: "cm-turn", "data-compare": since}, `Compare with ${period.shortName(since)}`)),
      byArea > 0 && make("p", {class: "cm-fine"}, `${counted(byArea, "place")} more changed by reports on a whole area, not by one on the place.`),
      listed.length > 0 && make("ol", {class: "cm-recent", "data-list": name}, pages.cut(name, listed).map(row => this.row(row))),
      pages.more(name, listed.length),
      rows.length === 0 && make("p", {}, "No status changed."),
      ...(provinceId ? [] : [...this.publishedCounts(), ...this.countryClaims()]),
    ];
  }

  /* What others counted of the first status around the day, beside this map's own count of the same. */
  publishedCounts() {
    const {theatre, facts, day} = this, near = publishedNear(facts, day);
    return near.length ? [make("h3", {}, `${theatre.statuses[0].label} districts, as counted by others`), listPublished(near, theatre, this)] : [];
  }

  /* The reports on the country as a whole, fetched once they are wanted. */
  countryClaims() {
    if (this.country) return this.country.claimList(this);
    const button = makeButton("Claims about the country", "", () => this.listCountryClaims().then(() => this.focusFirst("claims")));
    button.className = "cm-turn";
    return [make("p", {class: "cm-fine"}, button)];
  }

  async listCountryClaims() {
    const {facts} = this, country = Area.ofCountry(this.theatre), file = await this.getClaims(country).catch(() => null);
    if (this.facts !== facts) return;
    this.country = Object.assign(country, {claims: readClaims(file?.areas[country.id] ?? []), isMissing: !file});
    if (!this.place && !this.listing) this.keepFocus(() => this.rewrite());
  }

  focusFirst(list) { this.body.querySelector(`[data-list=${list}] :is(button, a)`)?.focus({preventScroll: true}); }

  row({on, place: index, step}) {
    const {theatre: {places, statuses, labels: {kinds}, period}, timeline, timeline: {bits}} = this, place = places[index];
    const [before, after] = [timeline.status[step - 1], timeline.namedStatus(step)];
    return make("li", {},
      make("span", {}, bits[step] & ABOUT ? "around " : "", period.yearlessName(on)), makeLink(place.name, place.id),
      `${kinds[place.kind].suffix}, ${place.province}`, make("br"), dot(before), `${statuses[before].label} \u2192 `, dot(after), statuses[after].label);
  }
}
