"""The options of commands that weigh reports, and the first step of these commands: the pack is read and weighed."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from control_map.cli.commands.add import add_table, describe_waiting
from control_map.cli.guard import continue_with_limits
from control_map.cli.options import (
    DEFAULT_PACK,
    KnownOnOption,
    NoLimitsOption,
    PackOption,
    ReportFilesOption,
    RuleOption,
    SettingsOption,
)
from control_map.cli.output import print_note, show_progress
from control_map.core.rules import adjust, read_settings
from control_map.intake.reading import TableChoices
from control_map.pipeline.pack import Pack, load_pack
from control_map.pipeline.view import View, apply_rule


@dataclass(frozen=True, kw_only=True)
class PackOptions:
    """The options of a command that weighs the reports under all rules."""

    known_on: KnownOnOption = None
    pack: PackOption = DEFAULT_PACK
    reports: ReportFilesOption = None
    no_limits: NoLimitsOption = False

    def load_pack(self, date: dt.date | None = None) -> Pack:
        """Read the pack and add the user's reports; note if the date is outside the period."""
        return _read(self.pack, self.reports, date, no_limits=self.no_limits)


@dataclass(frozen=True, kw_only=True)
class RuleOptions:
    """The options of a command that weighs the reports under one rule."""

    rule: RuleOption = None
    known_on: KnownOnOption = None
    settings: SettingsOption = None
    pack: PackOption = DEFAULT_PACK
    reports: ReportFilesOption = None
    no_limits: NoLimitsOption = False

    def load_view(self, date: dt.date | None = None) -> View:
        """Read the pack, add the user's reports and weigh all; note if the date is outside the period."""
        changes = read_settings(self.settings or [])
        pack = _read(self.pack, self.reports, date, no_limits=self.no_limits)
        return apply_rule(pack, adjust(pack.rule(self.rule), changes), self.known_on, progress=show_progress)


def _read(folder: Path, reports: list[Path] | None, date: dt.date | None, *, no_limits: bool) -> Pack:
    if reports:
        continue_with_limits(unless=no_limits)
    pack = load_pack(folder)
    if date is not None and (note := pack.theatre.describe_outside(date)):
        print_note(f"Note: {note}")
    for file in reports or []:
        added = add_table(pack, file, TableChoices())
        pack = added.pack
        print_note(f"{file.name}: {' '.join(added.outcome.sentences)}")
        if speakers := [speaker.word for speaker in added.unknown_speakers]:
            print_note(f"{file.name}: {describe_waiting(speakers)} Give the side in a column claimant_side.")
        if added.outcome.set_aside:
            print_note(f"The command add {file} lists the rows that were set aside and the values that were assumed.")
    return pack
