"""A citation of a view: as a line of text, in the form of APA, and as a BibTeX entry."""

import datetime as dt
import hashlib
import re

from control_map.core.sanitize import sanitize_line
from control_map.core.wording import format_date
from control_map.render.provenance import SOFTWARE, Provenance

_LATEX = {
    "\\": r"\textbackslash{}",
    # BibTeX counts braces even after a backslash: these commands contain no brace that is not paired.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}
_UNSAFE_IN_ADDRESS = re.compile(r"[^!-~]|[{}\\\"<>^`|]")


def format_citation(provenance: Provenance, link: str, accessed: dt.date) -> str:
    """Return a citation as plain text, in the form of APA: the theatre and day, the rule and reports, and the link.

    `link` is the address of the view; empty if it has none. `accessed` is the day of the citation, and its year that of
    the view, which is computed when it is opened.
    """
    named, rests = _line(name_view(provenance)), _line(_conditions(provenance))
    return f"{SOFTWARE}. ({accessed.year:04}). {named} [Interactive map. {rests}]. {_access(link, accessed)}"


def format_short_citation(provenance: Provenance, link: str, accessed: dt.date) -> str:
    """Return a citation in one line: the theatre and day, and the link, under which the rest can be read."""
    return f"{SOFTWARE}. {_line(name_view(provenance))}. {_access(link, accessed)}"


def format_credits(provenance: Provenance) -> str:
    """Return the work of others that a view shows, a line for each, with whose it is and its licence."""
    return "\n".join(map(_line, _list_credits(provenance)))


def format_bibtex(provenance: Provenance, link: str, accessed: dt.date) -> str:
    """Return a citation as a BibTeX entry, in UTF-8.

    The same view always has the same key, and another view another key. `accessed` is the day of the citation. The year
    of the entry is that of `accessed` too, because a view is computed when it is opened.
    """
    note = f"{_conditions(provenance)}. Accessed {accessed.isoformat()}"
    fields = {
        "author": f"{{{_latex(SOFTWARE)}}}",
        "title": f"{{{_latex(name_view(provenance))}}}",
        "year": f"{accessed.year:04}",
        "howpublished": f"\\url{{{_address(link)}}}" if link else "",
        "note": _latex(note),
        "annote": _latex("; ".join(_list_credits(provenance))),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{citation_key(provenance)},", ",\n".join(lines), "}"])


def citation_key(provenance: Provenance) -> str:
    """Return the BibTeX key of a view: its theatre and day, and a hash of its provenance."""
    slug = re.sub(r"[^a-z0-9]+", "-", provenance.theatre.casefold()).strip("-") or "theatre"
    digest = hashlib.sha256(repr(sorted(provenance.facts().items())).encode()).hexdigest()
    return f"{slug}-{provenance.date.isoformat()}-{digest[:8]}"


def name_view(provenance: Provenance) -> str:
    """Return what a view shows, in one line: the theatre, the province, the day, and the day compared with."""
    where = ", ".join(filter(None, [provenance.theatre, provenance.province]))
    return f"{where}: who held what on {format_date(provenance.date, year=True)}" + (
        f", and what changed since {format_date(provenance.since, year=True)}" if provenance.since else ""
    )


def _list_credits(provenance: Provenance) -> list[str]:
    return [f"{credit.what}: {credit.who} ({credit.licence})" for credit in provenance.credits]


def _access(link: str, accessed: dt.date) -> str:
    """Say when a view was opened, and where: an address ends the line, with no full stop to be taken for its own."""
    day = f"Accessed {format_date(accessed, year=True)}"
    return f"{day}, {_address(link)}" if link else f"{day}."


def _conditions(provenance: Provenance) -> str:
    published = f"by {format_date(provenance.known_on, year=True)}" if provenance.known_on else "at any time"
    added = f"; with {provenance.added_in_words}" if provenance.added_count else ""
    return f"Rule: {provenance.rule}; reports published {published}; data {provenance.fingerprint}{added}"


def _address(link: str) -> str:
    """Percent-encode the characters that would end an address, or a field of BibTeX."""
    return _UNSAFE_IN_ADDRESS.sub(
        lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode(errors="replace")), link
    )


def _line(text: str) -> str:
    return sanitize_line(" ".join(text.split())).rstrip(".")


def _latex(text: str) -> str:
    return "".join(_LATEX.get(character, character) for character in _line(text))
