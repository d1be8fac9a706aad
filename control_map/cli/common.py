"""What every command that weighs reports can be asked, and what it then begins with: a pack read, and weighed."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from control_map.cli.commands.bringing import TableOptions, add_table
from control_map.cli.options import (
    DEFAULT_PACK,
    KnownOnOption,
    PackOption,
    ReportFilesOption,
    RuleOption,
    SettingsOption,
)
from control_map.cli.output import print_note, show_progress
from control_map.core.rules import adjust, read_settings
from control_map.pipeline.pack import Pack, load_pack
from control_map.pipeline.view import View, apply_rule


@dataclass(frozen=True, kw_only=True)
class PackOptions:
    """What can be asked of a command that weighs under all rules at once."""

    known_on: KnownOnOption = None
    pack: PackOption = DEFAULT_PACK
    reports: ReportFilesOption = None

    def read(self, date: dt.date | None = None) -> Pack:
        """Read the pack and add the reports; say so if the date asked for is outside its period."""
        return _read(self.pack, self.reports, date)


@dataclass(frozen=True, kw_only=True)
class RuleOptions:
    """What can be asked of a command that weighs under one rule."""

    rule: RuleOption = None
    known_on: KnownOnOption = None
    settings: SettingsOption = None
    pack: PackOption = DEFAULT_PACK
    reports: ReportFilesOption = None

    def view(self, date: dt.date | None = None) -> View:
        """Read the pack, add the reports and weigh all; say so if the date asked for is outside its period."""
        changes = read_settings(self.settings or [])
        pack = _read(self.pack, self.reports, date)
        return apply_rule(pack, adjust(pack.rule(self.rule), changes), self.known_on, progress=show_progress)


def _read(folder: Path, reports: list[Path] | None, date: dt.date | None) -> Pack:
    pack = load_pack(folder)
    start, end = pack.theatre.period_start, pack.theatre.period_end
    if date is not None and not start <= date <= end:
        print_note(
            f"Note: {date} is outside the period of {pack.theatre.title}, {start} to {end}; reports are few there."
        )
    for file in reports or []:
        brought = add_table(pack, file, TableOptions())
        pack = brought.pack
        print_note(f"{file.name}: {' '.join(brought.outcome.sentences)}")
        if brought.outcome.set_aside:
            print_note(f"The command add {file} lists those set aside, and what was supposed.")
    return pack
