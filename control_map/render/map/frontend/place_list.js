/* Every place can be reached without a pointer: by a list of all places, and by a table of what the map shows. */
import {addElement, addTool, make, makeButton, shieldFromMap} from "./elements.js";
import {UNCHANGED} from "./timeline.js";

const COLUMNS = ["Place", "Province", "Status", "Since", "Doubt"];

/* A list that shows itself when it has the focus: arrows point at a place, Enter opens it. */
export class PlaceList {
  constructor(host, theatre, {onPoint, onOpen}) {
    this.theatre = theatre;
    this.select = addElement(host, "select", {class: "cm-find", "aria-label": "Place on the map: arrow keys choose, Enter opens"});
    this.select.add(new Option("Choose a place \u2026", ""));
    this.select.addEventListener("focus", () => this.fill(), {once: true});
    this.select.addEventListener("change", () => onPoint(this.select.value));
    this.select.addEventListener("keydown", event => {
      if (event.key !== "Enter" || !this.select.value) return;
      event.preventDefault();
      onOpen(this.select.value);
    });
  }

  fill() {
    const sorted = this.theatre.places.toSorted((a, b) => a.name.localeCompare(b.name));
    this.select.append(...sorted.map(place => new Option(`${this.theatre.nameWithKind(place)}, ${place.province}`, place.id)));
  }
}

export class PlaceTable {
  constructor(map, theatre, {styles, onOpen}) {
    Object.assign(this, {map, theatre, styles, onOpen, order: 1, down: false});
    this.opener = makeButton("Table", "All places as a table (key: T)", () => this.toggle());
    this.opener.setAttribute("aria-expanded", "false");
    addTool(map, this.opener);
  }

  toggle() {
    if (this.panel) this.close();
    else this.open();
  }

  open() {
    this.panel = addElement(this.map.getContainer(), "section", {class: "cm-table", role: "dialog", tabindex: "0"});
    this.title = make("h2", {id: `${L.stamp(this.panel)}-title`});
    this.panel.setAttribute("aria-labelledby", this.title.id);
    const head = make("header", {}, this.title, makeButton("Close", "Back to the map (Esc)", () => this.close()));
    this.heads = COLUMNS.map((label, column) => this.head(label, column));
    this.body = make("tbody");
    this.panel.append(head, make("table", {}, make("thead", {}, make("tr", {}, this.heads)), this.body));
    shieldFromMap(this.panel);
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

  /* The head of a column, which sorts by it, and the other way round at the next click. */
  head(label, column) {
    return make("th", {scope: "col"}, makeButton(label, "", () => {
      this.down = this.order === column && !this.down;
      this.order = column;
      this.fill();
    }));
  }

  /* Take on what is shown on a day; only an open table is filled. */
  update(timeline, day, compared) {
    Object.assign(this, {timeline, day, compared});
    if (this.panel) this.fill();
  }

  /* For each place the text of its cells, and what they are sorted by. */
  rows() {
    const {theatre, timeline} = this, {period, statuses} = theatre, {cursor, status: statusOf} = timeline;
    return theatre.places.map(place => {
      const step = cursor[place.index], status = statusOf[step], since = timeline.sinceOf(step) ?? "";
      const name = theatre.nameWithKind(place), remark = this.compared === null ? theatre.doubtsAbout(timeline, step).join(", ") : this.change(place);
      return {
        place, status,
        cells: [name, place.province, statuses[status].label, since === "" ? "" : period.shortName(since), remark],
        keys: [name, place.province, status, since, remark],
      };
    });
  }

  change({index}) {
    const {theatre: {labels, statuses}, timeline, compared, day} = this, change = timeline.changeBetween(index, compared, day);
    return change === UNCHANGED ? "" : `${labels.changes[change]}, before: ${statuses[timeline.statusOn(index, compared)].label}`;
  }

  fill() {
    if (!this.timeline) return;
    const {period} = this.theatre, {order, down, compared} = this;
    this.heads.at(-1).firstChild.textContent = compared === null ? COLUMNS.at(-1) : `Change since ${period.shortName(compared)}`;
    this.title.textContent = `All places on ${period.fullName(this.day)}`;
    this.heads.forEach((cell, column) => {
      if (column === order) cell.setAttribute("aria-sort", down ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    });
    const compare = (a, b) => (typeof a === "string" ? a.localeCompare(b) : a - b);
    const isBlank = ({keys}) => keys[order] === "";  // comes last in either order
    const sorted = this.rows().sort((a, b) => isBlank(a) - isBlank(b)
      || (!isBlank(a) && (down ? -1 : 1) * compare(a.keys[order], b.keys[order]))
      || compare(a.keys[1], b.keys[1]) || compare(a.keys[0], b.keys[0]));
    const focused = document.activeElement?.dataset.place;
    this.body.replaceChildren(...sorted.map(row => this.row(row)));
    if (focused) this.body.querySelector(`[data-place="${CSS.escape(focused)}"]`)?.focus();
  }

  row({place, cells: [name, province, status, ...others], status: code}) {
    const swatch = make("i", {class: "cm-swatch"});
    swatch.style.setProperty("--colour", this.styles.colour(code));
    const row = make("tr", {}, make("th", {scope: "row"}, make("button", {type: "button", "data-place": place.id}, name)),
      make("td", {}, province), make("td", {}, swatch, status), others.map(text => make("td", {}, text)));
    row.addEventListener("click", () => { this.close(); this.onOpen(place.id); });
    return row;
  }
}
