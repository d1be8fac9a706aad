"""The sizes up to which files of users are read: each limit once, with its reason."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """The largest files, tables and texts that are read.

    The page is one process for all its visitors: a file of one of them may cost the others seconds, but not the page.
    Sizes of packed files are those after unpacking, as a few kilobytes can unpack to terabytes.
    """

    file_bytes: int = 200_000_000
    """As large as Streamlit lets an upload be; a million reports of the usual length are 350 MB, so most fit."""
    unpacked_bytes: int = 600_000_000
    """Of all that an Excel file holds: half a million rows, and twenty seconds to read them."""
    members: int = 2_000
    """Files in an Excel file; an honest one has some dozens, one for each sheet and picture."""
    ratio: int = 300
    """How many times larger than itself a file may unpack to; a sheet of equal rows reaches 100, a bomb 1,000."""
    rows: int = 1_000_000
    """As many as a sheet of Excel holds, and more than any list of reports has."""
    columns: int = 300
    """The codebook has 19, the widest export of an event database about 60."""
    cells: int = 40_000_000
    """Rows times columns; each cell costs eight bytes, even an empty one."""
    characters: int = 500_000_000
    """Of all cells together; a packed file can name one long text a million times."""
    cell_characters: int = 100_000
    """Of one cell; far above any honest cell, and enough to stop a file that is one endless quote."""
    faults: int = 10_000
    """Rows that cannot be told apart; a table with more is not damaged here and there, but of another kind."""
    records_bytes: int = 50_000_000
    """Of JSON, which takes ten times its size in memory."""
    head_rows: int = 20
    """Among which the line with the names of the columns is looked for."""
    polygons: int = 20_000
    """Of a theatre's districts; the largest country has 4,000 of them."""

    fetched_bytes: int = 50_000_000
    """Of a table that is fetched from the web, packed or not."""
    boundary_bytes: int = 500_000_000
    """Of boundaries out of which a theatre is made: their lines are yet to be simplified."""
    boundary_points: int = 2_000_000
    """Of their lines; to simplify more of them takes minutes."""
    article_characters: int = 100_000
    """Of a text: some twenty pages, which take a second or two. A book is no article."""


LIMITS = Limits()
