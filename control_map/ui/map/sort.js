/* Sorts the page's own tables of the class `cm-sorted`, from within the map's frame, by a click on a column's head.
 *
 * A head has a button with `data-sort`. Rows of the last body are sorted; those of others, such as totals, stay. A cell that begins
 * with a number is sorted as that number, any other as text; empty cells come last in either order. The page makes a table again at each change of
 * date: it is sorted as the last one was, and the button that had the focus gets it back.
 */
import {listen, observe, page} from "./page.js";

const TABLES = "table.cm-sorted";
const collator = new Intl.Collator("en", {sensitivity: "base"});
let order = null;          // {column, down}: what the user chose
let focusedButton = null;  // the key of the table's button that was last in focus

const sortKey = ({textContent: text = ""} = {}) => {
  const number = parseFloat(text.replace("\u2212", "-"));
  return Number.isNaN(number) ? text.trim() : number;
};
const compare = (a, b) => typeof a === "number" && typeof b === "number" ? a - b : collator.compare(a, b);

const sort = table => {
  table.dataset.seen = "";
  if (!order) return;
  const {column, down} = order, body = [...table.tBodies].at(-1), {cells} = table.tHead.rows[0];
  if (!body || !cells[column]) return;
  const keyed = [...body.rows].map(row => [sortKey(row.cells[column]), row]);
  const isBlank = ([value]) => value === "";
  keyed.sort((a, b) => isBlank(a) - isBlank(b) || compare(a[0], b[0]) * (down ? -1 : 1));
  body.append(...keyed.map(([, row]) => row));
  for (const head of cells) head.removeAttribute("aria-sort");
  cells[column].setAttribute("aria-sort", down ? "descending" : "ascending");
};

/* What identifies a button of a table, also in a table that is made again. */
const buttonKey = button => button.closest(TABLES) && (button.dataset.province ?? `head ${button.closest("th").cellIndex}`);

listen(page, "click", ({target}) => {
  const head = target.closest?.(`${TABLES} [data-sort]`)?.closest("th");
  if (!head) return;
  const column = head.cellIndex, isNumber = [...head.closest("table").tBodies].some(({rows}) => typeof sortKey(rows[0]?.cells[column]) === "number");
  order = {column, down: order?.column === column ? !order.down : isNumber};
  sort(head.closest("table"));
});

listen(page, "focusin", ({target}) => { focusedButton = target.matches?.(`${TABLES} button`) ? buttonKey(target) : null; });

observe(page.body, {subtree: true, childList: true}, () => {
  for (const table of page.querySelectorAll(`${TABLES}:not([data-seen])`)) {
    sort(table);
    if (focusedButton !== null && page.activeElement === page.body) {
      [...table.querySelectorAll("button")].find(button => buttonKey(button) === focusedButton)?.focus({preventScroll: true});
    }
  }
});
page.querySelectorAll(TABLES).forEach(sort);
