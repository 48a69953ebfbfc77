"""Lines broken to a width: nothing is lost, nothing sticks out, and each row is TeX by itself."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import derivtex
from derivtex.notation import NOTATIONS, Detail
from derivtex.printers.block import rows_of
from derivtex.printers.detail import rows
from derivtex.printers.measure import columns
from derivtex.printers.text import columns_of

ROOT = Path(__file__).parents[1]
WIDE = r"""
A, X, B, C \in \R^{n \times n}
f = \operatorname{tr}(A X B X^T C X) + \log\det(X^T A X) + \|A X B - C\|^2
\nabla_X f
---
F = (X^T X)^{-1} \odot C + A X B X^T
\frac{\partial F}{\partial X}
---
% A quotient has no place to be broken at
f = \frac{x^T A x}{x^T B x}
\nabla_x f
"""


def derivations() -> Iterator[derivtex.Derivation]:
    """The examples and some wide ones, in every notation that has them."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "examples").glob("*.deriv")]
    for text in (WIDE, *texts):
        for notation in NOTATIONS:
            for result in derivtex.derive_all(text, notation=notation):
                if isinstance(result, derivtex.Derivation):
                    yield result


@pytest.fixture(scope="module")
def all_derivations() -> list[derivtex.Derivation]:
    return list(derivations())


BROKEN = {
    "at a sum": (
        "f = a^T X b + c^T X d + b^T X c",
        31,
        """\
    f = aᵀXb + cᵀXd + bᵀXc
      = abᵀ:X + cdᵀ:X + bcᵀ:X
   df = abᵀ:dX + cdᵀ:dX
          + bcᵀ:dX
      = (abᵀ + cdᵀ + bcᵀ):dX
∂f/∂X = abᵀ + cdᵀ + bcᵀ""",
    ),
    "it fits": (
        "f = a^T X b",
        30,
        "    f = aᵀXb\n      = abᵀ:X\n   df = abᵀ:dX\n∂f/∂X = abᵀ",
    ),
}


@pytest.mark.parametrize(("problem", "width", "shown"), BROKEN.values(), ids=BROKEN)
def test_broken_text(problem: str, width: int, shown: str) -> None:
    assert derivtex.derive(problem, wrt="X").text(width=width) == shown


def test_short_reasons_are_broken_where_nothing_else_fits() -> None:
    d = derivtex.derive("f = a^T X b", wrt="X")
    assert d.text(width=30, reasons=True).splitlines() == [
        "    f = aᵀXb     (definition",
        "                  of f)",
        "      = abᵀ:X    (scalar",
        "                  restated as",
        "                  Frobenius",
        "                  product)",
        "   df = abᵀ:dX   (differential",
        "                  of f)",
        "∂f/∂X = abᵀ      (gradient",
        "                  wrt X)",
    ]


def test_reasons_are_broken_beside_their_lines() -> None:
    d = derivtex.derive("f = a^T X b + c^T X d + b^T X c", wrt="X")
    assert d.text(width=48, reasons=True).splitlines()[-4:] == [
        "          + bcᵀ:dX",
        "      = (abᵀ + cdᵀ + bcᵀ):dX   (Frobenius products",
        "                                collected)",
        "∂f/∂X = abᵀ + cdᵀ + bcᵀ        (gradient wrt X)",
    ]


def test_a_sum_keeps_its_sign() -> None:
    d = derivtex.derive(r"f = \operatorname{tr}(A X B X^T)", wrt="X", notation="index")
    rows = d.text(width=60).splitlines()
    assert len(rows) > len(d.lines)
    assert not any(re.search(r"Σ\S*$", row) for row in rows), rows


@pytest.mark.parametrize("width", [30, 60, 80])
def test_text_loses_nothing(all_derivations: list[derivtex.Derivation], width: int) -> None:
    for d in all_derivations:
        whole, parts = d.text(), d.text(width=width)
        assert re.sub(r"\s", "", parts) == re.sub(r"\s", "", whole)


