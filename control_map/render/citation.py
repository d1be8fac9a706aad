"""How a view is cited: as a line of text, and as an entry of a bibliography."""

import datetime as dt
import hashlib
import re

from control_map.core.sanitize import sanitize_line
from control_map.core.wording import format_date
from control_map.render.provenance import SOFTWARE, Provenance

_LATEX = {
    "\\": r"\textbackslash{}",
    # BibTeX counts braces whether or not a backslash goes before them: these names have no unpaired one.
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
_NOT_IN_AN_ADDRESS = re.compile(r"[^!-~]|[{}\\\"<>^`|]")


def format_citation(provenance: Provenance, link: str) -> str:
    """Return a citation as plain text: what, of which day, by which rule, from which reports, where, and whose work.

    `link` leads to the view; empty if it has no address.
    """
    works = _works(provenance)
    sentences = [
        f"{SOFTWARE}: {_title(provenance)}",
        _conditions(provenance),
        works and f"With work of others: {works}",
    ]
    first, *others = [f"{_line(sentence)}." for sentence in sentences if sentence]
    return " ".join(filter(None, [first, others[0], _address(link), *others[1:]]))


def format_bibtex(provenance: Provenance, link: str, accessed: dt.date) -> str:
    """Return a citation as an entry of BibTeX, in UTF-8.

    The key is the same whenever the same view is cited, and another one for any other view. `accessed` is the day of
    the citation, which is also that of its year: a view is made when it is asked for.
    """
    note = f"{_conditions(provenance)}. Accessed {accessed.isoformat()}"
    fields = {
        "author": f"{{{_latex(SOFTWARE)}}}",
        "title": f"{{{_latex(_title(provenance))}}}",
        "year": f"{accessed.year:04}",
        "howpublished": f"\\url{{{_address(link)}}}" if link else "",
        "note": _latex(note),
        "annote": _latex(_works(provenance)),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{citation_key(provenance)},", ",\n".join(lines), "}"])


def citation_key(provenance: Provenance) -> str:
    """Return the key of a view among the works cited: its theatre and day, and a hash of all that it rests on."""
    slug = re.sub(r"[^a-z0-9]+", "-", provenance.theatre.casefold()).strip("-") or "theatre"
    digest = hashlib.sha256(repr(sorted(provenance.facts().items())).encode()).hexdigest()
    return f"{slug}-{provenance.date.isoformat()}-{digest[:8]}"


def _title(provenance: Provenance) -> str:
    where = ", ".join(filter(None, [provenance.theatre, provenance.province]))
    return f"{where}: who held what on {format_date(provenance.date, year=True)}" + (
        f", and what changed since {format_date(provenance.since, year=True)}" if provenance.since else ""
    )


def _works(provenance: Provenance) -> str:
    return "; ".join(f"{credit.what}: {credit.who} ({credit.licence})" for credit in provenance.credits)


def _conditions(provenance: Provenance) -> str:
    known = (
        f"reports published by {format_date(provenance.known_on, year=True)}"
        if provenance.known_on
        else "reports published at any time"
    )
    added = f"; with {provenance.addition}" if provenance.added else ""
    return f"Rule: {provenance.rule}; {known}; data {provenance.fingerprint}{added}"


def _address(link: str) -> str:
    """Percent-encode what would end an address, or a field of BibTeX."""
    return _NOT_IN_AN_ADDRESS.sub(
        lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode(errors="replace")), link
    )


def _line(words: str) -> str:
    return sanitize_line(" ".join(words.split())).rstrip(".")


def _latex(words: str) -> str:
    return "".join(_LATEX.get(letter, letter) for letter in _line(words))
