"""The address of the page: it holds the whole view, so that a copied link opens the same.

A visit begins with what its address says. From then on each run writes the link of its view into the page, and
`address.js`, in the map's frame, puts it into the address bar, with the position of the map, of which the server need
not know. When the user goes back or forward in the browser's history, or the connection was lost, Streamlit runs the
page with the address at which the browser is, and it is read again.
"""

import datetime as dt
import re
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from copy import copy
from enum import StrEnum
from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from control_map.analysis.blind_spots import BLIND_SPOT_DAYS
from control_map.analysis.published_totals import measures_of
from control_map.analysis.search import ReportState
from control_map.analysis.trend import TrendQuantity
from control_map.core.arrays import memoize
from control_map.core.labels import SIDE_LABELS
from control_map.core.model import Claim, PlaceKind
from control_map.core.rules import PARAMETERS, Rule
from control_map.explanation.change_log import ChangeGrouping
from control_map.pipeline.pack import Pack
from control_map.render.site.page import APP_WORDS, COMPARE_WORD, LAYER_WORDS
from control_map.theatre.discovery import name_folders
from control_map.ui import html
from control_map.ui.state import query, session, theatres
from control_map.ui.state.query import (
    ChoiceFormat,
    DayFormat,
    MultipleChoiceFormat,
    PositionFormat,
    QueryEntry,
    TextFormat,
    ValueFormat,
    WholeNumberFormat,
)
from control_map.ui.tabs import registry
from control_map.ui.toolbar.comparison import ComparisonOption
from control_map.ui.toolbar.method import KnowledgeOption, publication_period

_LOST = "lost"
"""The parameter with which `address.js` says what the page had before the connection was lost."""
_NO_PART_OF_THE_VIEW = ("embed", "embed_options", _LOST, "export")
_KEPT_KEYS = {
    session.THEATRE_KEY,
    session.SECTION_KEY,
    session.OPENED_KEY,
    session.MAP_KEY,
    session.HANDLED_KEY,
    session.USER_REPORTS_KEY,
    session.OWN_THEATRE_KEY,
    *session.POPOVER_KEYS,
}
"""What outlives a change of theatre."""
_KNOWLEDGE = {
    "with-hindsight": KnowledgeOption.HINDSIGHT,
    "that-day": KnowledgeOption.THAT_DAY,
    "on-a-date": KnowledgeOption.BY_DATE,
}
_COMPARE_WITH = {
    "nothing": ComparisonOption.NOTHING,
    "week": ComparisonOption.WEEK,
    "month": ComparisonOption.MONTH,
    "start": ComparisonOption.START,
    "date": ComparisonOption.DATE,
}
_LAYERS = {
    "capitals": PlaceKind.CAPITAL.value,
    "crossings": PlaceKind.CROSSING.value,
    "settlements": session.SETTLEMENTS_LAYER,
    "terrain": session.BACKGROUND_LAYER,
    "events": session.EVENTS_LAYER,
    "blind-spots": session.BLIND_SPOTS_LAYER,
}
_KNOWN_ON = "known_on"
"""What the API and the commands call the day of what was known."""
_ANY_DAY = DayFormat(dt.date(1900, 1, 1), dt.date(2199, 12, 31))
_POSITION = QueryEntry("at", session.POSITION_KEY, PositionFormat(), None)


def theatre_entry(folders: Iterable[Path] | None = None) -> QueryEntry:
    """Return the entry of the theatre: it is read before the others, which depend on it.

    `folders` are those of the theatres to choose from; by default those that this session's user can choose.
    """
    known = list(theatres.theatre_titles() if folders is None else folders)
    return QueryEntry("theatre", session.THEATRE_KEY, ChoiceFormat(name_folders(known)), known[0])


def view_entries(pack: Pack, rule: Rule) -> tuple[QueryEntry, ...]:
    """Return what the address says of a view of a pack under a rule, adjusted or not."""
    return _entries(pack, rule.id)


