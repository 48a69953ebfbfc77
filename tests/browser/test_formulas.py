"""What derivtex prints, through the renderers of mathematics on the web."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import derivtex
from tests.conformance.sources import ROWS
from tests.conformance.test_rows import NOTATIONS
from tests.test_examples import EXAMPLES, derivations

from .browser import HERE
from .conftest import found

Formulas = dict[str, str]


def all_derivations() -> Iterator[tuple[str, derivtex.Derivation]]:
    """Every example and every row of the tables, in each notation, by name."""
    for notation in NOTATIONS:
        for path in EXAMPLES:
            for number, derivation in enumerate(derivations(path, notation), start=1):
                yield f"{path.name} {number} {notation}", derivation
        for row in ROWS:
            if row.missing:
                continue
            yield f"{row.id} {notation}", derivtex.derive(row.text, notation=notation)


@pytest.fixture(scope="module")
def printed() -> Callable[[str], Formulas]:
    """The blocks in one style, each once, with all that a renderer could stumble over."""
    made = list(all_derivations())

    def in_style(style: str) -> Formulas:
        names = {d.latex(style, reasons=True, highlight=True): name for name, d in made}
        return {name: block for block, name in names.items()}

    return in_style


@pytest.fixture(scope="module")
def faults(packages: Path) -> Callable[[str, Formulas], Formulas]:
    """What a renderer says against formulas."""

    def render(renderer: str, formulas: Formulas) -> Formulas:
        done = subprocess.run(
            [found("node"), HERE / "formulas.mjs", packages, renderer],
            input=json.dumps(formulas), capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        wrong: Formulas = json.loads(done.stdout)
        return wrong

    return render


@pytest.mark.parametrize(
    ("renderer", "style"),
    [("katex", "aligned"), ("mathjax-4", "eqalign"), ("mathjax-3", "eqalign")],
)
def test_renders(
    renderer: str,
    style: str,
    printed: Callable[[str], Formulas],
    faults: Callable[[str, Formulas], Formulas],
) -> None:
    formulas = printed(style)
    assert len(formulas) > 400
    assert faults(renderer, formulas) == {}


@pytest.mark.parametrize(
    ("renderer", "wrong"),
    [
        ("katex", r"\eqalign{a &= b \cr}"),
        ("katex", r"\frac{a}"),
        ("mathjax-4", r"\frac{a}"),
        ("mathjax-4", r"\nothing"),
        ("mathjax-3", r"\nothing"),
    ],
)
def test_faults_are_seen(
    renderer: str, wrong: str, faults: Callable[[str, Formulas], Formulas]
) -> None:
    assert list(faults(renderer, {"good": "a = b", "wrong": wrong})) == ["wrong"]
