/* What the tests of the strip alone need of the map's scripts. */
import {Period} from "../../control_map/render/map/frontend/period.js";
import {Strip} from "../../control_map/render/map/frontend/strip/strip.js";

Object.assign(window, {Period, Strip});
