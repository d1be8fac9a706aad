/* Ties the map, from within its frame, to the page that Streamlit makes around it: the map follows the slider of dates while it is
 * moved, before the server has heard of it, and a click on a button with `data-go` leads the map there.
 *
 * `data-go` is a target as `Board.choose` takes it, `data-day` the day for it; a `data-of` around it is what all targets within begin
 * with. The slider is found
 * by what Streamlit makes of it; if that changes, the map follows the server alone.
 */
(() => {
  "use strict";

  const SLIDER = "input[type=range][aria-label=Date]:focus";  // moved by the reader, not by an answer
  const page = window.parent.document;
  const board = () => window.controlMap.boards.at(-1);

  const slid = new MutationObserver(changes => {
    for (const {target} of changes) {
      if (target.matches(SLIDER)) board()?.foresee((target.value - target.min) / target.step);
    }
  });
  slid.observe(page, {subtree: true, attributeFilter: ["aria-valuetext"]});

  const clicked = ({target}) => {
    const button = target.closest?.(".stApp [data-go]");
    if (!button) return;
    const {go, day} = button.dataset;
    board()?.choose((button.closest("[data-of]")?.dataset.of ?? "") + go, day === undefined ? undefined : Number(day));
  };
  page.addEventListener("click", clicked);

  window.addEventListener("pagehide", () => {
    slid.disconnect();
    page.removeEventListener("click", clicked);
  });
})();
