"""Text from outside is only text in the charts."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from control_map.render.charts import axes


def as_vega_reads(title: str) -> str:
    """Return the key of a line of a tooltip, as Vega-Lite writes it and JavaScript reads it."""
    return json.loads('"' + title.replace('"', '\\"') + '"')


@given(st.text(st.characters(exclude_categories=["C"]) | st.sampled_from("\\\"'\n\t {}()")))
def test_the_title_of_a_line_of_a_tooltip_is_the_text_in_one_line(title: str):
    assert as_vega_reads(axes.escape_tooltip_title(title)) == " ".join(title.split())


@pytest.mark.parametrize("title", ["image", "title", "__proto__", " image\n"])
def test_no_line_of_a_tooltip_becomes_a_picture_or_a_heading(title: str):
    assert as_vega_reads(axes.escape_tooltip_title(title)) == f"{title.strip()}\u2060"


def test_a_line_of_a_tooltip_has_its_title_escaped_whether_it_is_a_number_or_a_text():
    for number_format in ("", ","):
        assert axes.tooltip_line("red", 'the "Reds"\\', number_format).to_dict()["title"] == 'the "Reds"\\\\'
