"""A picture shows what the map shows, states what it rests on, and has room for everything."""

import csv
import datetime as dt
import io
import json
import re
import sys
from dataclasses import replace
from itertools import combinations
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
import shapely
from PIL import Image

from control_map.analysis.changes import compare_dates
from control_map.assessment.timeline import as_of
from control_map.cli import main
from control_map.core.errors import ControlMapError, UnknownNameError
from control_map.core.model import Change, Credit, PlaceKind
from control_map.core.status_style import LIGHTER_BASES
from control_map.explanation.headline import write_headline
from control_map.pipeline.pack import load_pack
from control_map.pipeline.view import apply_rule
from control_map.render.film.frames import SHAPES as FILM_SHAPES
from control_map.render.film.frames import draw_frames
from control_map.render.film.script import Script
from control_map.render.picture import drawing, files, fonts, map_layout, outlines, picture
from control_map.render.picture.shapes import A4, CARD, SHAPES, SQUARE, WIDE
from control_map.render.picture.sheet import Sheet
from control_map.render.provenance import Provenance
from control_map.theatre.theatre import PLACE_COLUMNS
from tests.support.made_up import THEATRE, as_csv, day, places_csv, written

DATE = dt.date(2021, 7, 9)
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert('&')</script>"


def texts_of(svg):
    return ["".join(text.itertext()) for text in ET.fromstring(svg).iter(f"{SVG}text")]


def picture_of(png):
    return Image.open(io.BytesIO(png)).convert("RGB")


def grid_pack(make_pack, across, down):
    """Write a theatre of square districts, forty to a province, of which every seventh has a report."""
    features, places, reports = [], [], []
    for number in range(across * down):
        west, south = 60 + number // down * 0.2, 30 + number % down * 0.2
        place = {"place_id": f"D{number}", "name": f"Name {number}"}
        corners = [[west, south], [west + 0.2, south], [west + 0.2, south + 0.2], [west, south + 0.2], [west, south]]
        shape = {"type": "Polygon", "coordinates": [corners]}
        features.append({"type": "Feature", "properties": {**place, "area_km2": 400}, "geometry": shape})
        province = {"province_id": f"P{number // 40}", "province": f"Province {number // 40}"}
        at = {"lon": str(west + 0.1), "lat": str(south + 0.1), "polygon_id": place["place_id"]}
        places.append({"kind": "district", **place, **province, **at})
        if number % 7 == 0:
            reports.append(written(number + 1, place_text=place["name"], province_text=province["province"]))
    polygons = json.dumps({"type": "FeatureCollection", "features": features})
    head, _, rest = THEATRE.partition("[provinces]")
    toml = head + rest[rest.index("[[credits]]") :]
    rows = [{name: place.get(name, "") for name in PLACE_COLUMNS} for place in places]
    pack = load_pack(
        make_pack(
            reports,
            {"theatre.toml": toml, "districts.geojson": polygons, "places.csv": as_csv(rows, PLACE_COLUMNS)},
        )
    )
    return apply_rule(pack, pack.rule())


@pytest.fixture
def arranged(monkeypatch):
    """Return a function that draws a picture and returns its sheet, the layout of its map, and the map's frame."""
    seen = {}

    def render(_, *, sheet, layout, frame, **__):
        seen.update(sheet=sheet, layout=layout, frame=frame)
        return ""

    monkeypatch.setattr(picture, "_render", render)

    def arrange(view, *arguments, **named):
        picture.draw_picture(view, *arguments, **named)
        return seen["sheet"], seen["layout"], seen["frame"]

    return arrange


