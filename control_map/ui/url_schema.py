"""The address of the page: it holds the whole view, so that a copied link opens the same.

A visit begins with what its address says. From then on each run writes the link of its view into the page, and
`bridge.js`, in the map's frame, puts it into the address bar, with the position of the map, of which the server need
not hear: no step of a slider becomes an entry of the browser's history.
"""

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

import streamlit as st

from control_map.analysis.blind_spots import BLIND_AFTER
from control_map.analysis.published_totals import measures_of
from control_map.analysis.search import State
from control_map.analysis.trend import By
from control_map.core.memo import remembered
from control_map.core.model import INDEPENDENT, Claim
from control_map.core.rules import PARAMETERS, Rule
from control_map.explanation.ledger_prose import By as Group
from control_map.pipeline.pack import Pack
from control_map.render.export.tables import What
from control_map.theatre import discovery
from control_map.ui import html
from control_map.ui.go import PROVINCE
from control_map.ui.map import panel
from control_map.ui.sidebar import comparison
from control_map.ui.sidebar import rule as rule_choice
from control_map.ui.sidebar.comparison import Against
from control_map.ui.sidebar.rule import Known
from control_map.ui.state import query
from control_map.ui.state.query import Choice, Day, Entry, Form, Position, Several, Text, Whole
from control_map.ui.tabs import blind_spots, changes, cite, provinces, registry, reports, trend
from control_map.ui.user_reports import session

THEATRE, PLACE, DATE = "theatre", "place", "date"
_OPENED, _NOTICES, _AT = "opened", "notices", "at"
_STREAMLITS_OWN = ("embed", "embed_options")
_STAYS = {THEATRE, registry.KEY, _OPENED, "map", "answered", session.KEY}
"""What outlives a change of theatre."""
_KNOWN = {"with-hindsight": Known.HINDSIGHT, "that-day": Known.THAT_DAY, "on-a-date": Known.BY_DATE}
_AGAINST = {
    "nothing": Against.NOTHING,
    "week": Against.WEEK,
    "month": Against.MONTH,
    "start": Against.START,
    "date": Against.DATE,
}
_LAYERS = {label.lower().replace(" ", "-"): name for name, label in panel.SHOWABLE.items()}
_EVER = Day(dt.date(1900, 1, 1), dt.date(2199, 12, 31))


def theatre_entry() -> Entry:
    """Return the entry of the theatre: it is read before the others, which depend on it."""
    folders = discovery.pack_folders()
    words: dict[str, Path] = {}
    for folder in folders:
        alike = sum(other.name == folder.name for other in words.values())
        words[f"{folder.name}-{alike + 1}" if alike else folder.name] = folder
    return Entry("theatre", THEATRE, Choice(words), folders[0])


def entries(pack: Pack, rule: Rule) -> tuple[Entry, ...]:
    """Return what the address says of a view of a pack under a rule, be it adjusted or as written."""
    return _entries(pack, rule.id)


@remembered
def _entries(pack: Pack, rule_id: str) -> tuple[Entry, ...]:
    theatre = pack.theatre
    period = Day(theatre.period_start, theatre.period_end)
    published = Day(*rule_choice.days_of_publication(pack))
    return (
        Entry("date", DATE, period, theatre.opens_on),
        Entry("since", comparison.AGAINST, Choice(_AGAINST), Against.NOTHING),
        Entry("since-date", comparison.ON, period, None, (comparison.AGAINST, Against.DATE)),
        Entry("rule", rule_choice.RULE, _named(rule.id for rule in pack.rules), pack.rule().id),
        *parameters(pack.rule(rule_id)),
        Entry("known", rule_choice.KNOWN, Choice(_KNOWN), Known.HINDSIGHT),
        Entry("known-date", rule_choice.KNOWN_ON, published, None, (rule_choice.KNOWN, Known.BY_DATE)),
        Entry("place", PLACE, _named(theatre.places["place_id"]), None),
        Entry("province", panel.PROVINCE, _named(theatre.provinces["province_id"]), ""),
        Entry(
            "tab",
            registry.KEY,
            Choice({name.lower().replace(" ", "-"): name for name in registry.of(pack)}),
            next(iter(registry.TABS)),
        ),
        Entry("show", panel.SHOWN, Several(_LAYERS), list(panel.symbols(theatre))),
        Entry(
            "silent", blind_spots.KEY, Whole(1, blind_spots.MOST_DAYS), BLIND_AFTER, (panel.SHOWN, blind_spots.LAYER)
        ),
        *of_tabs(pack),
        Entry("at", _AT, Position(), None),
    )


