"""The layers that the toolbar offers: only those of which a theatre has anything."""

from control_map.theatre.theatre import read_theatre
from control_map.ui.state import session
from tests.support.made_up import write_pack


def test_settlements_are_a_layer_of_a_theatre_that_has_a_gazetteer_of_them(tmp_path):
    table = {"settlements.csv": "settlement_id,name,lon,lat\n1,Salma,1.2,50.4\n"}
    assert session.SETTLEMENTS_LAYER not in session.usual_layers(read_theatre(write_pack(tmp_path / "one")))
    assert session.SETTLEMENTS_LAYER in session.usual_layers(read_theatre(write_pack(tmp_path / "two", files=table)))
