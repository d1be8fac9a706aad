"""How a view is cited: what a reader needs to find it again, and an entry that BibTeX can read whatever its text."""

import dataclasses
import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from control_map.core.model import Credit
from control_map.core.rules import adjust
from control_map.pipeline.pack import Pack
from control_map.pipeline.view import View, apply_rule
from control_map.render import citation
from control_map.render.provenance import Provenance

JULY, JUNE, TODAY = dt.date(2021, 7, 9), dt.date(2021, 6, 9), dt.date(2026, 1, 31)
LINK = "https://example.org/map?date=2021-07-09&rule=latest"


@pytest.fixture(scope="module")
def provenance(shipped: Pack) -> Provenance:
    rule = adjust(shipped.rule("assessed"), {"hardening_days": 0})
    return Provenance.of(apply_rule(shipped, rule, JULY), JULY, JUNE)


def test_a_citation_says_what_when_how_from_which_reports_where_and_on_which_day_it_was_read(provenance: Provenance):
    text = citation.format_citation(provenance, LINK, TODAY)
    for part in (
        "Afghanistan 2021: who held what on 9 July 2021, and what changed since 9 June 2021",
        "Rule: Assessed, adjusted: hardening_days=0",
        "reports published by 9 July 2021",
        provenance.fingerprint,
        f"Accessed 31 January 2026, {LINK}",
    ):
        assert part in text
    assert text.startswith("Control Map. (2026). Afghanistan 2021")
    assert "\n" not in text


def test_a_line_is_short_and_has_the_day_on_which_it_was_read(provenance: Provenance):
    alone = dataclasses.replace(provenance, since=None)
    assert citation.format_short_citation(alone, LINK, TODAY) == (
        f"Control Map. Afghanistan 2021: who held what on 9 July 2021. Accessed 31 January 2026, {LINK}"
    )


def test_the_work_of_others_has_a_line_each(provenance: Provenance):
    lines = citation.format_credits(provenance).splitlines()
    assert len(lines) == len(provenance.credits)
    assert any("geoBoundaries" in line and line.endswith("(CC BY 4.0)") for line in lines)
    assert citation.format_credits(dataclasses.replace(provenance, credits=())) == ""


def test_the_province_is_cited_where_one_is_chosen(shipped_view: View):
    whole, herat = Provenance.of(shipped_view, JULY), Provenance.of(shipped_view, JULY, province_id="AF32")
    assert "Afghanistan 2021, Herat: who held what on 9 July 2021" in citation.format_citation(herat, "", TODAY)
    assert "Herat" in citation.format_bibtex(herat, "", TODAY)
    assert citation.citation_key(herat) != citation.citation_key(whole)
    assert herat.facts()["province"] == "Herat (AF32)"
    assert "province" not in whole.facts()


def test_a_view_without_an_address_is_cited_without_one(provenance: Provenance):
    assert "http" not in citation.format_citation(provenance, "", TODAY)
    assert "howpublished" not in citation.format_bibtex(provenance, "", TODAY)
    assert citation.format_citation(provenance, "", TODAY).endswith(" Accessed 31 January 2026.")


def test_an_entry_has_the_fields_that_every_style_of_bibtex_prints(provenance: Provenance):
    text = citation.format_bibtex(provenance, LINK, TODAY)
    assert text.startswith(f"@misc{{{citation.citation_key(provenance)},\n")
    fields = dict(re.findall(r"^  (\w+) = \{(.*)\},?$", text, re.MULTILINE))
    assert fields["author"] == "{Control Map}"
    assert fields["year"] == "2026"
    assert fields["howpublished"] == rf"\url{{{LINK}}}"
    assert "Accessed 2026-01-31" in fields["note"]
    assert r"hardening\_days=0" in fields["note"]
    assert r"V\_02" in fields["annote"]


def test_the_key_is_the_same_for_the_same_view_whenever_it_is_cited_and_another_for_another(provenance: Provenance):
    others = [
        provenance,
        dataclasses.replace(provenance, rule="Latest report"),
        dataclasses.replace(provenance, since=None),
        dataclasses.replace(provenance, known_on=None),
        dataclasses.replace(provenance, date=JUNE),
        dataclasses.replace(provenance, fingerprint="0" * 16),
    ]
    keys = [citation.citation_key(other) for other in others]
    assert len(set(keys)) == len(keys)
    assert keys[0].startswith("afghanistan-2021-2021-07-09-")
    assert citation.citation_key(dataclasses.replace(provenance)) == keys[0]
    later = citation.format_bibtex(provenance, "", dt.date(2030, 1, 1))
    assert later.splitlines()[0] == citation.format_bibtex(provenance, LINK, TODAY).splitlines()[0]


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_is_cited_the_entry_stays_one_entry(words: str, link: str):
    rests = Provenance(words, JULY, words, None, None, "0", (Credit(words, words, words, ""),))
    text = citation.format_bibtex(rests, link, TODAY)
    depth = 0
    for position, character in enumerate(text):
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth > 0 or position in (*range(len("@misc")), len(text) - 1)
    assert depth == 0
    assert re.fullmatch(r"@misc\{[a-z0-9-]+,", text.splitlines()[0])
    rest = "".join(line for line in text.splitlines() if not line.startswith("  howpublished"))
    assert not re.search(r"(?<!\\)[$&#%_^~]", rest)
    assert not re.search(r"[\x00-\x08\x0b-\x1f]", text)
    assert "\n" not in citation.format_citation(rests, link, TODAY)
