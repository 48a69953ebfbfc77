"""A mistake in a document: one warning at its place, and the page says what is wrong."""

from __future__ import annotations

import pytest

from .conftest import GOOD, PARSE, WRT, Build, directive, page

SHAPE = (r"A \in \R^{2 \times 3}", r"L = \tr(A A)")


@pytest.mark.parametrize(
    ("lines", "line", "subtype"),
    [
        ([".. derivation::", "", "   y = Xw", f"   {PARSE}"], 7, "parse"),
        ([".. derivation::", "   :reasons:", "", f"   {PARSE}"], 7, "parse"),
        ([".. derivation::", f"   {PARSE}"], 5, "parse"),
        ([f".. derivation:: {PARSE}"], 4, "parse"),
        (["* item", "", "  .. derivation::", "", "", f"     {PARSE}"], 9, "parse"),
        ([".. derivation::", "", *(f"   {line}" for line in (*SHAPE, r"\nabla_A L"))], 7, "shape"),
        ([".. derivation::", "", f"   {GOOD}", f"   {WRT}", "   ---", f"   {PARSE}"], 9, "parse"),
        ([".. derivation::", "   :label: a", "", f"   {PARSE}", "", "See :eq:`a`."], 7, "parse"),
        ([".. derivation::"], 4, "option"),
        ([".. derivation::", "   :notation: no", "", f"   {GOOD}", f"   {WRT}"], 4, "option"),
        ([".. derivation::", "   :reasons: maybe", "", f"   {GOOD}", f"   {WRT}"], 4, "option"),
        ([".. derivation::", "   :label: a", "", f"   {GOOD}", f"   {WRT}", "   ---", f"   {GOOD}",
          f"   {WRT}"], 4, "option"),
        ([".. derivation::", "   :file: none.deriv"], 4, "file"),
        ([".. derivation::", "   :file: ../conf.deriv"], 4, "file"),
        ([".. derivation::", "   :file: ."], 4, "file"),
        ([f"Text :gradient:`{PARSE}; w`."], 4, "parse"),
    ],
)  # fmt: skip
def test_mistake(build: Build, lines: list[str], line: int, subtype: str) -> None:
    built = build("html", page(*lines))
    assert len(built.warnings) == 1, built.warnings
    assert f"index.rst:{line}: WARNING: " in built.warnings[0]
    assert built.warnings[0].endswith(f"[derivtex.{subtype}]")


def test_mistake_is_shown_in_place_of_the_mathematics(build: Build) -> None:
    built = build(
        "html", page(".. derivation::", "", f"   {GOOD}", f"   {WRT}", "   ---", "   L = x + }}")
    )
    html = built.read("index.html")
    assert html.count(r"\eqalign{") == 1
    error = html[html.index("derivation-error") :]
    assert "L = x + }}" in error
    assert "---" not in error[: error.index("</pre>")]


def test_mistake_in_an_included_file(build: Build) -> None:
    part = f"One\n\n.. derivation::\n\n   {PARSE}\n"
    built = build("html", page(".. include:: part.inc") | {"part.inc": part})
    assert len(built.warnings) == 1
    assert "part.inc:5: WARNING: " in built.warnings[0]


def test_mistake_can_be_suppressed(build: Build) -> None:
    built = build("html", page(".. derivation::", "", f"   {PARSE}"),
                  suppress_warnings=["derivtex.parse"])  # fmt: skip
    assert built.warnings == []


def test_bad_config_value_is_reported_and_passed_over(build: Build) -> None:
    built = build("html", page(*directive()), derivtex_notation="latin")
    assert len(built.warnings) == 1
    assert "derivtex_notation" in built.warnings[0]
    assert r"\eqalign{" in built.read("index.html")
