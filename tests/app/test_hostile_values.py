"""Whatever a browser sends for an input, or a link for a parameter, nothing fails and nothing is disclosed."""

import json
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

import pytest
from google.protobuf.message import Message
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from control_map.analysis.search import find_reports
from control_map.pipeline.pack import load_pack
from control_map.ui import url_schema
from control_map.ui.state import session
from control_map.ui.tabs import registry, reports
from tests.conftest import HERAT, SHIPPED

APP = str(SHIPPED.parents[1] / "app.py")
TEXTS = ["", "<b>\x00", "-1", "x" * 100_000, "2021-13-45", "\ufffe"]
DAYS = [["0001-01-01"], ["9999-12-31"], ["2021-13-45"], ["x", "y", "z"], [""], []]
EVENTS: list[Any] = [
    *(None, [1], {}),
    {"last_active_drawing": {"properties": []}},
    {"last_active_drawing": {"properties": {"nth": "x", "day": 10**40, "day_nth": 1e300}}},
    {"last_active_drawing": {"properties": {"nth": 2, "day": -5, "day_nth": 2, "place_id": [], "place_id_nth": 2}}},
]
SELECTED: list[Any] = [  # Streamlit itself refuses what is no object
    {},
    *({"selection": selected} for selected in (None, "x", {"rows": [9**9]}, {"rows": [-1], "columns": ["x"]})),
    {"selection": {"rows": ["x"]}},
]
PICKED: list[Any] = [
    {"selection": {}},
    *({"selection": {"picked": picked}} for picked in (5, {"x": 1}, [{"Day": 10**40}], [{"Day": "x"}, 5, None])),
]
VALUES: Mapping[str, tuple[str, list[Any]]] = {
    "Selectbox": ("string_value", TEXTS),
    "Radio": ("string_value", TEXTS),
    "TextInput": ("string_value", TEXTS),
    "MultiSelect": ("string_array_value", [[text] for text in TEXTS]),
    "ButtonGroup": ("string_array_value", [["x"] * 1000, ["capitals"] * 2, [""], []]),
    "DateInput": ("string_array_value", DAYS),
    "NumberInput": ("int_value", [-(2**63), 2**63 - 1, -1, 10**6]),
    "Slider": ("double_array_value", [[-1e300], [1e300], [float("nan")], [float("inf")], [], [0.0] * 5]),
    "Checkbox": ("bool_value", [True, False]),
    "ComponentInstance": ("json_value", [json.dumps(each) for each in EVENTS]),
    "VegaLiteChart": ("string_value", [json.dumps(each) for each in PICKED]),
    "ArrowData": ("string_value", [json.dumps(each) for each in SELECTED]),
}
"""What each kind of input sends, and values of that type which this page's script never sends."""


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CONTROL_MAP_PACKS", str(HERAT))

    def opened(*, query: Mapping[str, str] | None = None, **state: object) -> AppTest:
        app = AppTest.from_file(APP, default_timeout=60)
        app.session_state[session.THEATRE_KEY] = HERAT
        for key, value in state.items():
            app.session_state[key] = value
        for name, text in (query or {}).items():
            app.query_params[name] = text
        return app.run()

    return opened


def inputs(block: Block) -> Iterator[tuple[str, str]]:
    """Yield the kind and the id of each input below a block."""
    for child in block.children.values():
        proto = child.proto
        fields = proto.ListFields() if isinstance(proto, Message) else []
        for part in [proto, *(value for _, value in fields if isinstance(value, Message))]:
            if str(getattr(part, "id", "")).startswith("$$"):
                yield part.DESCRIPTOR.name, part.id
        if isinstance(child, Block):
            yield from inputs(child)


def send(app: AppTest, values: Mapping[str, tuple[str, Any]]) -> None:
    """Run the page with a value for each of some inputs, as a browser sends it."""
    states = WidgetStates()
    for widget, (field, value) in values.items():
        state = WidgetState(id=widget)
        if isinstance(value, list):
            getattr(state, field).SetInParent()
            getattr(state, field).data.extend(value)
        else:
            setattr(state, field, value)
        states.widgets.append(state)
    app._run(states)


def failures(app: AppTest) -> list[str]:
    bodies = [each.body for each in app.get("html") if "could not be shown" in each.body]
    return [*bodies, *(each.value for each in app.toast), *(each.message for each in app.exception)]


@pytest.mark.parametrize("tab", ["Trend", "Sources"])
def test_values_that_no_input_of_the_page_sends_make_nothing_fail(opened, tab: str):
    state = {
        session.SECTION_KEY: tab,
        session.COMPARE_WITH_KEY: url_schema.ComparisonOption.DATE,
        session.KNOWLEDGE_KEY: url_schema.KnowledgeOption.BY_DATE,
        session.LAYERS_KEY: [session.BLIND_SPOTS_LAYER],
    }
    app = opened(**state)
    kept = [(kind, widget) for kind, widget in inputs(app._tree) if kind in VALUES and "theatre" not in widget]
    assert {"Slider", "ComponentInstance", "NumberInput", "DateInput", "ButtonGroup"} <= {kind for kind, _ in kept}
    rounds = zip_longest(*([(VALUES[kind][0], value) for value in VALUES[kind][1]] for kind, _ in kept))
    for values in rounds:
        sent = {widget: value for (_, widget), value in zip(kept, values, strict=True) if value is not None}
        send(app, sent)
        assert failures(app) == [], sent
    assert failures(app.run()) == []


@pytest.mark.parametrize("place_id", ["", "x"])
def test_a_place_that_is_none_is_forgotten(opened, place_id: str):
    app = opened(**{session.SECTION_KEY: "Reports", session.PLACE_KEY: place_id})
    assert failures(app) == []
    assert session.PLACE_KEY not in app.session_state


def test_a_value_that_streamlit_itself_cannot_read_discloses_nothing(opened):
    app = opened()
    slider = next(widget for kind, widget in inputs(app._tree) if kind == "Slider")
    send(app, {slider: ("json_value", "not JSON")})
    assert [each.stack_trace for each in app.exception] == [[]]
    assert "redacted" in app.exception[0].message


def test_any_text_for_any_parameter_of_a_link_makes_nothing_fail(opened):
    pack = load_pack(HERAT)
    names = [entry.name for entry in url_schema.view_entries(pack, pack.rule())]
    for tab, text in zip(["Reports", "Trend", "Provinces"], ["<b>", "-1", "x" * 100_000], strict=True):
        app = opened(query={**dict.fromkeys(names, text), "tab": registry.SECTIONS[tab].slug, text: text})
        assert failures(app) == [], text


def test_a_huge_search_is_cut_before_it_is_made(opened, monkeypatch: pytest.MonkeyPatch):
    searched: list[str] = []

    def find(index, report_filter):
        searched.append(report_filter.text)
        return find_reports(index, report_filter)

    monkeypatch.setattr(reports, "find_reports", find)
    app = opened(**{session.SECTION_KEY: "Reports"})
    app.text_input(key=session.REPORTS_TEXT_KEY).set_value('"a" ' * 50_000).run()
    assert failures(app) == []
    assert max(map(len, searched)) == session.MAX_SEARCH_TEXT
