"""What assistive technology gets of a page: the text of the mathematics, and nothing beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

import derivtex

from .browser import Browser

in_each_version = pytest.mark.parametrize("mathjax", [4, 3])

OLS = r"""X \in \R^{m \times n}
L = \|Xw - y\|^2
\frac{\partial L}{\partial w} = 0
"""


@in_each_version
def test_blocks_are_text(browser: Browser, showcase: Path, mathjax: int) -> None:
    page = browser.open(showcase, "guide.html", mathjax=mathjax)
    heard = page.spoken(".derivation-block")
    text = derivtex.derive(OLS).text(reasons=True).partition("\n\nassuming")[0]
    said = [name for role, name in heard if role == "StaticText"]
    assert said[:2] == ["(1.1)", "¶"]
    assert "\n".join(said[2:]) == text


@in_each_version
def test_inline_mathematics_is_text(browser: Browser, showcase: Path, mathjax: int) -> None:
    page = browser.open(showcase, "guide.html", mathjax=mathjax)
    heard = page.spoken(".derivation-givens")
    assert [(role, name) for role, name in heard if role != "InlineTextBox"] == [
        ("StaticText", "Given "),
        ("image", "X ∈ ℝᵐˣⁿ"),
        ("StaticText", ", "),
        ("image", "w ∈ ℝⁿ"),
        ("StaticText", " and "),
        ("image", "y ∈ ℝᵐ"),
        ("StaticText", "."),
    ]


#: Where the Tab key leads, and whether that is hidden from assistive technology.
STOP = """() => {
    const at = document.activeElement;
    return at.closest("[aria-hidden=true]") ? at.outerHTML.slice(0, 200) : null;
}"""


@in_each_version
@pytest.mark.parametrize("url", ["guide.html", "options.html"])
def test_the_keyboard_leads_to_nothing_hidden(
    browser: Browser, showcase: Path, url: str, mathjax: int
) -> None:
    page = browser.open(showcase, url, mathjax=mathjax)
    stops = []
    for _stop in range(60):
        page.press("Tab")
        stops.append(page.evaluate(STOP))
    assert [stop for stop in stops if stop] == []
