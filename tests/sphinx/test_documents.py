"""Files, labels, titles, parts and checks."""

from __future__ import annotations

import re

import pytest

from .conftest import GOOD, PARSE, WRT, Build, page


def test_file_is_a_dependency_and_its_lines_are_located(build: Build) -> None:
    document = page(".. derivation::", "   :file: sub/a.deriv")
    good = build("html", document | {"sub/a.deriv": f"\ufeff{GOOD}\n{WRT}\n"})
    assert good.warnings == []
    dependencies = {good.app.srcdir / name for name in good.app.env.dependencies["index"]}
    assert dependencies == {good.app.srcdir / "sub/a.deriv"}
    assert r"\eqalign{" in good.read("index.html")
    bad = build("html", {"sub/a.deriv": f"y = Xw\n{PARSE}\n"})
    assert len(bad.warnings) == 1
    assert "sub/a.deriv:2: WARNING: " in bad.warnings[0]


def test_duplicate_label(build: Build) -> None:
    block = (".. derivation::", "   :label: a", "", f"   {GOOD}", f"   {WRT}", "")
    built = build("html", page(*block, *block))
    assert len(built.warnings) == 1, built.warnings
    assert "index.rst:10: WARNING: duplicate label of equation a" in built.warnings[0]


def test_several_problems_have_their_own_blocks_and_titles(build: Build) -> None:
    problems = ["% One", GOOD, WRT, "---", "% Two", GOOD, WRT]
    built = build("html", page(".. derivation:: Both", "   :class: wide", "   :name: both", "",
                               *(f"   {line}" for line in problems)))  # fmt: skip
    assert built.warnings == []
    html = built.read("index.html")
    assert html.count(r"\eqalign{") == 2
    assert html.count('class="derivation wide') + html.count('class="wide derivation') == 2
    assert html.count('class="derivation-spoken"') == 2
    assert html.count('id="both"') == 1
    titles = re.findall(r'<p class="derivation-title"[^>]*><strong>(.*?)</strong>', html)
    assert titles == ["Both", "One", "Two"]


# --- verification --------------------------------------------------------------------------------


@pytest.mark.usefixtures("failing_check")
@pytest.mark.parametrize(
    ("lines", "config", "warnings"),
    [
        ([".. derivation::", "", f"   {GOOD}", f"   {WRT}"], "warn", 1),
        ([".. derivation::", "   :check: off", "", f"   {GOOD}", f"   {WRT}"], "warn", 0),
        ([".. derivation::", "   :check: warn", "", f"   {GOOD}", f"   {WRT}"], "off", 1),
        ([rf":differential:`{GOOD}`"], "warn", 1),
    ],
)
def test_failing_check_warns(build: Build, lines: list[str], config: str, warnings: int) -> None:
    built = build("html", page(*lines), derivtex_check=config)
    assert len(built.warnings) == warnings
    for warning in built.warnings:
        assert "index.rst:4: WARNING: " in warning
        assert warning.endswith("[derivtex.check]")


@pytest.mark.usefixtures("failing_check")
def test_failing_check_ends_the_build_if_asked_to(build: Build) -> None:
    with pytest.raises(Exception, match=r"index\.rst:4: derivation fails"):
        build("html", {"index.rst": page(f":gradient:`{GOOD}; w`")["index.rst"]},
              derivtex_check="error")  # fmt: skip
