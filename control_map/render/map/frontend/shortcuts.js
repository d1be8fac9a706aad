/* The keys of the board, which work wherever the focus is, but for where they mean something else; and the list of them. */
import {addElement, make, makeButton} from "./elements.js";

const LISTED = [
  ["Space|k", "Play, pause"],
  ["\u2190|\u2192", "A day earlier, a day later"],
  ["p|n", "The previous change, the next change"],
  ["PgDn|PgUp", "A week earlier, a week later, on the strip"],
  ["Home|End", "The first day, the last day, on the strip"],
  ["Shift \u2190|Shift \u2192", "Another day to compare with, on the strip"],
  ["+|\u2212", "Zoom in, zoom out, on the map"],
  ["Shift \u2190|Shift \u2192|Shift \u2191|Shift \u2193", "Move the map, on the map"],
  ["t", "All places as a table"],
  ["Esc", "Close what is open, go up a level in the panel"],
  ["?", "These keys"],
];
const STRIP_KEYS = [" ", "k", "n", "p", "arrowleft", "arrowright"];
// Elements with keys of their own: for all, for Space, for arrows.
const TYPED_INTO = "input:not([type=range]), select, textarea, [contenteditable]:not([contenteditable=false]), [role=textbox], [role=combobox], [role=listbox], [role=menu], [role=grid]";
const PRESSED = "button, summary, a, label, [role=button], [role=checkbox], [role=switch], [role=radio], [role=tab]";
const MOVED = "[type=range], [role=slider], [role=tab], [role=radio], [role=separator]";

export class Shortcuts {
  constructor(board) {
    this.board = board;
    this.list = addElement(board.root, "dialog", {class: "cm-keys", "aria-label": "Keys", closedby: "any"});
    const keys = names => names.split("|").flatMap(name => [make("kbd", {}, name), " "]);
    this.list.append(
      make("header", {}, make("h2", {}, "Keys"), makeButton("Close", "Back to the map (Esc)", () => this.list.close())),
      make("table", {}, make("tbody", {}, LISTED.map(([names, what]) => make("tr", {}, make("th", {scope: "row"}, keys(names)), make("td", {}, what))))),
    );
  }

  /* Do what a key asks for; return whether it asked for anything. */
  press(event) {
    const {target, ctrlKey, metaKey, altKey, isComposing} = event, key = event.key.toLowerCase();
    if (ctrlKey || metaKey || altKey || isComposing || event.defaultPrevented || target.closest?.(TYPED_INTO) || this.list.open) return false;
    if (!this.act(key, event)) return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  act(key, event) {
    const {strip, table} = this.board, isOn = selector => Boolean(event.target.closest?.(selector));
    if (key === " " && isOn(PRESSED)) return false;
    if (key.startsWith("arrow") && (event.shiftKey || isOn(MOVED))) return false;
    if (STRIP_KEYS.includes(key)) return !strip.root.contains(event.target) && strip.press(event);
    if (key === "escape") return this.board.close();
    if (event.repeat) return false;
    if (key === "t") table.toggle();
    else if (key === "?") this.list.showModal();
    else return false;
    return true;
  }
}