def boxes_of(sheet, layout, frame, shape):
    """Return the box of everything that is written, by its text; names on the map by how wide they really are."""
    left, top, *_ = frame
    boxes = [(line.text, line.box) for line in sheet.lines if line.text]
    for labels, size, spacing in (
        (layout.area_labels, map_layout.PROVINCE_NAME_HEIGHT * 0.95, 0),
        (layout.neighbour_labels, map_layout.COUNTRY_NAME_HEIGHT, 40),
    ):
        for label in labels:
            wide = fonts.text_width(label.text, size) + spacing * (len(label.text) - 1)
            west = label.x - {"start": 0, "middle": wide / 2, "end": wide}[label.anchor]
            box = (west, label.y - 0.4 * size, west + wide, label.y + 0.4 * size)
            moved = tuple(side / shape.map_units + (left, top)[number % 2] for number, side in enumerate(box))
            boxes.append((label.text, moved))
    return boxes


def assert_nothing_meets(sheet, layout, frame, shape):
    boxes = boxes_of(sheet, layout, frame, shape)
    for text, (west, north, east, south) in boxes:
        assert west >= 0, text
        assert north >= 0, text
        assert east <= shape.width, text
        assert south <= shape.height, text
    for (one, box), (other, beside) in combinations(boxes, 2):
        assert not map_layout.overlap(box, beside), (one, other)
    left, top, wide, high = frame
    assert (wide, high) > (0.3 * shape.width, 0.2 * shape.height)
    drawn = (left, top, left + wide, top + high)
    for line in sheet.lines:
        assert not map_layout.overlap(line.box, drawn), line.text


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES.values(), ids=lambda shape: shape.id)
@pytest.mark.parametrize("province", ["", "AF32"])
def test_nothing_that_is_written_meets_anything_else(herat_view, arranged, shape, province):
    assert_nothing_meets(*arranged(herat_view, DATE, shape, province_id=province), shape)


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES.values(), ids=lambda shape: shape.id)
def test_nothing_meets_on_the_shipped_theatre(shipped_view, arranged, shape):
    assert_nothing_meets(*arranged(shipped_view, DATE, shape), shape)
    assert_nothing_meets(*arranged(shipped_view, DATE, shape, dt.date(2021, 6, 1)), shape)


@pytest.mark.slow
def test_nothing_meets_in_a_theatre_of_two_thousand_districts(make_pack, arranged):
    view = grid_pack(make_pack, 50, 40)
    assert_nothing_meets(*arranged(view, day(3), SQUARE), SQUARE)
    assert_nothing_meets(*arranged(view, day(3), WIDE, province_id="P7"), WIDE)


@pytest.mark.slow
def test_a_theatre_of_one_district_fills_its_picture(make_pack, arranged):
    view = grid_pack(make_pack, 1, 1)
    sheet, layout, frame = arranged(view, day(3), SQUARE)
    assert_nothing_meets(sheet, layout, frame, SQUARE)
    assert [line.text for line in sheet.lines if "hold" in line.text] == ["Reds hold 1 of 1 districts"]
    assert [label.text for label in layout.area_labels] == ["Province 0"]


@pytest.mark.slow
@pytest.mark.parametrize("shape", [WIDE, SQUARE], ids=lambda shape: shape.id)
def test_long_and_hostile_text_is_shortened_and_is_only_text(make_pack, arranged, shape):
    long = f"A war with a title that is too long for every line of a picture {HOSTILE} " * 3
    credit = f'\n[[credits]]\nwhat = "{HOSTILE * 9}"\nwho = "x"\nlicence = "y"\nurl = "https://example.org/"\n' * 20
    party = f"The Armed Forces of the People of Marshland {HOSTILE}"
    toml = THEATRE.replace("A made-up war", long).replace('"Reds"', f'"{party}"') + credit
    names = places_csv().replace("Velden", HOSTILE)
    pack = load_pack(make_pack([written()], {"theatre.toml": toml, "places.csv": names}))
    view = apply_rule(pack, pack.rule())
    assert_nothing_meets(*arranged(view, day(3), shape), shape)


def test_no_text_of_a_picture_or_a_film_stays_in_the_process(herat_view):
    picture.draw_picture(herat_view, DATE)
    assert fonts._relative_width.cache_info().currsize == 0
    drawing_days = draw_frames(Script(herat_view, DATE, DATE), [0], FILM_SHAPES["wide"], 320)
    next(drawing_days)
    assert fonts._relative_width.cache_info().currsize > 0
    drawing_days.close()
    assert fonts._relative_width.cache_info().currsize == 0


