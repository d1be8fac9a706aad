/* Reaching every place without a pointer: one list of all places, and the table that says what the map shows. */
(controlMap => {
  "use strict";

  const {element, shield, tool, bits: {LIGHT, DISPUTED, OWN, NOBODY}} = controlMap;
  const COLUMNS = ["Place", "Province", "Status", "Since", "Doubt"];
  const KINDS = {provincial_capital: " (capital)", crossing: " (crossing)"};

  const named = ({name, kind}) => name + (KINDS[kind] ?? "");

  /* A list that shows itself when it has the focus: arrows point at a place, Enter opens it. */
  class PlaceList {
    constructor(host, theatre, {onPoint, onOpen}) {
      this.select = element("select", "cm-find", host);
      this.select.setAttribute("aria-label", "Place on the map: arrow keys choose, Enter opens");
      this.select.add(new Option("Choose a place \u2026", ""));
      this.select.addEventListener("focus", () => this.fill(theatre.places), {once: true});
      this.select.addEventListener("change", () => onPoint(this.select.value));
      this.select.addEventListener("keydown", event => {
        if (event.key !== "Enter" || !this.select.value) return;
        event.preventDefault();
        onOpen(this.select.value);
      });
    }

    fill(places) {
      const sorted = places.toSorted((a, b) => a.name.localeCompare(b.name));
      this.select.append(...sorted.map(place => new Option(`${named(place)}, ${place.province}`, place.id)));
    }
  }

  class PlaceTable {
    constructor(map, theatre, {looks, onOpen}) {
      Object.assign(this, {map, theatre, looks, onOpen, order: 1, down: false});
      this.button();
      map.getContainer().addEventListener("keydown", event => {
        const typing = event.target.matches("input, select, textarea");
        if (event.key.toLowerCase() === "t" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing) this.toggle();
        if (event.key === "Escape" && this.panel) this.close();
      });
    }

    button() {
      this.opener = tool(this.map, "button");
      this.opener.type = "button";
      this.opener.textContent = "Table";
      this.opener.title = "All places as a table (key: T)";
      this.opener.setAttribute("aria-expanded", "false");
      this.opener.addEventListener("click", () => this.toggle());
    }

    toggle() {
      if (this.panel) this.close();
      else this.open();
    }

    open() {
      this.panel = element("section", "cm-table", this.map.getContainer());
      this.panel.setAttribute("role", "dialog");
      this.panel.tabIndex = 0;
      const head = element("header", "", this.panel);
      this.title = element("h2", "", head);
      this.title.id = L.stamp(this.panel) + "-title";
      this.panel.setAttribute("aria-labelledby", this.title.id);
      const close = element("button", "", head);
      close.type = "button";
      close.textContent = "Close";
      close.title = "Back to the map (Esc)";
      close.addEventListener("click", () => this.close());
      const table = element("table", "", this.panel);
      this.head(table.createTHead().insertRow());
      this.body = table.createTBody();
      shield(this.panel);
      this.opener.setAttribute("aria-expanded", "true");
      this.cover(true);
      this.fill();
      this.panel.focus();
    }

    close() {
      this.panel.remove();
      this.panel = null;
      this.cover(false);
      this.opener.setAttribute("aria-expanded", "false");
      this.opener.focus();
    }

    /* What lies under the panel cannot be reached while it is open. */
    cover(inert) {
      for (const part of this.map.getContainer().children) {
        if (part !== this.panel && !part.classList.contains("cm-foot")) part.inert = inert;
      }
    }

    head(row) {
      this.heads = COLUMNS.map((label, at) => {
        const cell = element("th", "", row), sort = element("button", "", cell);
        cell.scope = "col";
        sort.type = "button";
        sort.textContent = label;
        sort.addEventListener("click", () => {
          this.down = this.order === at && !this.down;
          this.order = at;
          this.fill();
        });
        return cell;
      });
    }

    /* Say what is shown on a day; only an open table is filled. */
    update(timeline, day, compared) {
      Object.assign(this, {timeline, day, compared});
      if (this.panel) this.fill();
    }

    rows() {
      const {theatre, timeline, compared, day} = this, {cursor, status, bits, claimed, since} = timeline;
      return theatre.places.map(place => {
        const step = cursor[place.index], silent = status[step] === theatre.silence;
        const doubts = [
          bits[step] & DISPUTED && "disputed",
          claimed[step] !== NOBODY && `claimed by ${theatre.statuses[claimed[step]].label}`,
          bits[step] & LIGHT && "older or area report",
          bits[step] & OWN && "on an added report",
        ];
        const remark = compared === null ? doubts.filter(Boolean).join(", ") : this.change(place, compared, day);
        const cells = [named(place), place.province, theatre.statuses[status[step]].label, silent ? "" : theatre.date(since[step]), remark];
        return {place, cells, keys: [...cells.slice(0, 2), status[step], silent ? "" : since[step], cells[4]], colour: status[step]};
      });
    }

    change(place, compared, day) {
      const {what, before} = this.timeline.inWords(place.index, compared, day);
      return what ? `${what}, before: ${before}` : "";
    }

    fill() {
      if (!this.timeline) return;
      const last = this.compared === null ? COLUMNS.at(-1) : `Change since ${this.theatre.date(this.compared)}`;
      this.heads.at(-1).firstChild.textContent = last;
      this.title.textContent = `All places on ${this.theatre.date(this.day, true)}`;
      this.heads.forEach((cell, at) => {
        if (at === this.order) cell.setAttribute("aria-sort", this.down ? "descending" : "ascending");
        else cell.removeAttribute("aria-sort");
      });
      const {order, down} = this, way = down ? -1 : 1;
      const compare = (a, b) => (typeof a === "string" ? a.localeCompare(b) : a - b);
      const blank = ({keys}) => keys[order] === "";  // comes last, whichever way
      const sorted = this.rows().sort((a, b) => blank(a) - blank(b) || (!blank(a) && way * compare(a.keys[order], b.keys[order])) || compare(a.keys[1], b.keys[1]) || compare(a.keys[0], b.keys[0]));
      const focused = document.activeElement?.dataset.place;
      this.body.replaceChildren(...sorted.map(row => this.row(row)));
      if (focused) this.body.querySelector(`[data-place="${CSS.escape(focused)}"]`)?.focus();
    }

    row({place, cells, colour}) {
      const row = document.createElement("tr");
      row.addEventListener("click", () => { this.close(); this.onOpen(place.id); });
      cells.forEach((text, at) => {
        const cell = element(at ? "td" : "th", "", row);
        if (at === 2) element("i", "cm-swatch", cell).style.setProperty("--colour", this.looks.colour(colour));
        if (at) { cell.append(text); return; }
        cell.scope = "row";
        const open = element("button", "", cell);
        open.type = "button";
        open.textContent = text;
        open.dataset.place = place.id;
      });
      return row;
    }
  }

  Object.assign(controlMap, {PlaceList, PlaceTable});
})(window.controlMap ??= {});
