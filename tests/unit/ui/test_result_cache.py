"""Results are kept by what they weigh."""

import datetime as dt
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from control_map.pipeline.pack import Pack
from control_map.pipeline.view import apply_rule, weigher_of
from control_map.ui.state.result_cache import CacheGroup, ResultCache, estimate_bytes


def kept(cache: ResultCache, *keys: str) -> list[str]:
    return [key for key in keys if cache.find(key)[0]]


def test_results_are_dropped_when_they_weigh_too_much_and_those_used_last_stay():
    cache = ResultCache(30, weigh=lambda _: 10)
    for key in "abc":
        cache.keep(key, key)
    assert cache.find("a") == (True, "a")
    cache.keep("d", "d")
    assert kept(cache, *"abcd") == ["a", "c", "d"]
    assert cache.weight == 30


def test_the_newest_result_stays_even_if_it_weighs_too_much():
    cache = ResultCache(30, weigh=len)
    cache.keep("small", "x")
    cache.keep("large", "x" * 100)
    assert kept(cache, "small", "large") == ["large"]


def test_a_result_that_has_grown_counts_in_full_from_its_second_use_on():
    cache, result = ResultCache(100, weigh=len), ["x"]
    cache.keep("list", result)
    result += ["x"] * 80
    assert cache.weight == 1
    cache.find("list")
    cache.find("list")
    assert cache.weight == 81


class Grows:
    """A part of a result; the result grows while this part is weighed, as when another session looks at it."""

    def __init__(self, grow: Callable[[int], object]) -> None:
        self._grow, self._calls = grow, 0

    def __sizeof__(self) -> int:
        self._calls += 1
        self._grow(self._calls)
        return 1_000


def growing() -> list[Any]:
    """Return results of each kind that has parts, all of which grow while they are weighed."""
    thing, mapping, numbers, many = SimpleNamespace(), {}, set(), []
    thing.part = Grows(lambda call: setattr(thing, f"late{call}", 1))
    mapping["part"] = Grows(lambda call: mapping.update({call: 1}))
    numbers.add(Grows(numbers.add))
    many.append(Grows(lambda call: many.append(call) if call < 10 else None))
    return [thing, mapping, numbers, many]


@pytest.mark.parametrize("result", growing(), ids=lambda result: type(result).__name__)
def test_a_result_may_grow_while_it_is_weighed(result):
    cache = ResultCache(100_000)
    cache.keep("a", result)
    assert cache.find("a") == cache.find("a") == (True, result)
    assert 1_000 < cache.weight < 10_000
    cache.keep("a", "x")
    assert cache.weight == estimate_bytes("x")


def test_the_weight_of_all_stays_right_when_weighing_fails_or_a_result_goes_meanwhile():
    def weigh(result: list[Callable[[], object]]) -> int:
        assert not cache._lock.locked()  # other sessions go on
        for meanwhile in result:
            meanwhile()
        return 10

    cache, drops, fails = ResultCache(100, weigh), [], []
    for key, result in (("other", []), ("drops", drops), ("fails", fails)):
        cache.keep(key, result)
    fails.append(lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        cache.find("fails")
    assert cache.weight == 30
    drops.append(cache.clear)
    assert cache.find("drops") == (True, drops)
    assert (len(cache), cache.weight) == (0, 0)


def test_others_are_dropped_at_once_when_a_result_has_grown_too_much():
    cache, grows = ResultCache(30, weigh=len), ["x"]
    cache.keep("grows", grows)
    cache.keep("other", "x" * 20)
    grows += ["x"] * 20
    assert kept(cache, "grows", "other") == ["grows"]
    assert cache.weight == 21


def test_a_result_that_is_kept_again_counts_once():
    cache = ResultCache(100, weigh=len)
    for _ in range(3):
        cache.keep("a", "x" * 40)
    assert (len(cache), cache.weight) == (1, 40)
    cache.clear()
    assert (len(cache), cache.weight) == (0, 0)


def test_however_many_results_come_the_weight_stays_bounded():
    cache = ResultCache(100_000)

    def fill(worker: int) -> None:
        for number in range(300):
            cache.keep((worker, number), "x" * 5_000)
            cache.find((worker, number - 1))

    workers = [threading.Thread(target=fill, args=(number,)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert 80_000 < cache.weight <= 100_000


def test_caches_of_a_group_weigh_little_enough_together_and_what_was_used_last_stays_whichever_has_it():
    group = CacheGroup(50)
    first, second, third = (group.new_cache(40, weigh=lambda _: 10) for _ in range(3))
    for key in "abc":
        first.keep(key, key)
        second.keep(key, key)
    assert group.weight == 50  # "a" of the first went
    first.find("b")
    third.keep("d", "d")
    third.keep("e", "e")
    assert (kept(first, *"abc"), kept(second, *"abc"), kept(third, *"de")) == (["b", "c"], ["c"], ["d", "e"])
    assert group.weight == 50


def test_the_newest_result_of_a_group_stays_even_if_it_weighs_too_much_and_a_cache_that_is_gone_counts_no_more():
    group = CacheGroup(50)
    first, second = group.new_cache(100, weigh=len), group.new_cache(100, weigh=len)
    first.keep("small", "x")
    second.keep("large", "x" * 100)
    assert (len(first), len(second), group.weight) == (0, 1, 100)
    del second
    assert group.weight == 0
    first.keep("other", "x" * 50)
    assert group.weight == 50


def test_a_result_of_a_group_that_has_grown_drops_others():
    group, grows = CacheGroup(50), ["x"]
    first, second = group.new_cache(100, weigh=len), group.new_cache(100, weigh=len)
    first.keep("other", "x" * 40)
    second.keep("grows", grows)
    grows += ["x"] * 20
    second.find("grows")
    assert (len(first), len(second)) == (0, 1)


def test_however_many_visitors_come_at_once_their_caches_stay_bounded():
    group = CacheGroup(100_000)

    def visit(visitor: int) -> None:
        cache = group.new_cache(60_000)
        for number in range(100):
            cache.keep(number, f"{visitor}" * 5_000)
            cache.find(number - 1)
        caches.append(cache)

    caches: list[ResultCache] = []
    visitors = [threading.Thread(target=visit, args=(number,)) for number in range(6)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert 80_000 < group.weight <= 100_000


def test_the_weight_of_tables_grows_with_their_rows_and_leaves_out_the_pack(herat: Pack):
    def table(rows: int) -> pd.DataFrame:
        return pd.DataFrame({"number": range(rows), "text": ["a word"] * rows, "list": [[1, 2]] * rows})

    assert estimate_bytes(table(20_000)) / estimate_bytes(table(10_000)) == pytest.approx(2, rel=0.1)
    view = apply_rule(herat, herat.rule())
    frames = sum(int(frame.memory_usage().sum()) for frame in (view.evidence, view.timeline))
    assert frames < estimate_bytes(view) < 3 * frames
    assert estimate_bytes((view, view)) < 1.1 * estimate_bytes(view)


def test_a_weigher_counts_with_all_that_it_keeps_each_time_it_is_used(herat: Pack):
    cache, weigher = ResultCache(10_000_000), weigher_of(herat, herat.rule())
    cache.keep("weigher", weigher)
    weights = [cache.weight]
    for known_on in (dt.date(2021, 5, 10), dt.date(2021, 6, 20), dt.date(2021, 8, 1)):
        weigher.weigh_known_on(known_on)
        cache.find("weigher")
        weights.append(cache.weight)
    assert weights == sorted(set(weights))
