"""A pack may have a background for its map; one that cannot be used is refused with its file, feature and fix."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import shapely
from PIL import Image

from control_map.core.errors import PackError
from control_map.core.limits import LIMITS
from control_map.pipeline.pack import load_pack
from control_map.theatre import background as background_module
from control_map.theatre.background import LINES_FILE, RELIEF_FILE, BackgroundKind
from control_map.theatre.theatre import Theatre, fingerprint_files, read_theatre

RIVER = shapely.LineString([(0, 50), (3, 51)])
LAKE = shapely.box(1, 50, 1.2, 50.1)
BOX = shapely.box(-1, 49, 4, 52)


def lines(*features: tuple[str, shapely.Geometry | None]) -> str:
    described = [
        {"type": "Feature", "properties": {"kind": kind}, "geometry": shape and json.loads(shapely.to_geojson(shape))}
        for kind, shape in features
    ]
    return json.dumps({"type": "FeatureCollection", "features": described})


def picture(kind: str = "WEBP", size: tuple[int, int] = (8, 6)) -> bytes:
    written = io.BytesIO()
    Image.new("L", size, 128).save(written, kind)
    return written.getvalue()


@pytest.fixture
def read(make_pack: Callable[..., Path]) -> Callable[..., Theatre]:
    def read_with(text: str | bytes | None, relief: bytes | None = None) -> Theatre:
        folder = make_pack(files={LINES_FILE: text, RELIEF_FILE: relief})
        for name, content in ((LINES_FILE, text), (RELIEF_FILE, relief)):
            if content is None:
                (folder / name).unlink(missing_ok=True)  # of an earlier call
        return read_theatre(folder)

    return read_with


def refusal(read: Callable[..., Theatre], *files: str | bytes | None) -> list[str]:
    with pytest.raises(PackError) as caught:
        read(*files)
    return [str(fault) for fault in caught.value.faults]


def test_a_pack_without_a_background_has_none(read):
    assert read(None).background is None


def test_a_background_has_its_shapes_by_kind_and_its_relief(read):
    behind = read(lines(("river", RIVER), ("lake", LAKE), ("relief", BOX)), picture()).background
    assert behind.shapes[BackgroundKind.RIVER].tolist() == [RIVER]
    assert behind.shapes[BackgroundKind.LAKE].tolist() == [LAKE]
    assert len(behind.shapes[BackgroundKind.ROAD]) == 0
    assert (behind.relief.box, behind.relief.picture) == ((-1, 49, 4, 52), picture())


@pytest.mark.slow
def test_nothing_depends_on_a_background(make_pack):
    folder = make_pack()
    before = load_pack(folder), fingerprint_files(folder)
    (folder / LINES_FILE).write_text(lines(("river", RIVER)))
    after = load_pack(folder)
    assert (after.fingerprint, fingerprint_files(folder)) == (before[0].fingerprint, before[1])


@pytest.mark.slow
def test_backgrounds_of_different_content_have_different_fingerprints(read):
    one, other = (read(lines((kind, RIVER))).background for kind in ("river", "road"))
    assert one.fingerprint != other.fingerprint


@pytest.mark.parametrize(
    ("feature", "column", "problem", "fix"),
    [
        (("<b>swamp</b>", RIVER), "kind", "the kind is not known", "Write one of river, lake, coast, border, road"),
        (("river", None), "geometry", "the feature has no geometry", "Give it one, or delete it"),
        (("river", LAKE), "geometry", "the geometry is not a line", "Save it as LineString"),
        (("lake", RIVER), "geometry", "the geometry is not a polygon", "Save it as Polygon"),
        (("road", shapely.LineString([(0, 0), (9, 91)])), "geometry", "it lies outside the Earth", "Save it in long"),
        (("lake", shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])), "geometry", "crosses itself", "Correct it"),
        (("relief", shapely.Point(1, 1).buffer(1)), "geometry", "this is not a box", "four corners"),
    ],
)
def test_a_feature_that_cannot_be_used_is_named_with_its_file_number_and_fix(read, feature, column, problem, fix):
    (fault,) = refusal(read, lines(("river", RIVER), feature), picture())
    assert fault.startswith(f"{LINES_FILE}, row 2, column {column}: ")
    assert problem in fault
    assert fix in fault


@pytest.mark.slow
def test_a_background_may_be_empty_and_a_number_too_large_for_the_earth_is_a_fault(read):
    assert not any(map(len, read(lines()).background.shapes.values()))
    far = shapely.box(0, 0, 1e308, 1e308)
    assert "it lies outside the Earth" in refusal(read, lines(("lake", far)))[0]


def test_all_faults_of_a_pack_come_together(make_pack):
    with pytest.raises(PackError) as caught:
        read_theatre(make_pack(files={LINES_FILE: lines(("swamp", RIVER), ("river", None)), "totals.csv": None}))
    assert [fault.file for fault in caught.value.faults] == ["totals.csv", LINES_FILE, LINES_FILE]


@pytest.mark.slow
def test_text_that_is_no_geojson_is_refused(read):
    assert LINES_FILE in refusal(read, "{")[0]
    assert LINES_FILE in refusal(read, "[]")[0]


@pytest.mark.slow
def test_a_picture_and_its_box_need_each_other(read):
    assert "no feature says where the picture lies" in refusal(read, lines(("river", RIVER)), picture())[0]
    assert f"there is no {RELIEF_FILE}" in refusal(read, lines(("relief", BOX)))[0]
    assert f"there is no {LINES_FILE}" in refusal(read, None, picture())[0]
    assert "more than one relief" in refusal(read, lines(("relief", BOX), ("relief", BOX)), picture())[0]


@pytest.mark.parametrize("damaged", [b"", b"RIFF", picture("PNG"), picture()[:-9], b"<svg onload=alert(1)>"])
def test_what_is_no_whole_picture_in_webp_is_refused(read, damaged):
    (fault,) = refusal(read, lines(("relief", BOX)), damaged)
    assert fault.startswith(f"{RELIEF_FILE}: this is not a picture in WebP that can be read")


@pytest.mark.slow
def test_a_background_above_a_limit_is_refused_with_both_sizes(read, monkeypatch):
    text, relief = lines(("river", RIVER), ("relief", BOX)), picture()
    for limit, value in (("background_bytes", 100), ("background_points", 3), ("relief_pixels", 47)):
        with monkeypatch.context() as patched:
            patched.setattr(background_module, "LIMITS", replace(LIMITS, **{limit: value}))
            (fault,) = refusal(read, text, relief)
        assert "Make it again with the command background" in fault
        assert str(value if limit != "background_bytes" else 0) in fault
    assert read(text, relief).background.relief


def test_the_shipped_backgrounds_keep_to_the_limit(shipped):
    assert shipped.theatre.background.relief
    assert {"Made with Natural Earth", "LGPL-3.0-or-later"} <= {
        text for credit in shipped.theatre.credits for text in (credit.who, credit.licence)
    }
