/* The legend: what the colours mean, how many districts have each, and a filter of the map by click. */
(controlMap => {
  "use strict";

  const {Symbols, element, shield, bits: {LIGHT, DISPUTED, OWN, NOBODY}, change: {UNCHANGED, GAINED, TAKEN_BACK, CONTESTED, LOST}} = controlMap;
  const NARROW = 560;  // pixels of width below which it starts folded
  const DISTRICT = "district";

  class Legend {
    constructor(theatre, onFilter) {
      this.theatre = theatre;
      this.onFilter = onFilter;
      this.filter = new Set();
      this.counts = new Map();
    }

    addTo(map) {
      const control = L.control({position: "bottomright"});
      control.onAdd = () => {
        this.box = element("details", "cm-legend");
        this.box.open = map.getSize().x > NARROW;
        this.title = element("summary", "", this.box);
        this.table = element("table", "", this.box);
        this.symbols();
        shield(this.box);
        return this.box;
      };
      control.addTo(map);
    }

    symbols() {
      const symbols = element("p", "cm-symbols", this.box), kinds = new Set(this.theatre.marked.map(({kind}) => kind));
      for (const [kind, {label}] of Object.entries(Symbols.KINDS).reverse()) {
        if (!kinds.has(kind)) continue;
        const key = element("span", "", symbols);
        element("i", `cm-mark cm-${kind}`, key);
        key.append(` ${label}`);
        symbols.append(" ");
      }
    }

    /* Build the rows of a mode: which statuses there are, or what has changed since a day. */
    build({compared, staleAfter, hasOwn, looks}) {
      this.title.textContent = compared === null ? "Districts" : `Since ${this.theatre.date(compared)}`;
      const key = JSON.stringify([compared === null, staleAfter, hasOwn, looks.dark]);
      if (key === this.built) return;
      this.built = key;
      this.looks = looks;
      const of = compared === null ? this.ofStatuses(staleAfter, hasOwn) : this.ofChanges();
      this.counts.clear();
      this.table.replaceChildren();
      this.table.className = compared === null ? "" : "cm-changes";
      for (const row of of) this.row(row);
      this.keep(new Set(this.counts.keys()));
    }

    ofStatuses(staleAfter, hasOwn) {
      const {statuses} = this.theatre, {looks} = this;
      const blind = {swatch: "cm-dotted", label: `silent for over ${staleAfter} day${staleAfter === 1 ? "" : "s"}`, filter: "blind"};
      return [
        ...statuses.map(({label}, status) => ({swatch: "", colour: looks.colour(status), label, filter: `status ${status}`})),
        {swatch: "cm-lighter", colour: looks.colour(0), light: statuses[0].light, label: "older or area report", filter: "light", first: true},
        {swatch: "cm-hatched", label: "claimed, not verified", filter: "claimed"},
        {swatch: "cm-ringed", label: "disputed", filter: "disputed"},
        ...(staleAfter ? [blind] : []),
        ...(hasOwn ? [{swatch: "cm-own", label: "districts on added reports", filter: "own"}] : []),
      ];
    }

    ofChanges() {
      const {statuses, contested, silence} = this.theatre, {looks} = this;
      const rows = statuses.flatMap(({label}, status) => status === contested || status === silence ? [] : [{
        swatch: "", colour: looks.colour(status), label,
        filters: [GAINED, TAKEN_BACK, LOST].map(change => `${change} ${status}`),
      }]);
      return [
        {head: ["gained", "taken back", "lost"]},
        ...rows,
        {swatch: "", colour: looks.colour(contested), label: "newly contested", filter: `${CONTESTED}`, first: true},
        {swatch: "cm-hatched", label: "lost, to nobody known", filter: `${LOST}`},
        {swatch: "", colour: looks.colour(silence), label: "unchanged", filter: `${UNCHANGED}`},
      ];
    }

    row({head, swatch, colour, light, label, filter, filters, first}) {
      const row = this.table.insertRow();
      if (first) row.className = "cm-of-these";
      if (head) {
        for (const text of ["", "", ...head]) {
          const cell = element(text ? "th" : "td", "", row);
          if (text === "taken back") element("i", "cm-swatch cm-striped", cell);
          cell.append(text);
          if (text) cell.scope = "col";
        }
        return;
      }
      const mark = element("i", `cm-swatch ${swatch}`, row.insertCell());
      mark.style.setProperty("--colour", colour ?? "currentColor");
      mark.style.setProperty("--light", light ?? "transparent");
      const named = row.insertCell();
      if (filter) {
        this.button(named, label, label, filter);
        const count = row.insertCell();
        if (this.table.className) count.colSpan = 3;
        this.counts.set(filter, count);
        return;
      }
      named.textContent = label;
      ["gained", "taken back", "lost"].forEach((what, at) => {
        this.counts.set(filters[at], this.button(row.insertCell(), "0", `${label}, ${what}`, filters[at]));
      });
    }

    button(cell, text, name, filter) {
      const button = element("button", "", cell);
      button.type = "button";
      button.textContent = text;
      button.title = "Show only these; click again for all";
      button.setAttribute("aria-pressed", this.filter.has(filter));
      if (text !== name) {
        button.dataset.name = name;
        button.setAttribute("aria-label", `${name}: ${text}`);
      }
      button.addEventListener("click", () => {
        if (!this.filter.delete(filter)) this.filter.add(filter);
        button.setAttribute("aria-pressed", this.filter.has(filter));
        this.onFilter();
      });
      return button;
    }

    /* Forget the filters that the legend has no more. */
    keep(known) {
      const size = this.filter.size;
      for (const filter of this.filter) if (!known.has(filter)) this.filter.delete(filter);
      if (size !== this.filter.size) this.onFilter();
    }

    /* Whether the filter leaves a place out: it has to be of a chosen status, and of a chosen doubt. */
    leavesOut({status, bits, claimed, blind, change, before}) {
      const {filter} = this;
      if (!filter.size) return false;
      if (change !== undefined) {
        return !(filter.has(`${change} ${status}`) || filter.has(`${change}`)
          || (change !== UNCHANGED && before !== status && filter.has(`${LOST} ${before}`)));
      }
      const doubts = {light: bits & LIGHT, claimed: claimed !== NOBODY, disputed: bits & DISPUTED, blind, own: bits & OWN};
      const chosen = [...filter], statuses = chosen.filter(key => key.startsWith("status")), marks = chosen.filter(key => key in doubts);
      return (statuses.length > 0 && !filter.has(`status ${status}`)) || (marks.length > 0 && !marks.some(key => doubts[key]));
    }

    /* Count the districts; `shown` says of each place what it shows. */
    count(shown) {
      const tally = new Map();
      const add = key => tally.set(key, (tally.get(key) ?? 0) + 1);
      for (const place of this.theatre.places) {
        if (place.kind !== DISTRICT) continue;
        const {status, bits, claimed, blind, change, before} = shown[place.index];
        if (change === undefined) {
          add(`status ${status}`);
          if (bits & LIGHT) add("light");
          if (claimed !== NOBODY) add("claimed");
          if (bits & DISPUTED) add("disputed");
          if (blind) add("blind");
          if (bits & OWN) add("own");
          continue;
        }
        add(change === GAINED || change === TAKEN_BACK ? `${change} ${status}` : `${change}`);
        if (change !== UNCHANGED && before !== status) add(`${LOST} ${before}`);
      }
      for (const [filter, cell] of this.counts) {
        const text = String(tally.get(filter) ?? 0);
        if (cell.textContent === text) continue;
        cell.textContent = text;
        if (cell.dataset.name) cell.setAttribute("aria-label", `${cell.dataset.name}: ${text}`);
      }
    }
  }

  controlMap.Legend = Legend;
})(window.controlMap ??= {});
