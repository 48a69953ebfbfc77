"""Valuations taken at once give what each of them gives alone."""

from __future__ import annotations

import numpy as np
import pytest

import derivtex
from derivtex.expr import Expr, walk
from derivtex.op import OPS, Op
from derivtex.ops import differential
from derivtex.points import STEP, Moving, Point, Points
from derivtex.sample import PLANS
from derivtex.specimen import specimens
from tests.test_registry import every_node


def points(node: Expr) -> list[Point]:
    nodes = list(walk(node))
    return [Point(nodes, np.random.default_rng(seed), np, PLANS[0]) for seed in (0, 1)]


def assert_alike(stack: np.ndarray, alone: list[np.ndarray]) -> None:
    assert len(stack) in {1, len(alone)}
    np.testing.assert_allclose(
        np.broadcast_to(stack, (len(alone), *stack.shape[1:])), alone, rtol=1e-10, atol=1e-10
    )


@every_node
def test_an_operation(op: Op, args: tuple[Expr, ...]) -> None:
    node = op(*args, data=op.sample_data)
    at = points(node)
    assert_alike(Points(at)(node), [point(node) for point in at])


@every_node
def test_the_slope_of_an_operation(op: Op, args: tuple[Expr, ...]) -> None:
    node = op(*args, data=op.sample_data)
    at = points(node)
    variables = [e for e in walk(node) if e in at[0].directions]
    moving = Points(at).along(variables, STEP)
    each: list[Moving] = [point.along(variables, STEP) for point in at]
    assert_alike(moving.slope(node), [m.slope(node) for m in each])
    assert_alike(moving(differential(node)), [m(differential(node)) for m in each])


@pytest.mark.parametrize(
    "text",
    [
        r"Y = \sigma(WX); f = \operatorname{tr}(Y^TMY); \nabla_X f",
        r"D = WX; \phi : \R^{m \times n} \to \R; \frac{\partial \phi(D)}{\partial W}",
        r"g : \R \to \R; f = \mathbf 1^Tg(Ax); \nabla_x f",
        r"y_i \in \R; L = \sum_{i=1}^N (y_i - w^Tx_i)^2; \nabla_w L",
    ],
)
def test_a_derivation(text: str) -> None:
    derivation = derivtex.derive(text.replace("; ", "\n"))
    roots = [side for line in derivation.lines for side in (line.left, line.right) if side]
    nodes = list(walk(*roots))
    at = [Point(nodes, np.random.default_rng(seed), np, PLANS[0]) for seed in (0, 1)]
    tasks = derivation.problem.tasks
    variables = [variable for task in tasks for variable in task.variables]
    moving = Points(at).along(variables, STEP)
    each = [point.along(variables, STEP) for point in at]
    values = [root for root in roots if root.op not in {"derivative", "differential"}]
    assert values
    for root in values:
        assert_alike(moving(root), [m(root) for m in each])


def test_what_stacks_is_called_once() -> None:
    """An operation that is said to stack takes a stack, also one of a single matrix, as it is."""
    tried = 0
    for op in OPS.values():
        if not op.stacks:
            continue
        for args in specimens(op):
            node = op(*args, data=op.sample_data)
            if node.op != op.name or op.value is None:
                continue
            at = points(node)
            parts = [Points(at)(arg) for arg in node.args]
            single = [part[:1] for part in parts]
            expected = [point(node) for point in at]
            assert_alike(op.value(np, *parts), expected)
            assert_alike(op.value(np, *single), expected[:1])
            tried += 1
    assert tried > 30
