/* Wheel and fingers: the page around the map scrolls as if the map were not there, until the user means the map.
 *
 * The wheel zooms while Ctrl or the command key is held, or once the map has the focus, as after a click. Two fingers move and zoom.
 */
import {addElement, isOnMap} from "./elements.js";

const HINT_LASTS = 1500;  // milliseconds

export class Gestures {
  constructor(map) {
    this.map = map;
    this.container = map.getContainer();
    this.hint = addElement(this.container, "p", {class: "cm-hint", "aria-hidden": "true"});
    this.container.style.touchAction = "pan-x pan-y";  // what the browser does itself
    const listen = (type, listener) => this.container.addEventListener(type, listener, {capture: true, passive: true});
    listen("wheel", event => this.onWheel(event));
    // Leaflet moves and zooms by two fingers without its handler of drags.
    listen("pointerdown", ({pointerType}) => this.map.dragging[pointerType === "touch" ? "disable" : "enable"]());
    listen("touchmove", event => { if (event.touches.length === 1 && isOnMap(this.map, event)) this.show("Use two fingers to move the map"); });
  }

  get focused() { return document.hasFocus() && document.activeElement === this.container; }

  onWheel(event) {
    if (event.ctrlKey || event.metaKey || this.focused) return;
    event.stopPropagation();  // before Leaflet hears of it
    if (isOnMap(this.map, event)) this.show(`Hold ${/mac/i.test(navigator.platform) ? "\u2318" : "Ctrl"} to zoom the map`);
  }

  show(text) {
    this.hint.textContent = text;
    this.hint.classList.add("cm-shown");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.hint.classList.remove("cm-shown"), HINT_LASTS);
  }
}
