/* The page that Streamlit makes around the map's frame. What listens to it from the frame stops when the frame goes away. */
export const page = window.parent.document;

export function listen(target, type, listener, capture = false) {
  target.addEventListener(type, listener, capture);
  window.addEventListener("pagehide", () => target.removeEventListener(type, listener, capture));
}

export function observe(element, options, callback) {
  const observer = new MutationObserver(callback);
  observer.observe(element, options);
  window.addEventListener("pagehide", () => observer.disconnect());
}
