"""Tables in the page's own HTML, read as a browser reads them: it lets many tags stay open."""

from html.parser import HTMLParser


class _Tables(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []

    def handle_starttag(self, tag, attrs):  # noqa: ARG002 - as the parser calls it
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            if not self.tables[-1]:
                self.tables[-1].append([])
            self.tables[-1][-1].append("")
        elif tag == "em" and self.tables and self.tables[-1]:
            self.tables[-1][-1][-1] += " "

    def handle_data(self, data):
        if self.tables and self.tables[-1] and self.tables[-1][-1]:
            self.tables[-1][-1][-1] += data


def tables(html: str) -> list[list[list[str]]]:
    """Return the tables of a piece of HTML as rows of cells of text."""
    parser = _Tables()
    parser.feed(html)
    return [[[" ".join(cell.split()) for cell in row] for row in table] for table in parser.tables]
