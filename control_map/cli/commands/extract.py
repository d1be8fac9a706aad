"""The command that reads a news text and drafts reports from it."""

import datetime as dt
import sys
from pathlib import Path
from typing import Annotated

import typer

from control_map.cli.app import app
from control_map.cli.options import DEFAULT_PACK, OutputFormat, OutputFormatOption, PackOption, parse_date_option
from control_map.cli.output import print_note, print_text, write_table
from control_map.core.errors import ControlMapError
from control_map.core.limits import LIMITS
from control_map.core.wording import format_count
from control_map.intake.articles.statements.extraction import extract_statements, statements_as_reports
from control_map.intake.tables.encoding import detect_encoding
from control_map.pipeline.pack import load_pack
from control_map.theatre import safe_write
from control_map.theatre.csv_writer import as_csv

STATEMENT_TABLE_COLUMNS = [
    "place_text",
    "province_text",
    "place_kind",
    "place_id",
    "claim",
    "actor",
    "claimant",
    "claimant_side",
]
STATEMENT_TABLE_COLUMNS += ["event_date", "date_precision", "area_scope", "number", "sentence"]
_LONGEST_SHOWN = 90
"""Characters of a sentence in a table for people."""


class ArticleError(ControlMapError):
    """A text cannot be read; the message says why, and what can be."""


@app.command(name="extract")
def draft_reports(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A text file, or - for what is piped in.")],
    published: Annotated[
        dt.date,
        typer.Option(
            "--published", parser=parse_date_option, metavar="DATE", help="The day of the text, as 2021-07-09."
        ),
    ],
    pack: PackOption = DEFAULT_PACK,
    format: OutputFormatOption = OutputFormat.TABLE,  # noqa: A002 - the name is the flag's
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="FILE.csv", help="Write the rows as reports, in the codebook's form, to correct."),
    ] = None,
    outlet: Annotated[str, typer.Option("--outlet", help="Where the text was published, for --to.")] = "",
    url: Annotated[str, typer.Option("--url", help="Its address, for --to.")] = "",
) -> None:
    """Find in a news text who is said to hold which place: a draft for you to correct, nothing is added to the pack."""
    if to and not outlet:
        message = "A report needs an origin. Say where the text was published, as --outlet Reuters."
        raise ArticleError(message)
    found = extract_statements(_read(file), published, load_pack(pack))
    if to:
        reports = as_csv(statements_as_reports(found, published, outlet, url))
        safe_write.replace_file(to, lambda path: path.write_text(reports, "utf-8"))
        rows = format_count(len(found), "row", "rows")
        print_text(f"{to} is written: {rows} to read against the text, correct, number and summarise.")
        if unsaid := int((found["claimant_side"] == "").sum()):
            rows = format_count(unsaid, "row does", "rows do")
            print_text(
                f"{rows} not say on whose side the claimant is: fill it in, or add the name to also in theatre.toml."
            )
        return
    shown = found.assign(
        sentence=[text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…" for text in found["sentence"]]
    )
    title = f"{format_count(len(found), 'statement', 'statements')}, for you to read against the text"
    write_table(shown[STATEMENT_TABLE_COLUMNS] if format == OutputFormat.TABLE else found, format, title)


def _read(file: str) -> str:
    """Read a text, in whichever encoding it is.

    Raises
    ------
    TextError
        If it is not there, too large, or no text.
    """
    enough = 4 * (LIMITS.article_characters + 2)  # bytes: no encoding takes more of them for a character
    try:
        with sys.stdin.buffer if file == "-" else Path(file).open("rb") as stream:
            data = stream.read(enough)
    except OSError as error:
        message = f"{file} cannot be read ({error.strerror}). Name a text file, or - to pipe the text in."
        raise ArticleError(message) from error
    encoding = detect_encoding(data)
    text = data.decode(encoding.name, errors="replace")
    if len(text) > LIMITS.article_characters:
        message = (
            f"{file} is longer than {LIMITS.article_characters:,} characters. Give one article at a time, as text."
        )
        raise ArticleError(message)
    if "\0" in text:
        message = f"{file} is no text: there are zero bytes in it. Save the article as plain text, in UTF-8."
        raise ArticleError(message)
    if encoding.guessed or "\ufffd" in text:
        print_note(f"Note: {file} was read as {encoding.title}; if letters are wrong, save it as UTF-8.")
    return text
