"""The view that an address names, read without a visit to the page: for the map in a frame and the card of a link."""

import datetime as dt
import threading
import time
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

from control_map.analysis.blind_spots import BLIND_SPOT_DAYS
from control_map.core.errors import ControlMapError
from control_map.core.rules import PARAMETERS, adjust, write_settings
from control_map.core.wording import format_date
from control_map.pipeline.pack import Pack
from control_map.pipeline.view import View
from control_map.theatre import discovery
from control_map.ui import url_schema
from control_map.ui.state import cached_results, query, session
from control_map.ui.state.query import QueryEntry
from control_map.ui.toolbar.comparison import ComparisonChoice, ComparisonOption
from control_map.ui.toolbar.method import KnowledgeOption, RuleChoice, publication_period

MOST_UNUSUAL, _MINUTE = 12, 60.0
"""How many views that are not usual are begun in a minute: whoever crawls them would keep all visitors waiting."""
_unusual: OrderedDict[Hashable, float] = OrderedDict()
_admitting = threading.Lock()


@dataclass(frozen=True, eq=False)
class LinkedView:
    """A view that an address names.

    `values` are the values that the address states, by the keys of the page's state; `entries` say how they are
    written; `problems` has a sentence for each value that could not be read, which then has its default.
    """

    pack: Pack
    values: Mapping[str, Any]
    entries: Sequence[QueryEntry]
    problems: Sequence[str]

    @cached_property
    def date(self) -> dt.date:
        """The day shown."""
        date: dt.date = self.values.get(session.DATE_KEY) or self.pack.theatre.opens_on
        return date

    @cached_property
    def rule(self) -> RuleChoice:
        """How the reports are weighed, and which of them are used."""
        rule = self.pack.rule(self.values.get(session.RULE_KEY))
        named = {name: self.values.get(session.parameter_key(rule, name), getattr(rule, name)) for name in PARAMETERS}
        first, last = publication_period(self.pack)
        usual = max(first, min(self.pack.theatre.opens_on, last))
        return RuleChoice(
            adjust(rule, named),
            self.values.get(session.KNOWLEDGE_KEY, KnowledgeOption.HINDSIGHT),
            self.values.get(session.KNOWN_ON_KEY, usual),
        )

    @cached_property
    def comparison(self) -> ComparisonChoice:
        """With which day it is compared."""
        start = self.pack.theatre.period_start
        option = self.values.get(session.COMPARE_WITH_KEY, ComparisonOption.NOTHING)
        return ComparisonChoice(option, start, self.values.get(session.COMPARE_DATE_KEY, start))

    @property
    def since(self) -> dt.date | None:
        """The day with which it is compared, None if with none."""
        return self.comparison.since(self.date)

    @property
    def view(self) -> View:
        """The view of the pack.

        Raises
        ------
        ControlMapError
            If it is not usual, and too many others that are not were asked for in the last minute.
        """
        rule, known_on = self.rule.rule, self.rule.known_on(self.date)
        if not self.is_usual:
            _admit((self.pack.fingerprint, rule, known_on))
        return cached_results.cached_view(self.pack, rule, known_on)

    @property
    def earlier_view(self) -> View:
        """The view of the day with which it is compared: a replay is compared with what was known on that day."""
        since = self.since
        return cached_results.cached_view(self.pack, self.rule.rule, self.rule.known_on(since)) if since else self.view

    @property
    def is_usual(self) -> bool:
        """Whether it is one of a few views that any visit may need: a rule as it is written, and all reports."""
        return self.rule.rule in self.pack.rules and self.rule.knowledge == KnowledgeOption.HINDSIGHT

    @property
    def hidden(self) -> tuple[str, ...]:
        """The layers that the map leaves out."""
        shown = self.values.get(session.LAYERS_KEY, session.USUAL_LAYERS)
        return tuple(layer for layer in session.USUAL_LAYERS if layer not in shown)

    @property
    def stale_after(self) -> int:
        """After how many days without a report a place is marked; 0: none is."""
        if session.BLIND_SPOTS_LAYER not in self.values.get(session.LAYERS_KEY, ()):
            return 0
        return int(self.values.get(session.BLIND_AFTER_KEY, BLIND_SPOT_DAYS))

    @property
    def target(self) -> str:
        """Where the map zooms to, as `go` of `ShowCommand`; empty: to the whole theatre."""
        return session.target_of(self.values)

    def text(self, key: str) -> str:
        """Return a value that is an id, or empty."""
        return str(self.values.get(key) or "")

    @property
    def theatre_query(self) -> str:
        """The query that names the theatre to the API; empty if it is the first."""
        return query.write_query(self.values, self.entries[:1])

    @property
    def api_query(self) -> str:
        """The query that names the theatre, the rule and what is known to the API and the feeds."""
        rule, usual = self.rule.rule, self.pack.rule()
        known_on = self.rule.known_on(self.date)
        asked = [
            *([("rule", rule.id)] if rule.id != usual.id else []),
            *(("set", changed) for changed in write_settings(rule, self.pack.rule(rule.id))),
            *([("known_on", known_on.isoformat())] if known_on else []),
        ]
        return "&".join(filter(None, [self.theatre_query, urlencode(asked, quote_via=quote)]))

    def write_query(self, always: Iterable[str] = ()) -> str:
        """Return the query of the same view, as the page writes it, without what is chosen in tabs."""
        return query.write_query(self.values, self.entries, always=frozenset(always))

    @property
    def title(self) -> str:
        """What it shows, in a few words: the theatre, the province or the place, and the day."""
        theatre, place_id = self.pack.theatre, self.text(session.PLACE_KEY)
        named = theatre.places.loc[theatre.places["place_id"] == place_id, "name"] if place_id else ()
        where = next(iter(named), theatre.province_names.get(self.text(session.PROVINCE_KEY), ""))
        day = format_date(self.date, year=True)
        since = f", and what changed since {format_date(self.since, year=True)}" if self.since else ""
        return f"{', '.join(filter(None, [theatre.title, where]))}: who held what on {day}{since}"

    @property
    def headline(self) -> str:
        """How many districts the first party holds, as the map says it."""
        return self.view.write_headline(self.date, self.since, self.text(session.PROVINCE_KEY))