def test_the_legend_explains_a_status_that_only_a_crossing_has(herat_view):
    looks = drawing.make_screen_styles(herat_view.pack.styles)
    shown = {"claimed_by": "", "basis": "own", "disputed": False}
    rows = [
        {"place_id": "D", "kind": "district", "status": "government", **shown},
        {"place_id": "C", "kind": "crossing", "status": "unknown", **shown},
    ]
    legend = drawing.make_legend(pd.DataFrame(rows), looks, ["C"], "1 May")
    counted = {text: count for sample, _, text, count in legend if sample == "status"}
    assert counted == {"Taliban": 0, "Government": 1, "Control unknown": 0}


@pytest.mark.slow
def test_hostile_text_and_characters_that_xml_forbids_leave_a_picture_well_formed(make_pack):
    names = places_csv().replace("Velden", HOSTILE).replace("Harrow", "Har\u0001row\ufffe")
    toml = THEATRE.replace("A made-up war", f"War {HOSTILE} \\u0000\\u0007".replace("\\u0000\\u0007", ""))
    pack = load_pack(make_pack([written()], {"theatre.toml": toml, "places.csv": names}))
    svg = picture.draw_picture(apply_rule(pack, pack.rule()), day(3))
    assert f"War {HOSTILE}" in texts_of(svg)
    assert "<script" not in svg


def test_a_picture_asks_for_no_other_file(herat_view):
    svg = picture.draw_picture(herat_view, DATE)
    assert re.findall(r"(?:href|src|@import|url\((?!#))", svg) == []


def points_in(layout, frame, shape, ids):
    """Return for each place a pixel inside it that no line, symbol or name covers, as far as there is one."""
    found = {}
    for place_id in ids:
        inside = layout.shapes[place_id]
        circle = shapely.maximum_inscribed_circle(inside)
        centre, radius = shapely.get_coordinates(circle)[0], circle.length
        if radius < 90:
            continue
        labels = [map_layout.label_box(label, map_layout.PROVINCE_NAME_HEIGHT * 1.4) for label in layout.area_labels]
        symbols = [map_layout.box_around(point, 150) for point in layout.points.values()]
        for x, y in centre + radius * 0.5 * np.array([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]]):
            spot = map_layout.box_around((x, y), 20)
            if shapely.contains_xy(inside, x, y) and not any(
                map_layout.overlap(spot, box) for box in [*labels, *symbols]
            ):
                found[place_id] = tuple(round(v / shape.map_units + frame[n]) for n, v in enumerate((x, y)))
                break
    return found


@pytest.mark.slow
def test_ten_places_have_the_colour_that_they_have_on_the_map(herat_view, arranged, monkeypatch):
    _, layout, frame = arranged(herat_view, DATE)
    monkeypatch.undo()
    drawn = picture_of(files.write_picture(picture.draw_picture(herat_view, DATE), WIDE))
    now = as_of(herat_view.timeline, DATE).set_index("place_id")
    plain = now[(now["kind"] == PlaceKind.DISTRICT) & (now["claimed_by"] == "") & (now["basis"] != "claim")]
    spots = points_in(layout, frame, WIDE, [name for name in plain.index if name in layout.shapes])
    assert len(spots) >= 10
    styles = herat_view.pack.styles
    for place_id, spot in spots.items():
        row = plain.loc[place_id]
        style = styles[row["status"]]
        wanted = style.light if row["basis"] in LIGHTER_BASES else style.colour
        assert "#{:02x}{:02x}{:02x}".format(*drawn.getpixel(spot)) == wanted, place_id


