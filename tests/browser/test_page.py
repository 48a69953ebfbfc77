"""The showcase document as a reader sees it: what MathJax makes of its blocks."""

from __future__ import annotations

from pathlib import Path

import pytest

from .browser import Browser

#: In each of the two, MathJax 3 and 4 must do the same.
on_each_page = pytest.mark.parametrize("url", ["guide.html", "options.html"])
in_each_version = pytest.mark.parametrize("mathjax", [4, 3])

#: How much of a pixel two things may be apart that stand in one column.
PIXEL = 0.5

FORMULAS = """() => {
    const count = (selector) => document.querySelectorAll(selector).length;
    return {
        version: parseInt(MathJax.version),
        elsewhere: count("mjx-container") - count(".math mjx-container"),
        unset: count(".math") - count(".math mjx-container"),
        wrong: count("mjx-merror, [data-mjx-error], mjx-c.mjx-c5C"),
    };
}"""

#: Of each block: where its left sides end, its relation signs and its reasons begin.
ROWS = """() => [...document.querySelectorAll(".derivation-block")].map((block) => {
    const all = (parent, name) => [...parent.getElementsByTagName(name)];
    const box = (element) => element.getBoundingClientRect();
    // Around `aligned`, Sphinx puts a table of one cell.
    const table = all(block, "mjx-itable").find((table) => table.firstChild.children.length > 1);
    // Of a line that takes several rows, the first.
    const marks = [...block.querySelectorAll(".derivation-line")];
    const first = marks.map((mark) => table.children[mark.style.getPropertyValue("--line")]);
    return (marks.length ? first : [...table.children]).map((row) => {
        const [left, right, ...reasons] = row.children;
        const reason = reasons.find((cell) => all(cell, "mjx-c").length);
        return {
            left: all(left, "mjx-c").length ? box(left.lastChild.previousSibling).right : null,
            relation: box(all(right, "mjx-mo")[0]).left,
            reason: reason ? box(reason).left : null,
        };
    });
})"""

LINES = """() => [...document.querySelectorAll(".derivation-block")].map(
    (block) => block.querySelector(".derivation-spoken").textContent.trim().split("\\n").length
)"""


@in_each_version
@on_each_page
def test_nothing_is_wrong(browser: Browser, showcase: Path, url: str, mathjax: int) -> None:
    page = browser.open(showcase, url, mathjax=mathjax)
    assert page.problems() == []
    assert page.evaluate(FORMULAS) == {
        "version": mathjax, "elsewhere": 0, "unset": 0, "wrong": 0,
    }  # fmt: skip


@in_each_version
@on_each_page
def test_relations_stand_in_one_column(
    browser: Browser, showcase: Path, url: str, mathjax: int
) -> None:
    page = browser.open(showcase, url, mathjax=mathjax)
    blocks, lines = page.evaluate(ROWS), page.evaluate(LINES)
    assert [len(rows) for rows in blocks] == lines
    for rows in blocks:
        for column in ("left", "relation", "reason"):
            places = [row[column] for row in rows if row[column] is not None]
            assert max(places, default=0) - min(places, default=0) < PIXEL, (column, rows)
        assert min(row["relation"] for row in rows) > 0
        assert all((row["left"] or 0) < row["relation"] < (row["reason"] or 9e9) for row in rows)


#: How far the middle of the line that is marked is from the middle of that line, and whether the
#: page is there, which may scroll softly.
MARKED = """async () => {
    const band = document.querySelector(".derivation-line:target");
    const block = band.closest(".derivation-block");
    const rows = block.getElementsByTagName("mjx-itable")[0].children;
    const line = (name, other) => Number(band.style.getPropertyValue(name) || other);
    const first = line("--line"), last = first + line("--rows", 1) - 1;
    const box = (row) => rows[row].getBoundingClientRect();
    for (let tries = 0; ; tries++) {
        const marked = band.getBoundingClientRect();
        const meant = { top: box(first).top, bottom: box(last).bottom };
        const apart = (marked.top + marked.bottom - meant.top - meant.bottom) / 2;
        const inside = meant.top >= 0 && meant.bottom <= innerHeight;
        if (inside || tries === 100) return { apart, inside };
        await new Promise((again) => setTimeout(again, 20));
    }
}"""


@in_each_version
@pytest.mark.parametrize("number", [2, 10, 20])
def test_a_reference_marks_its_line(
    browser: Browser, showcase: Path, number: int, mathjax: int
) -> None:
    page = browser.open(showcase, "options.html", mathjax=mathjax)
    page.evaluate("(line) => { location.hash = line; }", f"network-line-{number}")
    page.evaluate("() => new Promise((done) => setTimeout(done, 20))")
    marked = page.evaluate(MARKED)
    assert abs(marked["apart"]) < PIXEL
    assert marked["inside"]


def test_a_reference_from_elsewhere_marks_its_line(browser: Browser, showcase: Path) -> None:
    page = browser.open(showcase, "options.html#network-line-10", mathjax=3)
    marked = page.evaluate(MARKED)
    assert abs(marked["apart"]) < PIXEL
    assert marked["inside"]


#: Of each block, by how much it is wider than its place; of each line that is a target, the rows
#: that its band covers, and their own place.
WIDE = """() => [...document.querySelectorAll(".derivation-scroll")].map(
    (scroll) => scroll.scrollWidth - scroll.clientWidth
)"""
COVERED = """async ([name, number]) => {
    location.hash = `${name}-line-${number}`;
    await new Promise((done) => setTimeout(done, 50));
    const band = document.querySelector(".derivation-line:target").getBoundingClientRect();
    const block = document.querySelector(".derivation-line:target").closest(".derivation-block");
    const rows = [...block.getElementsByTagName("mjx-itable")[0].children];
    const covered = rows.map((row) => {
        const box = row.getBoundingClientRect();
        return box.top + box.bottom > 2 * band.top && box.top + box.bottom < 2 * band.bottom;
    });
    return covered.flatMap((is, index) => (is ? [index] : []));
}"""


@in_each_version
def test_wide_lines_are_broken(browser: Browser, showcase: Path, mathjax: int) -> None:
    page = browser.open(showcase, "wide.html", mathjax=mathjax)
    assert max(page.evaluate(WIDE)) <= 0
    assert page.evaluate(FORMULAS)["wrong"] == 0


def test_a_broken_line_is_marked_as_a_whole(browser: Browser, showcase: Path) -> None:
    page = browser.open(showcase, "wide.html")
    lines = [page.evaluate(COVERED, ["derivation-wide", number]) for number in range(1, 7)]
    assert [row for line in lines for row in line] == list(range(sum(map(len, lines))))
    assert max(map(len, lines)) > 1
