/* The page: a board, the head above it and the dossier beside it, all of one day and one place. */
import {board} from "../../map/frontend/board.js";
import {make} from "../../map/frontend/elements.js";
import {Files} from "../../map/frontend/files.js";
import {readAddress, writeAddress} from "./address.js";
import {Dossiers} from "./dossier.js";
import {Head} from "./head.js";
import {Renewal, tabStorage} from "./renewal.js";

const LOWEST_TOP = 0.6;  // the share of a narrow page's height above which a dossier that opens begins
const held = Object.fromEntries([...document.querySelectorAll("script[data-file]")].map(({dataset, textContent}) => [dataset.file, JSON.parse(textContent)]));
const {settings, ...heldFiles} = held;
const part = id => document.getElementById(id);
const darkTheme = matchMedia("(prefers-color-scheme: dark)");

class Site {
  constructor() {
    this.map = L.map(part("map"), settings.opening);
    this.board = board(this.map, {base: settings.base, geometry: settings.geometry, bounds: settings.bounds, files: heldFiles, tiles: []});
    this.files = new Files(settings.base, heldFiles);
    this.day = settings.day;
    this.compared = settings.compared;
    this.place = settings.place;
    this.answers = 0;
    const version = [settings.geometry, settings.timeline, ...Object.values(settings.dossiers)].join();
    this.renewal = new Renewal(version, {path: location.pathname, storage: tabStorage(), reload: () => location.reload()});
    this.begin();
  }

  async begin() {
    try {
      await Promise.all([this.board.ready, this.board.files.get(settings.timeline)]);
    } catch (error) {
      const farewell = this.renewal.giveWay(error);
      if (!farewell) this.board.showError(error);
      return this.showProblems([farewell]);
    }
    const {theatre} = this.board, {problems, ...asked} = readAddress(location.hash, theatre);
    Object.assign(this, asked);
    this.showProblems([this.renewal.welcome(), ...problems].filter(Boolean));
    await this.command();
    if (!this.board.timeline) return;
    this.dossiers = new Dossiers(settings, theatre, this.board.timeline);
    this.head = new Head(settings, theatre, this.board.timeline, {date: part("date"), counts: part("counts"), silent: part("silent")});
    this.listen();
    this.show(this.day);
  }

  listen() {
    this.map.on("controlmapday", ({day}) => this.show(day));
    this.map.on("controlmap", ({day = this.day, compared = this.compared, place_id: place = this.place, nth}) => this.followMap({day, compared, place, nth}));
    darkTheme.addEventListener("change", () => this.command());
    addEventListener("hashchange", () => this.followAddress());
    document.addEventListener("click", ({target}) => {
      const button = target.closest("[data-go]");
      if (button) this.board.choose(button.dataset.go);
    });
    document.querySelector("[data-skip]").addEventListener("click", event => {
      event.preventDefault();
      part("dossier").focus();
    });
    this.listenToSearch();
  }

  /* Say to the board what to show. It rings the place and zooms nowhere: an address names a day and a place, no part of the map. */
  command() {
    return this.board.show({
      timeline: settings.timeline, day: this.day, selected: this.place, hidden: [], dark: darkTheme.matches, stale_after: 0, compared: this.compared,
      answers: this.answers, go: ["", 0],
    });
  }

  /* Come to what the user chose on the map, in the strip or the list. */
  followMap({day, compared, place, nth}) {
    const opens = place && place !== this.place;
    Object.assign(this, {day, compared, place, answers: nth});
    writeAddress(this, this.board.theatre);
    this.showProblems([]);
    this.command();
    this.show(day);
    if (opens) this.announce();
  }

  /* Come to what the address names, after the user changed it. */
  followAddress() {
    const {problems, day = settings.day, compared = settings.compared, place = ""} = readAddress(location.hash, this.board.theatre);
    this.board.strip.stop();
    Object.assign(this, {day, compared, place, answers: this.board.answered});
    this.showProblems(problems);
    this.command();
    this.show(day);
  }