@remembered
def of_tabs(pack: Pack) -> tuple[Entry, ...]:
    """Return the entries of what is chosen within the tabs."""
    origins, sources = (
        sorted({*pack.located[column], *pack.set_aside.get(column, ())} - {""}) for column in ("origin", "source_name")
    )
    sides = [*pack.labels, INDEPENDENT]
    wanted: dict[str, tuple[str, Form]] = {
        "text": (reports.TEXT, Text()),
        "state": (reports.STATE, _words(State)),
        "origin": (reports.ORIGIN, _named(origins)),
        "read-at": (reports.SOURCE, _named(sources)),
        "side": (reports.SIDE, _named(sides)),
        "claim": (reports.CLAIMS, Several({_word(claim): claim.value for claim in Claim})),
        "source": (reports.RELIABILITY, _named(PARAMETERS["lowest_reliability"].options)),
        "content": (reports.CREDIBILITY, Whole(1, 5)),
        "from": (reports.FROM, _EVER),
        "to": (reports.TO, _EVER),
        "place": (reports.OF_PLACE, Choice({"any": False, "only": True})),
        "page": (reports.PAGE, Whole(1, 99_999)),
    }
    return (
        Entry("by", provinces.KEY, _words(By), By.DISTRICTS.value),
        Entry("trend", trend.BY, _words(By), By.DISTRICTS.value),
        Entry("totals", trend.TOTALS, _named(measures_of(pack.theatre)), ""),
        Entry("changes", changes.GROUP, _words(Group), Group.DAY.value),
        Entry("export", cite.WHAT, _words(What), What.STATUS.value),
        *(Entry(f"reports-{name}", key, form, reports.DEFAULTS[key]) for name, (key, form) in wanted.items()),
    )


def _named(names: Iterable[str]) -> Choice:
    return Choice({name: name for name in names})


def _words(values: type[StrEnum]) -> Choice:
    return Choice({_word(value): value.value for value in values})


def _word(value: StrEnum) -> str:
    return value.value.replace("_", "-")


def parameters(rule: Rule) -> list[Entry]:
    """Return the entries of the parameters of a rule as it is written."""
    return [
        Entry(
            name.replace("_", "-"),
            rule_choice.key_of(rule, name),
            Choice({parameter.write(option): option for option in parameter.options}),
            getattr(rule, name),
        )
        for name, parameter in PARAMETERS.items()
    ]


def begin_theatre() -> None:
    """Choose the theatre that the address names, when a visit begins."""
    if _OPENED not in st.session_state:
        values, st.session_state[_NOTICES] = query.read(_query(), [theatre_entry()])
        st.session_state.update(values)


def begin(pack: Pack) -> None:
    """Take over what the address says of the view, when a visit begins; say what could not be read of it."""
    if _OPENED in st.session_state:
        return
    st.session_state[_OPENED] = True
    asked = _query()
    rule = pack.rule()
    named, _ = query.read(asked, [entry for entry in entries(pack, rule) if entry.key == rule_choice.RULE])
    table = entries(pack, pack.rule(named.get(rule_choice.RULE)))
    values, notices = query.read(asked, table)
    if _AT in values:
        lat, lon, zoom = values.pop(_AT)
        panel.go_to(f"@{lat},{lon},{zoom}")
    elif panel.PROVINCE in values:
        panel.go_to(PROVINCE + values[panel.PROVINCE])
    st.session_state.update(values)
    notices = [*st.session_state.pop(_NOTICES), *notices, *query.strangers(asked, [theatre_entry(), *table])]
    if notices:
        html.show("notices.html", notices=notices)


def forget() -> None:
    """Leave behind what was chosen for another theatre."""
    for key in [key for key in st.session_state if key not in _STAYS]:
        del st.session_state[key]


def keep(pack: Pack) -> None:
    """Keep what is chosen where nothing asks for it: of a closed tab, Streamlit forgets what its inputs had."""
    for entry in of_tabs(pack):
        if entry.key in st.session_state:
            st.session_state[entry.key] = st.session_state[entry.key]


def show(pack: Pack, rule: Rule) -> None:
    """Write the link of the view into the page."""
    html.show("link.html", query=query.write(_state(), [theatre_entry(), *entries(pack, rule)]))


def address(pack: Pack, rule: Rule) -> str:
    """Return the whole address of the view as it is cited, with the position of the map that the address bar has.

    Date and rule are always in it, as what is usual may change; what is chosen in the tabs is not.
    """
    at, _ = query.read(_query(), [Entry("at", _AT, Position(), None)])
    of_map = [entry for entry in entries(pack, rule) if entry not in of_tabs(pack) and entry.key != registry.KEY]
    cited = query.write(_state() | at, [theatre_entry(), *of_map], always=("date", "rule"))
    page = (st.context.url or "").split("?")[0]
    return f"{page}?{cited}" if cited else page


def _state() -> dict[str, object]:
    return {str(key): value for key, value in st.session_state.items()}


def _query() -> dict[str, str]:
    return {name: text for name, text in st.query_params.items() if name not in _STREAMLITS_OWN}
