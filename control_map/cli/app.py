"""The command line itself, and how a command is entered."""

import functools
import inspect
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import typer

app = typer.Typer(
    help="Who holds which district, on which day, on whose word.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def command(name: str | None = None) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Enter a command; what it is asked as a whole, a dataclass of options, becomes an option for each field."""

    def enter(function: Callable[..., None]) -> Callable[..., None]:
        return app.command(name=name)(_expanded(function))

    return enter


def _expanded(function: Callable[..., None]) -> Callable[..., None]:
    """Return a function that takes the fields of dataclasses one by one where another takes them as a whole."""
    signature = inspect.signature(function, eval_str=True)
    wholes: dict[str, Any] = {name: each.annotation for name, each in signature.parameters.items() if _is_whole(each)}

    @functools.wraps(function)
    def given(**options: Any) -> None:
        asked = {
            name: whole(**{field.name: options.pop(field.name) for field in fields(whole)})
            for name, whole in wholes.items()
        }
        function(**options, **asked)

    parameters = [one for each in signature.parameters.values() for one in _parts(each)]
    given.__dict__["__signature__"] = signature.replace(parameters=parameters)  # which typer reads
    return given


def _is_whole(parameter: inspect.Parameter) -> bool:
    return isinstance(parameter.annotation, type) and is_dataclass(parameter.annotation)


def _parts(parameter: inspect.Parameter) -> Iterator[inspect.Parameter]:
    """Yield the parameter, or one for each of its fields; all by keyword, so that their order is free."""
    if not _is_whole(parameter):
        yield parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        return
    hints = inspect.get_annotations(parameter.annotation, eval_str=True)
    for field in fields(parameter.annotation):
        yield inspect.Parameter(
            field.name, inspect.Parameter.KEYWORD_ONLY, default=field.default, annotation=hints[field.name]
        )
