"""All that the page keeps in Streamlit's session state: the key of each value, and functions that read or set a few.

A key is also the key of the widget that sets the value, where there is one. The scripts of the page and its tests use
the values of the keys: a constant can be renamed, its value cannot.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Literal, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from control_map.analysis.blind_spots import BLIND_SPOT_DAYS
from control_map.analysis.search import ReportState
from control_map.core.model import PlaceKind
from control_map.core.rules import Rule
from control_map.theatre.theatre import Theatre

Option = TypeVar("Option", bound=StrEnum)

THEATRE_KEY, PLACE_KEY, PROVINCE_KEY, DATE_KEY, SECTION_KEY = "theatre", "place", "province", "date", "tab"
AREA_KEY, REPORT_KEY = "area", "report"
"""What the board's panel shows beside a place, as `area` and `report` of `ShowCommand`."""
RULE_KEY, KNOWLEDGE_KEY, KNOWN_ON_KEY = "rule", "known", "known_on"
COMPARE_WITH_KEY, COMPARE_DATE_KEY = "compare", "compared_on"
LAYERS_KEY, BLIND_AFTER_KEY = "shown", "older_than"

TAB_KEY = "tab of section"
"""The tab that is open; the section decides which one it is."""
DAY_FRAGMENT = "day"
"""The key of the fragment that follows the date."""
MAP_KEY = "map"
"""What the map reported last, see `board.js`."""
HANDLED_KEY = "answered"
"""The number of the map's last event that the page has handled."""
GO_KEY = "go"
"""Where the map is sent, and how many times it has been sent anywhere."""
REQUESTED_DATE_KEY = "own reports turn"
"""The day to show from the next run on."""

OPENED_KEY, NOTICES_KEY, POSITION_KEY = "opened", "notices", "at"
"""A word for the last time that the address was read, what could not be read of it, and the map's position in it."""

PROVINCES_MEASURE_KEY = "provinces measure"
TREND_MEASURE_KEY, TREND_TOTALS_KEY = "trend by", "trend totals"
TREND_CHART_KEY, TREND_CLICKS_KEY = "trend chart", "trend clicks"
CHANGES_GROUP_KEY, CHANGES_TEXT_KEY = "changes group", "changes text"
EXPORT_TABLE_KEY = "export what"
EMBED_CONTROLS_KEY, EMBED_FITS_KEY, EMBED_THEME_KEY = "embed controls", "embed fits", "embed theme"
SHARE_PART_KEY, PICTURE_SHAPE_KEY, PICTURE_HEADLINE_KEY = "share part", "picture shape", "picture headline"
FILM_DAY_KEYS, FILM_SHAPE_KEY, FILM_FORMAT_KEY = ("film from", "film until"), "film shape", "film format"
FILM_KEY = "film made"
"""The film that was made last, after what it shows."""

POPOVER_KEYS = ("open conflict", "open method", "open reports", "open compare", "open layers")
"""Whether a popover of the toolbar is open."""
CONFLICT_POPOVER_KEY, METHOD_POPOVER_KEY, REPORTS_POPOVER_KEY, COMPARE_POPOVER_KEY, LAYERS_POPOVER_KEY = POPOVER_KEYS

REPORTS_TEXT_KEY, REPORTS_STATE_KEY, REPORTS_PAGE_KEY = "reports text", "reports state", "reports page"
REPORTS_PLACE_KEY, REPORTS_ORIGIN_KEY, REPORTS_SOURCE_KEY = "reports of place", "reports origin", "reports source"
REPORTS_SIDE_KEY, REPORTS_CLAIMS_KEY = "reports side", "reports claim"
REPORTS_RELIABILITY_KEY, REPORTS_CREDIBILITY_KEY = "reports reliability", "reports credibility"
REPORTS_FROM_KEY, REPORTS_TO_KEY = "reports from", "reports to"
PAGE_OF_DATE = 0
"""Stands for the page of the reports that has the date shown, until the user turns to another."""
MAX_SEARCH_TEXT = 200
"""Characters of a search: the time of a search grows with its words."""
REPORT_FILTER_DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {
        REPORTS_TEXT_KEY: "",
        REPORTS_STATE_KEY: ReportState.ALL.value,
        REPORTS_PLACE_KEY: False,
        REPORTS_ORIGIN_KEY: "",
        REPORTS_SOURCE_KEY: "",
        REPORTS_SIDE_KEY: "",
        REPORTS_CLAIMS_KEY: [],
        REPORTS_RELIABILITY_KEY: "",
        REPORTS_CREDIBILITY_KEY: 0,
        REPORTS_FROM_KEY: None,
        REPORTS_TO_KEY: None,
        REPORTS_PAGE_KEY: PAGE_OF_DATE,
    }
)
"""The value of each filter of the reports until it is used."""

