/* The panel beside the map: the latest changes, or the dossier of the place that is open. On a narrow board it is a sheet from below. */
import {ChangesList} from "./changes_list.js";
import {Dossier} from "./dossier.js";
import {addElement, dot, make, makeButton, makeMore} from "./elements.js";
import {pause} from "./files.js";
import {counted} from "./period.js";
import {AREA} from "./timeline.js";

const WEIGHTIEST_FIRST = ["provincial_capital", "crossing", "district"];

export class Panel {
  /* `getDossier(place, day)` returns, in time, the file with the dossier of a place, `getSizes(day)` one with people and land;
   * `explainFailure(error)` words for a dossier that does not come. */
  constructor(host, theatre, {getDossier, getSizes, explainFailure, onClose}) {
    Object.assign(this, {theatre, getDossier, getSizes, explainFailure, onClose, place: null, dossier: null, listing: null});
    this.changesList = new ChangesList(theatre);
    this.back = makeButton("", "", () => this.goBack());
    this.back.className = "cm-back";
    this.body = make("div", {class: "cm-panel-body", tabindex: "0"});
    this.element = addElement(host, "aside", {class: "cm-panel", "aria-label": "Reports and changes"});
    this.closer = makeButton("\u00d7", "Close", () => this.close());
    this.closer.className = "cm-panel-close";
    this.opener = makeButton("", "", () => this.setOpen(true));  // where the panel is a sheet
    this.opener.className = "cm-panel-opener";
    this.closer.setAttribute("aria-label", "Close");
    this.element.append(this.back, this.closer, this.body);
    this.spoken = addElement(this.element, "p", {class: "cm-spoken", "aria-live": "polite"});
  }

  /* `facts` are those of the view, and `timeline` its own: what was shown of another view is written again. */
  load(facts, timeline) {
    Object.assign(this, {facts, timeline, dossier: null, listing: null});
  }

  /* Show the place, or null for what changed, on a day; `compared` is the day it is compared with, or null. */
  show(place, day, compared) {
    const isOther = place !== this.place, focused = this.element.contains(document.activeElement) && document.activeElement;
    Object.assign(this, {place, day, compared});
    const {listing} = this, changes = compared === null ? "Latest changes" : `Changes since ${this.theatre.period.shortName(compared)}`;
    this.back.hidden = !place && !listing;
    this.back.textContent = `\u2190 ${place && listing ? listing.label : changes}`;
    this.opener.textContent = place ? this.theatre.nameWithKind(place) : listing?.label ?? changes;
    if (!place) this.dossier = null;  // its place is no longer in the panel
    if (place) this.showDossier(isOther);
    else if (listing) this.body.replaceChildren(...listing.elements(this));
    else this.body.replaceChildren(...this.changes());
    if (isOther) this.body.scrollTop = 0;
    // What had the focus may be gone: whoever goes on by keyboard goes on here.
    if (focused && (!this.element.contains(focused) || focused.hidden)) this.body.focus({preventScroll: true});
  }

  /* The changes, all of them once the user has asked for those of the days that are shown. */
  changes() {
    const {timeline, day, compared} = this, list = JSON.stringify([day, compared]), all = this.listedWhole === list;
    const onMore = () => {
      const listed = this.body.querySelectorAll(".cm-recent li").length;
      this.listedWhole = list;
      this.body.replaceChildren(...this.changes());
      this.body.querySelectorAll(".cm-recent button")[listed].focus({preventScroll: true});
    };
    return compared === null ? this.latestChanges({all, onMore}) : this.changesList.elements(timeline, compared, day, {all, onMore});
  }

  /* On a narrow board, draw the sheet up or let it down. */
  setOpen(open) { this.element.classList.toggle("cm-panel-open", open); }

  /* The height that the sheet may take once all is in it: 0 if it is let down, or the panel stands beside the map. */
  get sheetHeight() {
    const {position, maxHeight} = getComputedStyle(this.element), isSheet = position === "absolute" && this.element.classList.contains("cm-panel-open");
    return isSheet ? this.element.parentElement.clientHeight * parseFloat(maxHeight) / 100 : 0;
  }

