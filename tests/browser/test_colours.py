"""What is written can be read, in a light and in a dark theme."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from .browser import Browser

#: What the Web Content Accessibility Guidelines ask of text.
CONTRAST = 4.5

#: The contrast of each colour of text in derivations with what is behind it.
COLOURS = """() => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const channels = (colour) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const luminance = (colour) => {
        const [r, g, b] = channels(colour).map((value) => {
            const part = value / 255;
            return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (element) => {
        for (; element; element = element.parentElement) {
            const colour = getComputedStyle(element).backgroundColor;
            if (channels(colour)[3] === 255) return colour;
        }
        return "white";
    };
    const written = (element) =>
        element.tagName === "MJX-C" ||
        [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const found = {};
    for (const element of document.querySelectorAll(".derivation *")) {
        if (!written(element) || element.closest(".derivation-spoken, mjx-assistive-mml")) continue;
        const colours = [getComputedStyle(element).color, behind(element)];
        const [dark, light] = colours.map(luminance).sort((a, b) => a - b);
        found[colours.join(" on ")] = (light + 0.05) / (dark + 0.05);
    }
    return found;
}"""

MISTAKE = """Title
=====

.. derivation:: A mistake

   L = \\frac{1}}
"""


@pytest.fixture(scope="module")
def mistake(tmp_path_factory: pytest.TempPathFactory, sphinx_build: Callable[..., Path]) -> Path:
    """A page with a derivation that cannot be read."""
    source = tmp_path_factory.mktemp("mistake")
    (source / "index.rst").write_text(MISTAKE, encoding="utf-8")
    (source / "conf.py").write_text(
        'extensions = ["derivtex_sphinx"]\nhtml_theme = "furo"\nproject = "p"\n', encoding="utf-8"
    )
    return sphinx_build(source, "html")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("site", "url", "colours"),
    [("showcase", "guide.html", 2), ("showcase", "options.html", 4), ("mistake", "index.html", 2)],
)
def test_contrast(
    browser: Browser, request: pytest.FixtureRequest, site: str, url: str, colours: int, dark: bool
) -> None:
    page = browser.open(request.getfixturevalue(site), url)
    page.theme("dark" if dark else "light")
    found = page.evaluate(COLOURS)
    assert len(found) >= colours, found
    assert {pair: ratio for pair, ratio in found.items() if ratio < CONTRAST} == {}
    themes = {pair.partition(" on ")[2] for pair in found}
    assert ("rgb(255, 255, 255)" in themes) != dark


BAND = """() => {
    location.hash = "least-squares-line-2";
    const style = getComputedStyle(document.querySelector(".derivation-line:target"));
    return [style.opacity, style.outlineStyle];
}"""


def test_the_marked_line_is_framed_where_there_are_no_backgrounds(
    browser: Browser, showcase: Path
) -> None:
    page = browser.open(showcase, "guide.html", mathjax=3)
    page.emulate(forcedColors="active")
    try:
        forced = page.evaluate(BAND)
    finally:
        page.emulate(forcedColors=None)
    assert forced == ["1", "solid"]
    assert page.evaluate(BAND) == ["0.1", "none"]
