/* Functions that make elements, icons and tools on the map, and follow a drag. Text enters a page as text only. */

const SVG = "http://www.w3.org/2000/svg";

/* Make an element with attributes and children, which are elements or text; false, missing and empty ones are left out. */
export const make = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);

export const makeSvg = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) element.setAttribute(name, value);
  element.append(...children.flat().filter(child => child !== false && child !== undefined && child !== ""));
  return element;
}

/* Make an icon of 16 by 16 units, coloured like text. */
export function icon(outline, look = {fill: "currentColor"}) {
  return makeSvg("svg", {class: "cm-strip-icon", viewBox: "0 0 16 16", "aria-hidden": "true"}, makeSvg("path", {d: outline, ...look}));
}

/* Make an element as the last child of another. */
export const addElement = (parent, tag, attributes) => parent.appendChild(make(tag, attributes));

/* A square in the look of a status, by its number, which follows the theme. */
export function dot(status) {
  const square = make("i", {class: "cm-dot"});
  square.style.background = `var(--f${status})`;
  return square;
}

export function makeButton(text, title, onClick) {
  const button = make("button", {type: "button", ...(title && {title})}, text);
  button.addEventListener("click", onClick);
  return button;
}

/* A button, as part of a line of text, that leads to a place, an area or a report, see `Board.choose`. */
export const makeLink = (text, target) => make("button", {type: "button", class: "cm-turn", "data-go": target}, text);

/* A link to another site, in a tab of its own; without a web address, the text alone. */
export const linkOut = (text, address) => (/^https?:\/\//.test(address) ? make("a", {href: address, target: "_blank", rel: "noreferrer"}, text) : text);

/* Keep clicks and scrolls over an element from the map beneath. */
export function shieldFromMap(element) {
  L.DomEvent.disableClickPropagation(element);
  L.DomEvent.disableScrollPropagation(element);
}

/* Whether an event is on the map itself, and not on something that lies over it. */
export const isOnMap = (map, {target}) => target === map.getContainer() || map.getPane("mapPane").contains(target);

/* Put a button or a box to choose from in the map's row of tools. */
export function addTool(map, tool) {
  const control = L.control({position: "topleft"}), bar = make("div", {class: "leaflet-bar cm-tool"}, tool);
  shieldFromMap(bar);
  control.onAdd = () => bar;
  control.addTo(map);
}

/* Wait until every style sheet of the page is loaded or has failed: what is drawn on canvas takes its colours from them. */
export const styleSheetsLoaded = () => Promise.all([...document.querySelectorAll("link[rel=stylesheet]")].filter(link => !link.sheet).map(
  link => new Promise(done => { link.addEventListener("load", done); link.addEventListener("error", done); }),
));

/* Follow one pointer from where it is pressed on the element to where it is let go, wherever that is. */
export function onDrag(element, {start, move, end}) {
  let pointer = null;
  element.addEventListener("pointerdown", event => {
    if (pointer !== null || event.button !== 0 || !event.isPrimary) return;
    event.stopPropagation();
    pointer = event.pointerId;
    element.setPointerCapture(pointer);
    start(event);
  });
  element.addEventListener("pointermove", event => { if (event.pointerId === pointer) move(event); });
  // Comes after the pointer is up, and also after it is taken away.
  element.addEventListener("lostpointercapture", event => {
    if (event.pointerId !== pointer) return;
    pointer = null;
    end();
  });
}
