"""What a browser and a screen reader get."""

from __future__ import annotations

import re

import pytest

import derivtex

from .conftest import GOOD, WRT, Build, directive, page


def test_screen_readers_get_the_text(build: Build) -> None:
    html = build("html", page(*directive(label="a"))).read("index.html")
    spoken = re.findall(r'<pre class="derivation-spoken">(.*?)</pre>', html, re.DOTALL)
    assert spoken == [derivtex.derive(f"{GOOD}\n{WRT}").text()]
    hidden = re.findall(r'<div aria-hidden="true">(.*?)</div>\n<pre', html, re.DOTALL)
    assert len(hidden) == 1
    assert r"\eqalign{" in hidden[0]
    # Nothing that can be focused is hidden.
    assert "href" not in hidden[0]
    assert 'class="eqno">(1)' in html


def test_inline_results_are_spoken(build: Build) -> None:
    html = build("html", page(r":gradient:`\|Xw - y\|^2; w`")).read("index.html")
    assert '<span role="img" aria-label="2Xᵀ(Xw − y)"><span aria-hidden="true"><span' in html


@pytest.mark.parametrize(("value", "opening"), [("", ""), ("closed", ""), ("open", " open")])
def test_steps_fold_without_javascript(build: Build, value: str, opening: str) -> None:
    html = build("html", page(*directive(collapse=value))).read("index.html")
    before, _tag, rest = html.partition(f'<details class="derivation-steps"{opening}><summary>')
    assert r"\frac{\partial L}{\partial w} &amp;= 2X^T" in before  # what they arrive at
    assert "dL" not in before
    assert "dL &amp;=" in rest
    assert before.count('class="derivation-spoken"') == 1


def test_the_number_of_folded_steps_is_in_sight(build: Build) -> None:
    lines = [*directive(collapse="", label="a"), ":eq:`a`"]
    html = build("html", page(*lines)).read("index.html")
    details = '<details class="derivation-steps" id="equation-a">'
    assert details + '<summary>Steps<span class="eqno">(1)' in html
    assert html.count('id="equation-a"') == 1


def test_steps_do_not_fold_if_it_says_no(build: Build) -> None:
    built = build("html", page(*directive(collapse="no")), derivtex_collapse=True)
    assert "<details" not in built.read("index.html")


def test_folded_steps_are_whole_in_print(build: Build) -> None:
    tex = build("latex", page(*directive(collapse=""))).read("p.tex")
    assert tex[tex.index(r"\begin{document}") :].count(r"\eqalign{") == 1


def test_the_style_sheet_is_there(build: Build) -> None:
    built = build("html", page(*directive()))
    assert "derivtex.css" in built.read("index.html")
    assert "prefers-color-scheme" not in built.read("_static/derivtex.css")
    assert "currentColor" in built.read("_static/derivtex.css")


def test_lines_have_anchors(build: Build) -> None:
    html = build("html", page(*directive(label="a"))).read("index.html")
    assert re.findall(r'id="(derivation-a-line-\d)" style="--line: (\d)"', html) == [
        (f"derivation-a-line-{number + 1}", str(number)) for number in range(4)
    ]


def test_a_formula_image_has_the_macro(build: Build) -> None:
    built = build("latex", page(*directive()), extensions=["derivtex_sphinx", "sphinx.ext.imgmath"])
    assert r"\providecommand{\eqalign}" in built.app.config.imgmath_latex_preamble
