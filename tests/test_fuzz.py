"""No silent zero and no wrong value: random expressions over the whole table."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, event, given, settings

from derivtex.derive import derive_problem
from derivtex.errors import LimitError, UnsupportedError
from derivtex.expr import Expr, walk
from derivtex.ops import named
from derivtex.parse import parse_expression
from derivtex.problem import Definition, Problem, Task
from tests.expressions import X, expressions

relaxed = settings(deadline=None, suppress_health_check=list(HealthCheck))


def problem(f: Expr) -> Problem:
    L = named("L", f)
    return Problem("", None, (Definition(L),), (Task("gradient", L, (X,)),), {"X": X, "L": L})


@pytest.mark.fuzz
@pytest.mark.parametrize("notation", ["frobenius", "trace", "inner"])
def test_every_step_and_the_gradient(notation: str) -> None:
    unchecked = []

    @relaxed
    @given(expressions())
    def check(f: Expr) -> None:
        try:
            derivation = derive_problem(problem(f), notation)
        except (UnsupportedError, LimitError) as error:
            event(f"refused: {error.message}")
            return
        verification = derivation.verify()
        if not verification.checks:
            unchecked.append(f)
            assume(False)
        assert verification.ok, f"{f.latex()}\n{derivation.text()}\n{verification}"

    check()


@pytest.mark.fuzz
@relaxed
@given(expressions())
def test_what_is_printed_parses_back(f: Expr) -> None:
    derivation = derive_problem(problem(f))
    for line in derivation.lines:
        names = {
            node.latex(): node
            for node in walk(line.right)
            if node.op in {"symbol", "named", "derivative"}
        }
        again = parse_expression(line.right.latex(), names)
        assert again.latex() == line.right.latex()
