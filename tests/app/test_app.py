"""The app, run without a browser: it raises no exception, and what it shows follows what is chosen."""

import datetime as dt
import os
import re
from html import escape, unescape

import pytest
from streamlit.testing.v1 import AppTest

from control_map.analysis.blind_spots import list_blind_spots
from control_map.analysis.published_totals import count_by_term, scale_named
from control_map.analysis.summary import count_by_status
from control_map.assessment.confidence import CONFIDENCE_RULE
from control_map.assessment.rule_comparison import disagreements
from control_map.assessment.timeline import as_of
from control_map.core.model import Change, Reason, Role
from control_map.core.rules import PARAMETERS, adjust
from control_map.pipeline.pack import Pack
from control_map.pipeline.view import View, apply_rule, compare_rules
from control_map.theatre.totals import TOTAL_COLUMNS
from tests.conftest import SHIPPED
from tests.support.made_up import THEATRE, places_csv, write_pack, written
from tests.support.shown_board import command, counts, dossier, facts, geometry, map_arguments, part, passages

APP = str(SHIPPED.parents[1] / "app.py")


@pytest.fixture
def app() -> AppTest:
    opened = AppTest.from_file(APP, default_timeout=60).run()
    assert not opened.exception
    return opened


def page_text(app: AppTest) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", element.body) for element in app.get("html")))


def row_of(app: AppTest, province: str) -> str:
    table = next(element.body for element in app.get("html") if 'class="cm-provinces' in element.body)
    return next(row for row in table.split("<tr") if f">{province}<" in row)


def test_the_page_opens_on_the_day_of_the_reuters_story_with_the_published_totals_beside_the_maps_count(
    app, shipped_view: View
):
    assert command(app)["day"] == (dt.date(2021, 7, 9) - dt.date(2021, 5, 1)).days
    now = as_of(shipped_view.timeline, dt.date(2021, 7, 9))
    held = int((now["status"].eq("taliban") & now.geometry.geom_type.ne("Point")).sum())
    published = [row[3:5] + row[6:] for row in facts(app)["published"]]
    assert ["100+", "Al Jazeera / Reuters, western officials", held, 398] in published
    assert ["200+", "Al Jazeera / Reuters, Taliban claim", held, 398] in published


def totals_shown(app) -> str:
    app.session_state["tab"] = "Others' counts"
    app.run()
    assert not app.exception
    return page_text(app)


def test_the_published_totals_stand_beside_the_count_that_means_the_same(app, shipped_view: View):
    text = totals_shown(app)
    now = as_of(shipped_view.timeline, dt.date(2021, 7, 9))
    controlled = count_by_term(now, scale_named("lwj", shipped_view.pack.theatre)).set_index("term")["districts"][
        "Controlled"
    ]
    assert re.search(rf"Long War Journal\s+Controlled\s+{controlled}\s", text)
    assert "398, for their 407" in text
    assert re.search(r"~250\s+of 398\s+Districts held by the Taliban\s+TRT World, Taliban claim", text)
    assert re.search(r"All 71 published counts", text)
    assert "Not comparable" not in text


def test_totals_that_cannot_be_compared_say_why(app):
    app.slider(key="date").set_value(dt.date(2021, 8, 25)).run()
    text = totals_shown(app)
    assert re.search(
        r"Not comparable.*Provinces not held by the Taliban.*a province as a whole none\.", text, re.DOTALL
    )


def test_totals_are_not_shown_before_they_were_published(app):
    app.slider(key="date").set_value(dt.date(2021, 8, 5)).run()
    assert "Amu TV look-back" in str(facts(app)["published"])
    app.radio(key="known").set_value("Only reports published by a day you choose").run()
    app.date_input(key="known_on").set_value(dt.date(2021, 8, 20)).run()
    assert "Amu TV look-back" not in str(facts(app)["published"])
    assert "Amu TV look-back" not in totals_shown(app)


def test_the_headline_counts_follow_the_slider(app, shipped_view: View):
    for date in (dt.date(2021, 5, 1), dt.date(2021, 8, 15)):
        app.slider(key="date").set_value(date).run()
        assert not app.exception
        counted = count_by_status(shipped_view.status(date), ["taliban", "contested", "government"])
        assert counted.items() <= counts(app).items(), date


def test_the_summary_of_the_provinces_follows_the_slider(app):
    def panjshir() -> str:
        return row_of(app, "Panjshir")

    before = panjshir()
    app.slider(key="date").set_value(dt.date(2021, 8, 25)).run()
    assert panjshir() != before