  showProblems(problems) { part("notice").textContent = problems.join(" "); }

  /* Show a day, which may be one that the strip is passing. */
  show(day) {
    this.passing = day;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.head.show(this.passing);
      this.writeDossier(this.passing);
    });
  }

  /* Write the dossier of the place, or what just changed. */
  async writeDossier(day) {
    if (this.leaves) return;
    const place = this.board.theatre.byId.get(this.place), nth = this.latest = (this.latest ?? 0) + 1;
    if (!place) return this.replaceDossier(this.dossiers.recent(day), "");
    const name = settings.dossiers[place.provinceId], loaded = this.loaded?.name === name;
    const note = text => this.replaceDossier([...this.dossiers.head(place), make("p", {role: "status"}, text)], place.id);
    if (!loaded) note("Loading the reports \u2026");
    try {
      const file = loaded ? this.loaded.file : await this.files.get(name);
      this.loaded = {name, file};
      if (this.latest === nth) this.replaceDossier(this.dossiers.of(place, day, file), place.id);
    } catch (error) {
      if (this.latest !== nth) return;
      const farewell = this.renewal.giveWay(error);
      this.leaves = farewell !== "";
      if (this.leaves) this.board.strip.stop();
      note(farewell || `The reports could not be loaded (${error.message}). Choose the place again.`);
    }
  }

  /* Put elements into the dossier; one that stays open keeps its scroll position and what is unfolded in it. */
  replaceDossier(elements, placeId) {
    const box = part("dossier"), stays = this.shownPlace === placeId, unfolded = stays && box.querySelector("details")?.open, top = stays ? box.scrollTop : 0;
    const focused = box.contains(document.activeElement) && document.activeElement !== box;
    box.replaceChildren(...elements);
    box.scrollTop = top;
    const details = box.querySelector("details");
    if (details && unfolded) details.open = true;
    if (focused) box.focus({preventScroll: true});
    this.shownPlace = placeId;
  }

  /* A place was opened: read that aloud for those who do not see it, and bring its dossier into sight on a narrow page. */
  announce() {
    const {theatre, timeline} = this.board, place = theatre.byId.get(this.place);
    part("spoken").textContent = `${theatre.nameWithKind(place)}, ${place.province}: ${theatre.statuses[timeline.statusOn(place.index, this.day)].label}`;
    const {top} = part("dossier").getBoundingClientRect(), lowest = LOWEST_TOP * innerHeight;
    if (top > lowest) scrollBy({top: top - lowest, behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth"});
  }

  /* Open the place whose name is chosen from the list, or which is most like what was typed when Enter is pressed. */
  listenToSearch() {
    const box = part("find"), {places, labels: {kinds}} = this.board.theatre;
    const sorted = places.toSorted((a, b) => a.name.localeCompare(b.name));
    const byName = new Map(sorted.map(({name, province, kind, id}) => [`${name}, ${province}${kinds[kind].suffix}`, id])), names = [...byName.keys()];
    box.addEventListener("focus", () => part("places").append(...names.map(name => make("option", {value: name}))), {once: true});
    const mostLike = text => {
      const lower = text.toLowerCase();
      return names.find(name => name.toLowerCase().startsWith(lower)) ?? names.find(name => name.toLowerCase().includes(lower));
    };
    const open = exactly => {
      const typed = box.value.trim(), found = typed && byName.get(exactly ? box.value : mostLike(typed));
      if (found) {
        box.value = "";
        this.board.choose(found);
      } else if (!exactly && typed) {
        this.showProblems([`There is no place like \u201c${typed.slice(0, 40)}\u201d on this map.`]);
      }
    };
    box.addEventListener("input", () => open(true));
    box.addEventListener("keydown", ({key}) => { if (key === "Enter") open(false); });
  }
}

new Site();
