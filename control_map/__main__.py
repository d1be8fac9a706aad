"""`python -m control_map`."""

from control_map.cli import main

main()
