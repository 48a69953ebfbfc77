"""What `import derivtex` offers, and what it loads."""

from __future__ import annotations

import copy
import importlib
import pickle
import re
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import sympy

import derivtex
from derivtex.errors import DerivtexError, ParseError, UnsupportedError

ROOT = Path(__file__).resolve().parent.parent
OLS = "L = \\|Xw - y\\|^2\n\\frac{\\partial L}{\\partial w}\n"


@pytest.mark.parametrize("name", derivtex.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(derivtex, name) is not None
    assert name in dir(derivtex)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'integrate'"):
        derivtex.integrate  # noqa: B018


def test_the_lowest_versions_are_those_that_are_tested() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    allowed = [*project["dependencies"]]
    for extra in ("sphinx", "notebook", "markdown", "test"):
        allowed += extras[extra]
    least = dict(re.findall(r"([\w-]+)>=([\d.]+)", " ".join(allowed)))
    constraints = (ROOT / ".ci/lowest.txt").read_text(encoding="utf-8")
    lowest = dict(re.findall(r"^([\w-]+)==([\d.]+)$", constraints, re.MULTILINE))
    assert lowest.keys() == least.keys()
    for name, bound in least.items():
        assert f"{lowest[name]}.".startswith(f"{bound}."), name


def test_version_is_that_of_the_package() -> None:
    assert derivtex.__version__ == version("derivtex")


def _python(code: str) -> str:
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return run.stdout.strip()


def test_import_is_light() -> None:
    heavy = "{'sympy', 'numpy', 'sphinx', 'docutils', 'pylatexenc', 'click'}"
    assert _python(f"import sys, derivtex; print({heavy} & set(sys.modules))") == "set()"
    # Nor does a derivation need more than the reader of TeX, and that where there is markup.
    for problem, loaded in (("x^T A x", "set()"), (r"\|A x\|^2", "{'pylatexenc'}")):
        code = f"import sys, derivtex; derivtex.derive({problem!r}, 'x').latex();"
        assert _python(f"{code} print({heavy} & set(sys.modules))") == loaded


@pytest.mark.parametrize("name", ["parse", "derive"])
def test_a_submodule_does_not_hide_the_function_of_its_name(name: str) -> None:
    code = f"import derivtex.{name}, derivtex; print(callable(derivtex.{name}))"
    assert _python(code) == "True"
    assert importlib.import_module(f"derivtex.{name}") is not getattr(derivtex, name)


def test_derive() -> None:
    d = derivtex.derive(OLS)
    assert isinstance(d, derivtex.Derivation)
    assert d.gradient is d.gradients["w"]
    assert d.latex().startswith("\\eqalign{")


@pytest.mark.parametrize("text", [r"\|Xw - y\|^2", r"L = \|Xw - y\|^2"])
def test_wrt_asks(text: str) -> None:
    assert derivtex.derive(text, wrt="w").gradient is derivtex.derive(OLS).gradient


def test_several_problems_point_to_derive_all() -> None:
    with pytest.raises(DerivtexError, match="2 problems") as caught:
        derivtex.derive(f"{OLS}---\n{OLS}")
    assert "derive_all" in str(caught.value)


@pytest.mark.parametrize("text", ["", "\n\n", "% a comment\n", "---\n"])
def test_no_problem(text: str) -> None:
    assert derivtex.derive_all(text) == []
    with pytest.raises(ParseError, match="no problem"):
        derivtex.derive(text)


def test_derive_all_goes_on_after_an_error() -> None:
    text = f"{OLS}---\nL = \\foo\n---\n{OLS}"
    first, second, third = derivtex.derive_all(text, filename="three.deriv")
    assert isinstance(first, derivtex.Derivation)
    assert isinstance(third, derivtex.Derivation)
    assert isinstance(second, ParseError)
    assert str(second).startswith("three.deriv:4:5: ")


NO_RULE = "X \\in \\R^{m \\times n}\nL = \\|X\\|_*\n\\nabla_X^2 L\n"


def test_an_error_of_the_engine_is_put_where_the_question_is() -> None:
    with pytest.raises(UnsupportedError, match="left singular vectors") as caught:
        derivtex.derive(NO_RULE, filename="q.deriv")
    assert (caught.value.line, caught.value.column) == (3, 1)
    assert str(caught.value).startswith("q.deriv:3:1: ")
    (error,) = derivtex.derive_all(NO_RULE, filename="q.deriv")
    assert str(error) == str(caught.value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"notation": "runes"}, "the notation 'runes' is not known"),
        ({"detail": "zzz"}, "the detail 'zzz' is not known"),
        ({"symmetric": "upper"}, "the symmetric 'upper' is not known"),
        ({"layout": "wide"}, "the layout 'wide' is not known"),
        ({"detail": None}, "the detail None is not known"),
    ],
)
def test_an_unknown_option_has_no_place(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UnsupportedError) as caught:
        derivtex.derive(OLS, **options)
    assert str(caught.value).startswith(f"{message}\n  hint: one of ")
    if "layout" not in options:
        (error,) = derivtex.derive_all(OLS, **options)
        assert str(error) == str(caught.value)


@pytest.mark.parametrize("wrt", ["x, y", ["x", "y"], ("x", "y"), [sympy.Symbol("x"), "y"]])
def test_several_variables(wrt: Any) -> None:
    assert list(derivtex.derive("x^T A y", wrt).gradients) == ["x", "y"]
    x, y = (sympy.MatrixSymbol(name, 3, 1) for name in "xy")
    assert list(derivtex.derive(x.T * y, wrt).gradients) == ["x", "y"]


