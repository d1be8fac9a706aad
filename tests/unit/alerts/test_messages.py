"""What hooks are sent: rows that say what became of each change, in messages that give the feed when applied."""

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from control_map.alerts import messages
from control_map.alerts.hooks import HookEvent, Scope
from control_map.alerts.messages import Release, as_known, compare, write_example, write_messages
from control_map.pipeline.pack import load_pack
from control_map.pipeline.view import apply_rule
from control_map.render.feeds import make_feed
from tests.support.made_up import written
from tests.unit.alerts.support import apply_messages, item, release_of

MADE = dt.datetime(2021, 7, 9, 12, tzinfo=dt.UTC)


def known_of(*items: dict[str, Any]) -> dict[str, str]:
    return {each["id"]: as_known(each) for each in items}


def states(known: dict[str, str], *items: dict[str, Any]) -> dict[str, str]:
    return {row["id"]: row["state"] for row in compare(known, items)}


def documents(event: HookEvent, release: Release, rows: list[Any], previous: str = "old") -> list[dict[str, Any]]:
    return [json.loads(each.body) for each in write_messages(event, release, previous, rows, MADE)]


def test_a_change_is_added_corrected_updated_withdrawn_or_not_sent_again():
    known = known_of(item("a"), item("b"), item("c"), item("d"), item("e"))
    now = [item("a"), item("b", "green"), item("c", text="more"), item("d", disputed=True), item("f")]
    assert states(known, *now) == {
        "e": "withdrawn",
        "b": "corrected",
        "c": "updated",
        "d": "corrected",
        "f": "added",
    }


def test_a_corrected_change_says_what_it_was_and_a_withdrawn_one_what_was_last_said():
    known = known_of(item("a"), item("b", text="said"))
    gone, corrected = compare(known, [item("a", "green")])
    assert corrected["was"] == {"before": "blue", "after": "red", "disputed": False}
    assert gone == {"state": "withdrawn", **item("b", text="said")}


def test_another_address_of_the_page_is_no_news():
    assert not compare(known_of({**item("a"), "url": "https://old.example/"}), [{**item("a"), "url": "https://new/"}])


@pytest.mark.parametrize(
    ("scope", "covered"),
    [
        (Scope(), "abcd"),
        (Scope(places=("H1",)), "a"),
        (Scope(provinces=("H",)), "ab"),
        (Scope(places=("X-K",), provinces=("H",)), "abd"),
        (Scope(provinces=("V",), kinds=("crossing",)), "d"),
        (Scope(kinds=("district", "crossing")), "acd"),
    ],
)
def test_a_scope_has_the_places_and_those_in_the_provinces_of_the_kinds_named(scope: Scope, covered: str):
    items = [
        item("a"),
        item("b", place_id="C-H", kind="provincial_capital"),
        item("c", place_id="V1", province_id="V"),
        item("d", place_id="X-K", province_id="V", kind="crossing"),
    ]
    assert "".join(each["id"] for each in release_of(items).items_in(scope)) == covered


def test_a_release_is_one_message_with_both_hashes_the_headline_and_counts():
    rows = compare(known_of(item("a")), [item("a", "green"), item("b"), item("c")])
    (document,) = documents(HookEvent.RELEASE, release_of([]), rows)
    assert (document["type"], document["timestamp"]) == ("map.released", "2021-07-09T12:00:00+00:00")
    assert document["data"] == {
        "hash": "new",
        "previous_hash": "old",
        "headline": "Reds hold 1",
        "counts": {"added": 2, "corrected": 1, "updated": 0, "withdrawn": 0},
    }
    assert len(documents(HookEvent.RELEASE, release_of([]), [])) == 1
    assert documents(HookEvent.CHANGES, release_of([]), []) == []


def test_many_changes_come_in_messages_of_a_bounded_size():
    items = [item(str(number)) for number in range(45)]
    parts = documents(HookEvent.CHANGES, release_of(items), compare({}, items))
    assert [(each["data"]["part"], each["data"]["parts"], len(each["data"]["rows"])) for each in parts] == [
        (1, 3, 20),
        (2, 3, 20),
        (3, 3, 5),
    ]
    assert {each["data"]["counts"]["added"] for each in parts} == {45}


def test_an_example_says_nothing_of_a_map():
    assert json.loads(write_example("desk", MADE).body)["data"] == {"hook": "desk"}


def test_messages_have_the_entries_of_the_feed_with_the_same_ids_and_words(make_pack):
    hostile = 'A<b>]]>&\u202e\x07"\n$(x)'
    pack = load_pack(make_pack([written(1, claimant=hostile), written(2, event_date="2021-05-03", actor="blue")]))
    view = apply_rule(pack, pack.rule())
    release = Release.of(view, "https://map.example/")
    bodies = [each.body for each in write_messages(HookEvent.CHANGES, release, "", compare({}, release.items), MADE)]
    assert not any(each in body.decode() for body in bodies for each in "\u202e\x07\n")
    (document,) = map(json.loads, bodies)
    rows = [{name: value for name, value in row.items() if name != "state"} for row in document["data"]["rows"]]
    feed = json.loads(make_feed(view, "theatre", "json"))["items"]
    assert [{name: value for name, value in row.items() if name != "url"} for row in reversed(rows)] == feed
    assert rows[0]["url"] == "https://map.example/?theatre=marshland&date=2021-05-02&place=H2"
    other = Release.of(apply_rule(pack, pack.rule("latest")), "https://map.example/").items[0]
    assert other["url"] == "https://map.example/?theatre=marshland&rule=latest&date=2021-05-02&place=H2"
    published = Release.of(view, "https://map.example/map/#").items[0]
    assert published["url"] == "https://map.example/map/#date=2021-05-02&place=H2"
    data = document["data"]
    assert data["theatre"] == {"id": "marshland", "title": "A made-up war"}
    assert (data["rule"], data["method"], data["known_on"]) == ("assessed", "Assessed", None)
    assert (data["hash"], data["licence"]) == (pack.fingerprint, "CC0")
    assert data["credits"][0]["who"] == "Nobody"
    assert data["headline"].startswith("Reds hold ")


versions = st.lists(
    st.dictionaries(
        st.sampled_from("abcdef"),
        st.tuples(st.sampled_from(["red", "blue"]), st.sampled_from(["x", "y"]), st.sampled_from("HV")),
    ),
    max_size=5,
)


@given(versions, st.sampled_from([Scope(), Scope(provinces=("H",))]), st.integers(1, 3))
def test_applied_in_order_the_messages_of_any_versions_give_the_last_one(chain, scope: Scope, most: int):
    known: dict[str, str] = {}
    sent: list[dict[str, Any]] = []
    now: list[Any] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(messages, "MOST_ROWS", most)
        for version in chain:
            items = [
                item(entry, after, text, province_id=province) for entry, (after, text, province) in version.items()
            ]
            now = release_of(items).items_in(scope)
            rows = compare(known, now)
            assert len({row["id"] for row in rows}) == len(rows)
            sent += documents(HookEvent.CHANGES, release_of(items), rows)
            known = known_of(*now)
            assert compare(known, now) == []
    assert apply_messages(sent) == {each["id"]: each for each in now}
