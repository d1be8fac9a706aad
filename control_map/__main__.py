"""`python -m control_map`."""

from control_map.cli.main import main

main()
