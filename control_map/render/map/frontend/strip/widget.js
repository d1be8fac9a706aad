/* What controls are made of: elements, icons, dragging. Text enters the page as text only. */
(controlMap => {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";

  function make(tag, className, attributes = {}, ...content) {
    const element = document.createElement(tag);
    element.className = className;
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...content);
    return element;
  }

  function makeSvg(tag, attributes = {}, ...content) {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...content);
    return element;
  }

  /* An icon of 16 by 16 units, coloured like text. */
  function icon(outline, look = {fill: "currentColor"}) {
    return makeSvg("svg", {class: "cm-strip-icon", viewBox: "0 0 16 16", "aria-hidden": "true"}, makeSvg("path", {d: outline, ...look}));
  }

  /* Follow one pointer from where it is pressed on the element to where it is let go, wherever that is. */
  function onDrag(element, {start, move, end}) {
    let pointer = null;
    element.addEventListener("pointerdown", event => {
      if (pointer !== null || event.button !== 0 || !event.isPrimary) return;
      event.stopPropagation();
      pointer = event.pointerId;
      element.setPointerCapture(pointer);
      start(event);
    });
    element.addEventListener("pointermove", event => { if (event.pointerId === pointer) move(event); });
    // Comes after the pointer is up, and after it is taken away from us, too.
    element.addEventListener("lostpointercapture", event => {
      if (event.pointerId !== pointer) return;
      pointer = null;
      end();
    });
  }

  controlMap.widget = {make, makeSvg, icon, onDrag};
})(window.controlMap ??= {});
