"""Streamlit shows escaped text as it is: no markup of Markdown, and none that its page looks for in finished text."""

import random

from playwright.sync_api import Browser, expect

from tests.support.running import running_app

KINDS = [
    *("![i](http://evil.test/i.png)", "[a](http://evil.test/)", "<img src=http://evil.test/i.png>", "<b>b</b>"),
    *("https://evil.test/a", "HTTP://EVIL.TEST", "www.evil.test", "<http://evil.test>", "a@evil.test", "mailto:a@b.cc"),
    *(":material/home:", ":material_home:", ":streamlit:", ":smile:", ":+1:", ":red[x]", ":red-background[x]"),
    *(":small[x]", ":help[x]", ":color[x]{foreground=red}", "::x", "$x^2$", "$$x$$", "`x`", "```x```"),
    *("~~x~~", "**x**", "_x_", "__x__", "*", "***", "---", "===", "- x", "+ x", "1. x", "1) x", "# x", "> x"),
    *("[^1]", "[x]: http://evil.test", "[x][y]", "| a | b |", "    x", "a\n\n- b", "a\\", "\\*", "&lt;b&gt;", "&#58;x"),
    *("-> <- <-> -- >= <= ~=", "Qala-e-Naw (north) 12:30, place_text!", "!\\[i](http://evil.test/i.png)"),
]
ATOMS = [*"\\`*_{}[]()<>#+-.!|~:$&@=/^\"' \ta1", "www.", "http://", "e.test", ":red[", "![", "](http://e.test/i.png)"]
_draw = random.Random(1)
TEXTS = KINDS + ["x" + "".join(_draw.choices(ATOMS, k=_draw.randint(1, 9))) for _ in range(20)]


def test_every_kind_of_markup_is_shown_as_the_text_that_it_is(browser: Browser):
    with running_app("tests/browser/markdown_page.py") as (port, _):
        page = browser.new_page()
        foreign: list[str] = []
        page.on("request", lambda request: None if "127.0.0.1" in request.url else foreign.append(request.url))
        page.goto(f"http://127.0.0.1:{port}")
        # Streamlit fetches the scripts of each kind of input when it first shows one.
        expect(page.get_by_test_id("stMarkdownContainer")).to_have_count(4 * len(TEXTS), timeout=60_000)
        shown = page.evaluate(
            """count => [...Array(count).keys()].map(number => {
                const place = document.querySelector(`.st-key-text-${number}`);
                const parts = [...place.querySelectorAll('[data-testid=stMarkdownContainer]')];
                const tags = parts.flatMap(part => [...part.querySelectorAll('*')].map(each => each.tagName));
                return [parts.map(part => part.innerText.replaceAll('\\u2060', '')), [...new Set(tags)].sort()];
            })""",
            len(TEXTS),
        )
        page.close()
    for text, (parts, tags) in zip(TEXTS, shown, strict=True):
        line = " ".join(text.split())
        assert set(parts) - {"Options"} == {line, f"{line}: {line}."}, text
        assert tags == ["P", "STRONG"], text
    assert [address for address in foreign if not address.startswith(("data:", "blob:"))] == []
