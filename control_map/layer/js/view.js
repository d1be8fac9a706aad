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
      this.map.on("movestart zoomstart", () => { this.chosen ||= !this.fitting; });
      const adapt = () => {
        // A frame that is not laid out yet, or no more, has no size to fit.
        if (Math.min(frame.clientWidth, frame.clientHeight) <= 2 * MARGIN) return;
        frame.style.setProperty("--foot", `${this.foot.offsetHeight}px`);
        this.fitting = true;
        this.map.invalidateSize({animate: false});
        this.fit();
        this.fitting = false;
      };
      new ResizeObserver(adapt).observe(frame);
      adapt();
    }

    fit() {
      const {map, bounds, foot: {offsetHeight: foot}} = this;
      const whole = Math.min(NEAR, map.getBoundsZoom(bounds, false, L.point(2 * MARGIN, 2 * MARGIN + foot)));
      this.whole = map.options.crs.scale(whole) / this.theatre.scale;
      map.setMinZoom(Math.min(whole, map.getZoom()) - 0.5);
      if (this.chosen) return;
      map.fitBounds(bounds, {paddingTopLeft: [MARGIN, MARGIN], paddingBottomRight: [MARGIN, MARGIN + foot], maxZoom: NEAR, animate: false});
    }

    /* Bring a point into sight if it is out of it, or behind the foot. */
    uncover(lat, lon) {
      const {x, y} = this.map.latLngToContainerPoint([lat, lon]), size = this.map.getSize();
      if (x < 0 || y < 0 || x > size.x || y > size.y - this.foot.offsetHeight) this.map.panTo([lat, lon], {animate: false});
    }

    /* How many times larger a scale is than that which shows the whole theatre. */
    zoomed(scale) { return scale / this.whole; }

    /* Zoom to a place or a province, if there is one of that name. */
    go(target) {
      const bounds = this.theatre.bounds(target);
      if (!bounds) return;
      this.map.fitBounds(bounds.pad(AROUND), {
        paddingBottomRight: [0, this.foot.offsetHeight],
        maxZoom: Math.max(NEAR, this.map.getZoom()),
        animate: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      });
    }
  }

  controlMap.View = View;
})(window.controlMap ??= {});
