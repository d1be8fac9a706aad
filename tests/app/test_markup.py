"""Text of a pack, of a table and of a link is only text, in every message that the page sends."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Element

from control_map.theatre.totals import TOTAL_COLUMNS
from control_map.ui.state import session
from control_map.ui.tabs import registry
from control_map.ui.toolbar import method
from tests.conftest import SHIPPED
from tests.support.made_up import THEATRE, places_csv, write_pack, written

APP = str(SHIPPED.parents[1] / "app.py")
EVIL = "![m](http://evil.test/m.png) <b>x</b> :material/home: :red[y] $z$ www.evil.test"
MARKED = re.compile(r"(?<!\\)[\[<$]|:(?=[\w/])|www\.", re.ASCII)
"""What the page's own labels do not have, and escaped text does not either."""
PLAIN = {
    ("Html", "body"),  # checked apart
    ("Selectbox", "options"),
    ("Selectbox", "raw_value"),
    ("TextInput", "value"),
    ("TextArea", "value"),
    ("Code", "code_text"),
    ("ComponentInstance", "json_args"),
    ("VegaLiteChart", "spec"),
    ("ArrowVegaLiteChart", "spec"),
    ("ArrowData", "columns"),
    ("DownloadButton", "url"),
}
"""Fields that Streamlit shows as they are."""
TABLE = f"date,district,province,status,party,{EVIL}\n2021-05-08,{EVIL},Harrow,captured,red,{EVIL}\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    theatre = THEATRE.replace('"A made-up war"', f'"{EVIL}"').replace('"Everything"', f'"{EVIL}"')
    for label in ("Reds", "Blues", "Greens"):
        theatre = theatre.replace(f'"{label}"', f'"{EVIL} {label}"')
    places = places_csv()
    for name in ("Brackwater", "Kestrel Gate", "Velden"):
        places = places.replace(name, f"{EVIL} {name}")
    texts = dict.fromkeys(("claimant", "origin", "source_name", "summary", "source_url"), EVIL)
    return write_pack(
        tmp_path_factory.mktemp("evil") / "evil",
        [
            written(1, place_text=f"{EVIL} Brackwater", **texts),
            written(2, **texts | {"place_text": EVIL, "report_id": "r2"}),
            written(3, place_text="Harrow", place_kind="province", area_scope="part", **texts),
        ],
        {
            "theatre.toml": theatre,
            "places.csv": places,
            "totals.csv": f"{','.join(TOTAL_COLUMNS)}\n2021-05-03,districts_red,1,exact,red,{EVIL},{EVIL},{EVIL}\n",
        },
    )


@pytest.fixture
def app(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("CONTROL_MAP_PACKS", str(folder))
    monkeypatch.setenv("CONTROL_MAP_TILES", EVIL)
    app = AppTest.from_file(APP, default_timeout=60)
    app.query_params["theatre"] = "evil"
    app.query_params[EVIL] = EVIL
    app.query_params["place"] = EVIL
    return app.run()


def protos(block: Block) -> Iterator[Message]:
    """Yield the messages of all elements below a block, and of the blocks."""
    for child in block.children.values():
        if isinstance(child, Block):
            if isinstance(child.proto, Message):
                yield child.proto
            yield from protos(child)
        elif isinstance(child, Element):
            yield child.proto


def texts(message: Message) -> Iterator[tuple[str, str]]:
    """Yield each text in a message with the name of its field, but for those that are shown as they are."""
    for field, value in message.ListFields():
        values: list[Any] = list(value) if field.is_repeated else [value]
        for each in values:
            if isinstance(each, Message):
                yield from texts(each)
            elif isinstance(each, str) and field.name != "id" and (message.DESCRIPTOR.name, field.name) not in PLAIN:
                yield f"{message.DESCRIPTOR.name}.{field.name}", each


def find_markup(app: AppTest) -> list[tuple[str, str]]:
    assert not app.exception
    found = []
    for proto in protos(app._tree):
        found += [(name, text) for name, text in texts(proto) if "evil" in text and MARKED.search(text)]
    html = "\n".join(each.body for each in app.get("html"))
    assert "evil.test" in html
    assert "could not be shown" not in html
    found += [("html", tag) for tag in re.findall(r"<b>x|<img[^>]*", html)]
    return found + [("link", link) for link in re.findall(r'(?:href|src)="([^"]*)"', unescape(html)) if "evil" in link]


def test_text_of_a_pack_or_a_link_is_text_in_each_tab(app: AppTest):
    app.session_state[session.PLACE_KEY] = "H2"
    for name in registry.SECTIONS:
        app.session_state[session.SECTION_KEY] = name
        assert find_markup(app.run()) == [], name


def test_text_of_a_table_and_the_name_of_its_file_are_text(app: AppTest):
    app.button(key="own opener").click().run()
    app.file_uploader[0].set_value((f"{EVIL.replace('/', '-')}.csv", TABLE.encode(), "text/csv")).run()
    assert find_markup(app) == []
    app.button(key="own take").click().run()
    app.button(key="own opener").click().run()
    assert any("The place of " in box.label for box in app.selectbox)
    assert find_markup(app) == []


def test_a_label_that_is_not_escaped_would_be_found(app: AppTest, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(method, "escape_markdown", str)
    assert {name for name, _ in find_markup(app.run())} == {"Radio.options"}
