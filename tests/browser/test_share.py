"""The Share dialogue, used by keyboard: it copies the link of the view, which is dated."""

import re
from itertools import pairwise

from playwright.sync_api import Page, expect

from control_map.ui.share.dialog import PARTS
from tests.browser.driving import map_frame


def test_the_dialogue_opens_and_closes_by_keyboard_and_copies_the_link(page: Page, address: str):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    map_frame(page)
    page.get_by_role("button", name="Share").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Copy link").press("Enter")
    expect(dialog.get_by_role("button", name="Copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == dialog.get_by_label("Link to this view").input_value()
    assert link.startswith(f"{address}/?date=2021-")
    card = dialog.get_by_role("img")
    card.scroll_into_view_if_needed()
    page.wait_for_function("image => image.naturalWidth === 1200", arg=card.element_handle(), timeout=60_000)
    parts = list(PARTS)
    for part, following in pairwise(parts[: parts.index("Embed") + 1]):
        dialog.get_by_role("tab", name=part, exact=True).press("ArrowRight")
        expect(dialog.get_by_role("tab", name=following, exact=True)).to_have_attribute("aria-selected", "true")
    expect(dialog.get_by_label("Code to embed this view")).to_have_value(re.compile("<iframe src="))
    dialog.get_by_role("button", name="Copy code").click()
    expect(dialog.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith("<iframe src=")
    expect(page.locator(".stApp")).to_have_attribute("data-test-script-state", "notRunning")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
