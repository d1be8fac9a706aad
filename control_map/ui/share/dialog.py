"""The Share dialogue: all that one takes away of the view on screen; a part that is not open costs nothing."""

import datetime as dt
from collections.abc import Callable, Mapping

import streamlit as st

from control_map.core.wording import format_date
from control_map.render import citation
from control_map.render.provenance import Provenance
from control_map.ui import html
from control_map.ui.auth import sign_in
from control_map.ui.failures import contain_failures
from control_map.ui.share import files
from control_map.ui.state import session
from control_map.ui.state.cache import has_user_reports, is_private_theatre
from control_map.ui.state.selection import Selection


def show_share_button(select: Callable[[], Selection]) -> None:
    """Show the button that opens the dialogue; `select` returns what the user is looking at."""
    if st.button("Share", key="share"):
        _show_dialog(select)


@st.dialog("Share this view", width="medium")
@contain_failures("The Share dialogue")
def _show_dialog(select: Callable[[], Selection]) -> None:
    sign_in.recheck_access()
    selection = select()
    html.show_template(
        "share.html",
        day=f"{selection.date:%A}, {format_date(selection.date, year=True)}",
        since=selection.since,
        province=selection.pack.theatre.province_names.get(selection.province_id, ""),
        rule=selection.view.rule.label,
        known_on=selection.view.known_on,
        has_own=has_user_reports(selection.view) and not is_private_theatre(selection.pack),
    )
    # A link to a map that the visitor has made opens it for nobody.
    parts = [name for name in PARTS if name not in _OF_ADDRESS or not is_private_theatre(selection.pack)]
    for name, tab in zip(parts, st.tabs(parts, key=session.SHARE_PART_KEY, on_change="rerun"), strict=True):
        if tab.open:
            with tab, contain_failures(f"The part \u201c{name}\u201d"):
                PARTS[name](selection)


def _show_link(selection: Selection) -> None:
    html.show_template("share_link.html", link=selection.link())


def _show_citation(selection: Selection) -> None:
    link = selection.link()
    provenance = Provenance.of(selection.view, selection.date, selection.since, selection.province_id)
    html.show_template("cite.html", title="In one line")
    st.code(citation.format_short_citation(provenance, link), language=None, wrap_lines=True)
    html.show_template("cite.html", title="With rule, data and sources")
    st.code(citation.format_citation(provenance, link), language=None, wrap_lines=True)
    html.show_template("cite.html", title="For a bibliography (BibTeX)")
    today = dt.datetime.now(dt.UTC).date()
    st.code(citation.format_bibtex(provenance, link, today), language="bibtex", wrap_lines=True)


PARTS: Mapping[str, Callable[[Selection], object]] = {
    "Link": _show_link,
    "Picture": files.offer_pictures,
    "Data": files.offer_data,
    "Brief": files.offer_brief,
    "Cite": _show_citation,
}
"""What shows each part of the dialogue, by its name."""
_OF_ADDRESS = ("Link",)
"""The parts that need an address that others can open."""