@memoize
def _entries(pack: Pack, rule_id: str) -> tuple[QueryEntry, ...]:
    theatre = pack.theatre
    period = DayFormat(theatre.period_start, theatre.period_end)
    published = DayFormat(*publication_period(pack))
    return (
        QueryEntry("date", session.DATE_KEY, period, theatre.opens_on),
        QueryEntry("since", session.COMPARE_WITH_KEY, ChoiceFormat(_COMPARE_WITH), ComparisonOption.NOTHING),
        QueryEntry(
            *("since-date", session.COMPARE_DATE_KEY, period, None),
            condition=(session.COMPARE_WITH_KEY, ComparisonOption.DATE),
        ),
        QueryEntry("rule", session.RULE_KEY, _choice_of_names(rule.id for rule in pack.rules), pack.rule().id),
        *rule_parameter_entries(pack.rule(rule_id)),
        QueryEntry("known", session.KNOWLEDGE_KEY, ChoiceFormat(_KNOWLEDGE), KnowledgeOption.HINDSIGHT),
        QueryEntry(
            *("known-date", session.KNOWN_ON_KEY, published, None),
            condition=(session.KNOWLEDGE_KEY, KnowledgeOption.BY_DATE),
        ),
        QueryEntry("place", session.PLACE_KEY, _choice_of_names(theatre.places["place_id"]), None),
        QueryEntry("area", session.AREA_KEY, _choice_of_names(session.area_targets(theatre)), ""),
        QueryEntry("report", session.REPORT_KEY, _choice_of_names(pack.located["report_id"]), ""),
        QueryEntry("province", session.PROVINCE_KEY, _choice_of_names(theatre.provinces["province_id"]), ""),
        QueryEntry(
            "tab",
            session.SECTION_KEY,
            ChoiceFormat(
                {registry.NO_TAB_SLUG: registry.NO_TAB}
                | {registry.SECTIONS[label].slug: label for label in registry.available_sections(pack)}
                | registry.FORMER_SLUGS
            ),
            next(iter(registry.SECTIONS)),
        ),
        QueryEntry("show", session.LAYERS_KEY, MultipleChoiceFormat(_LAYERS), session.usual_layers(theatre)),
        QueryEntry(
            *("silent", session.BLIND_AFTER_KEY, WholeNumberFormat(1, session.MAX_BLIND_DAYS), BLIND_SPOT_DAYS),
            condition=(session.LAYERS_KEY, session.BLIND_SPOTS_LAYER),
        ),
        *tab_entries(pack),
        _POSITION,
    )


def map_entries(pack: Pack, rule: Rule) -> list[QueryEntry]:
    """Return those of `view_entries` that are about the map: not what is chosen in the tabs."""
    of_tabs = tab_entries(pack)
    return [entry for entry in view_entries(pack, rule) if entry not in of_tabs and entry.key != session.SECTION_KEY]


@memoize
def tab_entries(pack: Pack) -> tuple[QueryEntry, ...]:
    """Return the entries of what is chosen within the tabs."""
    origins, sources = (
        sorted({*pack.located[column], *pack.set_aside.get(column, ())} - {""}) for column in ("origin", "source_name")
    )
    grades = PARAMETERS["lowest_reliability"].options
    report_filters: dict[str, tuple[str, ValueFormat]] = {
        "text": (session.REPORTS_TEXT_KEY, TextFormat(session.MAX_SEARCH_TEXT)),
        "state": (session.REPORTS_STATE_KEY, _choice_of_words(ReportState)),
        "origin": (session.REPORTS_ORIGIN_KEY, _choice_of_names(origins)),
        "read-at": (session.REPORTS_SOURCE_KEY, _choice_of_names(sources)),
        "side": (session.REPORTS_SIDE_KEY, _choice_of_names([*pack.labels, *SIDE_LABELS])),
        "claim": (
            session.REPORTS_CLAIMS_KEY,
            MultipleChoiceFormat({_query_word(claim): claim.value for claim in Claim}),
        ),
        "source": (session.REPORTS_RELIABILITY_KEY, _choice_of_names(grades)),
        "content": (session.REPORTS_CREDIBILITY_KEY, WholeNumberFormat(1, 5)),
        "from": (session.REPORTS_FROM_KEY, _ANY_DAY),
        "to": (session.REPORTS_TO_KEY, _ANY_DAY),
        "place": (session.REPORTS_PLACE_KEY, ChoiceFormat({"any": False, "only": True})),
        "page": (session.REPORTS_PAGE_KEY, WholeNumberFormat(1, 99_999)),
    }
    quantities, districts = _choice_of_words(TrendQuantity), TrendQuantity.DISTRICTS.value
    return (
        QueryEntry("by", session.PROVINCES_MEASURE_KEY, quantities, districts),
        QueryEntry("trend", session.TREND_MEASURE_KEY, quantities, districts),
        QueryEntry("totals", session.TREND_TOTALS_KEY, _choice_of_names(measures_of(pack.theatre)), ""),
        QueryEntry("changes", session.CHANGES_GROUP_KEY, _choice_of_words(ChangeGrouping), ChangeGrouping.DAY.value),
        *(
            QueryEntry(f"reports-{name}", key, value_format, session.REPORT_FILTER_DEFAULTS[key])
            for name, (key, value_format) in report_filters.items()
        ),
    )


