/* Lets the map follow the slider of dates while it is moved, before the server has heard of it.
 *
 * The slider and the map's frame are found by what Streamlit makes of them; if that changes, the map follows the server alone.
 */
const SLIDER = "input[type=range][aria-label=Date]";
const MAP = "iframe[title*='st_folium']";

new MutationObserver(changes => {
  for (const {target} of changes) {
    if (!target.matches(SLIDER)) continue;
    const {value, min, step} = target;
    document.querySelector(MAP)?.contentWindow.controlMap?.foresee?.((value - min) / step);
  }
}).observe(document, {subtree: true, attributeFilter: ["aria-valuetext"]});

export default () => {};
