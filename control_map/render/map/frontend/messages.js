/* The messages that a board sends to the page around it: the place, the province or the day that the user chose. */
export class Messages {
  constructor(map) {
    this.map = map;
    this.last = {nth: 0};
    // st_folium listens to the layers that exist when it starts: this one carries all messages.
    this.carrier = L.layerGroup().addTo(map);
  }

  /* Send what was chosen; return the `nth` of the message, which grows from each to the next.
   *
   * The page may listen only now and then. So that it misses nothing, a message repeats what earlier ones said, and has for
   * each entry the `nth` of the message that said it first. */
  send(chosen) {
    const nth = Math.max(Date.now(), this.last.nth + 1);
    this.last = {...this.last, ...chosen, nth};
    for (const key of Object.keys(chosen)) this.last[`${key}_nth`] = nth;
    const feature = {type: "Feature", geometry: null, properties: this.last};
    this.carrier.fire("click", {layer: {toGeoJSON: () => feature}});
    this.map.fire("controlmap", {...chosen, nth});
    return nth;
  }
}