def _choice_of_names(names: Iterable[str]) -> ChoiceFormat:
    return ChoiceFormat({name: name for name in names})


def _choice_of_words(values: type[StrEnum]) -> ChoiceFormat:
    return ChoiceFormat({_query_word(value): value.value for value in values})


def _query_word(value: StrEnum) -> str:
    return value.value.replace("_", "-")


def rule_parameter_entries(rule: Rule) -> list[QueryEntry]:
    """Return the entries of the parameters of a rule; the defaults are the rule's own values."""
    return [
        QueryEntry(
            name.replace("_", "-"),
            session.parameter_key(rule, name),
            ChoiceFormat({parameter.write(option): option for option in parameter.options}),
            getattr(rule, name),
        )
        for name, parameter in PARAMETERS.items()
    ]


def read_theatre_from_url() -> None:
    """Choose the theatre that the address names, when a visit begins or the browser went to another address."""
    if not _is_to_be_read():
        return
    entry = theatre_entry()
    values, notices = query.read_query(_query(), [entry])
    if session.OPENED_KEY in st.session_state:
        values.setdefault(entry.key, entry.default)
        if values[entry.key] != st.session_state.get(entry.key):
            clear_theatre_state()
    st.session_state.update({**values, session.NOTICES_KEY: notices})


def read_view_from_url(pack: Pack) -> None:
    """Set the view to what the address says, see `read_theatre_from_url`; show what could not be read of it."""
    if not _is_to_be_read():
        return
    returns = session.OPENED_KEY in st.session_state
    st.session_state[session.OPENED_KEY] = secrets.token_hex(4)
    parameters, rule = in_words_of_app(_query(), session.usual_layers(pack.theatre)), pack.rule()
    rule_entry = [entry for entry in view_entries(pack, rule) if entry.key == session.RULE_KEY]
    named, _ = query.read_query(parameters, rule_entry)
    entries = view_entries(pack, pack.rule(named.get(session.RULE_KEY)))
    values, notices = query.read_query(parameters, entries)
    target = session.target_of(values)
    values.pop(session.POSITION_KEY, None)
    if target or returns:
        session.zoom_to(target)
    if returns:
        _forget_all_but(values, entries)
    st.session_state.update(values)
    notices = [
        *st.session_state.pop(session.NOTICES_KEY, []),
        *notices,
        *query.unknown_query_notices(parameters, [theatre_entry(), *entries]),
    ]
    if notices:
        html.show_template("notices.html", notices=notices)
    if st.query_params.get(_LOST) == "own-reports" and not st.session_state.get(session.USER_REPORTS_KEY):
        html.show_template("lost.html")