  /* Close the place that is open, and let down the sheet; return whether there was anything to close. */
  close() {
    const isOpen = Boolean(this.place) || this.element.classList.contains("cm-panel-open");
    this.setOpen(false);
    if (this.place) this.onClose();
    return isOpen;
  }

  /* Show an area, or the reports of a search, in place of the changes; null: the changes. */
  list(listing) {
    this.listing = listing;
    this.show(null, this.day, this.compared);
    this.body.scrollTop = 0;
    if (listing) this.setOpen(true);
    if (listing) this.spoken.textContent = listing.label;
  }

  /* Show an area; people and land follow. */
  async listArea(area) {
    this.list(area);
    area.sizes = await this.getSizes(this.day).catch(() => null);
    if (this.listing === area && !this.place) this.show(null, this.day, this.compared);
  }

  /* From a place back to the area or to the reports of the search, or to the changes, and from those to the changes. */
  goBack() {
    if (this.place) this.onClose();
    else this.list(null);
  }

  /* The user opened a place: read its status aloud, and draw up the sheet. */
  announce(place) {
    const {theatre, timeline} = this;
    this.setOpen(true);
    this.spoken.textContent = `${theatre.nameWithKind(place)}, ${place.province}: ${theatre.statuses[timeline.statusOn(place.index, this.day)].label}`;
  }

  /* Show the dossier at once as far as it is known, and the reports when they come. */
  showDossier(isOther) {
    const {place, day, dossier, facts} = this, isSame = dossier?.place === place;
    if (isSame && this.holds(day)) return dossier.show(day);
    if (isSame && !facts.replays) dossier.show(day);
    else this.replace(new Dossier(this.theatre, this.timeline, facts, place, null));
    return this.fetchDossier(place, day, facts.replays && !isOther);
  }

  /* Whether the dossier that is shown has the reports for a day: in a replay each day knows others. */
  holds(day) { return this.dossier.file && (!this.facts.replays || this.dossierDay === day); }

  replace(dossier) {
    this.dossier = dossier;
    this.dossierDay = this.day;
    dossier.show(this.day);
    this.body.replaceChildren(dossier.element);
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
  latestChanges({all, onMore}) {
    const {theatre: {period, places}, facts: {recent_days: days, most_recent: shown, compared_days: compared}, timeline: {changedOn, bits}, day} = this;
    const rows = [];
    for (let on = day; on > day - days && on >= 0; on--) {
      for (const place of changedOn[on]) rows.push({on, place, step: this.timeline.stepOn(place, on)});
    }
    const weight = ({place}) => WEIGHTIEST_FIRST.indexOf(places[place].kind);
    const listed = rows.filter(({step}) => !(bits[step] & AREA)).sort((a, b) => weight(a) - weight(b));
    const byArea = rows.length - listed.length, most = all ? listed.length : shown;
    const begins = Math.max(0, day - days + 1), span = begins < day ? `${period.yearlessName(begins)} to ${period.yearlessName(day)}` : period.yearlessName(day);
    return [
      make("h2", {}, "Latest changes"),
      make("p", {class: "cm-fine"}, `${span}. Click a place here or on the map to read the reports behind its colour.`),
      day > 0 && make("p", {class: "cm-fine"}, make("button", {type: "button", class: "cm-turn", "data-compare": Math.max(0, day - compared)}, `Compare with ${period.shortName(Math.max(0, day - compared))}`)),
      byArea > 0 && make("p", {class: "cm-fine"}, `${counted(byArea, "place")} more changed by reports on a whole area, not by one on the place.`),
      listed.length > 0 && make("ol", {class: "cm-recent"}, listed.slice(0, most).map(row => this.row(row))),
      listed.length > most && makeMore(listed.length - most, onMore),
      rows.length === 0 && make("p", {}, "No status changed."),
    ].filter(Boolean);
  }

  row({on, place: index, step}) {
    const {theatre: {places, statuses, labels: {kinds}, period}, timeline: {status}} = this, place = places[index];
    return make("li", {},
      make("span", {}, period.yearlessName(on)), make("button", {type: "button", "data-go": place.id}, place.name),
      `${kinds[place.kind].suffix}, ${place.province}`, make("br"), dot(status[step - 1]), `${statuses[status[step - 1]].label} \u2192 `, dot(status[step]), statuses[status[step]].label);
  }
}
