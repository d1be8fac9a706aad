"""The map without a server: one HTML file that holds all it needs, or a folder of files for any web host.

Both show the live map, and the dossier of every place on every day, under one rule.
"""

from control_map.site.page import standalone
from control_map.site.publish import ALONE, publish, write

__all__ = ["ALONE", "publish", "standalone", "write"]
