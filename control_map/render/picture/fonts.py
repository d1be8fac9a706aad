"""The typeface of pictures: which files draw it, and how wide its text is.

FiraGO has Latin, Greek, Cyrillic, Arabic, Hebrew, Georgian, Devanagari and Thai letters. It comes from a Python
package, so that pictures look the same on every machine, also on one without any font.
"""

import atexit
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path

from anyascii import anyascii
from PIL import ImageFont

from control_map.core.errors import ControlMapError

FAMILY = "FiraGO"
PACKAGE = "pymupdf-fonts"
_CODES: Mapping[bool, str] = {False: "figo", True: "figbo"}
"""What the package calls the regular and the bold face."""
_MEASURED_SIZE = 100
_KEPT = 10_000
"""Texts and characters that are measured once: many more than a film or a picture has."""
_MOST_LETTERS = 5_000
"""Letters of a text that are broken into lines: more than any picture has room for."""
_NO_CHARACTER = "\U0010fffe"
"""No typeface has it: it is drawn as every letter that a typeface lacks."""


@cache
def font_files() -> tuple[str, ...]:
    """Return the files of the regular and the bold face, which exist as long as this process.

    Raises
    ------
    ControlMapError
        If the package of the typeface is not installed.
    """
    held = tempfile.TemporaryDirectory(prefix="control-map-fonts-")
    atexit.register(held.cleanup)
    folder = Path(held.name)
    files = []
    for code in _CODES.values():
        path = folder / f"{code}.ttf"
        path.write_bytes(_read_face(code))
        files.append(str(path))
    return tuple(files)


def _read_face(code: str) -> bytes:
    try:
        import pymupdf_fonts  # noqa: PLC0415 - only pictures need it, and it is read when one is made
    except ModuleNotFoundError as error:
        message = f"A picture needs a typeface. Install it: pip install {PACKAGE}"
        raise ControlMapError(message) from error
    return bytes(pymupdf_fonts.myfont(code))


@cache
def _face(*, bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_files()[bold], _MEASURED_SIZE)


def spell_drawable(text: str) -> str:
    """Return a text in which letters that the typeface lacks are written in Latin letters."""
    foreign = {character for character in set(text) if not character.isascii() and not _can_draw(character)}
    return text.translate({ord(character): anyascii(character) for character in foreign}) if foreign else text


@lru_cache(maxsize=_KEPT)
def _can_draw(character: str) -> bool:
    face = _face(bold=False)
    return bytes(face.getmask(character)) != bytes(face.getmask(_NO_CHARACTER))


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of a line of text in a font size, in the unit of the size."""
    return _relative_width(text, bold) * size


@lru_cache(maxsize=_KEPT)
def _relative_width(text: str, bold: bool) -> float:
    return _face(bold=bold).getlength(text) / _MEASURED_SIZE


@contextmanager
def forget_texts() -> Iterator[None]:
    """Forget the widths of texts after a drawing: nothing that a visitor has added stays in this process."""
    try:
        yield
    finally:
        _relative_width.cache_clear()


def shorten_line(text: str, size: float, width: float, *, bold: bool = False) -> str:
    """Return a text, or as much of its beginning as fits into a width, with an ellipsis."""
    text = _cap(text)
    if text_width(text, size, bold=bold) <= width:
        return text
    fits = _count_fitting(text, lambda part: text_width(part.rstrip() + "…", size, bold=bold) <= width)
    return text[:fits].rstrip(" ,;:.") + "…"


def _cap(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else text[: _MOST_LETTERS - 1] + "…"


def _count_fitting(text: str, fits: Callable[[str], bool]) -> int:
    """Return how many letters at the beginning of a text fit, which does not fit as a whole."""
    too_long = 1
    while too_long < len(text) and fits(text[:too_long]):
        too_long *= 2
    fitting, too_long = too_long // 2, min(too_long, len(text))
    while too_long - fitting > 1:
        middle = (fitting + too_long) // 2
        fitting, too_long = (middle, too_long) if fits(text[:middle]) else (fitting, middle)
    return fitting


def wrap_text(text: str, size: float, width: float, *, bold: bool = False, most_lines: int = 99) -> list[str]:
    """Break a text into lines that fit into a width; a word that is too long is broken.

    What does not fit into `most_lines` is cut off, with an ellipsis.
    """
    lines: list[str] = []
    rest = _cap(text).split()
    while rest:
        if len(lines) == most_lines - 1:
            return [*lines, shorten_line(" ".join(rest), size, width, bold=bold)]
        count = 1
        while count < len(rest) and text_width(" ".join(rest[: count + 1]), size, bold=bold) <= width:
            count += 1
        line, rest = " ".join(rest[:count]), rest[count:]
        if len(line) > 1 and text_width(line, size, bold=bold) > width:
            cut = max(1, _count_fitting(line, lambda part: text_width(part, size, bold=bold) <= width))
            line, rest = line[:cut], [line[cut:], *rest]
        lines.append(line)
    return lines


def balance_lines(lines: list[str], size: float, width: float, *, bold: bool = False) -> list[str]:
    """Break the lines of a headline differently, so that they are about equally long; their number stays."""
    text = " ".join(lines)
    for share in range(60, 100, 4):
        balanced = wrap_text(text, size, width * share / 100, bold=bold)
        if len(balanced) <= len(lines):
            return balanced
    return lines
