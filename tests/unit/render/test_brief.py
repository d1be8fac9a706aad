"""The brief shows what the map shows, in one file that requests nothing, and in which all text is only text."""

import datetime as dt
import re
import sys
from html.parser import HTMLParser

import pandas as pd
import pytest
import shapely

from control_map.analysis.summary import (
    COMPARED_DAYS,
    columns_by_status,
    headline,
    sizes_by_status,
    summarize_provinces,
)
from control_map.assessment.timeline import as_of, changes_between
from control_map.cli import main
from control_map.core.model import Basis, PlaceKind
from control_map.core.status_style import LIGHTER_BASES
from control_map.core.wording import format_rounded
from control_map.pipeline.pack import load_pack
from control_map.pipeline.view import apply_rule
from control_map.render.brief import contents, document
from control_map.render.picture import drawing, map_layout
from control_map.render.provenance import Provenance
from tests.support.made_up import day, pack_of, places_csv, said, written

pytestmark = pytest.mark.slow

DATES = [dt.date(2021, 5, 1), dt.date(2021, 7, 9), dt.date(2021, 8, 16), dt.date(2021, 9, 7)]
VOID = {"meta", "link", "img", "br", "hr", "input"}


class Element:
    """An element of the page: its tag, attributes, children and text."""

    def __init__(self, tag="", attributes=()):
        self.tag, self.attributes, self.children, self.texts = tag, dict(attributes), [], []

    def all(self, tag, **attributes):
        """Return the elements inside with a tag and these attributes; `class_` is one of the classes."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            one
            for one in self.walk()
            if one.tag == tag
            and all(
                value in one.attributes.get(name, "").split() if name == "class" else one.attributes.get(name) == value
                for name, value in wanted.items()
            )
        ]

    def walk(self):
        for child in self.children:
            yield child
            yield from child.walk()

    @property
    def text(self):
        return " ".join("".join(piece if isinstance(piece, str) else piece.text for piece in self.texts).split())


class Tree(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.open = [Element()]
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        one = Element(tag, attrs)
        self.open[-1].children.append(one)
        self.open[-1].texts.append(one)
        if tag not in VOID:
            self.open.append(one)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop().tag == tag

    def handle_data(self, data):
        self.open[-1].texts.append(data)


def parsed(text):
    tree = Tree(text)
    assert len(tree.open) == 1, "every element is closed"
    return tree.open[0]


def number(text):
    return int((text or "0").replace("\u2212", "-").replace(",", ""))


def foot_of(text):
    """Return what the style sheet writes at the foot of each printed page."""
    (escaped,) = re.findall(r'@bottom-left\{content:"([\w\\ ]*)"\}', text)
    return re.sub(r"\\([0-9a-f]+) ", lambda found: chr(int(found[1], 16)), escaped)


@pytest.fixture(scope="module", params=DATES, ids=str)
def date(request):
    return request.param


@pytest.fixture(scope="module")
def page(shipped_view, date):
    return parsed(document.render_brief(shipped_view, date))


@pytest.fixture(scope="module")
def sides(shipped_view, date):
    return as_of(shipped_view.timeline, date), as_of(shipped_view.timeline, date - dt.timedelta(days=7))


def test_its_counts_and_their_changes_are_those_of_the_headline(page, sides, shipped):
    expected = headline(*sides, shipped.statuses)
    shown = expected[(expected["districts"] > 0) | (expected["change"] != 0)]
    (items,) = page.all("ul", class_="counts")
    shown_counts = [
        (number(one.all("b")[0].text), number(one.all("em")[0].text.split()[0]) if one.all("em") else 0)
        for one in items.all("li")
    ]
    assert shown_counts == list(zip(shown["districts"], shown["change"], strict=True))


def test_its_title_states_the_count_that_changed_most_and_its_people(page, sides, shipped):
    expected = headline(*sides, shipped.statuses).set_index("status")
    title = page.all("h1")[0].text
    stated = r"(.+): (\d+) of (\d+) districts(?: \((.+) people\))?, (\d+|as) .*"
    label, count, total, people, moved = re.fullmatch(stated, title).groups()
    (lead,) = [status for status, style in shipped.styles.items() if style.label == label]
    sizes = sizes_by_status(sides[0], shipped.theatre.places, shipped.statuses).set_index("status")
    assert people == (format_rounded(sizes.loc[lead, "population"]) if sizes.loc[lead, "population"] else None)
    assert int(count) == expected.loc[lead, "districts"]
    assert int(total) == expected["districts"].sum()
    moves = expected.drop(index="no_report")["change"].abs()
    assert (0 if moved == "as" else int(moved)) == abs(expected.loc[lead, "change"]) == moves.max()


def test_each_province_has_a_row_with_its_districts_by_status(page, sides, shipped, date):
    expected = summarize_provinces(*sides, shipped.theatre.places, shipped.statuses, date).set_index("province_id")
    rows = {
        row.attributes["data-province"]: row.all("td") for row in page.all("tr") if "data-province" in row.attributes
    }
    assert list(rows) == list(expected.index)
    for province_id, cells in rows.items():
        shown = [number(cell.text) for cell in cells[1:]]
        statuses = columns_by_status(shipped.statuses, *(side["status"] for side in sides))
        wanted = expected.loc[province_id, [*statuses, f"{shipped.statuses[0]}_change"]]
        assert shown == wanted.tolist()


def test_every_place_that_changed_is_explained_named_or_counted_as_more(page, shipped_view, shipped, date):
    found = changes_between(shipped_view.timeline, date - dt.timedelta(days=7), date)
    numbers = re.findall(r"\d+", page.all("section", class_="changes")[0].all("small")[0].text.split(":")[1])
    assert list(map(int, numbers)) == ([len(found), found["place_id"].nunique()] if len(found) else [])
    listed = [one.attributes["data-place"] for one in page.all("li") if "data-place" in one.attributes]
    (section,) = page.all("section", class_="changes")
    groups = [one.text for one in section.all("p", class_="named")]
    others = sum(int(re.search(r"\((\d+)\):", text)[1]) for text in groups if "now" in text.split(":")[0])
    assert len(listed) + others == found["place_id"].nunique()
    assert len(listed) == min(len(listed) + others, contents.MAX_EXPLAINED)
    steps = [one.all("span", class_="steps")[0].text for one in page.all("li") if "data-place" in one.attributes]
    labels = {status: style.label for status, style in shipped.styles.items()}
    for place_id, shown in zip(listed, steps, strict=True):
        own = found[found["place_id"] == place_id]
        assert shown.split(" \u2192 ") == [labels[own["before"].iloc[0]], *own["status"].map(labels)]


def test_capitals_and_crossings_are_listed_before_districts_and_what_changed_by_area_last(page, shipped_view, date):
    found = contents.list_changed_places(shipped_view, date - dt.timedelta(days=7), date)
    kinds = shipped_view.pack.theatre.places.set_index("place_id")["kind"]
    of_kinds = [PlaceKind.CAPITAL, PlaceKind.CROSSING, PlaceKind.DISTRICT]
    order = [(one.by_area, of_kinds.index(kinds[one.place_id])) for one in found]
    assert order == sorted(order)
    listed = [one.attributes["data-place"] for one in page.all("li") if "data-place" in one.attributes]
    assert listed == [one.place_id for one in found][: len(listed)]


def test_the_map_has_one_path_for_each_drawn_district_filled_by_its_status(page, sides, shipped):
    now = sides[0].set_index("place_id")
    drawn = now[now.geometry.geom_type != "Point"]
    (group,) = page.all("g", class_="districts")
    paths = group.all("path")
    assert len(paths) == len(drawn) == 398
    style = page.all("style")[0].text
    fills = dict(re.findall(r"\.(s\d(?:\.l)?)\{fill:(#\w{6})\}", style))
    for path, (_, row) in zip(paths, drawn.iterrows(), strict=True):
        look = shipped.styles[row["status"]]
        pale = row["basis"] in LIGHTER_BASES
        assert fills[path.attributes["class"].replace(" ", ".")] == (look.light if pale else look.colour)
        assert path.attributes["d"].startswith("M")


def test_each_point_has_a_symbol_of_its_kind(page, sides):
    now = sides[0]
    of_points = now[now.geometry.geom_type == "Point"]
    # What rests on claims alone has a second one in its place, with the hatching.
    hatched = of_points[(of_points["basis"] == Basis.CLAIM) & (of_points["claimed_by"] == "")]
    points = pd.concat([of_points, hatched])["kind"].value_counts()
    (group,) = page.all("g", class_="marks")[:1]
    assert len(group.all("rect")) == points[PlaceKind.CAPITAL]
    assert len(group.all("path")) == points[PlaceKind.CROSSING]
    assert len(group.all("circle")) == points[PlaceKind.DISTRICT]


def test_the_map_marks_what_is_disputed_and_numbers_what_is_explained(page, sides):
    now = sides[0]
    drawn = now[now.geometry.geom_type != "Point"]
    assert len(page.all("g", class_="disputed")[0].all("path")) == drawn["disputed"].sum()
    keys = [one.text for one in page.all("g", class_="keys")[0].all("text")]
    assert keys == [one.text for one in page.all("i") if one.text.isdigit()]


def test_the_legend_counts_the_districts(page, sides, shipped):
    districts = sides[0][sides[0]["kind"] == PlaceKind.DISTRICT]
    (legend,) = page.all("g", class_="legend")
    texts = [one.text for one in legend.all("text")][1:-1]
    rows = dict(zip(texts[::2], map(int, texts[1::2]), strict=True))
    counts = districts["status"].value_counts()
    for status, style in shipped.styles.items():
        assert rows.get(style.label, 0) == counts.get(status, 0)
    assert rows.get("Dashed: disputed", 0) == districts["disputed"].sum()
    assert rows.get("Hatched: claimed, not verified", 0) == (districts["claimed_by"] != "").sum()
    lowest = max(float(one.attributes["y"]) for one in legend.all("text"))
    assert lowest + 50 <= drawing.max_legend_size(len(shipped.statuses))[1]
    assert rows["Lighter: before 1 May, or area report"] == districts["basis"].isin([Basis.AREA, Basis.BASELINE]).sum()


@pytest.mark.parametrize("kind", [PlaceKind.CAPITAL, PlaceKind.CROSSING])
def test_capitals_and_crossings_stand_with_their_holder(page, sides, shipped, kind):
    places = sides[0][sides[0]["kind"] == kind]
    lines = [one.text for one in page.all("p", data_held=str(kind))]
    wanted = places["status"].value_counts()
    assert len(lines) == len(wanted)
    for status, count in wanted.items():
        (line,) = [text for text in lines if text.startswith(f"{shipped.styles[status].label} {count}:")]
        assert all(name in line for name in places.loc[places["status"] == status, "name"])


def test_it_states_its_provenance(page, shipped_view, date):
    facts = Provenance.of(shipped_view, date, date - dt.timedelta(days=7)).facts()
    assert [one.text for one in page.all("dd")] == [text for name, text in facts.items() if name != "credits"]
    everything = page.all("body")[0].text
    for credit in shipped_view.pack.theatre.credits:
        assert f"{credit.what}: {credit.who}, {credit.licence}" in everything


def test_it_requests_nothing_and_runs_nothing(shipped_view):
    text = document.render_brief(shipped_view, dt.date(2021, 7, 9))
    page = parsed(text)
    assert {one.tag for one in page.walk()}.isdisjoint({"script", "link", "img", "iframe", "image", "use"})
    attributes = [name for one in page.walk() for name in one.attributes]
    assert not [name for name in attributes if name.startswith("on") or name in ("src", "xlink:href", "srcset")]
    assert re.findall(r"@import|url\((?!#)", text) == []
    assert len(text.encode()) < 250_000


def test_another_day_to_compare_with_and_another_rule_change_what_it_shows(shipped, shipped_view):
    date, since = dt.date(2021, 7, 9), dt.date(2021, 7, 1)
    page = parsed(document.render_brief(shipped_view, date, since))
    expected = headline(as_of(shipped_view.timeline, date), as_of(shipped_view.timeline, since), shipped.statuses)
    assert f"+{expected['change'].iloc[0]} since 1 July" in page.all("ul", class_="counts")[0].text
    assert "than on 1 July" in page.all("h1")[0].text
    latest = apply_rule(shipped, shipped.rule("latest"), date)
    brief = document.render_brief(latest, date)
    text = parsed(brief).all("body")[0].text
    assert "here Latest report: the newest report decides" in text
    assert "Reports published by2021-07-09" in text
    assert "rule: Latest report · reports published by 9 July 2021" in foot_of(brief)


def test_a_link_is_shown_if_it_is_a_web_address(shipped_view):
    date = dt.date(2021, 5, 1)
    good, bad = "https://example.org/?date=2021-05-01&rule=latest", "javascript:alert(1)"
    assert parsed(document.render_brief(shipped_view, date, link=good)).all("a", href=good)
    assert "alert" not in document.render_brief(shipped_view, date, link=bad)


HOSTILE = "<img src=x onerror=alert(1)>"


def test_hostile_text_is_only_text(make_pack):
    credit = (
        f'[[credits]]\nwhat = "{HOSTILE}"\nwho = "{HOSTILE}"\nlicence = "{HOSTILE}"\nurl = "https://example.org/"\n'
    )
    theatre = make_pack().joinpath("theatre.toml").read_text("utf-8").replace("A made-up war", HOSTILE) + credit
    names = places_csv().replace("Brackwater", HOSTILE).replace("Harrow", f"H{HOSTILE}")
    fields = dict.fromkeys(("claimant", "origin", "source_name", "summary"), HOSTILE)
    report = written(place_text=HOSTILE, province_text=f"H{HOSTILE}", **fields)
    folder = make_pack(
        [report],
        {
            "theatre.toml": theatre,
            "places.csv": names,
            "totals.csv": f"date,measure,value,qualifier,claimed_by,source_name,source_url,note\n"
            f"2021-05-03,districts_red,1,exact,red,{HOSTILE},,\n",
        },
    )
    pack = load_pack(folder)
    text = document.render_brief(apply_rule(pack, pack.rule()), day(3))
    page = parsed(text)
    assert "<img" not in text
    assert foot_of(text).startswith(f"{HOSTILE} · 4 May 2021 · rule: Assessed · reports published at any time · ")
    assert page.all("img") == []
    assert not [one for one in page.all("a") if not one.attributes["href"].startswith("https://")]
    assert page.all("body")[0].text.count(HOSTILE) > 10


def test_a_small_theatre_without_a_change_says_so(make_pack):
    pack = load_pack(make_pack([written()]))
    view = apply_rule(pack, pack.rule())
    quiet = parsed(document.render_brief(view, day(30))).all("body")[0].text
    assert "no change of status" in quiet
    assert f"Reds: 1 of 3 districts (2,000 people), as many as {COMPARED_DAYS} days before" in quiet
    page = parsed(document.render_brief(view, day(2)))
    assert page.all("h1")[0].text == f"Reds: 1 of 3 districts (2,000 people), 1 more than {COMPARED_DAYS} days before"
    assert len(page.all("g", class_="districts")[0].all("path")) == 3
    assert page.all("i")[0].text == "1"


def test_a_place_that_changed_twice_is_listed_once_with_all_its_steps():
    pack = pack_of([said(1), said(3, "retaken", "blue")])
    view = apply_rule(pack, pack.rule())
    (one,) = contents.list_changed_places(view, day(0), day(5))
    assert one.statuses == ("no_report", "red", "blue")
    assert one.days == (day(1), day(3))


def test_districts_that_touch_still_touch_on_paper(shipped):
    laid = map_layout.layout_map(shipped.theatre, 12_000, drawing.max_legend_size(5))
    before = shapely.coverage_is_valid(
        shipped.theatre.places[shipped.theatre.places.geom_type != "Point"].geometry.values
    )
    assert before
    assert shapely.coverage_is_valid(list(laid.shapes.values()))


def test_equal_areas_are_equal_on_paper(shipped):
    laid = map_layout.layout_map(shipped.theatre, 12_000, drawing.max_legend_size(5))
    areas = shipped.theatre.places.set_index("place_id")["area_km2"]
    large = areas[areas > 5_000].index
    ratios = [laid.shapes[place_id].area / areas[place_id] for place_id in large]
    assert max(ratios) / min(ratios) < 1.05


def test_nothing_of_the_theatre_is_under_the_legend_and_all_is_on_the_sheet(shipped):
    size = drawing.max_legend_size(5)
    for height in (9_000, 12_000, 16_500):
        laid = map_layout.layout_map(shipped.theatre, height, size)
        x, y = laid.legend
        under = shapely.box(x, y, x + size[0], y + size[1])
        country = shapely.union_all(list(laid.shapes.values()))
        assert not country.intersects(under)
        assert shapely.box(0, 0, map_layout.MAP_WIDTH, height).contains(country)


def test_names_of_provinces_do_not_meet_and_stand_in_their_province(shipped):
    laid = map_layout.layout_map(shipped.theatre, 12_900, drawing.max_legend_size(5))
    boxes = [
        shapely.box(
            n.x - half,
            n.y - map_layout.PROVINCE_NAME_HEIGHT * 0.45,
            n.x + half,
            n.y + map_layout.PROVINCE_NAME_HEIGHT * 0.45,
        )
        for n in laid.area_labels
        for half in [map_layout.text_width(n.text, map_layout.PROVINCE_NAME_HEIGHT) / 2 - 1]
    ]
    assert len(boxes) >= 30
    assert not [1 for i, one in enumerate(boxes) for other in boxes[:i] if one.overlaps(other)]
    provinces = shipped.theatre.places.set_index("place_id")["province"]
    for name in laid.area_labels:
        own = [shape for place_id, shape in laid.shapes.items() if provinces[place_id] == name.text]
        assert shapely.union_all(own).buffer(2).contains(shapely.Point(name.x, name.y))


def test_a_group_names_so_many_places_and_counts_the_others():
    changed = [
        contents.ChangedPlace(
            f"p{n}", f"Place {n}", "North", "North", f"Place {n}", ("no_report", status), (day(1),), "Set by x", False
        )
        for n, status in enumerate(["red"] * 400 + ["blue"] * 3)
    ]
    red, blue = contents.group_changed_places(changed, ["red", "blue", "no_report"])
    assert (red["status"], red["number"], blue["status"], blue["number"]) == ("red", 400, "blue", 3)
    assert len(red["provinces"]["North"]) == contents.MAX_NAMED
    assert red["more"] == 400 - contents.MAX_NAMED
    assert (len(blue["provinces"]["North"]), blue["more"]) == (3, 0)


def test_sources_count_each_report_behind_the_changes_once(shipped_view):
    since, date = dt.date(2021, 7, 2), dt.date(2021, 7, 9)
    counts = contents.count_sources(shipped_view, since, date)
    behind = {one for ids in changes_between(shipped_view.timeline, since, date)["rests_on"] for one in ids}
    numbers = [number for _, number in counts["named"]]
    assert counts["reports"] == len(behind)
    assert sum(numbers) <= counts["reports"]
    assert numbers == sorted(numbers, reverse=True)


@pytest.fixture
def run(capsys, monkeypatch):
    """Run the command and return its exit code and its messages in one line."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["control_map", "brief", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main.main()
        messages = re.sub(r"[\s\u2502]+", " ", capsys.readouterr().err)
        return int(left.value.code or 0), messages

    return run


