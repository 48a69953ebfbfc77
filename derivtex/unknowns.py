"""How the gradient of an unknown function is written where it is itself what is asked for."""

from __future__ import annotations

from collections.abc import Iterable

from derivtex.expr import Expr
from derivtex.ops import partial
from derivtex.varying import Varying


def scalar_functions(nodes: Iterable[Expr]) -> list[Expr]:
    """The unknown functions that have a gradient."""
    return [node for node in nodes if node.op == "apply" and node.shape.is_scalar]


def spelled_out(nodes: Iterable[Expr], asked: list[Expr], varying: Varying) -> dict[Expr, Expr]:
    """For each `∂φ/∂a` of an `a` whose gradient is asked for, `φ'(a, y)`, or `∇₁φ(a, b)` where
    another argument varies too: `∂L/∂a = ∂φ/∂a` would say nothing."""
    found: dict[Expr, Expr] = {}
    for node in scalar_functions(nodes):
        varies = sum(map(varying.depends, node.args))
        for index, D in enumerate(node.args):
            if D in asked and D.op == "named" and node.args.count(D) == 1:
                style = "prime" if varies == 1 and index == 0 else "slot"
                written = partial(node.data, index, *node.args, style=style)
                found[partial(node.data, index, *node.args)] = written
    return found
