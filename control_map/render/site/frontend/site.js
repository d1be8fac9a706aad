/* The page: a board, the head above it and the dossier beside it, all of one day and one place. */
(controlMap => {
  "use strict";

  const {Dossiers, Files, Head, address, make, named} = controlMap;
  const LOW = 0.6;  // the share of a narrow page's height above which a dossier that opens begins
  const held = Object.fromEntries([...document.querySelectorAll("script[data-file]")].map(({dataset, textContent}) => [dataset.file, JSON.parse(textContent)]));
  const {settings, ...data} = held, part = id => document.getElementById(id);
  const dark = matchMedia("(prefers-color-scheme: dark)");

  class Site {
    constructor() {
      this.map = L.map(part("map"), settings.opening);
      this.board = controlMap.board(this.map, {base: settings.base, geometry: settings.geometry, bounds: settings.bounds, files: data, tiles: []});
      this.files = new Files(settings.base, data);
      this.day = settings.day;
      this.place = settings.place;
      this.answers = 0;
      this.begin();
    }

    async begin() {
      await this.board.ready;
      const {theatre} = this.board, {problems, ...wanted} = address.read(location.hash, theatre);
      Object.assign(this, wanted);
      this.say(problems);
      await this.command();
      if (!this.board.timeline) return;
      this.dossiers = new Dossiers(settings, theatre, this.board.timeline);
      this.head = new Head(settings, theatre, this.board.timeline, {date: part("date"), counts: part("counts"), silent: part("silent")});
      this.listen();
      this.show(this.day);
    }

    listen() {
      this.map.on("controlmapday", ({day}) => this.show(day));
      this.map.on("controlmap", ({day, place_id: place, nth}) => this.follow({day: day ?? this.day, place: place ?? this.place, nth}));
      dark.addEventListener("change", () => this.command());
      addEventListener("hashchange", () => this.obey());
      document.addEventListener("click", ({target}) => {
        const button = target.closest("[data-go]");
        if (button) this.board.choose(button.dataset.go);
      });
      document.querySelector("[data-skip]").addEventListener("click", event => {
        event.preventDefault();
        part("dossier").focus();
      });
      this.finder();
    }

    /* Tell the board what to show. It rings the place and zooms nowhere: an address names a day and a place, no part of the map. */
    command() {
      return this.board.show({
        timeline: settings.timeline, day: this.day, selected: this.place, hidden: [], dark: dark.matches, stale_after: 0, compared: null,
        answers: this.answers, go: ["", 0],
      });
    }

    /* Come to what the reader chose on the map, in the strip or the list. */
    follow({day, place, nth}) {
      const opens = place && place !== this.place;
      Object.assign(this, {day, place, answers: nth});
      address.write(this, this.board.theatre);
      this.say([]);
      this.command();
      this.show(day);
      if (opens) this.opened();
    }

    /* Come to what the address names, after the reader changed it. */
    obey() {
      const {problems, day = settings.day, place = ""} = address.read(location.hash, this.board.theatre);
      this.board.strip.stop();
      Object.assign(this, {day, place, answers: this.board.answered});
      this.say(problems);
      this.command();
      this.show(day);
    }

    say(problems) { part("notice").textContent = problems.join(" "); }

    /* Show a day: also one that the strip is passing. */
    show(day) {
      this.passing = day;
      this.drawn ??= requestAnimationFrame(() => {
        this.drawn = undefined;
        this.head.show(this.passing);
        this.tell(this.passing);
      });
    }

    /* Write the dossier of the place, or what just changed. */
    async tell(day) {
      const {theatre} = this.board, place = theatre.places[theatre.index.get(this.place)], nth = this.telling = (this.telling ?? 0) + 1;
      if (!place) return this.put(this.dossiers.recent(day), "");
      const name = settings.dossiers[place.provinceId], loaded = this.loaded?.name === name;
      if (!loaded) this.put([...this.dossiers.head(place), make("p", {role: "status"}, "Loading the reports \u2026")], place.id);
      try {
        const file = loaded ? this.loaded.file : await this.files.get(name);
        this.loaded = {name, file};
        if (this.telling === nth) this.put(this.dossiers.of(place, day, file), place.id);
      } catch (error) {
        if (this.telling === nth) this.put([...this.dossiers.head(place), make("p", {role: "status"}, `The reports could not be loaded (${error.message}). Choose the place again.`)], place.id);
      }
    }

    /* Put elements into the dossier; one that stays open keeps its place and what is unfolded in it. */
    put(elements, of) {
      const box = part("dossier"), stays = this.told === of, unfolded = stays && box.querySelector("details")?.open, top = stays ? box.scrollTop : 0;
      const focused = box.contains(document.activeElement) && document.activeElement !== box;
      box.replaceChildren(...elements);
      box.scrollTop = top;
      const details = box.querySelector("details");
      if (details && unfolded) details.open = true;
      if (focused) box.focus({preventScroll: true});
      this.told = of;
    }

    /* A place was opened: say so to those who do not see it, and bring its dossier into sight on a narrow page. */
    opened() {
      const {theatre, timeline} = this.board, place = theatre.places[theatre.index.get(this.place)];
      part("spoken").textContent = `${named(place)}, ${place.province}: ${theatre.statuses[timeline.status[timeline.at(place.index, this.day)]].label}`;
      const {top} = part("dossier").getBoundingClientRect(), lowest = LOW * innerHeight;
      if (top > lowest) scrollBy({top: top - lowest, behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth"});
    }

    finder() {
      const box = part("find"), {places} = this.board.theatre;
      const byName = new Map(places.toSorted((a, b) => a.name.localeCompare(b.name)).map(place => [`${place.name}, ${place.province}${named(place).slice(place.name.length)}`, place.id]));
      box.addEventListener("focus", () => part("places").append(...[...byName.keys()].map(name => make("option", {value: name}))), {once: true});
      const like = text => {
        const names = [...byName.keys()], low = text.trim().toLowerCase();
        return names.find(name => name.toLowerCase().startsWith(low)) ?? names.find(name => name.toLowerCase().includes(low));
      };
      const find = (text, exactly) => byName.get(exactly ? text : like(text));
      const open = exactly => {
        const found = box.value.trim() && find(box.value, exactly);
        if (found) {
          box.value = "";
          this.board.choose(found);
        } else if (!exactly && box.value.trim()) {
          this.say([`There is no place like \u201c${box.value.trim().slice(0, 40)}\u201d on this map.`]);
        }
      };
      box.addEventListener("input", () => open(true));
      box.addEventListener("keydown", ({key}) => { if (key === "Enter") open(false); });
    }
  }

  controlMap.site = new Site();
})(window.controlMap ??= {});