def test_a_comparison_shows_what_changed_and_counts_it(herat_view):
    since = dt.date(2021, 7, 1)
    changes = compare_dates(herat_view.timeline, since, DATE)
    districts = changes[changes["kind"] == PlaceKind.DISTRICT]
    gained = int((districts["change"] == Change.GAINED).sum())
    texts = texts_of(picture.draw_picture(herat_view, DATE, since=since))
    assert texts[texts.index("Taliban: gained") + 1] == str(gained)
    kept = districts[(districts["change"] == Change.UNCHANGED) & (districts["after"] == "taliban")]
    assert texts[texts.index("Taliban: unchanged") + 1] == str(len(kept))
    assert "Districts by change after 1 July 2021" in texts


@pytest.mark.parametrize("province", ["", "AF32"])
def test_the_key_of_a_comparison_explains_each_colour_of_its_map_and_bar_and_counts_each_district_once(
    herat_view, province
):
    since = dt.date(2021, 7, 1)
    stated = picture.collect_contents(herat_view, DATE, since, province)
    layout = map_layout.layout_map(herat_view.pack.theatre, 5_000, province_id=province)
    drawn = drawing.draw_changes(stated.changes, layout, stated.looks)
    around = {"around"}
    worn = {look for look, _ in drawn.fills} | {look for *_, look in drawn.symbols} - around
    explained = set(drawing.count_looks(stated.legend))
    patterns = {look for look in worn if look.startswith(("c-", "t-"))}
    assert worn - patterns - around <= {look.partition(" c-")[0] for look in explained}
    assert ("t-first" in worn) == any(sample == "first" for sample, *_ in stated.legend)
    districts = stated.changes[stated.changes["kind"] == PlaceKind.DISTRICT]
    assert sum(stated.counts.values()) == len(districts)
    held = sum(number for look, number in stated.counts.items() if look.split()[0] == "s0")
    assert f"hold {held} of {len(districts)} districts" in stated.headline


def change_rows(*rows):
    columns = ["place_id", "kind", "before", "after", "change"]
    return pd.DataFrame([(f"P{number}", *row) for number, row in enumerate(rows)], columns=columns)


def test_a_comparison_tells_a_first_report_from_a_gain_of_ground(herat_view):
    looks = drawing.make_screen_styles(herat_view.pack.styles)
    changes = change_rows(
        ("provincial_capital", "no_report", "government", Change.GAINED),
        ("crossing", "no_report", "unknown", Change.LOST),
        ("district", "government", "taliban", Change.GAINED),
        ("district", "government", "unknown", Change.LOST),
        ("district", "contested", "contested", Change.UNCHANGED),
    )
    legend = {text: number for _, _, text, number in drawing.make_change_legend(changes, looks, {"P4"})}
    assert legend["Dotted: no report before"] is None
    assert legend["Government: gained"] == 0
    assert legend["Control unknown"] == 0
    assert legend["Lost, to nobody known"] == legend["Taliban: gained"] == legend["Contested: unchanged"] == 1
    assert legend["Undrawn district (no own border)"] == 1
    assert not any("that changed" in text for text in legend)


def test_a_picture_counts_changes_from_what_was_known_on_the_earlier_day(herat):
    since = dt.date(2021, 7, 5)
    view, earlier = (apply_rule(herat, herat.rule(), known_on=known) for known in (DATE, since))
    held = [
        int((as_of(seen.timeline, on)["status"] == "taliban").sum()) for seen, on in ((view, since), (earlier, since))
    ]
    assert held[0] != held[1]
    compared = picture.collect_contents(view, DATE, since, earlier_view=earlier)
    before = set(compared.changes["before"].eq("taliban").loc[lambda was: was].index)
    assert len(before) == held[1]
    assert compared.headline != picture.collect_contents(view, DATE, since).headline
    assert " ".join(texts_of(picture.draw_card(view, DATE, since, earlier_view=earlier))).count(
        compared.headline.partition(", ")[2]
    )


@pytest.fixture
def herat_compared(herat_view):
    stated = picture.collect_contents(herat_view, DATE, dt.date(2021, 7, 1), "AF32")
    return stated, map_layout.layout_map(herat_view.pack.theatre, 8_000, width=8_000, province_id="AF32")


