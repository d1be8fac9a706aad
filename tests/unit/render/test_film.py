"""A film shows on each day what the map shows, is as long as asked, and is bounded on a server."""

import datetime as dt
import io
import sys
from contextlib import suppress
from dataclasses import replace
from functools import cache

import av
import numpy as np
import pytest
import shapely
from PIL import Image

from control_map.assessment.timeline import as_of
from control_map.cli import main
from control_map.core.errors import ControlMapError, UnknownNameError
from control_map.core.limits import LIMITS
from control_map.core.status_style import LIGHTER_BASES
from control_map.explanation.headline import write_headline
from control_map.render.film import encoding, frames
from control_map.render.film.encoding import FilmFormat
from control_map.render.film.film import _list_colours, make_film
from control_map.render.film.frames import SHAPES, draw_frames
from control_map.render.film.script import Script
from control_map.render.picture import fonts, map_layout
from control_map.render.picture.shapes import ShapeName
from tests.conftest import HERAT

FIRST, LAST = dt.date(2021, 6, 30), dt.date(2021, 7, 9)
WIDE = SHAPES[ShapeName.WIDE]
SMALL = 640


def decoded(film):
    """Return the time of each frame of a video in seconds, and its pixels."""
    with av.open(io.BytesIO(film)) as container:
        shown = list(container.decode(video=0))
    return [frame.time for frame in shown], [frame.to_ndarray(format="rgb24") for frame in shown]


def moving(film):
    """Return how many seconds each frame of a moving picture stays, and its pixels."""
    stays, seen = [], []
    with Image.open(io.BytesIO(film)) as picture:
        for number in range(picture.n_frames):
            picture.seek(number)
            seen.append(np.asarray(picture.convert("RGB")))
            stays.append(picture.info["duration"] / 1000)
    return stays, seen


def days_of(script, times, shown):
    """Return the middle frame of each day of a video."""
    ends = np.cumsum(script.stays)
    middles = ends - np.array(script.stays) / 2
    return [shown[int(np.searchsorted(times, middle, "right")) - 1] for middle in middles]


def inner_points(page, view, many=10):
    """Return pixels deep within the largest districts, clear of names and symbols: place id, x, y."""
    layout, (left, top, *_) = page._layout, page.frame
    names = [map_layout.label_box(label, 300, 1.2) for label in layout.area_labels]
    marks = [map_layout.box_around(point, 300) for point in layout.points.values()]
    taken = shapely.union_all([shapely.box(*box) for box in names + marks])
    own = set(as_of(view.timeline, FIRST).query("kind == 'district'")["place_id"]) & set(layout.paths)
    free = {place_id: shapely.difference(layout.shapes[place_id], taken) for place_id in own}
    largest = sorted(free, key=lambda place_id: (-free[place_id].area, place_id))[:many]
    for place_id in largest:
        x, y = shapely.get_coordinates(shapely.maximum_inscribed_circle(free[place_id]))[0]
        units = page._shape.map_units
        yield place_id, int((x / units + left) * page._zoom), int((y / units + top) * page._zoom)


def expected(view, place_id, day):
    """Return the colours that a place may have on a day: of its status and, if it is hatched, of the claimant."""
    row = as_of(view.timeline, day).set_index("place_id").loc[place_id]
    style = view.pack.styles[row["status"]]
    colours = [style.light if row["basis"] in LIGHTER_BASES else style.colour]
    if row["claimed_by"]:
        colours.append(view.pack.styles[row["claimed_by"]].colour)
    if row["basis"] == "claim":
        colours.append(style.colour)
    if row["status"] == "unknown":
        colours.append("#bbb9b5")
    return [np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) for colour in colours]


def is_near(pixel, colours, tolerance):
    """Whether a pixel is one of the colours, or lies between them, as at the edge of a hatch."""
    pixel = pixel.astype(int)
    if len(colours) == 1:
        return np.abs(pixel - colours[0]).max() <= tolerance
    low, high = np.minimum(*colours[:2]) - tolerance, np.maximum(*colours[:2]) + tolerance
    return bool(np.all((low <= pixel) & (pixel <= high)))