USER_REPORTS_KEY = "own reports"
"""The user's tables, by the folder of their theatre."""
PANEL_OPEN_KEY = "own open"
CHANGING_COLUMNS_KEY = "own changing"
"""The table whose columns are being changed, and how many times any have been."""
DRAFT_KEY, FETCHED_KEY, CONVERTED_KEY = "own draft", "own fetched", "own converted"
UNREAD_KEY = "own unread"
"""A file that was given and is not read yet."""
DRAFT_COUNT_KEY = "own nth"
"""Counts the drafts: the inputs of the next one have other names, and so begin empty."""
FAILED_WORK_KEY = "own failed"
"""The token of the work on what the user brings that failed last, and its error."""
CHANGE_KEY = "own change"
"""A change of the user's reports that is being computed."""
ARTICLE_KEY = "own article read"
"""The text and the day of publication of the article that is being read."""
STATEMENTS_KEY, STATEMENTS_BEGUN_KEY, STATEMENTS_EDITED_KEY = (
    "own statements",
    "own statements begun",
    "own statements edited",
)

OWN_THEATRE_KEY, OPENING_THEATRE_KEY = "own theatre", "own theatre turn"
"""The theatre that the user has made, and whether it is to be shown from the next run on."""
THEATRE_DRAFT_KEY, THEATRE_PROVINCES_KEY = "own theatre draft", "own theatre provinces"
THEATRE_PLAN_KEY = "own theatre plan"
"""A file of polygons with what is in it, and the theatre that is being made of it."""

SYMBOL_LABELS = {PlaceKind.CAPITAL.value: "Capitals", PlaceKind.CROSSING.value: "Crossings"}
SETTLEMENTS_LAYER = "settlements"
BACKGROUND_LAYER, EVENTS_LAYER, BLIND_SPOTS_LAYER = "background", "events", "silence"
SWITCHED_LAYERS = (BACKGROUND_LAYER, EVENTS_LAYER)
"""What the user can switch on the map itself, too."""
USUAL_LAYERS = (*SYMBOL_LABELS, SETTLEMENTS_LAYER, *SWITCHED_LAYERS)
"""What the map shows until the user hides it."""
LAYER_LABELS = {
    **SYMBOL_LABELS,
    SETTLEMENTS_LAYER: "Settlements in reports",
    BACKGROUND_LAYER: "Terrain",
    EVENTS_LAYER: "Recent events",
    BLIND_SPOTS_LAYER: "No recent news",
}
"""What the user can show or hide on the map, where a theatre has any of it."""
MAX_BLIND_DAYS = 365
PERSISTS: Literal["session"] = "session"
"""How long Streamlit keeps an input of the toolbar that is not shown. An input that is shown again also takes over its
value; it would else begin with the first option, and the browser send that as a choice of the user."""
PROVINCE_PREFIX, NEIGHBOUR_PREFIX = "province/", "neighbour/"
"""What the id of a province, or the name of a neighbour, begins with where the map could also be sent to a place."""


def area_targets(theatre: Theatre) -> list[str]:
    """Return the areas that the board's panel can show: the provinces, and the borders with the neighbours."""
    neighbours = {*theatre.places["neighbour"], *theatre.frontier["neighbour"]} - {""}
    provinces = [PROVINCE_PREFIX + province_id for province_id in theatre.provinces["province_id"]]
    return [*provinces, *(NEIGHBOUR_PREFIX + name for name in sorted(neighbours))]


def section_key(tab: str) -> str:
    """Return the key of the section that is chosen in a tab."""
    return f"section of {tab}"


def keep_values(*keys: str) -> None:
    """Keep the values of inputs that are not shown in this run: Streamlit forgets them."""
    for key in keys:
        if key in st.session_state:
            st.session_state[key] = st.session_state[key]


