"""A result that is kept with an object is made once, and freed with it."""

import gc
import weakref

from control_map.core.arrays import memoize


class Thing:
    """An object that can be weakly referenced."""


def test_what_is_made_of_an_object_is_made_once_for_each_set_of_arguments() -> None:
    made: list[tuple[Thing, int]] = []

    @memoize
    def make(of: Thing, number: int) -> object:
        made.append((of, number))
        return object()

    one, other = Thing(), Thing()
    assert make(one, 1) is make(one, 1)
    assert len({make(one, 1), make(one, 2), make(other, 1)}) == 3
    assert made == [(one, 1), (one, 2), (other, 1)]


def test_of_one_object_a_bounded_number_of_results_is_kept() -> None:
    made: list[int] = []

    @memoize
    def make(of: Thing, number: int) -> int:  # noqa: ARG001 - the object that it is kept with
        made.append(number)
        return number

    thing = Thing()
    many = range(200)
    assert [make(thing, number) for number in many] == list(many)
    assert make(thing, 199) == 199
    assert make(thing, 0) == 0
    assert made == [*many, 0]


def test_an_object_without_other_references_is_freed_with_its_results() -> None:
    @memoize
    def make(of: Thing) -> Thing:  # noqa: ARG001 - what is made is another
        return Thing()

    held = Thing()
    gone, made = weakref.ref(held), weakref.ref(make(held))
    assert made() is not None
    del held
    gc.collect()
    assert (gone(), made()) == (None, None)
