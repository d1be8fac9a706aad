/* Long lists are shown in pages: a button below a list shows the next of its rows. */
import {make, makeButton} from "./elements.js";
import {grouped} from "./period.js";

const PAGE = 12;  // rows

export class Pages {
  /* `rewrite()` writes the lists again, and returns the element that they are in. */
  constructor(rewrite) { Object.assign(this, {rewrite, shown: new Map()}); }

  /* The rows of a list that are shown. */
  cut(name, rows) { return rows.slice(0, this.most(name)); }

  most(name) { return this.shown.get(name) ?? PAGE; }

  /* What stands below a list, all parts of which have its name as `data-list`: a button for more of its rows, or nothing. */
  more(name, total) {
    const most = this.most(name), left = total - most;
    if (left <= 0) return false;
    const button = makeButton(left > PAGE ? `Show ${PAGE} of ${grouped(left)} more` : `Show ${left} more`, "", () => {
      this.shown.set(name, most + PAGE);
      const rows = [...this.rewrite().querySelectorAll("[data-list] > li")].filter(({parentElement}) => parentElement.dataset.list === name);
      rows[most].querySelector("button, a")?.focus({preventScroll: true});
    });
    button.className = "cm-turn";
    return make("p", {class: "cm-fine"}, button);
  }
}
