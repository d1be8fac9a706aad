"""The command line application, and the decorator that adds a command to it."""

import functools
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from control_map.cli.options import refuse_overwriting
from control_map.core.sanitize import sanitize_line

WRITTEN = ("to", "left_out")
"""The parameters of commands that name a file to write; all other paths are read."""


class _CommandGroup(TyperGroup):
    """The commands; their errors about arguments cannot control the terminal."""

    def make_context(self, *arguments: Any, **options: Any) -> Any:
        """Read the arguments before the command's name."""
        with _sanitize_errors():
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: Any) -> Any:
        """Read the other arguments and run the command."""
        with _sanitize_errors():
            return super().invoke(ctx)


@contextmanager
def _sanitize_errors() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if isinstance(message := getattr(error, "message", None), str):
            error.__dict__["message"] = sanitize_line(message)
        raise


app = typer.Typer(
    cls=_CommandGroup,
    help="Who holds which district, on which day, according to whom.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def command(name: str | None = None, epilog: str | None = None) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add a command; a parameter that is a dataclass of options becomes one option for each of its fields.

    The command is refused if a file that it would write, one of `WRITTEN`, is one of those that it reads.
    """

    def add(function: Callable[..., None]) -> Callable[..., None]:
        return app.command(name=name, epilog=epilog)(_expand_options(function))

    return add


def _expand_options(function: Callable[..., None]) -> Callable[..., None]:
    """Return the function with the fields of its dataclass parameters as parameters of their own."""
    signature = inspect.signature(function, eval_str=True)
    groups: dict[str, Any] = {name: each.annotation for name, each in signature.parameters.items() if _is_group(each)}

    @functools.wraps(function)
    def expanded(**values: Any) -> None:
        _refuse_overwriting(parameters, values)
        grouped = {
            name: group(**{field.name: values.pop(field.name) for field in fields(group)})
            for name, group in groups.items()
        }
        function(**values, **grouped)

    parameters = [single for each in signature.parameters.values() for single in _expand_parameter(each)]
    expanded.__dict__["__signature__"] = signature.replace(parameters=parameters)  # typer reads it
    return expanded


def _refuse_overwriting(parameters: Iterable[inspect.Parameter], values: Mapping[str, Any]) -> None:
    """Refuse to write over a file that is read: what a parameter names with a path, or with a text that is FILE."""
    outputs: dict[str, Path | None] = {}
    inputs: list[Path] = []
    for each in parameters:
        value = values.get(each.name)
        paths = [path for path in (value if isinstance(value, list) else [value]) if isinstance(path, Path)]
        if each.name in WRITTEN:
            outputs |= {f"--{each.name.replace('_', '-')}": path for path in paths}
        elif isinstance(value, str) and _is_file(each):
            inputs.append(Path(value))
        else:
            inputs += [path for path in paths if not path.is_dir()]
    refuse_overwriting(outputs, inputs)


def _is_file(parameter: inspect.Parameter) -> bool:
    described = getattr(parameter.annotation, "__metadata__", ())
    return any(str(getattr(each, "metavar", "")).startswith("FILE") for each in described)


def _is_group(parameter: inspect.Parameter) -> bool:
    return isinstance(parameter.annotation, type) and is_dataclass(parameter.annotation)


def _expand_parameter(parameter: inspect.Parameter) -> Iterator[inspect.Parameter]:
    """Yield the parameter, or one for each field of a dataclass; as keywords, so that their order is free."""
    if not _is_group(parameter):
        yield parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        return
    hints = inspect.get_annotations(parameter.annotation, eval_str=True)
    for field in fields(parameter.annotation):
        yield inspect.Parameter(
            field.name, inspect.Parameter.KEYWORD_ONLY, default=field.default, annotation=hints[field.name]
        )
