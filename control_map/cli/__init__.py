"""The command line: `python -m control_map COMMAND`; `--help` lists the commands."""