def test_districts_without_a_border_of_their_own_are_drawn_as_circles_in_a_comparison(herat_compared):
    stated, layout = herat_compared
    districts = stated.changes.loc[stated.changes["kind"] == PlaceKind.DISTRICT, "place_id"]
    undrawn = {layout.points[name] for name in districts if name not in layout.shapes}
    drawn = drawing.draw_changes(stated.changes, layout, stated.looks)
    assert undrawn
    assert {(x, y) for kind, x, y, _ in drawn.symbols if kind == PlaceKind.DISTRICT} == undrawn


def test_names_of_districts_lie_in_their_district_and_symbols_have_names(herat_compared, herat_view):
    _, layout = herat_compared
    places = herat_view.pack.theatre.places
    named = {label.text for label in layout.area_labels}
    assert {"Islam Qala", "Torghundi", "Ghoryan", "Kushk"} <= named
    ids = dict(zip(places["name"], places["place_id"], strict=True))
    for label in layout.area_labels:
        shape = layout.shapes.get(ids.get(label.text, ""))
        if shape is not None and label.size != map_layout._SYMBOL_NAME:
            west, _, east, _ = map_layout.label_box(label, map_layout.PROVINCE_NAME_HEIGHT * 0.8)
            assert shapely.contains(shape, shapely.LineString([(west, label.y), (east, label.y)])), label.text


def test_a_doubt_of_a_crossing_alone_has_its_row_in_the_key(herat_view):
    looks = drawing.make_screen_styles(herat_view.pack.styles)
    rows = as_of(herat_view.timeline, DATE)
    rows = rows[(rows["kind"] == PlaceKind.CROSSING) | ~rows["disputed"].astype(bool)]
    assert rows["disputed"].any()
    legend = {text: number for _, _, text, number in drawing.make_legend(rows, looks, set(), "1 May")}
    assert legend["Dashed: disputed"] is None


def credit(what, who, licence):
    return Credit(what, who, licence, "https://example.org/")


@pytest.mark.parametrize(
    ("credits_", "sources"),
    [
        (
            [
                credit("Boundaries", "geoBoundaries (AFG-1), from AIMS", "CC BY 4.0"),
                credit("Population", "An office", "None stated; official figures"),
                credit("Border crossings", "Published coordinates", "Facts"),
                credit("112 reports", "Two students", "None stated; facts only"),
                credit("Leaflet, the map library", "Its author", "BSD-2-Clause"),
                credit("Rivers drawn as terrain", "GSHHG", "LGPL-3.0-or-later"),
            ],
            "Sources: Boundaries: geoBoundaries, from AIMS (CC BY 4.0); Facts, in our own words: Two students.",
        ),
        ([credit("Boundaries", "A surveyor", "None stated")], "Sources: Boundaries: A surveyor (no licence stated)."),
        ([credit("Base map", "X", "CC0")], None),
    ],
)
def test_a_picture_credits_what_it_shows_with_licences_in_words(herat_view, credits_, sources):
    provenance = replace(Provenance.of(herat_view, DATE), credits=tuple(credits_))
    method, *rest = picture.describe_sources(provenance, "https://map.example.org/")
    assert method.endswith(". Map and all credits: https://map.example.org/")
    assert rest == ([sources] if sources else [])


def test_an_svg_needs_no_typeface_and_stays_small(herat_view):
    svg = picture.draw_picture(herat_view, DATE, province_id="AF32", outlined=True)
    assert len(svg.encode()) < 1_000_000
    assert "<text" not in svg
    labels = [path.get("aria-label") for path in ET.fromstring(svg).iter(f"{SVG}path")]
    assert {"Friday, 9 July 2021", "Ghoryan", "Turkmenistan"} <= set(labels)