@pytest.mark.parametrize("wrt", [3, ["x", 3], [None], {"x": 1}, b"x"])
def test_what_is_no_variable(wrt: object) -> None:
    with pytest.raises(DerivtexError, match="is no variable"):
        derivtex.derive("x^T x", wrt)


# --- layout --------------------------------------------------------------------------------------

LAYOUTS = [
    (OLS, "∂L/∂w", "2(Xw − y)ᵀX"),
    ("a \\in \\R\nL = a\\|X\\|^2\n\\frac{\\partial L}{\\partial X}", "∂L/∂X", "2aXᵀ"),
    ("f = \\mathbf{1}^T x\n\\frac{\\partial f}{\\partial x}", "∂f/∂x", "𝟏ᵀ"),
    ("f = \\log\\det X\n\\frac{\\partial f}{\\partial X}", "∂f/∂X", "X⁻¹"),
]


@pytest.mark.parametrize(("text", "left", "right"), LAYOUTS)
def test_numerator_layout(text: str, left: str, right: str) -> None:
    d = derivtex.derive(text, layout="numerator")
    before = derivtex.derive(text, layout="denominator")
    assert d.gradient.text() == right
    assert d.gradient.shape == before.gradient.shape.transposed
    assert d.lines[:-1] == before.lines
    line = d.lines[-1]
    assert line.left is not None
    assert (line.left.text(), line.right.text()) == (f"({left})ᵀ", right)
    assert line.reason.words == "numerator layout: the transpose"
    assert derivtex.Derivation.from_json(d.to_json()) == d
    assert d.verify().ok


def test_numerator_layout_of_several_gradients() -> None:
    text, variables = "f = a^T W^T (W b + y)", ["a", "W"]
    d = derivtex.derive(text, variables, layout="numerator", detail="full")
    before = derivtex.derive(text, variables).gradients
    assert [G.shape for G in d.gradients.values()] == [G.shape.transposed for G in before.values()]
    assert [d.text().count(f"(∂f/∂{name})ᵀ = ") for name in variables] == [1, 1]


def test_numerator_layout_is_of_gradients() -> None:
    with pytest.raises(UnsupportedError, match="stationary"):
        derivtex.derive(OLS.strip() + " = 0", layout="numerator")


# --- the mappings of results ---------------------------------------------------------------------

LAYERS = (
    "z = W^{[1]} x\nL = \\|z\\|^2\n"
    "\\frac{\\partial L}{\\partial W^{[1]}}, \\frac{\\partial L}{\\partial x}"
)


@pytest.mark.parametrize("name", ["W^{[1]}", r"\mathbf{W}^{[1]}"])
def test_a_gradient_by_plain_or_tex_name(name: str) -> None:
    d = derivtex.derive(LAYERS)
    assert name in d.gradients
    assert d.gradients[name] is d.gradients["W^{[1]}"]
    assert list(d.gradients) == ["W^{[1]}", "x"]


@pytest.mark.parametrize("name", ["y", "W", 3, None])
def test_a_gradient_that_was_not_asked(name: Any) -> None:
    d = derivtex.derive(LAYERS)
    assert name not in d.gradients
    assert d.gradients.get(name) is None
    with pytest.raises(KeyError) as caught:
        d.gradients[name]
    assert isinstance(caught.value, DerivtexError)
    assert str(caught.value) == (
        f"the problem did not ask for {name}\n  hint: it asked for W^{{[1]}}, x"
    )
    with pytest.raises(KeyError, match="did not ask for w"):
        d.solutions["w"]


def test_results_are_plain_data() -> None:
    d = derivtex.derive(OLS.strip() + " = 0")
    for results in (d.gradients, d.solutions):
        assert results == dict(results) == copy.deepcopy(results)
        assert pickle.loads(pickle.dumps(results)) == results
        assert repr(results) == repr(dict(results))
    assert pickle.loads(pickle.dumps(d)) == d
    assert derivtex.Derivation.from_json(d.to_json()) == d


def test_a_bug_is_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> None:
        raise RecursionError("deep")

    monkeypatch.setattr("derivtex.api.derive_problem", broken)
    with pytest.raises(RecursionError):
        derivtex.derive_all(OLS)


@pytest.mark.parametrize("problem", [3, None, b"x^T x", ["x"]])
def test_what_is_no_problem(problem: object) -> None:
    with pytest.raises(TypeError, match="text or a SymPy expression"):
        derivtex.derive(problem, "x")


def test_derivations_in_a_set() -> None:
    first, second = (derivtex.derive(r"L = \|Xw - y\|^2", wrt="w") for _ in range(2))
    other = derivtex.derive(r"L = \|Xw - y\|^2", wrt="X")
    assert first == second
    assert len({first, second, other}) == 2


def test_threads_share_expressions() -> None:
    """Equal expressions are one object, whichever threads made them at the same time."""

    def gradient(_: int) -> derivtex.Expr:
        return derivtex.derive(r"f = \operatorname{tr}(\sigma(WX)^TM\sigma(WX))", wrt="X").gradient

    with ThreadPoolExecutor(8) as pool:
        for _ in range(5):  # what the round before left is gone: its places are taken again
            found = list(pool.map(gradient, range(16)))
            assert len({id(node) for node in found}) == 1
            del found