def _admit(key: Hashable) -> None:
    """Let an unusual view be made, or refuse it; those that were let in last stay so, in the order of their use."""
    with _admitting:
        begun = _unusual.pop(key, None)
        now = time.monotonic()
        if begun is None and sum(now - each < _MINUTE for each in _unusual.values()) >= MOST_UNUSUAL:
            raise ControlMapError("Many views with rules of their own are being made. Try again in a minute.")
        _unusual[key] = now if begun is None else begun
        while len(_unusual) > 2 * MOST_UNUSUAL:
            _unusual.popitem(last=False)


def read_linked_view(parameters: Mapping[str, str]) -> LinkedView:
    """Return the view that the parameters of an address name; of the theatres that everybody can choose.

    Raises
    ------
    PackError
        If the theatre cannot be read.
    """
    titles = discovery.pack_labels(discovery.pack_folders())
    theatre_entry = url_schema.theatre_entry(titles)
    named, problems = query.read_query(parameters, [theatre_entry])
    pack = cached_results.cached_pack(named.get(session.THEATRE_KEY, theatre_entry.default))
    parameters = url_schema.in_words_of_app(parameters, session.usual_layers(pack.theatre))
    rules = [entry for entry in url_schema.view_entries(pack, pack.rule()) if entry.key == session.RULE_KEY]
    rule_id = query.read_query(parameters, rules)[0].get(session.RULE_KEY)
    entries = url_schema.map_entries(pack, pack.rule(rule_id))
    values, more = query.read_query(parameters, entries)
    return LinkedView(pack, named | values, (theatre_entry, *entries), (*problems, *more))