def test_a_place_that_is_open_has_its_explanation_and_its_reports_with_their_sources(app):
    app.session_state["place"] = "AF-X-islam-qala"
    app.run()
    assert not app.exception
    assert command(app)["selected"] == "AF-X-islam-qala"
    first, second, *_ = passages(app, "AF-X-islam-qala")
    assert first == "Taliban since 8 July (sources differ: 8\u20139 July)."
    assert second.startswith("Set by an Afghan official via AP (against their own side's interest")
    file = dossier(app, "AF-X-islam-qala")
    cards = file["places"]["AF-X-islam-qala"][2]
    roles = {(file["roles"][role], file["texts"][reason]) for _, role, reason, *_ in cards}
    assert ("sets", "admitted against the claimant's own side") in roles
    assert any(role == "contradicts" and reason == "denial by the losing side" for role, reason in roles)
    assert any(text.startswith("https://www.aljazeera.com/") for text in file["texts"])
    assert "8 July, published the next day" in file["texts"]


def test_an_undrawn_district_says_inside_which_it_is_drawn(app):
    assert dossier(app, "AF-D-marja")["places"]["AF-D-marja"][1] == "Nad-e-Ali"


def test_every_rule_can_be_chosen(app, shipped: Pack):
    for rule in shipped.rules:
        app.radio(key="rule").set_value(rule.id).run()
        assert not app.exception, rule
        assert facts(app)["rule"] == rule.label


def districts(app: AppTest, status: str = "taliban") -> int:
    return counts(app)[status]


def test_what_was_not_known_yet_is_not_shown(app):
    with_hindsight = districts(app)
    app.radio(key="known").set_value("Only reports published by a day you choose").run()
    app.date_input(key="known_on").set_value(dt.date(2021, 7, 9)).run()
    assert not app.exception
    assert facts(app)["known_on"] == "9 July 2021"
    assert districts(app) < with_hindsight
    assert "10 July" not in page_text(app)
    app.radio(key="known").set_value("All reports").run()
    assert districts(app) == with_hindsight


def test_no_tab_shows_what_was_not_published_yet(app, shipped: Pack):
    app.radio(key="known").set_value("Only reports published by a day you choose").run()
    app.date_input(key="known_on").set_value(dt.date(2021, 7, 9)).run()
    late = shipped.located[shipped.located["reported_date"] > "2021-07-09"]
    known = shipped.located[shipped.located["reported_date"] <= "2021-07-09"]
    telling = set(late["summary"]) - set(known["summary"])
    for tab in ("Provinces", "No recent news", "Area claims", "Other ways to count", "Others' counts"):
        app.session_state["tab"] = tab
        app.run()
        assert not app.exception
        text = page_text(app)
        assert [summary for summary in telling if summary and summary in text] == [], tab


def test_as_known_that_day_what_counts_moves_with_the_date(app, shipped: Pack):
    app.radio(key="known").set_value("Only reports published by the date shown").run()
    for date in (dt.date(2021, 6, 22), dt.date(2021, 8, 13)):
        app.slider(key="date").set_value(date).run()
        assert not app.exception
        assert facts(app)["replays"]
        then = apply_rule(shipped, shipped.rule(), known_on=date).status(date)
        assert districts(app) == count_by_status(then, ["taliban"])["taliban"]


def test_a_rule_can_be_adjusted_and_set_back(app, shipped: Pack):
    as_written = districts(app)
    app.number_input(key="assessed hardening_days").set_value(0).run()
    assert not app.exception
    assert facts(app)["rule"] == "Assessed, adjusted"
    patient = apply_rule(shipped, adjust(shipped.rule(), {"hardening_days": 0}))
    assert districts(app) == count_by_status(patient.status(dt.date(2021, 7, 9)), ["taliban"])["taliban"] != as_written
    app.button(key="as written").click().run()
    assert districts(app) == as_written
    assert facts(app)["rule"] == "Assessed"
    assert facts(app)["usual"]


def test_what_was_adjusted_is_left_behind_with_the_theatre(app, make_pack, monkeypatch):
    monkeypatch.setenv("CONTROL_MAP_PACKS", str(make_pack().parent))
    app.run()
    app.number_input(key="assessed hardening_days").set_value(0).run()
    app.selectbox(key="theatre").select("A made-up war").run()
    assert not app.exception
    assert "adjusted" not in facts(app)["rule"]


