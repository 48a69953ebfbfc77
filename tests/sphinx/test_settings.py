"""Options over the project's values over the defaults."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

import derivtex

from .conftest import GOOD, Build, directive, page


@pytest.mark.parametrize(
    ("options", "config", "present", "absent"),
    [
        ({"show": "result"}, {}, [r"\frac{\partial L}{\partial w} &amp;= 2X^T"], ["dL"]),
        ({}, {"derivtex_show": ["result"]}, [r"\partial w} &amp;= 2X^T"], ["dL"]),
        ({"show": "steps, givens"}, {}, ["Given ", r"X \in \mathbb{R}^{n \times m}"], []),
        ({"style": "aligned"}, {}, [r"\begin{aligned}"], [r"\eqalign"]),
        ({"notation": "trace"}, {}, [r"y\right)^T\left("], [":"]),
        ({"reasons": "no"}, {"derivtex_reasons": True}, ["dL"], ["definition of"]),
        ({"reasons": "named"}, {}, ["differential of"], ["definition of"]),
        ({"highlight": ""}, {}, [r"{\color{red}{w}}"], []),
        ({"highlight": "X, y", "color": "blue"}, {}, [r"\color{blue}{X}"], [r"\color{blue}{w}"]),
        ({"transpose": r"\top"}, {}, [r"X^{\top}"], ["X^T"]),
        ({"gradient": "nabla", "bold": "yes"}, {}, [r"\nabla_{\boldsymbol{w}}L"], []),
        ({"bold": "no"}, {"derivtex_typography": {"bold": True}}, ["X^T"], ["boldsymbol"]),
        ({}, {"derivtex_typography": derivtex.Notation(d=r"\mathrm{d}")}, [r"\mathrm{d}L"], []),
        ({"d": r"\mathsf{d}"}, {}, [r"\mathsf{d}L"], []),
    ],
)
def test_setting(
    build: Build,
    options: dict[str, str],
    config: dict[str, object],
    present: list[str],
    absent: list[str],
) -> None:
    built = build("html", page(*directive(**options)), **config)
    assert built.warnings == []
    html = built.read("index.html")
    body = html[html.index('<div aria-hidden="true">') if "Given" not in html else 0 :]
    body = body[: body.index('<pre class="derivation-spoken">')]
    assert [part for part in present if part not in body] == []
    assert [part for part in absent if part in body] == []


@pytest.mark.parametrize(
    ("config", "style"),
    [
        ({}, r"\begin{aligned}"),
        ({"html_math_renderer": "katex"}, r"\begin{aligned}"),
        ({"html_math_renderer": "mathjax"}, r"\eqalign"),
        ({"derivtex_style": "eqalign"}, r"\eqalign"),
    ],
)
def test_katex_has_a_style_that_it_knows(
    build: Build, monkeypatch: pytest.MonkeyPatch, config: dict[str, object], style: str
) -> None:
    # The extension's name, and what it does as far as it matters here.
    katex = ModuleType("sphinxcontrib.katex")
    visit = (lambda translator, node: None, lambda translator, node: None)
    katex.setup = lambda app: app.add_html_math_renderer("katex", visit, visit)
    monkeypatch.setitem(sys.modules, "sphinxcontrib.katex", katex)
    extensions = ["derivtex_sphinx", "sphinxcontrib.katex"]
    built = build("html", page(*directive()), extensions=extensions, **config)
    assert style in built.read("index.html")


@pytest.mark.parametrize(
    ("options", "config", "broken", "warnings"),
    [
        ({}, {}, False, []),
        ({"width": "30"}, {}, True, []),
        ({}, {"derivtex_width": 30}, True, []),
        ({"width": "0"}, {"derivtex_width": 30}, False, []),
        # A number takes room, too.
        ({"width": "36", "label": "sum"}, {}, True, []),
        ({"width": "36"}, {}, False, []),
        ({"width": "-1"}, {}, False, ["'-1' is no width: use a number of columns, or 0"]),
        ({"width": ""}, {}, False, ["'' is no width: use a number of columns, or 0"]),
    ],
)
def test_width(
    build: Build,
    options: dict[str, str],
    config: dict[str, object],
    broken: bool,
    warnings: list[str],
) -> None:
    lines = directive("f = a^T X b + c^T X d + b^T X c", r"\nabla_X f", **options)
    built = build("html", page(*lines), **config)
    assert [warning.partition("WARNING: ")[2] for warning in built.warnings] == [
        f"{warning} [derivtex.option]" for warning in warnings
    ]
    html = built.read("index.html")
    assert (r"\qquad" in html) == broken
    assert ("--rows: 2" in html) == broken


def test_conditions_are_shown(build: Build) -> None:
    lines = directive(r"L = \log\det X", wrt="X")
    text = build("text", page(*lines)).read("index.txt")
    assert text.rstrip().endswith("Assuming X is invertible.")
    lines = directive(r"L = \log\det X", wrt="X", show="steps")
    text = build("text", page(*lines)).read("index.txt")
    assert "ssuming" not in text


@pytest.mark.parametrize(
    ("problem", "shown"),
    [
        ([r"f = x^T A x", r"\nabla_x^2 f"], ["∂²f/∂x∂xᵀ = A + Aᵀ"]),
        (
            [r"f = x^T A x", r"\nabla_x f, \nabla_x^2 f"],
            ["∂f/∂x = (A + Aᵀ)x", "∂²f/∂x∂xᵀ = A + Aᵀ"],
        ),
        ([r"F = A X B", r"\frac{\partial F}{\partial X}"], ["∂vec(F)/∂vec(X)ᵀ = Bᵀ ⊗ A"]),
        (
            [r"a = W x", r"L = \|a\|^2", r"\nabla_a L, \nabla_x L"],
            ["∂L/∂a = 2a", "∂L/∂x = Wᵀ(∂L/∂a)"],
        ),
        ([r"f = a^T x", "df"], ["df = x:da + a:dx"]),
        ([GOOD, r"\frac{\partial L}{\partial w} = 0"], ["ŵ = (XᵀX)⁻¹Xᵀy"]),
    ],
)
def test_result_is_what_was_asked(build: Build, problem: list[str], shown: list[str]) -> None:
    text = build("text", page(*directive(*problem, show="result"))).read("index.txt")
    assert [line.strip() for line in text.splitlines() if "=" in line] == shown


def test_givens_of_every_kind(build: Build) -> None:
    lines = directive(
        r"A, B \in \R^{m \times n}, w \in \R^n, S \in \mathbb{S}^n, \Sigma \in \mathbb{S}_{++}^m",
        r"\alpha \in \R",
        r"D \in \R^{n \times n} \text{ diagonal}",
        r"\phi : \R^{m \times n} \to \R",
        r"L = \alpha \phi(A + B) + w^T S w + w^T D w + \operatorname{tr}(\Sigma)",
        r"\nabla_w L", show="givens",
    )  # fmt: skip
    text = " ".join(build("text", page(*lines)).read("index.txt").split())
    assert text.endswith(
        "Given A, B ∈ ℝᵐˣⁿ, w ∈ ℝⁿ, S ∈ 𝕊ⁿ, Σ ∈ 𝕊₊₊ᵐ, α ∈ ℝ, D ∈ ℝⁿˣⁿ diagonal and ϕ : ℝᵐˣⁿ → ℝ."
    )


def test_macros_are_shared(build: Build) -> None:
    macros = {"E": r"\mathbb{E}", "norm": [r"\left\|#1\right\|", 1]}
    html = build("html", page(".. math:: \\E"), derivtex_macros=macros).read("index.html")
    assert '"macros": {"E": "\\\\mathbb{E}", "norm": ["\\\\left\\\\|#1\\\\right\\\\|", 1]}' in html
    tex = build("latex", page(".. math:: \\E"), derivtex_macros=macros).read("p.tex")
    assert r"\providecommand{\norm}{}\renewcommand{\norm}[1]{\left\|#1\right\|}" in tex


def test_a_project_has_said_which_mathjax(build: Build) -> None:
    config = {"mathjax3_config": {"tex": {"macros": {"E": "mine"}}, "svg": {}}}
    built = build("html", page("Text."), derivtex_macros={"E": "e", "F": "f"}, **config)
    assert built.app.config.mathjax3_config == {
        "tex": {"macros": {"E": "mine", "F": "f"}}, "svg": {},
    }  # fmt: skip
