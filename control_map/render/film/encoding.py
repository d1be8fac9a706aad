"""Frames become a file: a video by PyAV, or a moving picture by Pillow."""

import io
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageColor

from control_map.core.errors import ControlMapError
from control_map.theatre.safe_write import temporary_folder

FRAMES_PER_SECOND = 24
"""Of a video. A day that stays longer is repeated, as not all players and social networks take a varying rate."""
_BT709 = 1
"""What H.273 calls the colours of high-definition video; without it players guess, and some guess others."""
_STUDIO_RANGE = 1
_THREADS = "2"
"""As many on every machine, so that the same film is the same file."""
_SHADES, _APART = (0.25, 0.5, 0.75), 16
"""Which colours between two others a moving picture has, and how far they are from the main ones."""
_COLOURS = 255
"""One of 256 is left, with which a GIF leaves out what has not changed."""


class FilmFormat(StrEnum):
    """How a film is written, and the ending of its file."""

    MP4 = "mp4"
    WEBM = "webm"
    GIF = "gif"
    APNG = "apng"

    @property
    def is_video(self) -> bool:
        """Whether PyAV writes it, a frame at a time; Pillow holds all frames of the others."""
        return self in _CODECS


@dataclass(frozen=True)
class _Codec:
    name: str
    options: Mapping[str, str]


_CODECS: Mapping[FilmFormat, _Codec] = {
    FilmFormat.MP4: _Codec("libx264", {"preset": "veryfast", "crf": "20", "threads": _THREADS}),
    FilmFormat.WEBM: _Codec(
        "libvpx-vp9",
        {"deadline": "realtime", "cpu-used": "8", "row-mt": "1", "crf": "30", "b": "0", "threads": _THREADS},
    ),
}


def require_encoder(film_format: FilmFormat) -> None:
    """Check that what writes a format is installed.

    Raises
    ------
    ControlMapError
        If it is not; the message says how to install it, and which formats need nothing more.
    """
    if not film_format.is_video:
        return
    try:
        import av  # noqa: F401, PLC0415 - an optional library of 30 MB, which only videos need
    except ImportError as error:
        raise ControlMapError(
            f"A film as {film_format.upper()} needs a library that writes videos. "
            "Install it: pip install 'av>=15,<19'. A film as GIF or APNG needs none."
        ) from error


def encode_film(
    frames: Iterable[Image.Image],
    stays: Sequence[float],
    size: tuple[int, int],
    film_format: FilmFormat,
    colours: Sequence[str],
    about: Mapping[str, str],
) -> bytes:
    """Return frames as a file.

    Parameters
    ----------
    frames
        Images in RGB, of one size; each is used before the next is asked for.
    stays
        How many seconds each frame stays.
    size
        Width and height, both even.
    film_format
        How the film is written.
    colours
        The colours, as "#d1603d", that a moving picture shows as they are; it has 255 in all.
    about
        The title and the comment of a video.

    Raises
    ------
    ControlMapError
        If the library that writes videos is not installed.
    """
    require_encoder(film_format)
    if film_format.is_video:
        with temporary_folder() as folder:
            path = folder / f"film.{film_format}"
            _write_video(path, frames, _count_repeats(stays), size, film_format, about)
            return path.read_bytes()
    return _write_animation(frames, stays, film_format, _make_palette(colours))


def _count_repeats(stays: Sequence[float]) -> list[int]:
    """Return how many frames of a video each frame becomes, at least one; their sum is the length of the film."""
    ends = np.round(np.cumsum(stays) * FRAMES_PER_SECOND).astype(int)
    return [int(number) for number in np.maximum(1, np.diff(ends, prepend=0))]


def _write_video(
    path: Path,
    frames: Iterable[Image.Image],
    repeats: Sequence[int],
    size: tuple[int, int],
    film_format: FilmFormat,
    about: Mapping[str, str],
) -> None:
    import av  # noqa: PLC0415 - see require_encoder

    codec = _CODECS[film_format]
    # Without bitexact, the file names the time and the version of the library; faststart puts the index first, so that
    # a browser plays a film before all of it is there.
    options = {"fflags": "+bitexact", **({"movflags": "+faststart"} if film_format == FilmFormat.MP4 else {})}
    with av.open(str(path), "w", format=film_format.value, options=options) as container:
        container.metadata.update(about)
        stream: Any = container.add_stream(codec.name, rate=FRAMES_PER_SECOND, options=dict(codec.options))
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        context = stream.codec_context
        context.colorspace = context.color_primaries = context.color_trc = _BT709
        context.color_range = _STUDIO_RANGE
        context.flags |= av.codec.context.Flags.bitexact
        encoded = 0

        def encode(frame: Any, times: int) -> None:
            nonlocal encoded
            for _ in range(times):
                frame.pts = encoded
                container.mux(stream.encode(frame))
                encoded += 1

        # The next frame is drawn while the library encodes one, for which it leaves Python alone.
        with ThreadPoolExecutor(1) as encoder:
            waited: Future[None] | None = None
            for image, times in zip(frames, repeats, strict=True):
                frame = av.VideoFrame.from_ndarray(np.asarray(image), format="rgb24")
                frame = frame.reformat(format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG")
                if waited:
                    waited.result()
                waited = encoder.submit(encode, frame, times)
            if waited:
                waited.result()
        container.mux(stream.encode(None))


def _write_animation(
    frames: Iterable[Image.Image], stays: Sequence[float], film_format: FilmFormat, palette: Image.Image
) -> bytes:
    first, *others = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    written = io.BytesIO()
    # A GIF counts hundredths of a second; what is rounded off is added to the next frame.
    ends = np.round(np.cumsum(stays) * 100).astype(int) * 10
    durations = [int(stay) for stay in np.diff(ends, prepend=0)]
    options: dict[str, Any] = {"disposal": 1} if film_format == FilmFormat.GIF else {"disposal": 0}
    first.save(
        written,
        "gif" if film_format == FilmFormat.GIF else "png",
        save_all=True,
        append_images=others,
        duration=durations,
        loop=0,
        optimize=film_format == FilmFormat.GIF,  # leaves out of each frame what has not changed
        **options,
    )
    return written.getvalue()


def _make_palette(colours: Sequence[str]) -> Image.Image:
    """Return an image with a palette of the colours, and of what lies between them at the edges of areas and letters.

    It does not depend on the frames, so that these need not be held until all are drawn.
    """
    main = [ImageColor.getrgb(colour)[:3] for colour in dict.fromkeys(["#ffffff", "#1d1c1a", *colours])]
    greys = [(level, level, level) for level in range(0, 256, 17)]
    pairs = [*((one, end) for one in main[2:] for end in main[:2]), *combinations(main[2:], 2)]
    between = [*greys, *(_mix(one, other, share) for one, other in pairs for share in _SHADES)]
    # Pillow looks a colour up with only five bits of each channel: one beside a main colour would take its place.
    apart = [mixed for mixed in between if min(np.abs(np.subtract(main, mixed)).max(axis=1)) >= _APART]
    chosen = list(dict.fromkeys([*main, *apart]))[:_COLOURS]
    palette = Image.new("P", (1, 1))
    palette.putpalette([channel for colour in chosen for channel in colour])
    return palette


def _mix(one: Sequence[int], other: Sequence[int], share: float) -> tuple[int, ...]:
    return tuple(round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
