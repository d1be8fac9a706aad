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

  /* The names of all places, and behind them those of their parts, each of which opens its place. */
  names() {
    const {theatre} = this, {places, parts, labels: {kinds}} = theatre, byName = (a, b) => a.name.localeCompare(b.name);
    const ofPlaces = places.toSorted(byName).map(({name, local, province, kind, id}) => [`${name}, ${province}${kinds[kind].suffix}`, local, id]);
    const ofParts = parts.toSorted(byName).map(({name, local, place}) => [`${name}, part of ${theatre.nameWithKind(place)}, ${place.province}`, local, place.id]);
    this.byName = new Map([...ofPlaces, ...ofParts].map(([name, local, id]) => [[name, local].filter(Boolean).join(" \u00b7 "), id]));
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
