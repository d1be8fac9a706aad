"""What is made of an object once, and kept as long as the object is there."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

Owner = TypeVar("Owner")
Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def memoize(make: Callable[Concatenate[Owner, Arguments], Result]) -> Callable[Concatenate[Owner, Arguments], Result]:
    """Keep what a function makes of an object, for each set of further arguments, until nobody else holds the object.

    A cache with a limit keeps the last packs alive when all others have let go of them. What is made must not
    hold the object itself, or it would stay for ever; further arguments have to be hashable.
    """
    kept: WeakKeyDictionary[Owner, dict[object, Result]] = WeakKeyDictionary()

    @wraps(make)
    def made(of: Owner, /, *further: Arguments.args, **named: Arguments.kwargs) -> Result:
        own = kept.setdefault(of, {})
        key = (further, tuple(sorted(named.items())))
        if key not in own:
            own[key] = make(of, *further, **named)
        return own[key]

    return made
