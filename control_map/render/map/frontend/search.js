/* The box to find a place by its name. */
import {make} from "./elements.js";

const LONGEST_SAID = 40;  // characters of what was typed that are repeated

export class Search {
  /* `onOpen(id)` is called with the place that was found. */
  constructor(host, theatre, onOpen) {
    Object.assign(this, {theatre, onOpen});
    const list = make("datalist", {id: `cm-places-${L.stamp(this)}`});
    this.box = make("input", {class: "cm-search", type: "search", list: list.id, autocomplete: "off", placeholder: "Find a place", "aria-label": "Find a place"});
    this.problem = make("p", {class: "cm-search-problem", role: "status"});
    host.append(this.box, list, this.problem);
    this.box.addEventListener("focus", () => list.append(...this.names().map(name => make("option", {value: name}))), {once: true});
    this.box.addEventListener("input", () => this.find(this.byName.get(this.box.value)));
    this.box.addEventListener("keydown", ({key}) => {
      if (key === "Enter" && this.box.value.trim()) this.findMostLike(this.box.value.trim());
    });
  }

  names() {
    const {places, labels: {kinds}} = this.theatre, sorted = places.toSorted((a, b) => a.name.localeCompare(b.name));
    this.byName = new Map(sorted.map(({name, local, province, kind, id}) => [[`${name}, ${province}${kinds[kind].suffix}`, local].filter(Boolean).join(" \u00b7 "), id]));
    return [...this.byName.keys()];
  }

  find(id) {
    this.problem.textContent = "";
    if (!id) return;
    this.box.value = "";
    this.onOpen(id);
  }

  findMostLike(typed) {
    const lower = typed.toLowerCase(), names = [...this.byName.keys()];
    const found = names.find(name => name.toLowerCase().startsWith(lower)) ?? names.find(name => name.toLowerCase().includes(lower));
    this.find(this.byName.get(found));
    if (!found) this.problem.textContent = `There is no place like \u201c${typed.slice(0, LONGEST_SAID)}\u201d on this map.`;
  }
}
