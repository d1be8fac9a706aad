"""The sizes up to which files of users are read: each limit once, with its reason."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """The largest files, tables and texts that are read.

    The page is one process for all its visitors: a file of one of them may cost the others seconds, but not the page.
    Sizes of packed files are those after unpacking, as a few kilobytes can unpack to terabytes.
    """

    file_bytes: int = 200_000_000
    """The largest upload that Streamlit allows; a million usual reports are 350 MB, so most tables fit."""
    unpacked_bytes: int = 300_000_000
    """The contents of a packed table: Excel needs about 50 bytes for a cell."""
    elements: int = 5_000_000
    """Cells, texts and other parts of an Excel file: two million cells, which take ten seconds to read."""
    members: int = 2_000
    """Files inside an Excel file; a normal one has a few dozen, one for each sheet and picture."""
    ratio: int = 300
    """The factor by which a file may grow when unpacked; a sheet of equal rows reaches 100, a zip bomb 1,000."""
    rows: int = 1_000_000
    """As many as a sheet of Excel holds, and more than any list of reports has."""
    columns: int = 300
    """The codebook has 19, the widest export of an event database about 60."""
    cells: int = 20_000_000
    """Rows times columns: a million usual reports; each cell costs eight bytes, even an empty one."""
    characters: int = 200_000_000
    """Of all cells together; a packed file can repeat one long text a million times."""
    cell_characters: int = 100_000
    """Of one cell; far above any normal cell, and small enough to stop a file with a quote that is never closed."""
    row_characters: int = 4_000_000
    """Of one row, and of one line; a row of the most columns can still have long texts in forty of them."""
    faults: int = 10_000
    """Rows that cannot be read; a file with more of them is not a damaged table but something else."""
    records_bytes: int = 50_000_000
    """Size of a JSON file, which takes ten times as much memory."""
    values: int = 4_000_000
    """Texts, numbers, records and lists in a JSON file, empty ones too, as each takes up to 200 bytes of memory."""
    head_rows: int = 20
    """The first rows, in which the header with the names of the columns is searched."""
    polygons: int = 20_000
    """Districts of a theatre; the country with the most has 4,000."""
    settlements: int = 50_000
    """Populated places of a theatre: with 8,000 of them the search fetches some 130 kB."""
    features: int = 100_000
    """Shapes of a file of boundaries or of lines; Natural Earth's roads of the world are 57,000."""
    background_bytes: int = 300_000
    """The background of a theatre's map as it is sent, compressed: less than the map itself takes."""
    background_points: int = 100_000
    """Points of its lines, which a browser draws again after each move; those of the shipped packs have 10,000."""
    relief_pixels: int = 2_000_000
    """Of its picture of the relief, which a browser keeps unpacked, with four bytes for each."""

    followed_days: int = 3_660
    """The longest period, in days, that a theatre takes over from its reports: ten years. Older events are the
    baseline; a year that is mistyped would else be a slider of centuries."""

    fetched_bytes: int = 50_000_000
    """Size of a table that is fetched from the web, packed or not."""
    boundary_bytes: int = 500_000_000
    """Size of a file of boundaries for a new theatre, before its lines are simplified."""
    boundary_points: int = 2_000_000
    """Points of these lines; simplifying more of them takes minutes."""
    own_theatre_bytes: int = 20_000_000
    """Size of the files of a theatre that a visitor makes on the page, which keeps them during the visit; those of the
    shipped pack take 5 MB."""
    near_segments: int = 5_000_000
    """Pairs of segments of these lines whose boxes overlap, beside twenty for each segment: to look at more of them
    takes GEOS ten seconds each time."""
    compared_points: int = 30_000_000
    """Points of polygons, each counted once for each polygon in whose bounds it may lie; 20,000 districts have half as
    many. A check of so many takes some seconds."""
    crossings: int = 300_000
    """Crossings of these lines: each takes 2.5 kB and 30 microseconds. 10,000 districts with edges that neighbours draw
    differently have half as many."""
    layers: int = 10
    """Polygons on one piece of ground, on average: a file with several levels of division has three to five."""
    layered_faces: int = 2_000_000
    """Pieces into which polygons cut each other, each counted once for each polygon that has it."""
    listed_reports: int = 50
    """Reports that are listed by their ids behind a status or a verdict, before the others are only counted; a place
    with thousands of reports would list them thousands of times."""
    area_pairs: int = 1_000_000
    """Reports on whole areas, each counted once for each place in its area; so many take 10 seconds to weigh and
    700 MB, and the shipped pack has a thousand."""
    dossier_reports: int = 200
    """Reports that a dossier lists of the present status, and of the time before it; no reader goes through more, and
    a browser needs seconds for thousands."""
    article_characters: int = 100_000
    """Length of an article: some twenty pages, which take a second or two."""

    film_days: int = 400
    """Days of a film that a server makes: a year and a month. Each takes a tenth of a second."""
    film_seconds: int = 300
    """Length of such a film; each second is 24 frames, which take 0.2 seconds to encode."""
    film_pixels: int = 400_000_000
    """Pixels of all its days: 400 days at 1280 x 720. The smallest days still take as long as a tenth of a million."""
    held_film_pixels: int = 160_000_000
    """Pixels of all days of a GIF or APNG, which is held in memory with a byte for each: 170 days at 1280 x 720."""
    films: int = 2
    """Films that a server makes at once, for all visitors; each has a process of its own."""
    film_work_seconds: int = 300
    """Time for making one: on a busy machine, several times what the longest takes on one that is not."""

    work_seconds: int = 60
    """Time for the work on what a user brings: twice what the largest readable file takes."""
    work_bytes: int = 1_500_000_000
    """Memory for it, beside what the program itself takes."""
    work_result_bytes: int = 500_000_000
    """Size of what comes out of it."""
    workers: int = 2
    """Processes that read and place at once, for all visitors, and as many that weigh; others wait in line."""
    line: int = 40
    """Such work that may wait: each holds what it is on in memory, and after some minutes nobody waits any more."""


LIMITS = Limits()
