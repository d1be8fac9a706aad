/* A published page: a board that is on the day and the place of the page's address. */
import {board} from "../../map/frontend/board.js";
import {readAddress, writeAddress} from "./address.js";
import {Framed, readFrame} from "./framed.js";
import {Renewal, tabStorage} from "./renewal.js";

const held = Object.fromEntries([...document.querySelectorAll("script[data-file]")].map(({dataset, textContent}) => [dataset.file, JSON.parse(textContent)]));
const {settings, ...heldFiles} = held;
const frame = readFrame(settings.frame, location.search);
const KEPT = ["day", "compared", "area", "report", "background", "events"];  // of what is chosen on the board, beside the place
const darkTheme = matchMedia("(prefers-color-scheme: dark)");

class Site {
  constructor() {
    this.map = L.map("map", settings.opening);
    const {base, geometry, background, bounds} = settings;
    this.board = board(this.map, {base, geometry, background, bounds, files: heldFiles, tiles: []});
    this.board.explainFailure = error => this.explainFailure(error);
    this.day = settings.day;
    this.compared = settings.compared;
    this.province = settings.province ?? "";
    this.usual = {area: "", report: "", background: true, events: true, ...settings.shown};
    Object.assign(this, {place: settings.place, ...this.usual});
    this.answers = 0;
    this.renewal = new Renewal(`${settings.geometry}, ${settings.timeline}`, {path: location.pathname, storage: tabStorage(), reload: () => location.reload()});
    this.begin();
  }

  async begin() {
    try {
      await Promise.all([this.board.begin(), this.board.files.get(settings.timeline)]);
    } catch (error) {
      const farewell = this.renewal.giveWay(error);
      if (!farewell) this.board.showError(error, () => this.begin());
      return this.showProblems([farewell]);
    }
    const {problems, ...asked} = this.readAddress();
    Object.assign(this, asked);
    this.showProblems([this.renewal.welcome(), ...settings.problems ?? [], ...problems].filter(Boolean));
    if (frame) new Framed(this.board, frame);
    this.listen();
    await this.command();
  }

  listen() {
    this.map.on("controlmapday", ({day}) => { document.title = `${settings.title}, ${this.board.theatre.period.longName(day)}`; });
    this.map.on("controlmap", event => this.followMap(event));
    darkTheme.addEventListener("change", () => this.command());
    addEventListener("hashchange", () => this.followAddress());
  }

  /* Read the address; where the server has read what stands behind its question mark, only the rest. */
  readAddress() { return readAddress(location.hash || (settings.frame ? "" : location.search), this.board.theatre, settings.app_words); }

  get isDark() { return frame?.theme ? frame.theme === "dark" : darkTheme.matches; }

  /* Say to the board what to show. It zooms nowhere but once within another page: an address names a day and a place, no part of the map. */
  command() {
    return this.board.show({
      timeline: settings.timeline, day: this.day, selected: this.place, area: this.area, report: this.report, compared: this.compared,
      hidden: [...settings.hidden ?? [], ...["background", "events"].filter(layer => !this[layer])], dark: this.isDark, answers: this.answers,
      stale_after: settings.stale_after ?? 0, province: this.province, go: [settings.target ?? "", settings.target ? 1 : 0],
    });
  }

  /* Keep the address at what the user chose on the board. */
  followMap({place_id: place = this.place, province_id: province = this.province, nth, ...chosen}) {
    for (const name of KEPT) if (chosen[name] !== undefined) this[name] = chosen[name];
    Object.assign(this, {place, province, answers: nth});
    if (!frame) writeAddress(this, this.board.theatre);  // the history of a page around the map is not the map's
    this.showProblems([]);
    this.command();
  }

  /* Come to what the address names, after the user changed it. */
  followAddress() {
    const {problems, ...asked} = this.readAddress(), {day, compared, place} = settings;
    this.board.strip.stop();
    Object.assign(this, {day, compared, place, ...this.usual, ...asked, answers: this.board.answered});
    this.showProblems(problems);
    this.command();
  }

  showProblems(problems) { document.getElementById("notice").textContent = problems.join(" "); }

  /* The site may have been published again, and the page is an old one. */
  explainFailure(error) {
    this.farewell ||= this.renewal.giveWay(error);  // which says it once, and the reports may be asked for again
    if (this.farewell) this.board.strip.stop();
    return this.farewell || `The reports could not be loaded (${error.message}). Choose the place again.`;
  }
}

new Site();
