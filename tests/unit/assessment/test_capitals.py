"""The 34 provincial capitals of the shipped pack fall on the accepted days, or the explanation names who differs."""

import datetime as dt

import pytest

from control_map.pipeline.view import View
from tests.support.made_up import status_history

# Days of August 2021, as histories of that month give them, held against the pack's own reports of a change of hands:
# those give the same day, or the explanation says who gives it.
FELL = {
    "Zaranj": 6,
    "Sheberghan": 7,
    "Kunduz": 8,
    "Sar-e-Pul": 8,
    "Taloqan": 8,
    "Aybak": 9,
    "Farah": 10,
    "Pul-e-Khumri": 10,
    "Fayzabad": 11,
    "Ghazni": 12,
    "Herat": 12,
    "Qala-e-Naw": 12,
    "Kandahar": 13,
    "Lashkar Gah": 13,
    "Firozkoh": 13,
    "Pul-e-Alam": 13,
    "Tarinkot": 13,
    "Qalat": 13,
    "Sharana": 14,
    "Gardez": 14,
    "Asadabad": 14,
    "Maimana": 14,
    "Mazar-e-Sharif": 14,
    "Nili": 14,
    "Mehtarlam": 14,
    "Jalalabad": 15,
    "Maidan Shahr": 15,
    "Bamyan": 15,
    "Khost": 15,
    "Charikar": 15,
    "Mahmud-i-Raqi": 15,
    "Parun": 15,
    "Kabul": 15,
}
OTHERS_SAY = {"Farah": 11, "Pul-e-Khumri": 11, "Herat": 13, "Qala-e-Naw": 13}
"""The second day in use for some that turn on the first."""
BAZARAK_FELL = dt.date(2021, 9, 6)
"""After the resistance in Panjshir."""


@pytest.mark.slow
def test_each_capital_turns_on_the_day_usually_given_or_the_explanation_names_who_gives_it(
    shipped_view: View,
) -> None:
    places = shipped_view.pack.theatre.places
    capitals = places[places["kind"] == "provincial_capital"]
    assert set(capitals["name"]) == {*FELL, "Bazarak"}
    named = set()
    for capital in capitals.itertuples():
        usual = dt.date(2021, 8, FELL[capital.name]) if capital.name in FELL else BAZARAK_FELL
        past = status_history(shipped_view.timeline, capital.place_id)
        turned = [since.date() for since in past.loc[past["status"] == "taliban", "since"]]
        assert past["status"].iloc[-1] == "taliban"
        assert turned[-1] == turned[0]
        argument = shipped_view.explain(capital.place_id, turned[0])
        first, last = argument["change_days"] or (usual, usual)
        assert first <= usual <= last, capital.name
        text = " ".join(argument["explanation"])
        other = usual if turned[0] != usual else usual.replace(day=OTHERS_SAY.get(capital.name, usual.day))
        if other != turned[0]:
            named.add(capital.name)
            assert f"{other.day} {other:%B} according to" in text, capital.name
    assert named == {"Fayzabad", "Firozkoh", "Kandahar", *OTHERS_SAY}


def test_charikar_says_that_the_resistance_claimed_to_have_retaken_it(shipped_view: View) -> None:
    explained = shipped_view.explain("AF-C-03", dt.date(2021, 8, 17))
    assert (explained["status"], explained["claimed_by"]) == ("taliban", "resistance")
    assert "17 August that it was retaken by the Resistance" in " ".join(explained["explanation"])