def test_two_packs_of_one_name_can_both_be_opened(make_pack, monkeypatch, tmp_path):
    other = write_pack(
        tmp_path / "more" / "marshland", [], {"theatre.toml": THEATRE.replace("A made-up war", "Another")}
    )
    monkeypatch.setenv("CONTROL_MAP_PACKS", os.pathsep.join(map(str, (make_pack().parent, other.parent))))
    app = AppTest.from_file(APP, default_timeout=60).run()
    titles = set()
    for label in ("A made-up war", "Another"):
        app.session_state["open conflict"] = True
        app.run()
        app.selectbox(key="theatre").select(label).run()
        titles.add(app.session_state["theatre"])
    assert len(titles) == 2


def test_a_pack_of_which_nothing_could_be_placed_can_be_asked_what_was_known(make_pack, monkeypatch):
    monkeypatch.setenv("CONTROL_MAP_PACKS", str(make_pack([written(1, place_text="Atlantis")]).parent))
    app = AppTest.from_file(APP, default_timeout=60).run()
    app.selectbox(key="theatre").select("A made-up war").run()
    app.radio(key="known").set_value("Only reports published by a day you choose").run()
    assert not app.exception


@pytest.mark.parametrize("name", PARAMETERS)
def test_every_parameter_of_a_rule_can_be_changed(app, name: str):
    widgets = [*app.number_input, *app.selectbox, *app.toggle]
    widget = next(widget for widget in widgets if widget.key == f"assessed {name}")
    widget.set_value(next(option for option in PARAMETERS[name].options[::-1] if option != widget.value)).run()
    assert not app.exception
    assert facts(app)["rule"] == "Assessed, adjusted"


def test_the_headline_gives_the_range_of_each_count_over_the_rules(app, shipped: Pack):
    spread = compare_rules(shipped).status_count_range(dt.date(2021, 7, 9)).set_index("status").loc["taliban"]
    assert spread["lowest"] < spread["highest"]
    ranges, first = part(app, "ranges"), [status["id"] for status in geometry(app)["statuses"]].index("taliban")
    at = command(app)["day"] - ranges["day"]
    assert [ranges[name][first][at] for name in ("lowest", "highest")] == [spread["lowest"], spread["highest"]]


def test_the_places_on_which_the_rules_differ_are_listed_with_what_each_says(app, shipped: Pack):
    app.session_state["tab"] = "Other ways to count"
    app.run()
    app.number_input(key="assessed hardening_days").set_value(0).run()
    assert not app.exception
    text = page_text(app)
    compared = compare_rules(shipped)
    differing = disagreements(compared.statuses_on(dt.date(2021, 7, 9)), compared.rules)
    assert f"{len(differing)} places on which they differ" in text
    assert all(name in text for name in differing["name"])
    table = next(element.body for element in app.get("html") if "cm-figures" in element.body)
    first = table[table.index("<tbody>") : table.index("</tr>", table.index("<tbody>"))]
    assert "Assessed, adjusted" in first
    assert f"<td>{districts(app)}</td>" in first


def test_the_reports_set_aside_are_listed_with_their_reasons(app, shipped: Pack):
    app.session_state["tab"] = "Reports"
    app.session_state["reports state"] = "set_aside"
    app.run()
    table = next(element.body for element in app.get("html") if "cm-wide" in element.body)
    for report_id in shipped.set_aside["report_id"]:
        assert report_id in table


def test_area_claims_are_shown_beside_the_maps_own_count(app):
    app.session_state["tab"] = "Area claims"
    app.run()
    assert not app.exception
    table = next(element.body for element in app.get("html") if "Districts on this map" in element.body)
    held, taken = (
        next(row for row in table.split("<tr>") if words in row)
        for words in ("150+ of 407 districts", "five districts in Herat")
    )
    assert '<td data-what="number">150</td>' in held
    assert re.search(r'<td data-what="districts on this map">\d+ of 422 Taliban</td>', held)
    assert '<td data-what="number">5</td><td data-what="districts on this map"></td>' in taken
    assert "10 July" not in table


def test_blind_spots_are_off_until_chosen_and_then_shown_after_the_days_chosen(app):
    def stale_after() -> int:
        return command(app)["stale_after"]

    assert stale_after() == 0
    assert "older_than" not in [box.key for box in app.number_input]
    app.pills(key="shown").select("silence").run()
    assert not app.exception
    assert stale_after() == 30
    app.number_input(key="older_than").set_value(7).run()
    assert stale_after() == 7
    app.pills(key="shown").unselect("silence").run()
    assert stale_after() == 0


