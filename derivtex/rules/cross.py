"""Rules of the cross product."""

from __future__ import annotations

from derivtex.expr import Expr
from derivtex.op import OPS
from derivtex.rule import rule
from derivtex.rules.neighbours import first_pair
from derivtex.varying import Varying


@rule(
    "matrix of the cross product is skew",
    r"[a]_\times^T = -[a]_\times",
    given=r"a \in \R^3",
    needs="cross_matrix",
    on="transpose",
)
def turned(node: Expr, varying: Varying) -> Expr | None:
    """`[a]_×ᵀ = -[a]_×`."""
    return -node.args[0] if node.args[0].op == "cross_matrix" else None


@rule(
    "matrix of the cross product",
    r"[a]_\times b = a \times b",
    given=r"a, b \in \R^3",
    needs="cross_matrix",
    on="mul",
)
def applied(node: Expr, varying: Varying) -> Expr | None:
    """`[a]_× b = a × b` for a column b."""
    return first_pair(
        node,
        lambda A, b: (
            OPS["cross"](A.args[0], b) if A.op == "cross_matrix" and b.shape.is_column else None
        ),
    )