@pytest.fixture(scope="module")
def script(herat_view):
    return Script(herat_view, FIRST, LAST, speed=12)


@pytest.fixture(scope="module")
def film(herat_view):
    return cache(lambda film_format: make_film(herat_view, FIRST, LAST, film_format, width=SMALL, speed=12))


@pytest.mark.slow
@pytest.mark.parametrize("film_format", [FilmFormat.MP4, FilmFormat.GIF])
def test_a_film_has_on_ten_days_at_ten_places_the_colours_of_the_map(film, script, herat_view, film_format):
    content = film(film_format)
    shown = days_of(script, *decoded(content)) if film_format.is_video else moving(content)[1]
    assert len(shown) == len(script.days) == 10
    page = frames._Page(script, WIDE, SMALL)
    seen = set()
    for place_id, x, y in inner_points(page, herat_view):
        for day, pixels in zip(script.days, shown, strict=True):
            colours = expected(herat_view, place_id, day)
            tolerance = 14 if film_format.is_video else 3
            assert is_near(pixels[y, x], colours, tolerance), (place_id, day, pixels[y, x], colours)
            seen.add(tuple(colours[0].tolist()))
    assert len(seen) > 2, "the film must show changes for this to mean anything"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("shape", "is_of_province"), [(ShapeName.WIDE, False), (ShapeName.SQUARE, False), (ShapeName.TALL, True)]
)
def test_a_frame_of_which_only_the_changes_were_drawn_is_the_frame_drawn_as_a_whole(herat_view, shape, is_of_province):
    shape = SHAPES[shape]
    province = next(iter(herat_view.pack.theatre.province_names)) if is_of_province else ""
    script = Script(herat_view, FIRST, LAST, province)
    *_, last = draw_frames(script, range(10), shape, shape.width // 2)
    page = frames._Page(script, shape, shape.width // 2)
    *_, stated = script.contents(script.days)
    whole = page.draw(page.compose(stated, 9), (0, 0, *page.size))
    difference = np.abs(np.asarray(last).astype(int) - np.asarray(whole).astype(int)).max(axis=2)
    assert (difference > 8).mean() < 0.0005
    assert difference.max() < 90


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES.values(), ids=list(SHAPES))
def test_date_and_headline_are_large_enough_for_a_phone_and_nothing_meets_the_map(shipped_view, shape):
    script = Script(shipped_view, FIRST, LAST)
    page = frames._Page(script, shape, shape.width)
    frame = page.compose(next(script.contents(script.days[-1:])), 9)
    by_text = {line.text: line for line in frame.sheet.lines}
    phone = 390 / shape.width
    assert by_text["9 July 2021"].size * phone >= 12
    headline = write_headline(
        shipped_view.pack.theatre, int(script.counts.iloc[-1, 0]), int(script.counts.iloc[-1].sum()), 0, LAST, LAST
    )
    assert any(headline.startswith(text) and line.size * phone >= 10 for text, line in by_text.items() if text)
    for line in frame.sheet.lines:
        assert not map_layout.overlap(line.box, page.frame), line.text
        assert line.box[2] <= shape.width
        assert line.box[3] <= shape.height
    assert page.frame[3] - page.frame[1] > 0.3 * shape.height


@pytest.mark.slow
def test_a_legend_has_the_same_rows_and_sizes_on_every_day(script):
    page = frames._Page(script, WIDE, WIDE.width)
    rows = [
        [(line.text, line.y, line.size) for line in page.compose(stated, number).sheet.lines if not line.ends]
        for number, stated in enumerate(script.contents(script.days))
    ]
    changing = {text for text, *_ in set(rows[0]) - set(rows[-1])}
    assert {text for text in changing if not script.headlines[0].startswith(text)} <= {script.dates[0], ""}
    assert len({(y, size) for row in rows for text, y, size in row if text in script.dates}) == 1


def test_a_video_is_h264_that_every_player_takes_and_begins_with_its_index(film):
    content = film(FilmFormat.MP4)
    assert content.index(b"moov") < content.index(b"mdat")
    with av.open(io.BytesIO(content)) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        assert (context.name, context.pix_fmt, stream.average_rate) == ("h264", "yuv420p", encoding.FRAMES_PER_SECOND)
        assert (context.width, context.height) == (640, 360)
        assert (context.colorspace, context.color_primaries) == (1, 1)
        assert "30 June" in container.metadata["title"]
        assert "Method" in container.metadata["comment"]


@pytest.mark.slow
def test_webm_is_vp9_and_apng_has_a_frame_for_each_day(film, script):
    with av.open(io.BytesIO(film(FilmFormat.WEBM))) as container:
        assert container.streams.video[0].codec_context.name == "vp9"
        assert sum(1 for _ in container.decode(video=0)) == sum(encoding._count_repeats(script.stays))
    stays, shown = moving(film(FilmFormat.APNG))
    assert len(shown) == len(script.days)
    assert sum(stays) == pytest.approx(sum(script.stays), abs=0.02)


@pytest.mark.slow
@pytest.mark.parametrize("film_format", FilmFormat)
def test_the_same_view_gives_the_same_file(herat_view, film_format):
    one, other = (make_film(herat_view, LAST - dt.timedelta(1), LAST, film_format, width=320) for _ in range(2))
    assert one == other


def test_days_stay_as_long_as_asked_and_those_with_many_changes_longer(herat_view):
    steady = Script(herat_view, FIRST, LAST, speed=4, hold=False).stays
    assert set(steady[1:-1]) == {0.25}
    assert steady[0] >= 1
    assert steady[-1] >= 2
    held = Script(herat_view, FIRST, LAST, speed=4)
    changes = herat_view.changes_between(FIRST, LAST)["date"].dt.date.value_counts()
    stays = dict(zip(held.days, held.stays, strict=True))
    inner = [day for day in held.days[1:-1] if day in changes.index]
    busiest = max(inner, key=lambda day: changes[day])
    assert 0.25 < stays[busiest] <= 1
    quiet = [day for day in held.days[1:-1] if day not in changes.index]
    assert all(stays[day] == 0.25 for day in quiet)


def test_each_day_has_a_frame_even_at_the_highest_speed():
    assert encoding._count_repeats([1, *[1 / 24] * 5, 2]) == [24, 1, 1, 1, 1, 1, 48]
    assert min(encoding._count_repeats([0.001] * 9)) == 1


@pytest.mark.slow
def test_a_film_of_one_day_is_a_film(herat_view):
    for film_format in (FilmFormat.MP4, FilmFormat.GIF):
        assert make_film(herat_view, LAST, LAST, film_format, width=320)


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ({"width": 100}, "cannot be 100 pixels wide"),
        ({"width": 4_000}, "cannot be 4,000 pixels wide"),
        ({"speed": 0.0}, "cannot show 0 days per second"),
        ({"speed": float("nan")}, "cannot show nan days"),
        ({"limits": replace(LIMITS, film_days=9)}, "would have 10 days. Choose at most 9"),
        ({"limits": replace(LIMITS, film_seconds=3)}, "fewer days or a higher speed"),
        ({"limits": replace(LIMITS, film_pixels=1_000_000)}, "at most 1 days"),
        ({"limits": replace(LIMITS, held_film_pixels=1), "film_format": FilmFormat.GIF}, "take MP4 or WebM"),
    ],
)
def test_a_film_out_of_bounds_is_refused_with_what_to_choose(herat_view, named, said):
    with pytest.raises(ControlMapError, match=said):
        make_film(herat_view, FIRST, LAST, **named)


