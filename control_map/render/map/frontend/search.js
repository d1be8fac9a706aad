/* One search: places by any name that the gazetteer knows, provinces, parts, neighbours, and the reports that mention what is typed. */
import {make} from "./elements.js";
import {pause} from "./files.js";
import {countMentions, Mentions} from "./mentions.js";
import {Names} from "./names.js";

const MOST_FOUND = 8;
const SHORTEST_MENTIONED = 3;  // characters of what is looked for in reports
const LONGEST_REPEATED = 40;   // characters of what was typed that are repeated

export class Search {
  /* `getNames()` and `getMentions()` return, in time, the files of names and of mentions; `onOpen(found)` is called with what was
   * chosen, `onMentions(text, rows)` with the reports that mention a text, of those published by `knownOn()`. */
  constructor(host, theatre, {getNames, getMentions, knownOn, onOpen, onMentions}) {
    Object.assign(this, {theatre, getNames, getMentions, knownOn, onOpen, onMentions, options: [], at: 0});
    this.list = make("ul", {class: "cm-results", role: "listbox", id: `cm-results-${L.stamp(this)}`, "aria-label": "What was found", hidden: ""});
    this.box = make("input", {
      class: "cm-search", type: "search", role: "combobox", autocomplete: "off", placeholder: "Find a place or a report", "aria-label": "Find a place",
      "aria-autocomplete": "list", "aria-controls": this.list.id, "aria-expanded": "false",
    });
    this.problem = make("p", {class: "cm-search-problem", role: "status"});
    this.element = make("div", {class: "cm-search-room"}, this.box, this.list, this.problem);
    host.append(this.element);
    this.box.addEventListener("focus", () => this.load().catch(() => {}));  // so that it is there when the first word is
    this.box.addEventListener("input", () => this.look());
    this.box.addEventListener("keydown", event => this.press(event));
    this.box.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", event => event.preventDefault());  // the box keeps the focus
    this.list.addEventListener("click", ({target}) => {
      const option = target.closest("[role=option]");
      if (option) this.take(this.options[[...this.list.children].indexOf(option)]);
    });
  }

  /* The names are read once, and again only if they did not come. */
  load() {
    this.names ??= this.getNames().then(file => new Names(file, this.theatre));
    this.names.catch(() => { this.names = null; });
    return this.names;
  }

  /* The file of mentions is that of the view, and kept as long as the view is. */
  async loadMentions(names) {
    const file = await this.getMentions();
    if (file !== this.mentionsFile) Object.assign(this, {mentionsFile: file, mentions: new Mentions(file, names)});
    return this.mentions;
  }

  get text() { return this.box.value.trim(); }

  /* List what has a name like what is typed, and then, once they are there, the reports that mention it. */
  look() {
    const {text} = this;
    this.close();
    return this.follow(text, async () => {
      await this.findPlaces(text);
      await pause();
      await this.findMentions(text);
    });
  }

  /* Open what comes first: a place at once, and only if there is none the reports. */
  openFirst() {
    const {text} = this;
    return this.follow(text, async () => {
      if (!this.options.length) await this.findPlaces(text);
      if (!this.options.length) await this.findMentions(text);
      if (this.options.length && this.wanted === text) this.take(this.options[this.at]);
    });
  }

  /* Take the steps of a search; one that was closed, or left for another, shows nothing more: `wanted`. */
  async follow(text, steps) {
    this.problem.textContent = "";
    this.wanted = text;
    try {
      if (text) await steps();
    } catch (error) {
      if (this.wanted === text) this.problem.textContent = `The search could not be loaded (${error.message}). Try again.`;
    }
  }

  async findPlaces(text) {
    const names = await this.load();
    if (this.wanted === text) this.show(names.find(text, MOST_FOUND).map(found => ({...found, open: () => this.onOpen(found)})));
  }

  async findMentions(text) {
    if (this.wanted !== text || (text.length < SHORTEST_MENTIONED && this.options.length)) return;
    const mentions = await this.loadMentions(await this.load());
    if (this.wanted !== text) return;
    const rows = mentions.find(text, this.knownOn()), {options, at} = this, said = text.slice(0, LONGEST_REPEATED);
    if (rows.length) this.show([...options, {name: countMentions(rows.length, said), open: () => this.onMentions(text, rows)}], at);
    else if (!options.length) this.problem.textContent = `Nothing is called or mentions \u201c${said}\u201d.`;
  }

  show(options, at = 0) {
    this.options = options;
    this.list.replaceChildren(...options.map(({name, local, detail, around}, number) => make("li", {role: "option", id: `${this.list.id}-${number}`},
      make("b", {}, name), local && make("bdi", {}, local), detail && make("span", {}, [detail, around].filter(Boolean).join(" \u00b7 ")))));
    this.list.hidden = !options.length;
    this.box.setAttribute("aria-expanded", String(options.length > 0));
    this.mark(at);
  }

  /* Mark the option that Enter takes. */
  mark(at) {
    this.at = at;
    [...this.list.children].forEach((option, number) => option.setAttribute("aria-selected", String(number === at)));
    if (this.options.length) this.box.setAttribute("aria-activedescendant", this.list.children[at].id);
    else this.box.removeAttribute("aria-activedescendant");
    this.list.children[at]?.scrollIntoView({block: "nearest"});
  }

  press(event) {
    const {key} = event, {options: {length}} = this, step = {ArrowDown: 1, ArrowUp: -1}[key];
    if (step && length) {
      event.preventDefault();
      this.mark((this.at + step + length) % length);
    } else if (key === "Escape" && length) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    } else if (key === "Enter" && this.text) {
      event.preventDefault();
      this.openFirst();
    }
  }

  take({open}) {
    this.box.value = "";
    this.close();
    open();
  }

  close() {
    this.wanted = "";
    this.show([]);
  }
}
