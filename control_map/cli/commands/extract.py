"""The command that drafts reports from a news text."""

import datetime as dt
import sys
from pathlib import Path
from typing import Annotated

import typer

from control_map.cli.app import command
from control_map.cli.guard import continue_with_limits
from control_map.cli.options import (
    DEFAULT_PACK,
    NoLimitsOption,
    OutputFormat,
    OutputFormatOption,
    PackOption,
    date_option,
)
from control_map.cli.output import print_note, print_text, write_table
from control_map.core.errors import ControlMapError
from control_map.core.limits import LIMITS
from control_map.core.wording import format_count
from control_map.intake.articles.statements.extraction import extract_statements, statements_as_reports
from control_map.intake.tables.encoding import detect_encoding
from control_map.pipeline.pack import load_pack
from control_map.theatre import safe_write
from control_map.theatre.csv_writer import as_csv

STATEMENT_TABLE_COLUMNS = "place_text province_text place_kind place_id claim actor claimant claimant_side".split()
STATEMENT_TABLE_COLUMNS += "event_date date_precision area_scope number sentence".split()
_LONGEST_SHOWN = 90
"""Characters of a sentence in a table for people."""


class ArticleError(ControlMapError):
    """A text cannot be read; the message says why, and which texts can be."""


@command(name="extract")
def draft_reports(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A text file, or - for what is piped in.")],
    published: Annotated[dt.date, date_option("--published", "The day of the text, as 2021-07-09.")],
    pack: PackOption = DEFAULT_PACK,
    format: OutputFormatOption = OutputFormat.TABLE,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="FILE.csv", help="Write the rows as reports, in the codebook's form, to correct."),
    ] = None,
    outlet: Annotated[str, typer.Option("--outlet", help="Where the text was published, for --to.")] = "",
    url: Annotated[str, typer.Option("--url", help="Its address, for --to.")] = "",
    no_limits: NoLimitsOption = False,
) -> None:
    """Find the statements of a news text on who holds which place: a draft to correct; nothing is added to the pack."""
    if to and not outlet:
        raise ArticleError("A report needs an origin. Say where the text was published, as --outlet Reuters.")
    continue_with_limits(unless=no_limits)
    found = extract_statements(_read(file), published, load_pack(pack))
    if to:
        reports = as_csv(statements_as_reports(found, published, outlet, url))
        safe_write.replace_file(to, lambda path: path.write_text(reports, "utf-8"))
        rows = format_count(len(found), "row", "rows")
        print_text(f"{to} is written: {rows} to read against the text, correct, number and summarise.")
        if missing := int((found["claimant_side"] == "").sum()):
            rows = format_count(missing, "row does", "rows do")
            fix = "fill it in, or add the name to also in theatre.toml"
            print_text(f"{rows} not say on whose side the claimant is: {fix}.")
        return
    shown = found.assign(
        sentence=[text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…" for text in found["sentence"]]
    )
    title = f"{format_count(len(found), 'statement', 'statements')}, for you to read against the text"
    write_table(shown if format == OutputFormat.TABLE else found, format, title, STATEMENT_TABLE_COLUMNS)


def _read(file: str) -> str:
    """Read a text in any encoding.

    Raises
    ------
    ArticleError
        If it is missing, too large, or not a text.
    """
    most_bytes = 4 * (LIMITS.article_characters + 2)  # no encoding takes more than four bytes for a character
    try:
        with sys.stdin.buffer if file == "-" else Path(file).open("rb") as stream:
            data = stream.read(most_bytes)
    except OSError as error:
        why = error.strerror
        raise ArticleError(f"{file} cannot be read ({why}). Name a text file, or - to pipe the text in.") from error
    encoding = detect_encoding(data)
    text = data.decode(encoding.name, errors="replace")
    if len(text) > LIMITS.article_characters:
        size = f"{LIMITS.article_characters:,} characters"
        raise ArticleError(f"{file} is longer than {size}. Give one article at a time, as text.")
    if "\0" in text:
        raise ArticleError(f"{file} is not text: it contains zero bytes. Save the article as plain text, in UTF-8.")
    if encoding.guessed or "\ufffd" in text:
        print_note(f"Note: {file} was read as {encoding.described}; if characters are wrong, save it as UTF-8.")
    return text