def test_the_base_map_is_the_same_whatever_is_shown_on_it(app):
    def base() -> dict[str, object]:
        return {key: value for key, value in map_arguments(app).items() if key != "feature_group"}

    before = base()
    assert all(re.search(r"/map-[0-9a-f]+\.(js|css)$", base()[kind][-1]) for kind in ("js_links", "css_links"))
    app.pills(key="shown").select("silence").run()
    app.slider(key="date").set_value(dt.date(2021, 8, 1)).run()
    assert base() == before


def test_each_province_shows_its_last_report_and_how_many_districts_are_silent(app):
    assert re.match(
        r" style=[-:;a-d0-9]+><th><button data-province=AF10>Bamyan<td>8<td><td>.*<td>220 d<td>8$",
        row_of(app, "Bamyan").rstrip(),
    )
    app.pills(key="shown").select("silence").run()
    app.number_input(key="older_than").set_value(300).run()
    assert row_of(app, "Bamyan").strip().endswith("<td>220 d<td>")
    assert re.search(r"No news\s+>\s+300 days", page_text(app))


def test_the_blind_spots_are_listed_by_province_with_what_silence_means(app, shipped_view: View):
    app.session_state["tab"] = "No recent news"
    app.run()
    assert not app.exception
    listed = next(element.body for element in app.get("html") if "cm-silence" in element.body)
    now = shipped_view.status(dt.date(2021, 7, 9))
    blind = list_blind_spots(now, dt.date(2021, 7, 9))
    assert f"On 9 July, {len(blind)} of 476 places have had no report" in listed
    assert "No news never means control" in listed
    assert [
        unescape(name) for name in re.findall(r'colspan="4"><button data-go=province/AF\d+>(.+?)</button> <', listed)
    ] == sorted(set(blind["province"]))
    assert listed.count("<tr><td>") == len(blind)
    bamyan = next(part for part in listed.split("<tbody>") if ">Bamyan</button> <" in part)
    assert re.search(r"</button><td>.+Government<td>1 December 2020<td>220 days", bamyan)
    assert re.search(r"Torkham</button> \(crossing\)<td>.+No report<td><td>never reported", listed)


def test_an_attribute_whose_value_is_hostile_is_quoted(make_pack, monkeypatch):
    hostile = "a onmouseover=alert(1) \"'><img src=x>"
    places = places_csv().replace(",H,Harrow,", f',"{hostile.replace(chr(34), chr(34) * 2)}",Harrow,')
    monkeypatch.setenv("CONTROL_MAP_PACKS", str(make_pack(files={"places.csv": places}).parent))
    app = AppTest.from_file(APP, default_timeout=60).run()
    app.selectbox(key="theatre").select("A made-up war").run()
    assert not app.exception
    assert f'<button data-province="{escape(hostile)}">Harrow' in row_of(app, "Harrow").replace(
        "&#34;", "&quot;"
    ).replace("&#39;", "&#x27;")


def test_hostile_totals_come_out_as_text(make_pack, monkeypatch):
    row = "2021-07-01,districts_red,1,exact,red,<script>x</script>,javascript:alert(1),<img src=x onerror=y>"
    folder = make_pack(files={"totals.csv": f"{','.join(TOTAL_COLUMNS)}\n{row}\n"})
    monkeypatch.setenv("CONTROL_MAP_PACKS", str(folder.parent))
    app = AppTest.from_file(APP, default_timeout=60).run()
    app.selectbox(key="theatre").select("A made-up war").run()
    app.slider(key="date").set_value(dt.date(2021, 7, 1)).run()
    text = totals_shown(app)
    assert text.count("<script>x</script>") >= 2
    bodies = " ".join(element.body for element in app.get("html"))
    assert not re.search(r"<script|<img|javascript:", bodies)


def test_the_origins_are_those_known_and_do_not_follow_the_date(app, shipped: Pack):
    def reports() -> dict[str, int]:
        assert not app.exception
        return app.dataframe[0].value.set_index("origin")["reports"].to_dict()

    app.session_state["tab"] = "Sources"
    app.run()
    assert reports() == shipped.located["origin"].value_counts().to_dict()
    assert "published at any time; it does not change with the date shown" in page_text(app)
    sent = app.dataframe[0].proto.SerializeToString()
    app.slider(key="date").set_value(dt.date(2021, 8, 25)).run()
    assert not app.exception
    assert app.dataframe[0].proto.SerializeToString() == sent  # what is the same goes over the wire once
    app.radio(key="rule").set_value("latest").run()
    assert not app.exception
    assert app.dataframe[0].proto.SerializeToString() == sent
    app.radio(key="known").set_value("Only reports published by a day you choose").run()
    app.date_input(key="known_on").set_value(dt.date(2021, 7, 9)).run()
    known = shipped.located[shipped.located["reported_date"] <= "2021-07-09"]
    assert reports() == known["origin"].value_counts().to_dict()
    assert f"{len(known):,} reports" in page_text(app)
    assert "published by 9 July 2021." in page_text(app)
    app.radio(key="known").set_value("Only reports published by the date shown").run()
    assert not app.exception
    assert "published by 25 August 2021." in page_text(app)
    assert "does not change with the date" not in page_text(app)


