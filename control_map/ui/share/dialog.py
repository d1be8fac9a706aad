"""The Share dialogue: all that one takes away of the view on screen; a part that is not open costs nothing."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace

import streamlit as st

from control_map.core.wording import format_date
from control_map.render import citation
from control_map.render.provenance import Provenance
from control_map.ui import html
from control_map.ui.auth import sign_in
from control_map.ui.failures import contain_failures
from control_map.ui.server.base_path import base_path
from control_map.ui.share import CARD, EMBED, files, film
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
        place=selection.place_name,
        province=selection.province_name,
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
    link = selection.link()
    # A card for each link is made for all: not where only those who have signed in may see the map.
    card = "" if sign_in.is_private_deployment() else f"{base_path()}{CARD}?{link.partition('?')[2]}"
    html.show_template("share_link.html", link=link, card=card)


def _show_embedding(selection: Selection) -> None:
    """Show the code that shows the map in a page of another site."""
    # The code of the page for frames: only who wants to embed the map needs it.
    from control_map.ui.share import embed  # noqa: PLC0415

    if sign_in.is_private_deployment():
        html.show_template("cite.html", note="This map is private: no page of another site can show it.")
        return
    with st.container(horizontal=True):
        has_controls = st.checkbox("With controls", value=True, key=session.EMBED_CONTROLS_KEY)
        fits = st.checkbox("Fit the height by a script", key=session.EMBED_FITS_KEY)
    themes = {"": "As the reader's device", "light": "Light", "dark": "Dark"}
    theme = st.segmented_control(
        "Colours", list(themes), default="", required=True, key=session.EMBED_THEME_KEY, format_func=themes.__getitem__
    )
    page, _, view = selection.link().partition("?")
    own = ["" if has_controls else f"{embed.CONTROLS}=off", f"{embed.THEME}={theme}" if theme else ""]
    address = f"{page.rstrip('/')}/{EMBED}?{'&'.join(filter(None, [view, *own]))}"
    shown = _provenance(selection)
    code = embed.write_code(
        address, citation.name_view(replace(shown, province=selection.place_name or shown.province))
    )
    html.show_template(
        "copy.html",
        label="Code to embed this view",
        text=code + (embed.RESIZING_SCRIPT if fits else ""),
        lines=7,
        button="Copy code",
    )
    script = "its script fits the height; without it the map is shown all the same" if fits else "it needs no script"
    html.show_template(
        "cite.html",
        note=f"Paste it where your site takes HTML; {script}. Sites that know oEmbed need only the link.",
    )


def _show_citation(selection: Selection) -> None:
    link = selection.link()
    provenance = _provenance(selection)
    today = dt.datetime.now(dt.UTC).date()
    texts = {
        "In one line": (citation.format_short_citation(provenance, link, today), 3),
        "With the rule and the data": (citation.format_citation(provenance, link, today), 4),
        "For a bibliography (BibTeX)": (citation.format_bibtex(provenance, link, today), 9),
        "Work of others that the map shows": (citation.format_credits(provenance), 6),
    }
    for title, (text, lines) in texts.items():
        html.show_template("copy.html", title=title, label=title, text=text, lines=lines, button="Copy")


def _provenance(selection: Selection) -> Provenance:
    return Provenance.of(selection.view, selection.date, selection.since, selection.province_id)


PARTS: Mapping[str, Callable[[Selection], object]] = {
    "Link": _show_link,
    "Picture": files.offer_pictures,
    "Film": film.offer_film,
    "Embed": _show_embedding,
    "Data": files.offer_data,
    "Brief": files.offer_brief,
    "Cite": _show_citation,
}
"""What shows each part of the dialogue, by its name."""
_OF_ADDRESS = ("Link", "Embed")
"""The parts that need an address that others can open."""
