"""A user's own reports in the browser: dropped, marked on the map, read, corrected, and removed."""

import urllib.error
import urllib.request

from playwright.sync_api import Browser, Frame, Page, expect

from tests.browser.driving import BOARD, click, hover, legend, look_at, map_frame, panel

NIRKH = "AF0402"
YOURS = "districts on added reports"
TABLE = """date,district,province,status,party,claimant,side
2021-07-03,Nirkh,Wardak,captured,taliban,a <b>heron</b>,independent
2021-07-04,Balkh,Balkh,captured,taliban,a heron,independent
2021-07-05,Zzz,Balkh,captured,taliban,a heron,independent
"""


def is_edged(frame: Frame, place: str) -> bool:
    """Whether a polygon has the band of the visitor's own along its edge."""
    return frame.evaluate(
        f"""id => {{
            {BOARD}
            const pen = canvas.fills, place = theatre.byId.get(id), {{pixels}} = canvas;
            const [a, b] = [place.box.min, place.box.max].map(corner => canvas.toPixels(corner).multiplyBy(pixels));
            const {{data}} = pen.getImageData(a.x, a.y, b.x - a.x, b.y - a.y);
            let found = 0;
            for (let at = 0; at < data.length; at += 4) {{
                found += data[at] === 0x7a && data[at + 1] === 0x2f && data[at + 2] === 0xb0;
            }}
            return found > 20;
        }}""",
        place,
    )


def status_of(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def test_own_reports_are_added_shown_corrected_and_removed_and_no_other_session_has_them(
    page: Page, frame: Frame, browser: Browser, address: str, axe: str
):
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url) if "timeline-" in request.url else None)
    assert YOURS not in legend(frame)

    page.get_by_role("button", name="Add reports").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "herons.csv", "mimeType": "text/csv", "buffer": TABLE.encode()}
    )
    page.get_by_role("button", name="Show on the map").wait_for()
    assert serious(page, axe) == []
    page.get_by_role("button", name="Show on the map").click()
    expect(page.get_by_text("2 of 3 reports located: 2 on a place. 1 set aside")).to_be_visible()
    frame.wait_for_function(
        "() => [...document.querySelectorAll('.cm-legend tr')].some(row => row.textContent.includes('added reports'))"
    )
    assert legend(frame)[YOURS] == 2
    assert serious(page, axe) == []

    page.get_by_role("combobox", name="The place of Zzz").click()
    page.get_by_role("option", name="Dehdadi, Balkh").click()
    expect(page.get_by_text("3 of 3 reports located: 3 on a place.")).to_be_visible()
    page.get_by_role("button", name="Show on the map").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    frame.wait_for_function("() => controlMap.boards[0].legend.counts.get('user_supplied')?.textContent === '3'")

    look_at(frame, NIRKH, 9)
    assert is_edged(frame, NIRKH)
    expect(hover(page, frame, NIRKH)).to_contain_text("on an added report")
    click(page, frame, NIRKH)
    expect(panel(page)).to_contain_text("Your report: herons.csv, row 2")
    expect(panel(page)).to_contain_text("a <b>heron</b>")

    context = browser.new_context()
    other = context.new_page()
    other.goto(address)
    assert YOURS not in legend(map_frame(other))
    assert "heron" not in other.content()
    context.close()

    own = fetched[-1]
    assert page.request.get(own).status == 200
    assert status_of(own) == 404, "another browser has another name"
    page.get_by_role("button", name="Your reports").click()
    page.get_by_role("button", name="Remove all").click()
    page.get_by_role("button", name="Yes, remove the table").click()
    frame.wait_for_function("() => !controlMap.boards[0].legend.counts.has('user_supplied')")
    assert not is_edged(frame, NIRKH)
    assert page.request.get(own).status == 404


def serious(page: Page, axe: str) -> list[str]:
    """Return the serious and critical faults of the page, as axe-core finds them."""
    page.wait_for_timeout(400)  # the panel comes in by and by, and half of it has half of its contrast
    page.evaluate(f"if (!window.axe) {{ {axe} }}; null")
    found = page.evaluate(
        "axe.run(document, {resultTypes: ['violations'], iframes: false}).then(({violations}) => violations)"
    )
    return [
        f"{fault['id']}: {node['html'][:200]} {node['failureSummary']}"
        for fault in found
        for node in fault["nodes"]
        if fault["impact"] in ("serious", "critical")
    ]