def test_no_origin_is_a_formula_in_what_the_table_lets_people_download(make_pack, monkeypatch):
    folder = make_pack([written(1, origin='=HYPERLINK("http://evil.test")'), written(2, origin="@SUM(A1)")])
    monkeypatch.setenv("CONTROL_MAP_PACKS", str(folder.parent))
    app = AppTest.from_file(APP, default_timeout=60)
    app.session_state["tab"] = "Sources"
    app.run()
    app.selectbox(key="theatre").select("A made-up war").run()
    assert not app.exception
    assert sorted(app.dataframe[0].value["origin"]) == ['\'=HYPERLINK("http://evil.test")', "'@SUM(A1)"]


def test_the_method_is_made_from_the_rules_themselves(app):
    app.session_state["tab"] = "Method"
    app.run()
    app.number_input(key="assessed hardening_days").set_value(21).run()
    assert not app.exception
    text = re.sub(r"\s+", " ", page_text(app))
    assert all(named.sentence in text for named in (*Role, *Reason))
    assert all(parameter.label in text and parameter.meaning in text for parameter in PARAMETERS.values())
    assert "Claims harden after, days 21 (as written: 7)" in text
    assert CONFIDENCE_RULE in text


def test_the_credits_and_licences_are_on_the_page(app, shipped: Pack):
    footer = next(element.body for element in app.get("html") if "cm-credits" in element.body)
    for credit in shipped.theatre.credits:
        assert credit.url in footer
    assert "CC BY 4.0" in footer


def test_a_broken_pack_is_named_with_its_faults_and_no_traceback(make_pack, monkeypatch):
    folder = make_pack([], {"places.csv": "nonsense\n1\n"})
    monkeypatch.setenv("CONTROL_MAP_PACKS", str(folder.parent))
    app = AppTest.from_file(APP, default_timeout=60).run()
    app.selectbox(key="theatre").select("A made-up war").run()
    assert not app.exception
    assert "places.csv" in page_text(app)
    assert "the column is missing" in page_text(app)


def compared(app) -> int | None:
    return command(app)["compared"]


def test_the_date_shown_is_compared_with_the_date_that_is_chosen(app):
    assert compared(app) is None
    assert "change in 7 days" in page_text(app)
    app.radio(key="compare").set_value("30 days before").run()
    assert not app.exception
    assert compared(app) == -30
    assert "change since 9 June" in page_text(app)
    assert "in 7 days" not in page_text(app)
    app.radio(key="compare").set_value("The start of the period").run()
    assert compared(app) == 0
    app.slider(key="date").set_value(dt.date(2021, 5, 3)).run()
    app.radio(key="compare").set_value("7 days before").run()
    assert compared(app) == -7
    app.radio(key="compare").set_value("Nothing").run()
    assert compared(app) is None


def test_a_date_to_compare_with_may_be_after_the_one_shown(app):
    app.radio(key="compare").set_value("A date").run()
    assert compared(app) == 0
    app.date_input(key="compared_on").set_value(dt.date(2021, 7, 2)).run()
    assert not app.exception
    assert compared(app) == 62
    app.date_input(key="compared_on").set_value(dt.date(2021, 8, 2)).run()
    assert not app.exception
    assert compared(app) == 93


def test_a_comparison_is_left_behind_with_the_theatre(app, make_pack, monkeypatch):
    monkeypatch.setenv("CONTROL_MAP_PACKS", str(make_pack().parent))
    app.run()
    app.radio(key="compare").set_value("A date").run()
    app.date_input(key="compared_on").set_value(dt.date(2021, 8, 2)).run()
    app.selectbox(key="theatre").select("A made-up war").run()
    assert not app.exception
    assert compared(app) is None


def test_the_method_says_how_a_difference_is_read(app):
    app.session_state["tab"] = "Method"
    app.run()
    assert all(change.sentence[1:] in page_text(app) for change in Change)
