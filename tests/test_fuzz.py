"""No silent zero and no wrong value: random expressions over the whole table."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, event, given, seed, settings

from derivtex.derivation import Derivation
from derivtex.derive import derive_problem
from derivtex.errors import LimitError, UnsupportedError
from derivtex.expr import Expr, walk
from derivtex.language.tex import MAX_LENGTH
from derivtex.notation import NOTATIONS
from derivtex.ops.leaves import function_of
from derivtex.parse import parse_expression
from derivtex.shapes import Shape
from derivtex.symbols import Function
from tests.expressions import OPERATIONS, expressions, problem

relaxed = settings(deadline=None, suppress_health_check=list(HealthCheck))


def derived(f: Expr, X: Expr, kind: str, notation: str = "frobenius") -> Derivation | None:
    """The derivation, every step and every line of it checked; None where it is refused."""
    try:
        derivation = derive_problem(problem(f, X, kind), notation)
    except (UnsupportedError, LimitError) as error:
        event(f"refused: {error.message}")
        return None
    verification = derivation.verify()
    if not verification.checks:
        event("no data in the domain")
        assume(False)
    assert verification.ok, f"{f.latex()}\n{derivation.text()}\n{verification}"
    return derivation


@pytest.mark.fuzz
@pytest.mark.parametrize("notation", NOTATIONS)
def test_every_step_and_the_gradient(notation: str) -> None:
    @relaxed
    @given(expressions())
    def check(drawn: tuple[Expr, Expr]) -> None:
        f, X = drawn
        derivation = derived(f, X, "gradient", notation)
        if derivation is not None:
            (gradient,) = derivation.gradients.values()
            assert gradient.shape == X.shape

    check()


@pytest.mark.fuzz
@relaxed
@given(expressions(steps=4, scalar=False))
def test_jacobian(drawn: tuple[Expr, Expr]) -> None:
    F, X = drawn
    derivation = derived(F, X, "gradient" if F.shape.is_scalar else "jacobian")
    if derivation is not None and not F.shape.is_scalar:
        if X.shape.is_scalar:
            assert derivation.jacobian.shape == F.shape
        else:
            assert derivation.jacobian.shape.rows == F.shape.rows.times(F.shape.columns)
            assert derivation.jacobian.shape.columns == X.shape.rows.times(X.shape.columns)


@pytest.mark.fuzz
@relaxed
@given(expressions(steps=5))
def test_hessian(drawn: tuple[Expr, Expr]) -> None:
    f, X = drawn
    derivation = derived(f, X, "hessian")
    if derivation is not None:
        size = X.shape.rows.times(X.shape.columns)
        assert derivation.hessian.shape == Shape(size, size)


@pytest.mark.fuzz
@relaxed
@given(expressions())
def test_what_is_printed_parses_back(drawn: tuple[Expr, Expr]) -> None:
    f, X = drawn
    try:
        derivation = derive_problem(problem(f, X))
    except (UnsupportedError, LimitError):
        return
    for line in derivation.lines:
        text = line.right.latex()
        if any(node.op in {"function_hessian", "function_jacobian"} for node in walk(line.right)):
            event("derivatives of an unknown function have no reading in an expression")
            continue
        if len(text) > MAX_LENGTH:
            event("longer than what is read")
            continue
        names = names_in(line.right)
        assert parse_expression(text, names).latex() == text
        unicode = line.right.text()
        if "∂" not in unicode and not any(map(_is_own_to_text, walk(line.right))):
            assert parse_expression(unicode, names, shape=line.right.shape).latex() == text, unicode


def _is_own_to_text(node: Expr) -> bool:
    """Whether text writes this in signs of its own, which the language does not read."""
    return node.op in _OWN_TO_TEXT or node.op.startswith("frechet_")


#: `∑[i=1…N]`, `[A; B]`, `‖X‖_max`.
_OWN_TO_TEXT = frozenset(
    ("indexed_sum", "indexed_product", "integral", "hstack", "vstack", "selector", "norm_max")
)


def names_in(e: Expr) -> dict[str, Expr | Function]:
    """What the names in `e` mean: symbols, definitions, gradients, families, functions."""
    names: dict[str, Expr | Function] = {}
    for node in walk(e):
        if node.op in {"symbol", "family"}:
            names[node.data.name] = node
        elif node.op in {"named", "derivative"}:
            names[node.latex()] = node
        elif (function := function_of(node)) is not None:
            names[function.name] = function
    return names


@pytest.mark.fuzz
def test_every_operation_is_drawn() -> None:
    """None of the table is left out because nothing ever fits it."""
    missing = {op.name for op in OPERATIONS}
    for start in range(20):

        @seed(start)
        @settings(relaxed, database=None, max_examples=200)
        @given(expressions())
        def draw(drawn: tuple[Expr, Expr]) -> None:
            missing.difference_update(node.op for node in walk(drawn[0]))

        draw()
        if not missing:
            return
    pytest.fail(f"never drawn: {missing}")
