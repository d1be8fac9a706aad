"""The commands for keys, with which programs read the API of a private deployment."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from control_map.api import keys
from control_map.cli.app import app
from control_map.cli.options import OutputFormat, OutputFormatOption, date_option
from control_map.cli.output import print_note, print_text, write_table, write_text
from control_map.core.errors import UnknownNameError
from control_map.theatre.discovery import PACKS_VARIABLE, folders_by_name

KeysOption = Annotated[
    Path,
    typer.Option("--keys", metavar="FILE", envvar=keys.KEYS_VARIABLE, help="The file of keys, as the server has it."),
]
_group = typer.Typer(no_args_is_help=True, help="Make, list and revoke keys to the API of a private deployment.")
app.add_typer(_group, name="api-key")


@_group.command(name="add")
def add_key(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Who or what gets the key.")],
    file: KeysOption,
    theatre: Annotated[
        list[str] | None, typer.Option("--theatre", metavar="ID", help="A theatre that the key opens; repeatable.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="It opens all theatres, also those that are added later.")
    ] = False,
    expires: Annotated[dt.date | None, date_option("--expires", "The last day on which it opens them, in UTC.")] = None,
) -> None:
    """Make a key, and write it to the output: it is shown this once, and the file keeps its hash alone.

    A running server takes it at once. A program sends it as the header `Authorization: Bearer KEY`.
    """
    if bool(theatre) == every:
        raise typer.BadParameter("Say which theatres the key opens: with --theatre, repeatable, or all with --all.")
    if not name.strip():
        raise typer.BadParameter("Name who or what gets the key.", param_hint="NAME")
    if expires and expires < keys.utc_today():
        raise typer.BadParameter(f"{expires} is over. Give today or a later day.", param_hint="--expires")
    known = folders_by_name()
    for each in theatre or []:
        if each not in known:
            print_note(f"Set {PACKS_VARIABLE} as for the server.")
            raise UnknownNameError("theatre", each, list(known), complete=True)
    text, key = keys.add_key(file, name.strip(), theatre or keys.ALL, expires)
    write_text(f"{text}\n")
    until = f" until {key.expires}" if key.expires else ""
    print_note(f"This key is not shown again. It opens {_name_theatres(key)}{until}; its id is {key.id}.")


@_group.command(name="list")
def list_keys(file: KeysOption, format: OutputFormatOption = OutputFormat.TABLE) -> None:
    """List the keys: who has each, which theatres it opens, and until when."""
    today = keys.utc_today()
    rows = [
        {
            "id": key.id,
            "name": key.name,
            "theatres": _name_theatres(key),
            "created": key.created,
            "expires": key.expires,
            "is_valid": not key.has_expired(today),
        }
        for key in keys.read_keys(file)
    ]
    table = pd.DataFrame(rows, columns="id name theatres created expires is_valid".split())
    write_table(table, format, "Keys to the API")


@_group.command(name="revoke")
def revoke_key(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="The last eight characters of the key.")], file: KeysOption
) -> None:
    """Revoke a key: a running server refuses it at once."""
    key = keys.revoke_key(file, key_id)
    print_text(f"The key {key.id} ({key.name}) is revoked.")


def _name_theatres(key: keys.ApiKey) -> str:
    return "all theatres" if key.theatres == keys.ALL else ", ".join(key.theatres)
