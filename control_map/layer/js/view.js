/* What part of the world the map shows: the whole theatre, until the reader chooses another. */
(controlMap => {
  "use strict";

  const MARGIN = 8;       // pixels around the theatre
  const NEAR = 9.5;       // the zoom beyond which going to a place does not lead
  const AROUND = 0.3;     // of a place's size, on each side, when gone to

  class View {
    /* `bounds` is what to fit, by default all places; `foot` covers the lowest part of the map. */
    constructor(map, theatre, {bounds, foot}) {
      Object.assign(this, {map, theatre, foot});
      this.bounds = bounds ? L.latLngBounds(bounds) : theatre.places.reduce((all, {id}) => all.extend(theatre.bounds(id)), L.latLngBounds([]));
      this.listen(map.getContainer());
    }

    /* Fit the theatre to the frame until the reader chooses another view. */
    listen(frame) {
      const {map} = this, chosen = () => { this.chosen = true; };
      for (const event of ["wheel", "dblclick"]) frame.addEventListener(event, chosen, {passive: true});
      frame.addEventListener("keydown", ({target}) => { if (target === frame) chosen(); });
      map.zoomControl?.getContainer().addEventListener("click", chosen);
      map.on("dragstart", chosen);
      const adapt = () => {
        // A frame that is not laid out yet, or no more, has no size to fit.
        if (Math.min(frame.clientWidth, frame.clientHeight) <= 2 * MARGIN) return;
        frame.style.setProperty("--foot", `${this.foot.offsetHeight}px`);
        map.invalidateSize({animate: false});
        this.fit();
      };
      new ResizeObserver(adapt).observe(frame);
      adapt();
    }

    fit() {
      const {map, bounds, foot: {offsetHeight: foot}} = this;
      const whole = map.getBoundsZoom(bounds, false, L.point(2 * MARGIN, 2 * MARGIN + foot));
      this.whole = map.options.crs.scale(whole) / this.theatre.scale;
      map.setMinZoom(Math.min(whole, map.getZoom()) - 0.5);
      if (!this.chosen) map.fitBounds(bounds, {paddingTopLeft: [MARGIN, MARGIN], paddingBottomRight: [MARGIN, MARGIN + foot], animate: false});
    }

    /* How many times larger a scale is than that which shows the whole theatre. */
    zoomed(scale) { return scale / this.whole; }

    /* Zoom to a place or a province; false if there is none of that name. */
    go(target) {
      const bounds = this.theatre.bounds(target);
      if (!bounds) return false;
      this.chosen = true;
      this.map.fitBounds(bounds.pad(AROUND), {
        paddingBottomRight: [0, this.foot.offsetHeight],
        maxZoom: Math.max(NEAR, this.map.getZoom()),
        animate: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      });
      return true;
    }
  }

  controlMap.View = View;
})(window.controlMap ??= {});
