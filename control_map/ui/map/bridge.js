/* Ties the map, from within its frame, to the page that Streamlit makes around it: the map follows the slider of dates while it is
 * moved, before the server knows of it; a click on a button with `data-go` leads the map there, and one on a button with
 * `data-province` chooses a province; and the address bar has the view.
 *
 * `data-go` is a target as `Board.choose` takes it, `data-day` the day for it; a `data-of` around it is what all targets within begin
 * with. `data-province` is the id of a province as `Board.keepTo` takes it. `data-link` is the query of the view, as the server knows it;
 * the position of the map is added here. `data-copy` copies the address. The slider is found by what Streamlit makes of it; if that
 * changes, the map follows the server alone.
 */
import {listen, observe, page} from "./page.js";
import "./sort.js";

const SLIDER = "input[type=range][aria-label=Date]:focus";  // moved by the user, not by the server's answer
const board = () => window.controlMap.boards.at(-1);

observe(page, {subtree: true, attributeFilter: ["aria-valuetext"]}, changes => {
  for (const {target} of changes) {
    if (target.matches(SLIDER)) board()?.expectDay((target.value - target.min) / target.step);
  }
});

listen(page, "click", ({target}) => {
  const button = target.closest?.(".stApp [data-go]");
  const province = target.closest?.(".stApp [data-province]");
  if (province) board()?.keepTo(province.dataset.province);
  if (!button) return;
  window.frameElement.scrollIntoView({block: "nearest"});
  const {go, day} = button.dataset;
  board()?.choose((button.closest("[data-of]")?.dataset.of ?? "") + go, day === undefined ? undefined : Number(day));
});

/* Put the view into the address bar; what belongs to Streamlit stays in it. */
function writeAddress() {
  const written = page.querySelector(".stApp [data-link]")?.dataset.link;
  if (written === undefined) return;
  const embedding = [...new URLSearchParams(page.location.search)].filter(([name]) => name.startsWith("embed"));
  const position = board()?.view?.position.replace("@", "at=") ?? "";
  const query = [written, position, new URLSearchParams(embedding).toString()].filter(Boolean).join("&"), search = query && `?${query}`;
  const {state} = window.parent.history;
  if (page.location.search !== search) window.parent.history.replaceState(state, "", page.location.pathname + search);
}
observe(page.querySelector(".stApp"), {subtree: true, childList: true, attributeFilter: ["data-link"]}, writeAddress);
L.Map.addInitHook(function () { this.on("moveend", writeAddress); });

listen(page, "click", async ({target}) => {
  const button = target.closest?.(".stApp [data-copy]");
  if (!button) return;
  const text = button.textContent;
  try {
    await window.parent.navigator.clipboard.writeText(page.location.href);
    button.textContent = "Copied";
  } catch {  // a page that is not served over https may not copy
    button.textContent = "The link is in the address bar";
  }
  setTimeout(() => { button.textContent = text; }, 2000);
});

/* Streamlit takes over a date that is typed only when the focus leaves its box: Enter takes the focus from it. */
listen(page, "keydown", ({key, target}) => {
  const box = key === "Enter" && target.matches?.("[role=spinbutton]") && target.closest("[data-testid=stDateInput]");
  if (!box) return;
  box.tabIndex = -1;
  box.focus();
}, true);

/* Reports that the user has added are lost with the page: the browser asks before it is left. */
listen(window.parent, "beforeunload", event => { if (page.querySelector(".stApp [data-own]")) event.preventDefault(); });

/* The user has asked to see the added reports on the map. */
listen(page, "click", ({target}) => {
  if (target.closest?.(".st-key-own-see button")) window.frameElement.scrollIntoView({block: "nearest"});
}, true);
