"""Steps that fold: by keyboard, also where no JavaScript runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .browser import Browser

STATE = """() => {
    const details = document.querySelector("details.derivation-steps");
    const block = details.querySelector(".derivation-block");
    return {
        open: details.open,
        focused: document.activeElement === details.querySelector("summary"),
        visible: block.checkVisibility({ contentVisibilityAuto: true }),
        tall: details.getBoundingClientRect().height > 100,
    };
}"""

FOLDED = {"open": False, "focused": True, "visible": False, "tall": False}
UNFOLDED = {"open": True, "focused": True, "visible": True, "tall": True}


@pytest.mark.parametrize(
    "renderer",
    [{"mathjax": 4}, {"mathjax": 3}, {"javascript": False}],
    ids=["mathjax-4", "mathjax-3", "no-javascript"],
)
def test_steps_fold_by_keyboard(browser: Browser, showcase: Path, renderer: dict[str, Any]) -> None:
    page = browser.open(showcase, "guide.html", **renderer)
    # The summary is on the way of the Tab key.
    for _stop in range(100):
        if page.evaluate(STATE)["focused"]:
            break
        page.press("Tab")
    assert page.evaluate(STATE) == FOLDED
    for key, state in [("Enter", UNFOLDED), ("Space", FOLDED)]:
        page.press(key)
        assert page.evaluate(STATE) == state


SIZES = """() => [...document.querySelectorAll(".derivation-block mjx-container")].map(
    (container) => getComputedStyle(container).fontSize
)"""


@pytest.mark.parametrize("mathjax", [4, 3])
def test_folded_mathematics_is_as_large(browser: Browser, showcase: Path, mathjax: int) -> None:
    """MathJax measures the letters around a formula, and it has set the steps when folded."""
    page = browser.open(showcase, "guide.html", mathjax=mathjax)
    assert len(set(page.evaluate(SIZES))) == 1


#: Of each block: whether something hides a part of it, and whether all of it is on the page.
PRINTED = """() => [...document.querySelectorAll(".derivation-block")].map((block) => {
    const scroll = getComputedStyle(block.querySelector(".derivation-scroll"));
    return [
        scroll.overflowX === "visible" && block.getBoundingClientRect().height > 20,
        getComputedStyle(block).breakInside,
    ];
})"""


def test_on_paper_nothing_folds_or_scrolls(browser: Browser, showcase: Path) -> None:
    page = browser.open(showcase, "guide.html", mathjax=3)
    folded = [shown for shown, _ in page.evaluate(PRINTED)]
    page.emulate(media="print")
    try:
        printed = page.evaluate(PRINTED)
    finally:
        page.emulate(media=None)
    assert not any(folded)
    assert len(printed) == len(folded) > 5
    assert all(block == [True, "avoid"] for block in printed)