def test_the_command_writes_the_same_brief(run, make_pack, tmp_path):
    folder, to = make_pack([written()]), tmp_path / "brief.html"
    code, messages = run("--date", "2021-05-04", "--to", to, "--pack", folder, "--rule", "latest")
    assert (code, messages.startswith("Wrote")) == (0, True)
    pack = load_pack(folder)
    assert to.read_text("utf-8") == document.render_brief(apply_rule(pack, pack.rule("latest")), dt.date(2021, 5, 4))


def test_a_brief_that_cannot_be_written_whole_leaves_the_old_one(run, make_pack, tmp_path, monkeypatch):
    to = tmp_path / "brief.html"
    to.write_text("the old one")

    def fail(path, *_):
        path.write_bytes(b"")
        raise OSError(28, "No space left on device")

    folder = make_pack([written()])
    monkeypatch.setattr(type(to), "write_text", fail)
    code, messages = run("--date", "2021-05-04", "--to", to, "--pack", folder)
    assert (code, "No space left on device" in messages) == (2, True)
    assert to.read_text() == "the old one"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["brief.html"]


def test_the_command_says_how_to_make_a_pdf(run, make_pack, tmp_path):
    code, messages = run("--date", "2021-05-04", "--to", tmp_path / "brief.pdf", "--pack", make_pack())
    assert code == 2
    assert "--print-to-pdf" in messages
    assert not (tmp_path / "brief.pdf").exists()


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--since", "2021-05-05"], "is after 2021-05-04"),
        (["--link", "javascript:alert(1)"], "is not a web address"),
        (["--to", "/nowhere/at/all/brief.html"], "cannot be written"),
    ],
)
def test_the_command_refuses_what_it_cannot_do(run, make_pack, tmp_path, arguments, problem):
    code, messages = run("--date", "2021-05-04", "--to", tmp_path / "b.html", "--pack", make_pack(), *arguments)
    assert code == 2
    assert problem in messages