def test_outlined_letters_stand_where_the_typeface_has_them_in_either_direction():
    assert outlines._split_by_direction("Herat هرات شهر 12") == ["Herat ", "هرات شهر", " 12"]
    for text, anchor, left in (("Herat", "start", 100), ("هرات", "middle", 100), ("Кабул", "end", 100)):
        path = outlines.outline_text(text, 100, 50, 20, anchor=anchor)
        xs = [float(x) for x in re.findall(r"[ML]([\d.-]+)", path)]
        start = left - fonts.text_width(text, 20) * {"start": 0, "middle": 0.5, "end": 1}[anchor]
        assert min(xs) == pytest.approx(start, abs=3)
    assert outlines.outline_text("", 0, 0, 20) == ""


def test_a_picture_states_date_headline_method_what_was_known_and_credits(herat):
    view = apply_rule(herat, herat.rule("latest"), dt.date(2021, 7, 12))
    text = " ".join(texts_of(picture.draw_picture(view, DATE, A4)))
    assert "Friday, 9 July 2021" in text
    assert "As known on 12 July 2021" in text
    assert "Method: Latest report; reports published by 12 July 2021" in text
    assert herat.fingerprint in text
    assert "District boundaries: geoBoundaries" in text
    assert "(CC BY 4.0)" in text
    for absent in ("Leaflet", "Population", "terrain", "(Facts", "None stated"):
        assert absent not in text
    assert re.search(r"Taliban hold \d+ of \d+ districts, \d+ more than a week ago", text)


def test_the_headline_is_the_sentence_of_the_board(herat):
    theatre = herat.theatre
    assert (
        write_headline(theatre, 201, 1422, 47, DATE) == "Taliban hold 201 of 1,422 districts, 47 more than a week ago"
    )
    assert write_headline(theatre, 1, 9, -2, DATE, dt.date(2021, 7, 2), "Herat") == (
        "Taliban hold 1 of 9 districts of Herat, 2 fewer than on 2 July"
    )
    assert write_headline(theatre, 1, 9, 0, DATE, dt.date(2020, 7, 2)).endswith("as many as on 2 July 2020")
    assert write_headline(theatre, 1, 9, 0, theatre.period_start) == "Taliban hold 1 of 9 districts"
    assert write_headline(theatre, 0, 0, 0, DATE) == ""


def test_letters_of_other_scripts_are_drawn_and_those_without_a_typeface_are_spelled():
    for word in ("هرات", "Кандагар", "ירושלים", "საქართველო", "हेरात", "Αθήνα", "กรุงเทพ"):
        assert fonts.spell_drawable(word) == word
        assert fonts.text_width(word, 10) > 10
    assert fonts.spell_drawable("北京 · Herat") == "BeiJing · Herat"


def test_a_picture_measures_what_it_writes_in_other_letters():
    sheet = Sheet()
    sheet.write("北京", 0, 0, 500, 20)
    (line,) = sheet.lines
    assert (line.text, line.width) == ("BeiJing", fonts.text_width("BeiJing", 20))
    assert map_layout.text_width("北京", 20) >= line.width


def test_a_name_from_right_to_left_is_drawn():
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 99 60"><text fill="#fff" x="9" y="40">هرات</text></svg>'
    assert np.asarray(picture_of(files.rasterize(svg, 400))).any(axis=2).sum() > 200


@pytest.mark.parametrize("sign", list("\uff06\uff1c\u3008\u226a\ufe64\uff02"))
def test_a_sign_that_becomes_one_of_markup_in_latin_letters_stays_text(herat_view, monkeypatch, sign):
    name = f"Za{sign}bul{sign}image href={sign}x"
    laid_out = picture.layout_frame

    def with_name(*given):
        layout = laid_out(*given)
        named = replace(layout.area_labels[0], text=name)
        return replace(layout, area_labels=[named], neighbour_labels=[named])

    monkeypatch.setattr(picture, "layout_frame", with_name)
    svg = picture.draw_picture(herat_view, DATE)
    assert texts_of(svg).count(fonts.spell_drawable(name)) == 2
    assert ET.fromstring(picture.draw_picture(herat_view, DATE, outlined=True)) is not None
    assert files.write_picture(svg, WIDE, width=100)
    assert [child.tag for child in ET.fromstring(svg).iter() if child.tag == f"{SVG}image"] == []