def test_reversed_days_and_an_unknown_province_are_refused(herat_view):
    with pytest.raises(ControlMapError, match="is after"):
        make_film(herat_view, LAST, FIRST)
    with pytest.raises(UnknownNameError, match="no province 'XX'"):
        make_film(herat_view, FIRST, LAST, province_id="XX")


@pytest.mark.slow
def test_without_the_library_a_video_says_how_to_install_it_and_a_gif_is_written(herat_view, monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(ControlMapError, match="pip install 'av"):
        make_film(herat_view, FIRST, LAST, FilmFormat.MP4)
    assert make_film(herat_view, LAST, LAST, FilmFormat.GIF, width=320).startswith(b"GIF89a")


def test_the_colours_of_the_statuses_are_in_the_palette_of_a_moving_picture(shipped_view):
    colours = _list_colours(shipped_view)
    palette = encoding._make_palette(colours).getpalette()
    entries = {tuple(palette[at : at + 3]) for at in range(0, len(palette), 3)}
    assert {tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5)) for colour in colours} <= entries
    assert len(palette) <= 3 * 255


@pytest.mark.parametrize(
    ("days", "labels"),
    [
        (10, ["30 Jun", "1 Jul", "2 Jul"]),
        (130, ["July", "August", "September", "October", "November"]),
        (800, ["July", "October", "January 2022", "April"]),
        (9_000, ["2022", "2024", "2026"]),
    ],
)
def test_the_strip_names_days_months_or_years_as_there_is_room(days, labels):
    found = [text for _, text in frames._label_days([FIRST + dt.timedelta(number) for number in range(days)], 13)]
    assert found[: len(labels)] == labels
    assert len(found) <= 14


