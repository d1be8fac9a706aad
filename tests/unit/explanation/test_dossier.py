"""What a dossier says of a place itself."""

from control_map.explanation import dossier


def test_a_crossing_without_a_neighbour_is_a_border_crossing():
    place = {"kind": "crossing", "neighbour": "", "province": "Velden"}
    assert dossier.describe_kind(place) == "border crossing · Velden"
    assert dossier.describe_kind({**place, "neighbour": "Ostland"}) == "crossing to Ostland · Velden"