def in_words_of_app(parameters: Mapping[str, str], usual_layers: Iterable[str]) -> dict[str, str]:
    """Return the parameters of an address in the app's own words, which have priority over all others.

    An address can have the words of a published page, or those of the API and of commands: `known_on`, a day as
    `since`, and `set`, whose settings are parted by commas. `usual_layers` are those that a published page shows unless
    its address says otherwise.
    """
    option, read = APP_WORDS["option"], {COMPARE_WORD, _KNOWN_ON}
    translated: dict[str, str] = {}
    if compared := parameters[option] if _is_day(parameters.get(option, "")) else parameters.get(COMPARE_WORD, ""):
        translated |= {option: APP_WORDS["of_date"], APP_WORDS["date"]: compared}
        read |= {option} if parameters.get(option) == compared else set()
    if off := {name for name in LAYER_WORDS if parameters.get(name) == "off"}:
        shown = [layer for layer in usual_layers if layer not in {_LAYERS[name] for name in off}]
        translated[APP_WORDS["layers"]] = MultipleChoiceFormat(_LAYERS).write(shown)
        read |= off
    if known_on := parameters.get(_KNOWN_ON, ""):
        translated |= {"known": "on-a-date", "known-date": known_on}
    settings = [setting.partition("=") for setting in parameters.get(query.SETTINGS, "").split(",")]
    if all(name in PARAMETERS for name, _, _ in settings):
        translated |= {name.replace("_", "-"): text for name, _, text in settings}
        read.add(query.SETTINGS)
    own = {name: text for name, text in parameters.items() if name not in read}
    return {**translated, **own}


def _is_day(text: str) -> bool:
    with suppress(ValueError):
        return bool(dt.date.fromisoformat(text))
    return False


def _is_to_be_read() -> bool:
    """Whether this run is the first of the visit, or one for which the browser went to another address."""
    return session.OPENED_KEY not in st.session_state or is_history_navigation()


def is_history_navigation() -> bool:
    """Whether Streamlit runs the page because the browser went back or forward."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def _forget_all_but(values: Mapping[str, object], entries: Iterable[QueryEntry]) -> None:
    """Set what an address does not name to its default."""
    for entry in entries:
        if entry.condition:  # its input sets the default where it is shown
            st.session_state.pop(entry.key, None)
        elif entry.key not in values:
            st.session_state[entry.key] = copy(entry.default)


def clear_theatre_state() -> None:
    """Forget what was chosen for another theatre."""
    for key in [key for key in st.session_state if key not in _KEPT_KEYS]:
        del st.session_state[key]


def keep_tab_state(pack: Pack) -> None:
    """Keep what is chosen in tabs that are closed: Streamlit forgets the values of inputs that are not shown."""
    session.keep_values(session.PROVINCE_KEY, *(entry.key for entry in tab_entries(pack)))


def view_link(pack: Pack, rule: Rule) -> str:
    """Return the query of the view's link; the day is always in it, as the day to begin with may change."""
    return query.write_query(_state(), [theatre_entry(), *view_entries(pack, rule)], always=("date",))


def theatre_query() -> str:
    """Return the part of a link's query that says which theatre is shown; empty for the first."""
    return query.write_query(_state(), [theatre_entry()])


def rule_query(pack: Pack, rule: Rule, known_on: dt.date | None) -> str:
    """Return the part of a link's query that says under which rule, and with what was known, the page shows a pack."""
    chosen: dict[str, object] = {
        session.RULE_KEY: rule.id,
        **{session.parameter_key(rule, name): getattr(rule, name) for name in PARAMETERS},
    }
    if known_on is not None:
        chosen |= {session.KNOWLEDGE_KEY: KnowledgeOption.BY_DATE, session.KNOWN_ON_KEY: known_on}
    return query.write_query(chosen, [entry for entry in view_entries(pack, rule) if entry.key in chosen])


def citation_link(pack: Pack, rule: Rule) -> str:
    """Return the whole address of the view for a citation, with the position of the map that the address bar has.

    Date and rule are always in it, as the defaults may change; what is chosen in the tabs is not.
    """
    position, _ = query.read_query(_query(), [_POSITION])
    cited = query.write_query(_state() | position, [theatre_entry(), *map_entries(pack, rule)], always=("date", "rule"))
    page = page_address()
    return f"{page}?{cited}" if cited else page


def page_address() -> str:
    """Return the address of the page without its query, as the browser knows it; empty if it is unknown."""
    page = (st.context.url or "").split("?")[0]
    return f"{page}/" if re.fullmatch(r"https?://[^/]+", page) else page


def _state() -> dict[str, object]:
    return {str(key): value for key, value in st.session_state.items()}


def _query() -> dict[str, str]:
    names = [name for name in st.query_params if name not in _NO_PART_OF_THE_VIEW]
    return query.merge_values((name, text) for name in names for text in st.query_params.get_all(name))