def read_option(key: str, default: Option) -> Option:
    """Return the option that is chosen, or a default: a browser can send anything for an input that is not shown."""
    chosen = st.session_state.get(key)
    return type(default)(chosen) if chosen in list(type(default)) else default


def option_index(options: Sequence[object], key: str) -> int:
    """Return which option an input begins with in the browser, which may draw it before it hears of its value."""
    chosen = st.session_state.get(key)
    return options.index(chosen) if chosen in options else 0


def chosen_day(key: str, first: dt.date, last: dt.date) -> dt.date | None:
    """Return the day that an input has, or begins with in the browser, moved into a period; None: no day is chosen.

    A browser can send any day; Streamlit finds that it is out of the period only where it is asked for.
    """
    chosen = st.session_state.get(key)
    return chosen and min(max(chosen, first), last)


def usual_layers(theatre: Theatre) -> list[str]:
    """Return those of the `USUAL_LAYERS` that a theatre has: only events cannot be missing."""
    there = {*theatre.places["kind"], EVENTS_LAYER}
    there |= {BACKGROUND_LAYER} if theatre.background else set()
    there |= {SETTLEMENTS_LAYER} if len(theatre.settlements) else set()
    return [layer for layer in USUAL_LAYERS if layer in there]


def show_layer(layer: str, *, shown: bool) -> None:
    """Show a layer on the map, or hide it."""
    chosen = {*st.session_state.get(LAYERS_KEY, ())} - {layer} | ({layer} if shown else set())
    st.session_state[LAYERS_KEY] = [name for name in LAYER_LABELS if name in chosen]


def blind_spots_are_shown() -> bool:
    """Whether the map marks the blind spots."""
    return BLIND_SPOTS_LAYER in st.session_state[LAYERS_KEY]


def blind_after_days() -> int:
    """Return the days without a report that make a blind spot: the number chosen beside the map while it marks them."""
    # The value of an input that is gone stays until the end of the run.
    return int(st.session_state[BLIND_AFTER_KEY]) if blind_spots_are_shown() else BLIND_SPOT_DAYS


def parameter_key(rule: Rule, name: str) -> str:
    """Return the key of a parameter of a rule: each rule keeps its own adjustments."""
    return f"{rule.id} {name}"


def drop_days_outside(theatre: Theatre) -> None:
    """Forget days that were chosen while the theatre had another period."""
    for key in (DATE_KEY, COMPARE_DATE_KEY, REQUESTED_DATE_KEY):
        chosen = st.session_state.get(key)
        if chosen is not None and not theatre.period_start <= chosen <= theatre.period_end:
            del st.session_state[key]


def zoom_to(target: str) -> None:
    """Zoom the map to a place, by its id, to `province/` and an id, to `@lat,lon,zoom`, or, if empty, to all of it.

    A box is `@south,west,north,east` (EPSG:4326), which the map fits beside what lies over it.
    """
    _, times = st.session_state.get(GO_KEY, ("", 0))
    st.session_state[GO_KEY] = (target, times + 1)


def target_of(values: Mapping[str, Any]) -> str:
    """Return where the values of an address send the map, as `zoom_to` takes it; empty: nowhere.

    That is where a reader had moved it, or else the place, the province or the area that is named.
    """
    if position := values.get(POSITION_KEY):
        return "@{},{},{}".format(*position)
    if place_id := values.get(PLACE_KEY):
        return str(place_id)
    province_id = values.get(PROVINCE_KEY)
    return f"{PROVINCE_PREFIX}{province_id}" if province_id else str(values.get(AREA_KEY) or "")


def drop_uploads() -> None:
    """Have Streamlit let go of the files that were uploaded in this session; it would hold them until its end.

    To be called when the input for them is about to go. A file that is still to be read has its bytes itself.
    """
    if context := get_script_run_ctx():
        context.uploaded_file_mgr.remove_session_files(context.session_id)


def request_date(date: dt.date) -> None:
    """Have the page show a day from its next run on."""
    st.session_state[REQUESTED_DATE_KEY] = date


def apply_requested_date() -> None:
    """Show the day that was requested; call it before the slider of dates is shown."""
    if REQUESTED_DATE_KEY in st.session_state:
        st.session_state[DATE_KEY] = st.session_state.pop(REQUESTED_DATE_KEY)
