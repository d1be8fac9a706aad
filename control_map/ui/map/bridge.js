/* Ties the map, from within its frame, to the page that Streamlit makes around it: the map follows the slider of dates while it is
 * moved, before the server knows of it; a click on a button with `data-go` leads the map there, and one on a button with
 * `data-province` chooses a province; and the address bar has the view, see `address.js`.
 *
 * `data-go` is a target as `Board.choose` takes it, `data-day` the day for it; a `data-of` around it is what all targets within begin
 * with. `data-province` is the id of a province as `Board.keepTo` takes it. `data-command` is what the board is to show; `data-copy`
 * copies the text of the box before it. The slider is found by what Streamlit makes of it; if that changes, the map follows the server alone.
 */
import {Address} from "./address.js";
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

/* Give the board the command that the page has for it; one for the theatre that was shown before may still be there. */
let given = "";
function giveCommand() {
  const text = page.querySelector(".stApp [data-command]")?.dataset.command;
  if (!text || text === given) return;
  const command = JSON.parse(text);
  if (command.geometry !== board()?.geometryName) return;
  given = text;
  window.controlMap.show(command);
}
observe(page.querySelector(".stApp"), {subtree: true, childList: true, attributeFilter: ["data-command"]}, giveCommand);

const address = new Address(board);
L.Map.addInitHook(function () {
  queueMicrotask(giveCommand);  // the board is made right after its map
  this.on("moveend", () => address.followMap());
  this.on("controlmap", event => address.followBoard(event));
});

/* Streamlit takes its direction from the language of the browser; the page is in English, and so runs from left to right. */
window.parent[Symbol.for("react-aria.i18n.locale")] = "en-GB";
window.parent.dispatchEvent(new window.parent.Event("languagechange"));

listen(page, "click", async ({target}) => {
  const button = target.closest?.("[data-copy]");
  if (!button) return;
  const text = button.textContent, field = button.previousElementSibling;
  field.select();
  try {
    await window.parent.navigator.clipboard.writeText(field.value);
    button.textContent = "Copied";
  } catch {  // a page that is not served over https may not copy
    button.textContent = page.execCommand("copy") ? "Copied" : "Now copy the marked text";
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

/* The board's keys work wherever the focus is, but not in what has keys of its own, or has just been closed by them. */
const OVER_PAGE = "[role=dialog], [data-testid=stPopoverBody], [data-baseweb=menu], [role=listbox]";
listen(page, "keydown", event => { if (!page.querySelector(OVER_PAGE)) board()?.press(event); });

/* On paper the frame is as large as the board in it, but for its panel: a frame is cut at the end of a page, through the midst of a
 * line. A copy of the panel therefore stands below the frame, in the page itself, with the board's styles. */
let copy = null;
listen(window.parent, "beforeprint", () => {
  if (!board()?.timeline || copy) return;
  board().printing.begin();
  copy = page.createElement("div");
  const root = board().root.cloneNode(), look = page.createElement("style"), rules = [...document.styleSheets].flatMap(({cssRules}) => [...cssRules]);
  look.textContent = rules.map(({cssText}) => cssText).join("\n");
  root.append(board().panel.element.cloneNode(true));
  copy.attachShadow({mode: "open"}).append(look, root);
  window.frameElement.parentElement.append(copy);
  board().panel.element.hidden = true;
  const {offsetWidth: width, offsetHeight: height} = board().root;
  for (const [side, pixels] of Object.entries({width, height})) window.frameElement.style.setProperty(side, `${pixels}px`, "important");
});
listen(window.parent, "afterprint", () => {
  for (const side of ["width", "height"]) window.frameElement.style.removeProperty(side);
  copy?.remove();
  copy = null;
  if (!board()) return;
  board().panel.element.hidden = false;
  board().printing.end();
});

/* Reports that the user has added are lost with the page: the browser asks before it is left. */
listen(window.parent, "beforeunload", event => { if (page.querySelector(".stApp [data-own]")) event.preventDefault(); });

/* The user has asked to see the added reports on the map. */
listen(page, "click", ({target}) => {
  if (target.closest?.(".st-key-own-see button")) window.frameElement.scrollIntoView({block: "nearest"});
}, true);