def test_what_is_drawn_is_not_spelled_again_after_it_is_escaped(monkeypatch):
    seen = []
    monkeypatch.setattr("resvg_py.svg_to_bytes", lambda svg_string, **_: seen.append(svg_string) or b"")
    files.rasterize("<svg>\uff06</svg>", 100)
    assert seen == ["<svg>\uff06</svg>"]


def test_a_very_long_word_is_broken_in_no_time():
    measured = []
    width_of = fonts.text_width

    def count(text, *given, **more):
        measured.append(len(text))
        return width_of(text, *given, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fonts, "text_width", count)
        lines = fonts.wrap_text("x" * 2_000, 20, 150, most_lines=999)
        assert "".join(lines) == "x" * 2_000
        assert sum(measured) < 200_000
        del measured[:]
        assert fonts.wrap_text("word" * 50_000, 20, 150, most_lines=400)[-1].endswith("…")
        assert sum(measured) < 2_000_000
    assert fonts.shorten_line("y" * 100_000, 20, 150).endswith("y…")
    assert fonts.wrap_text("WW", 20, 1) == ["W", "W"]


@pytest.mark.parametrize("since", [None, dt.date(2021, 7, 2)])
def test_a_legend_without_room_has_a_row_that_counts_the_others(herat_view, since):
    svg = picture.draw_picture(herat_view, DATE, CARD, since)
    assert any(re.fullmatch(r"and \d+ more", text) for text in texts_of(svg))


def test_a_text_is_wrapped_shortened_and_never_wider_than_its_column():
    text = (
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft of the river and more words"
    )
    for lines in (fonts.wrap_text(text, 20, 150), fonts.wrap_text(text, 20, 150, most_lines=2)):
        assert all(fonts.text_width(line, 20) <= 150 for line in lines)
    assert "".join(fonts.wrap_text(text, 20, 150)).replace(" ", "") == text.replace(" ", "")
    assert fonts.wrap_text(text, 20, 150, most_lines=2)[-1].endswith("…")
    sheet = Sheet()
    sheet.write("Much too long for so little room, whatever is done", 0, 0, 90, 20)
    assert [line.text[-1] for line in sheet.lines] == ["…"]


@pytest.mark.slow
def test_a_card_has_the_size_that_shared_links_show_and_states_the_headline(herat_view):
    card = picture_of(files.write_picture(picture.draw_card(herat_view, DATE), CARD))
    assert card.size == (CARD.width, CARD.height) == (1200, 630)
    texts = " ".join(texts_of(picture.draw_card(herat_view, DATE)))
    assert re.search(r"Friday, 9 July 2021 Taliban hold \d+ of \d+ districts", texts)


@pytest.mark.slow
def test_a_card_of_a_place_states_its_status_and_marks_it(herat_view):
    svg = picture.draw_card(herat_view, DATE, place_id="AF-X-islam-qala")
    assert "Islam Qala (crossing): Taliban, disputed, since 8 July" in " ".join(texts_of(svg))
    assert 'class="ring"' in svg
    texts = texts_of(svg)
    assert {"Taliban", "Government", "Dashed: disputed"} <= set(texts)
    with pytest.raises(UnknownNameError, match="There is no place 'nowhere'"):
        picture.draw_card(herat_view, DATE, place_id="nowhere")


def test_a_picture_has_the_width_that_is_asked_for_within_bounds(herat_view):
    svg = picture.draw_picture(herat_view, DATE, SQUARE)
    assert picture_of(files.write_picture(svg, SQUARE, width=300)).size == (300, 300)
    for width, shape in ((99, WIDE), (8001, WIDE), (5000, SHAPES["tall"])):
        with pytest.raises(ControlMapError, match="Choose a width from 100 to"):
            files.write_picture(svg, shape, width=width)