def test_text_is_as_wide_as_asked(all_derivations: list[derivtex.Derivation]) -> None:
    broken = 0
    for d in all_derivations:
        for reasons in (False, True):
            rows = d.text(width=80, reasons=reasons).split("\nassuming")[0].splitlines()
            assert max(map(columns_of, rows)) <= 80
            broken += len(rows) > len(d.text(reasons=reasons).split("\nassuming")[0].splitlines())
    assert broken > 20


@pytest.mark.parametrize("width", [30, 70])
def test_rows_are_tex_by_themselves(all_derivations: list[derivtex.Derivation], width: int) -> None:
    added = re.compile(
        r"\\(?:left|right|bigg?[lr]?)|\\qquad \{\}|\\qquad |\\;|\\[, ]|\s|\\text\{|\}"
    )
    for d in all_derivations:
        whole = rows_of(d, reasons=True)
        parts = rows_of(d, reasons=True, width=width)
        for (line,), broken in zip(whole, parts, strict=True):
            for row in broken:
                for cell in row:
                    tex = cell or ""
                    assert tex.count("{") == tex.count("}"), tex
                    assert r"\enspace" not in tex  # which Pandoc does not know
                    assert len(re.findall(r"\\left\b", tex)) == len(re.findall(r"\\right\b", tex))
            for column in range(3):
                together = "".join(row[column] or "" for row in broken)
                assert added.sub("", together) == added.sub("", line[column] or "")


def test_each_line_has_one_number() -> None:
    d = derivtex.derive("f = a^T X b + c^T X d + b^T X c", wrt="X")
    rows = d.latex("align", width=30).splitlines()[1:-1]
    assert len(rows) == len(d.lines) + 1
    assert [r"\notag" in row for row in rows] == [False, False, True, False, False, False]


def test_measure(
    all_derivations: list[derivtex.Derivation], tmp_path: Path, need_tool: Callable[[str], None]
) -> None:
    """What LaTeX says of the widths of every second part of a row."""
    need_tool("pdflatex")
    cells = {
        cell
        for d in all_derivations
        for line in rows_of(d, reasons=True, highlight=True, width=70)
        for row in line
        for cell in row
        if cell
    }
    formulas = sorted(cells)[::2]
    say = r"\immediate\write\out{\the\wd\shelf}"
    lines = [rf"\sbox\shelf{{$\displaystyle {tex}$}}{say}" for tex in formulas]
    (tmp_path / "w.tex").write_text(
        "\n".join([
            r"\documentclass{article}\usepackage{amsmath,amssymb,xcolor}\newsavebox\shelf",
            r"\newwrite\out\immediate\openout\out=widths\begin{document}",
            *lines,
            r"\end{document}",
        ])
    )  # fmt: skip
    run = ["pdflatex", "-interaction=batchmode", "-halt-on-error", "w.tex"]
    subprocess.run(run, cwd=tmp_path, check=True, timeout=60, stdout=subprocess.DEVNULL)
    points = (tmp_path / "widths.tex").read_text().split()
    ratios = [
        columns(tex) / (float(width.removesuffix("pt")) / 5)
        for tex, width in zip(formulas, points, strict=True)
        if columns(tex) > 20
    ]
    assert len(ratios) > 300
    assert 0.97 < sum(ratios) / len(ratios) < 1.03
    assert sum(not 0.85 < ratio < 1.15 for ratio in ratios) <= len(ratios) / 50


@pytest.mark.parametrize("detail", ["brief", "normal", "full"])
def test_both_sides_of_a_row_have_one_shape(
    all_derivations: list[derivtex.Derivation], detail: Detail
) -> None:
    """No row calls `dF` what is `vec(dF)`, or a Jacobian what is the Jacobian times `vec(dX)`."""
    for d in all_derivations:
        left = None
        for row in rows(d, detail):
            left = row.left or left
            assert left is not None
            assert left.shape == row.right.shape, (d.text(detail=detail), row.right)
