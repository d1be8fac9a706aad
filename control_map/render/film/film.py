"""A film of a view, within the limits of a server."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

from control_map.core.errors import ControlMapError, UnknownNameError
from control_map.core.limits import LIMITS, Limits
from control_map.core.wording import format_days
from control_map.pipeline.view import View
from control_map.render.film.encoding import FilmFormat, encode_film, require_encoder
from control_map.render.film.frames import SHAPES, draw_frames, even_size
from control_map.render.film.script import LEAST_SPEED, MOST_SPEED, USUAL_SPEED, Script
from control_map.render.picture import drawing
from control_map.render.picture.picture import describe_sources
from control_map.render.picture.shapes import PictureShape, ShapeName
from control_map.render.provenance import Provenance

LEAST_WIDTH, MOST_WIDTH = 320, 1920
MOST_DAYS_OUTSIDE = 366
"""How many days before or after the theatre's period a film may show: reports are few there."""
DayProgress = Callable[[Sequence[int]], Iterable[int]]
"""Yields the numbers of the days as they are drawn, and can show how far the film is."""
_PAPER = ("#ffffff", "#1d1c1a", "#5c5850", "#f4f2ec", "#3a3833")
"""The colours of a frame beside those of the statuses."""


def make_film(
    view: View,
    first: dt.date,
    last: dt.date,
    film_format: FilmFormat = FilmFormat.MP4,
    *,
    shape: PictureShape = SHAPES[ShapeName.WIDE],
    width: int | None = None,
    province_id: str = "",
    speed: float = USUAL_SPEED,
    hold: bool = True,
    progress: DayProgress = iter,
    limits: Limits | None = LIMITS,
) -> bytes:
    """Return the days of a view as a film; the same view gives the same file.

    Parameters
    ----------
    view
        The reports under a rule. Not changed.
    first, last
        The first and the last day.
    film_format
        H.264 in MP4, VP9 in WebM, GIF, or APNG.
    shape, width
        One of `SHAPES`, and the width in pixels, by default that of the shape.
    province_id
        A province that the film is about; empty: the whole theatre.
    speed, hold
        Days per second, and whether days on which much changed stay longer.
    progress
        See `DayProgress`.
    limits
        How large a film may be; None: without a limit, on a machine of one's own.

    Raises
    ------
    UnknownNameError
        If the theatre has no such province.
    ControlMapError
        If the days are reversed or far outside of the period, a number is out of bounds, the film is too large, or a
        library is not installed.
    """
    width = width or shape.width
    size = even_size(shape, width)
    _check(view, first, last, speed, width, province_id)
    script = Script(view, first, last, province_id, speed, hold)
    if limits:
        _check_size(len(script.days), size, sum(script.stays), film_format, limits)
    require_encoder(film_format)
    numbers = progress(range(len(script.days)))
    return encode_film(
        draw_frames(script, numbers, shape, width),
        script.stays,
        size,
        film_format,
        _list_colours(view),
        _describe(script),
    )


def _check(view: View, first: dt.date, last: dt.date, speed: float, width: int, province_id: str) -> None:
    provinces = view.pack.theatre.province_names
    if province_id and province_id not in provinces:
        raise UnknownNameError("province", province_id, list(provinces), complete=True)
    if first > last:
        raise ControlMapError(f"{first} is after {last}. Give the earlier day first.")
    theatre, most = view.pack.theatre, dt.timedelta(days=MOST_DAYS_OUTSIDE)
    earliest, latest = theatre.period_start - most, theatre.period_end + most
    for day in (first, last):
        if not earliest <= day <= latest:
            message = f"{day} is far outside the period of {theatre.title}, {theatre.period_start} to "
            message += f"{theatre.period_end}. Choose days from {earliest} to {latest}."
            raise ControlMapError(message)
    if not LEAST_SPEED <= speed <= MOST_SPEED:
        message = f"A film cannot show {speed:g} days per second. Choose {LEAST_SPEED:g} to {MOST_SPEED:g}."
        raise ControlMapError(message)
    if not LEAST_WIDTH <= width <= MOST_WIDTH:
        message = f"A film cannot be {width:,} pixels wide. Choose a width from {LEAST_WIDTH} to {MOST_WIDTH:,}."
        raise ControlMapError(message)


def _check_size(days: int, size: tuple[int, int], seconds: float, film_format: FilmFormat, limits: Limits) -> None:
    if days > limits.film_days:
        raise ControlMapError(f"The film would have {days:,} days. Choose at most {limits.film_days:,}.")
    if seconds > limits.film_seconds:
        raise ControlMapError(
            f"The film would take {seconds:,.0f} seconds. Choose fewer days or a higher speed: it may take at most "
            f"{limits.film_seconds:,} seconds."
        )
    most = limits.film_pixels if film_format.is_video else limits.held_film_pixels
    if days * size[0] * size[1] > most:
        fewer = most // (size[0] * size[1])
        other = "" if film_format.is_video else ", or take MP4 or WebM, which can be longer"
        raise ControlMapError(
            f"{days:,} frames of {size[0]} x {size[1]} pixels are too many. Choose a smaller width, at most {fewer:,} "
            f"days{other}."
        )


def _list_colours(view: View) -> list[str]:
    looks = drawing.make_screen_styles(view.pack.styles).values()
    return [*_PAPER, *(colour for look in looks for colour in (look.colour, look.light, look.ink) if colour)]


def _describe(script: Script) -> dict[str, str]:
    """Return the title of a film, and in a comment what it rests on."""
    provenance = Provenance.of(script.view, script.last, None, script.province_id)
    title = " · ".join(filter(None, [provenance.theatre, provenance.province]))
    days = format_days(script.first, script.last, year=True)
    return {"title": f"{title}, {days}", "comment": " ".join(describe_sources(provenance))}