@pytest.mark.slow
def test_a_pdf_is_the_same_file_each_time_and_by_default_a_sheet_of_a4(herat_view):
    svg = picture.draw_picture(herat_view, DATE, A4)
    one, other = (files.write_picture(svg, A4, files.PictureFormat.PDF, width=310) for _ in range(2))
    assert one == other
    assert one.startswith(b"%PDF")
    wide, high = (float(side) for side in re.search(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", one).groups())
    points = 2 * A4.width / 310
    assert (wide * points / 72 * 25.4, high * points / 72 * 25.4) == pytest.approx((210, 297), abs=0.5)


@pytest.mark.parametrize(
    ("package", "name"),
    [("pymupdf_fonts", "pymupdf-fonts"), ("resvg_py", "resvg-py"), ("uharfbuzz", "uharfbuzz")],
)
def test_a_missing_package_is_named(monkeypatch, package, name):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ControlMapError, match=f"pip install {name}"):
        {
            "pymupdf_fonts": lambda: fonts._read_face("figo"),
            "resvg_py": lambda: files.rasterize("<svg/>", 100),
            "uharfbuzz": outlines._import_harfbuzz,
        }[package]()


@pytest.fixture
def run(monkeypatch, capsys):
    """Return a function that runs the command `picture` and returns its code and messages."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["control-map", "picture", "--date", "2021-05-04", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main.main()
        return int(left.value.code or 0), re.sub(r"[\s│]+", " ", capsys.readouterr().err)

    return run


@pytest.mark.slow
def test_the_command_writes_the_picture_that_its_file_asks_for(run, make_pack, tmp_path):
    folder, to = make_pack([written()]), tmp_path / "day.svg"
    assert run("--to", to, "--pack", folder, "--shape", "square", "--province", "H", "--rule", "latest")[0] == 0
    pack = load_pack(folder)
    view = apply_rule(pack, pack.rule("latest"))
    assert to.read_text("utf-8") == picture.draw_picture(view, day(3), SQUARE, province_id="H", outlined=True)
    assert run("--to", tmp_path / "day.PNG", "--pack", folder, "--width", "320")[0] == 0
    assert picture_of((tmp_path / "day.PNG").read_bytes()).size == (320, 180)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--to", "day.gif"], "does not end in one of .png, .svg, .pdf"),
        (["--since", "2021-05-05"], "is after 2021-05-04"),
        (["--province", "X"], "There is no province 'X'. There is: H, V"),
        (["--width", "9000"], "cannot be 9,000 pixels wide"),
        (["--address", "javascript:1"], "is not a web address"),
        (["--shape", "round"], "is not one of 'wide', 'square', 'tall', 'a4'"),
        (["--to", "/nowhere/at/all/day.png"], "cannot be written"),
    ],
)
def test_the_command_refuses_what_it_cannot_do(run, make_pack, tmp_path, arguments, problem):
    code, messages = run("--to", tmp_path / "day.png", "--pack", make_pack(), *arguments)
    assert code == 2
    assert problem in messages
    assert not (tmp_path / "day.png").exists()


@pytest.mark.parametrize("at", [{}, {"lon": "9.5", "lat": "50.5"}])
@pytest.mark.parametrize("place_id", ["X-K", "C-H"])
def test_a_province_that_has_only_points_is_drawn_with_them(make_pack, place_id, at):
    rows = list(csv.DictReader(io.StringIO(places_csv())))
    rows = [
        {**row, "province_id": "L", "province": "Lonely", **at} if row["place_id"] == place_id else row for row in rows
    ]
    pack = load_pack(make_pack(files={"places.csv": as_csv(rows, PLACE_COLUMNS)}))
    view = apply_rule(pack, pack.rule())
    for since in (None, day(1)):
        svg = picture.draw_picture(view, day(3), WIDE, since, "L")
        assert "Lonely has no districts" in texts_of(svg)
    assert "Lonely has no districts" in texts_of(picture.draw_card(view, day(3), province_id="L"))
    layout = picture.layout_frame(view, (0, 0, 900, 600), WIDE, "L")
    x, y = layout.points[place_id]
    assert 0 < x < layout.width
    assert 0 < y < layout.height
    assert bool(layout.paths) == (not at)