def test_texts_shrink_together_to_the_one_that_is_longest():
    size = frames._fit(["short", "a much longer headline than the other"], 40, 300, 1)
    assert size < 40
    assert fonts.text_width("a much longer headline than the other", size, bold=True) <= 300


def test_the_lines_of_all_headlines_are_broken_at_one_width_and_are_about_equally_long():
    texts = [f"Taliban hold {number} of 422 districts" for number in (9, 99, 208)]
    width, lines = frames._balance(texts, 36, 400)
    assert lines == 2
    assert [fonts.wrap_text(text, 36, width, bold=True)[1] for text in texts] == ["of 422 districts"] * 3
    assert frames._balance(["Short"], 36, 400)[1] == 1


def run(monkeypatch, capsys, *arguments):
    """Run the command film with these arguments; return what it says."""
    options = ("--pack", str(HERAT), "--width", "320", *map(str, arguments))
    monkeypatch.setattr(sys, "argv", ["control-map", "film", *options])
    with suppress(SystemExit):
        main.main()
    said = capsys.readouterr()
    return " ".join((said.out + said.err).replace("│", " ").split())


@pytest.mark.slow
def test_the_command_writes_a_film_and_its_errors_name_the_fix(monkeypatch, capsys, tmp_path):
    to = tmp_path / "film.gif"
    days = ("--from", "2021-07-08", "--until", "2021-07-09")
    assert "is written" in run(monkeypatch, capsys, *days, "--to", to)
    assert to.read_bytes().startswith(b"GIF89a")
    assert "ends in .apng" in run(monkeypatch, capsys, *days, "--to", tmp_path / "film.png")
    assert "Choose a width" in run(monkeypatch, capsys, *days, "--to", to, "--width", "9000")
    said = run(monkeypatch, capsys, "--from", "2021-07-09", "--until", "2021-07-08", "--to", to)
    assert "Give the earlier day with --from and the later with --until" in said
    for far in (("--from", "1900-01-01"), ("--until", "2199-12-31"), ("--from", "1900-01-01", "--until", "1900-01-02")):
        said = run(monkeypatch, capsys, *far, "--to", to)
        assert "is far outside the period of" in said
        assert "2021-05-01 to 2021-" in said
        assert "Choose days from 2020-04-30 to 2022-" in said
    assert list(tmp_path.iterdir()) == [to]


@pytest.mark.slow
def test_a_film_that_is_interrupted_leaves_no_file(monkeypatch, capsys, tmp_path):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(frames, "rasterize", interrupted)
    said = run(monkeypatch, capsys, "--from", "2021-07-08", "--until", "2021-07-09", "--to", tmp_path / "film.mp4")
    assert "written" not in said
    assert not list(tmp_path.iterdir())
