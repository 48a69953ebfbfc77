"""What `import derivtex` offers, and what it loads."""

from __future__ import annotations

import importlib
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

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


def test_version_is_that_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert derivtex.__version__ == project["version"]


def _python(code: str) -> str:
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return run.stdout.strip()


def test_import_is_light() -> None:
    heavy = "{'sympy', 'numpy', 'sphinx', 'docutils', 'pylatexenc', 'click'}"
    assert _python(f"import sys, derivtex; print({heavy} & set(sys.modules))") == "set()"
    # Nor does a derivation need more than the reader of TeX.
    code = "import sys, derivtex; derivtex.derive('x^T A x', 'x').latex();"
    assert _python(f"{code} print({heavy} & set(sys.modules))") == "{'pylatexenc'}"


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


def test_an_error_of_the_engine_is_put_where_the_question_is() -> None:
    with pytest.raises(UnsupportedError) as caught:
        derivtex.derive(OLS, notation="runes", filename="ols.deriv")
    assert (caught.value.line, caught.value.column) == (2, 1)
    assert str(caught.value).startswith("ols.deriv:2:1: ")
    (error,) = derivtex.derive_all(OLS, notation="runes", filename="ols.deriv")
    assert str(error) == str(caught.value)


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
