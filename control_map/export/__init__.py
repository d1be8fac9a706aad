"""Files for other programs: what a view says, in the formats of maps, tables and databases.

Each file carries what it rests on (`provenance`), so that it can be cited without the page that it came from.
"""

from control_map.export.formats import FORMATS, Format, format_of
from control_map.export.tables import What, evidence, status, timeline
from control_map.export.writing import file_name, to_bytes, write

__all__ = [
    "FORMATS",
    "Format",
    "What",
    "evidence",
    "file_name",
    "format_of",
    "status",
    "timeline",
    "to_bytes",
    "write",
]
