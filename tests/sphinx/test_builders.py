"""One small document under every builder."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

import derivtex

from .conftest import GOOD, WRT, Build

OLS = r"""
Least squares
=============

.. derivation:: Ordinary least squares
   :label: ols
   :reasons:

   L = \|Xw - y\|^2
   \frac{\partial L}{\partial w}

By :eq:`ols`, the gradient is :gradient:`\|Xw - y\|^2; w`.
"""


@pytest.mark.parametrize(
    ("builder", "file", "present", "absent"),
    [
        ("html", "index.html", [r"\eqalign{", "id=\"equation-ols\"", "href=\"#equation-ols\">(1)"],
         ["derivation-error", r"\begin{split}"]),
        ("epub", "index.xhtml", ["∂L/∂w", "(1)", "Ordinary least squares"], [r"\eqalign{"]),
        ("latex", "p.tex", [r"\providecommand{\eqalign}", r"\label{equation:index:ols}"], []),
        ("text", "index.txt", ["**Ordinary least squares**", "∂L/∂w", "(1)"], [r"\eqalign"]),
        ("man", "index.1", ["Ordinary least squares", "∂L/∂w", "(1)"], ["eqalign"]),
        ("texinfo", "p.texi", ["Ordinary least squares", "∂L/∂w", "(1)", "equation-ols}"],
         [r"\eqalign"]),
        ("xml", "index.xml", [r"\eqalign{"], []),
    ],
)  # fmt: skip
def test_builder(
    build: Build, builder: str, file: str, present: list[str], absent: list[str]
) -> None:
    built = build(builder, {"index.rst": OLS})
    assert built.warnings == []
    text = built.read(file)
    assert [part for part in present if part not in text] == []
    assert [part for part in absent if part in text] == []


@pytest.mark.parametrize("builder", ["text", "man", "texinfo"])
def test_plain_builders_keep_the_lines(build: Build, builder: str) -> None:
    built = build(builder, {"index.rst": OLS})
    file = {"text": "index.txt", "man": "index.1", "texinfo": "p.texi"}[builder]
    derivation = derivtex.derive("\n".join((GOOD, WRT)))
    expected = [_plain(line) for line in derivation.text(reasons=True).splitlines()]
    expected[-1] += "    (1)"
    lines = [_plain(line) for line in built.read(file).splitlines()]
    assert expected == lines[lines.index(expected[0]) :][: len(expected)]


def _plain(line: str) -> str:
    """A line without indentation and without the escapes of roff and Texinfo."""
    return re.sub(r"\\&|@(?=[{}@])", "", line).replace(r"\-", "-").replace(r"\(aq", "'").strip()


@pytest.mark.parametrize("style", ["eqalign", "aligned"])
def test_pdf(build: Build, need_tool: Callable[[str], None], style: str) -> None:
    for tool in ("latexmk", "pdflatex", "pdftotext"):
        need_tool(tool)
    preamble = {"preamble": r"\newcommand{\mine}{x}"}
    highlighted = OLS.replace(":reasons:", ":reasons:\n   :highlight:")
    built = build(
        "latex", {"index.rst": highlighted}, derivtex_style=style, latex_elements=preamble
    )
    assert built.warnings == []
    assert r"\newcommand{\mine}" in built.read("p.tex")
    _run(["latexmk", "-pdf", "-interaction=nonstopmode", "-halt-on-error", "p.tex"], built.out)
    _run(["pdftotext", "-layout", "p.pdf"], built.out)
    text = unicodedata.normalize("NFKC", built.read("p.txt"))
    assert "Ordinary least squares" in text
    assert "∂L" in text
    assert "(1)" in text
    assert "eqalign" not in text
    assert "??" not in text


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


def test_math_keeps_no_blank_line(build: Build) -> None:
    tex = build("latex", {"index.rst": OLS}).read("p.tex")
    block = tex[tex.index(r"\eqalign{", tex.index(r"\begin{equation}")) :]
    assert "\n\n" not in block[: block.index(r"\end{split}")]
