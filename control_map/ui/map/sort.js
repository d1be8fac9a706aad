/* Sorts the page's own tables of the class `cm-sorted`, from within the map's frame, by a click on a column's head.
 *
 * A head has a button with `data-sort`. Rows of the last body are sorted; those of others, such as totals, stay. A cell that begins
 * with a number is that number, any other is text; empty cells come last, either way. The page makes a table anew at each change of
 * date: it is sorted as the last one was, and what was in focus is so again.
 */
(() => {
  "use strict";

  const page = window.parent.document;
  const TABLES = "table.cm-sorted";
  const words = new Intl.Collator("en", {sensitivity: "base"});
  let sorted = null;   // {column, down}: what the reader chose
  let focused = null;  // in words, the button of a table that was last in focus

  const key = ({textContent: text = ""} = {}) => {
    const number = parseFloat(text.replace("\u2212", "-"));
    return Number.isNaN(number) ? text.trim() : number;
  };
  const compare = (a, b) => typeof a === "number" && typeof b === "number" ? a - b : words.compare(a, b);

  const sort = table => {
    table.dataset.seen = "";
    if (!sorted) return;
    const {column, down} = sorted, body = [...table.tBodies].at(-1), {cells} = table.tHead.rows[0];
    if (!body || !cells[column]) return;
    const keyed = [...body.rows].map(row => [key(row.cells[column]), row]);
    const blank = ([value]) => value === "";
    keyed.sort((a, b) => blank(a) - blank(b) || compare(a[0], b[0]) * (down ? -1 : 1));
    body.append(...keyed.map(([, row]) => row));
    for (const head of cells) head.removeAttribute("aria-sort");
    cells[column].setAttribute("aria-sort", down ? "descending" : "ascending");
  };

  /* What says which button of a table it is, also in a table that is made anew. */
  const named = button => button.closest(TABLES) && (button.dataset.province ?? `head ${button.closest("th").cellIndex}`);

  const clicked = ({target}) => {
    const head = target.closest?.(`${TABLES} [data-sort]`)?.closest("th");
    if (!head) return;
    const column = head.cellIndex, isNumber = [...head.closest("table").tBodies].some(({rows}) => typeof key(rows[0]?.cells[column]) === "number");
    sorted = {column, down: sorted?.column === column ? !sorted.down : isNumber};
    sort(head.closest("table"));
  };

  const moved = ({target}) => { focused = target.matches?.(`${TABLES} button`) ? named(target) : null; };

  const renewed = new MutationObserver(() => {
    for (const table of page.querySelectorAll(`${TABLES}:not([data-seen])`)) {
      sort(table);
      if (focused !== null && page.activeElement === page.body) {
        [...table.querySelectorAll("button")].find(button => named(button) === focused)?.focus({preventScroll: true});
      }
    }
  });

  page.addEventListener("click", clicked);
  page.addEventListener("focusin", moved);
  renewed.observe(page.body, {subtree: true, childList: true});
  page.querySelectorAll(TABLES).forEach(sort);
  window.addEventListener("pagehide", () => {
    renewed.disconnect();
    page.removeEventListener("click", clicked);
    page.removeEventListener("focusin", moved);
  });
})();
