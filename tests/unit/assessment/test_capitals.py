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
    "Faizabad": 11,
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
    "Mihtarlam": 14,
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
CHARIKAR_AGAIN = dt.date(2021, 8, 25)
"""Charikar was retaken by the resistance on 17 August."""


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
        assert turned[-1] == (CHARIKAR_AGAIN if capital.name == "Charikar" else turned[0])
        argument = shipped_view.explain(capital.place_id, turned[0])
        first, last = argument["change_days"] or (usual, usual)
        assert first <= usual <= last, capital.name
        text = " ".join(argument["explanation"])
        other = usual if turned[0] != usual else usual.replace(day=OTHERS_SAY.get(capital.name, usual.day))
        if other != turned[0]:
            named.add(capital.name)
            assert f"{other.day} {other:%B} according to" in text, capital.name
    assert named == {"Faizabad", "Firozkoh", "Kandahar", *OTHERS_SAY}


def test_charikar_says_that_the_resistance_retook_it(shipped_view: View) -> None:
    charikar = "AF-C-03"
    first = shipped_view.explain(charikar, dt.date(2021, 8, 17))["explanation"]
    assert first[0] == "Resistance since 17 August, retaken."
    assert "Before: Resistance from 17 August." in " ".join(
        shipped_view.explain(charikar, CHARIKAR_AGAIN)["explanation"]
    )
