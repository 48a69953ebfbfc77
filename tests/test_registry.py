"""Every operation and every rule, from the registries: a declaration with a hole fails here."""

from __future__ import annotations

from fractions import Fraction
from pkgutil import iter_modules

import numpy as np
import pytest

import derivtex
from derivtex import moves
from derivtex.component_values import alike
from derivtex.errors import ShapeError, UnsupportedError
from derivtex.expr import Expr, walk
from derivtex.notation import NOTATIONS
from derivtex.op import OPS, Op, declare
from derivtex.ops import differential, frobenius, number, symbol, vec
from derivtex.parse import parse_expression
from derivtex.points import Point
from derivtex.rule import RULES, Rule
from derivtex.rules import load_all
from derivtex.sample import PLANS, Plan
from derivtex.shapes import Shape, dim
from derivtex.specimen import specimens
from derivtex.structure import is_symmetric
from derivtex.symbols import Function

load_all()

#: Leaves and marks: nodes that are no function of arguments, so there is nothing to differentiate.
MARKS = {
    "symbol", "number", "identity", "ones", "zeros", "pi", "named", "sized",
    "differential", "derivative", "jacobian", "commutation",
    "function_hessian", "function_jacobian", "selector",
    "index", "infinity", "extent", "family", "member", "factorial",
    "svd_left", "svd_values", "svd_right", "derivative_by_entries",
    "subscript", "entry", "delta", "sum_over", "direct",
}  # fmt: skip
#: Operations that need a declared function as their data.
WITH_DATA = {"apply", "map", "partial"}
#: Their first argument runs with an index: a value each, and a rule that pulls the sum out.
BINDERS = {"indexed_sum", "indexed_product", "integral"}

FUNCTIONS = [op for op in OPS.values() if op.name not in MARKS]
NODES = [(op, args) for op in FUNCTIONS for args in specimens(op)]

every_function = pytest.mark.parametrize("op", FUNCTIONS, ids=[op.name for op in FUNCTIONS])
every_node = pytest.mark.parametrize(
    ("op", "args"), NODES, ids=[f"{op.name}-{len(args)}" for op, args in NODES]
)
every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))


def point(*roots: Expr, seed: int = 0, plan: Plan = PLANS[0]) -> Point:
    nodes = list(walk(*roots))
    return Point(nodes, np.random.default_rng(seed), np, plan)


def assert_equal(at: Point, left: Expr, right: Expr, moving: bool = False) -> None:
    valuation = (
        at.along([node for node in at.directions if node.op in {"symbol", "family"}])
        if moving
        else at
    )
    values = alike(np, valuation(left), valuation(right))
    np.testing.assert_allclose(*values, rtol=1e-7, atol=1e-9)


def variables(args: tuple[Expr, ...]) -> list[int]:
    return [i for i, arg in enumerate(args) if arg.op == "symbol"]


@every_function
def test_operation_is_whole(op: Op) -> None:
    assert (op.value is None) == (op.name in WITH_DATA | BINDERS)
    assert op.is_differentiable
    assert op.sample or op.example
    assert op.title


@every_node
def test_shape_is_that_of_the_value(op: Op, args: tuple[Expr, ...]) -> None:
    node = op(*args, data=op.sample_data)
    at = point(node)
    assert at(node).shape == at.shape(node.shape)


@every_node
@pytest.mark.parametrize("seed", [0, 1])
def test_differential_is_the_difference_quotient(op: Op, args: tuple[Expr, ...], seed: int) -> None:
    node = op(*args, data=op.sample_data)
    at = point(node, seed=seed)
    for i in [0] if op.name in BINDERS else variables(args):
        moving = at.along([e for e in walk(args[i]) if e in at.directions])
        by_rule = op.differentiate(node, i, differential(args[i]))
        np.testing.assert_allclose(moving(by_rule), moving.slope(node), rtol=1e-7, atol=1e-8)


@every_node
def test_what_has_no_adjoint_is_not_linear(op: Op, args: tuple[Expr, ...]) -> None:
    """`f(½x + ½z) ≠ ½f(x) + ½f(z)` or `f(½x) ≠ ½f(x)`."""
    if op.name in BINDERS:
        return
    half = number(Fraction(1, 2))
    for i in variables(args) if op.adjoint is None else op.not_linear_in:
        x = args[i]
        z = symbol("Z", x.shape, x.data.structure)

        def f(e: Expr, i: int = i) -> Expr:
            return op(*args[:i], e, *args[i + 1 :], data=op.sample_data)

        claims = ((f(half @ x + half @ z), half @ f(x) + half @ f(z)), (f(half @ x), half @ f(x)))
        # From size 4 on: the adjugate of a matrix of order 2 is linear.
        at = point(*claims[0], *claims[1], plan=PLANS[4])
        assert not all(np.allclose(at(left), at(right)) for left, right in claims)


