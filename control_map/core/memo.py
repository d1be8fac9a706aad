"""What is made of an object once, and kept as long as the object is there."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

Of = TypeVar("Of")
Further = ParamSpec("Further")
Made = TypeVar("Made")


def remembered(make: Callable[Concatenate[Of, Further], Made]) -> Callable[Concatenate[Of, Further], Made]:
    """Keep what a function makes of an object, for each set of further arguments, until nobody else holds the object.

    A cache with a limit keeps the last packs alive when all others have let go of them. What is made must not
    hold the object itself, or it would stay for ever; further arguments have to be hashable.
    """
    kept: WeakKeyDictionary[Of, dict[object, Made]] = WeakKeyDictionary()

    @wraps(make)
    def made(of: Of, /, *further: Further.args, **named: Further.kwargs) -> Made:
        own = kept.setdefault(of, {})
        key = (further, tuple(sorted(named.items())))
        if key not in own:
            own[key] = make(of, *further, **named)
        return own[key]

    return made