@every_node
def test_adjoint_moves_across_the_frobenius_product(op: Op, args: tuple[Expr, ...]) -> None:
    if op.adjoint is None:
        return  # not linear, says the test above
    node = op(*args)
    G = symbol("G", node.shape)
    for i in variables(args):
        if i in op.not_linear_in:
            continue
        moved = frobenius(op.transpose_move(G, node, i), args[i])
        original = frobenius(G, node)
        assert_equal(point(moved, original), moved, original)


@every_node
def test_vec_is_the_matrix_of_the_operation(op: Op, args: tuple[Expr, ...]) -> None:
    if op.vec is None:
        return  # what needs it says so: a Jacobian by way of this is refused
    node = op(*args, data=op.sample_data)
    if op.name.startswith("frechet_") and len(args) > 2:
        with pytest.raises(UnsupportedError, match="second derivative of the matrix"):
            op.vectorise(node, 1)
        return
    for i in variables(args):
        if i not in op.not_linear_in:
            stacked, matrix = vec(node), op.vectorise(node, i) @ vec(args[i])
            assert_equal(point(stacked, matrix), stacked, matrix)


@every_node
def test_what_is_symmetric_by_its_form_is_symmetric(op: Op, args: tuple[Expr, ...]) -> None:
    shape = Shape(dim("n"), dim("n"))
    words = frozenset({"symmetric"})
    symmetric = [
        symbol(f"S_{i}", shape, arg.data.structure | words)
        if arg.op == "symbol" and not arg.shape.is_scalar
        else arg
        for i, arg in enumerate(args)
    ]
    try:
        node = op(*symmetric, data=op.sample_data)
    except ShapeError:
        return  # an operation on vectors, or one that has no square value
    assert not is_symmetric(node) or np.allclose(point(node)(node), point(node)(node).T)


@every_node
def test_entries_are_what_the_table_says(op: Op, args: tuple[Expr, ...]) -> None:
    node = op(*args, data=op.sample_data)
    value = point(node)(node)
    assert op.entries is None or value.min() >= 0
    assert op.entries != "positive" or value.min() > 0


@every_node
def test_print_and_parse_round_trip(op: Op, args: tuple[Expr, ...]) -> None:
    plain = op(*args, data=op.sample_data)
    for node in (plain, frobenius(symbol("G", plain.shape), plain)):
        symbols = [arg for arg in walk(node) if arg.op in {"symbol", "family"}]
        names: dict[str, Expr | Function] = {arg.data.name: arg for arg in symbols}
        if op.name in WITH_DATA:
            function = op.sample_data if op.name == "apply" else op.sample_data[0]
            names[function.name] = function
        again = parse_expression(node.latex(), names)
        assert again.shape == node.shape
        assert_equal(point(node, again), node, again)


@every_rule
@pytest.mark.parametrize("seed", [0, 1])
def test_statement_is_true(rule: Rule, seed: int) -> None:
    left, right = sides(rule)
    assert left is not right
    at = point(left, right, seed=seed)
    if left.op == "jacobian":
        F, X = left.args
        slope = at.along([X]).slope(F)
        np.testing.assert_allclose(slope, at(right) @ at.directions[X])
        return
    if left.op == "derivative":
        f, X = left.args
        slope = at.along([X]).slope(f)
        np.testing.assert_allclose(slope, at(frobenius(right, at_direction(at, X))))
        return
    assert_equal(at, left, right, moving=True)


def at_direction(at: Point, X: Expr) -> Expr:
    """A symbol whose value is the direction of X."""
    D = symbol("D", X.shape)
    at.symbols = {**at.symbols, D: at.direction(X)}
    return D


def sides(rule: Rule) -> tuple[Expr, Expr]:
    """The two sides of the rule's statement, parsed where it is TeX."""
    if rule.sides is not None:
        return rule.sides()
    left, right = rule.statement.split(" = ")
    given = rule.given.replace(";", "\n")
    text = f"{given}\nY_1 = {left}\nY_2 = {right}\nY_3 = Y_1 - Y_2\ndY_3"
    definitions = derivtex.parse(text).definitions
    return definitions[0].value, definitions[1].value


def test_each_notation_is_a_file_of_moves() -> None:
    assert {module.name for module in iter_modules(moves.__path__)} == set(NOTATIONS)


def test_an_operation_is_declared_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        declare(OPS["trace"])
