"""Rules for the triangles of a matrix: each is a Hadamard product with that of ones."""

from __future__ import annotations

from derivtex.expr import Expr
from derivtex.op import OPS
from derivtex.ops import hadamard
from derivtex.ops.leaves import is_ones
from derivtex.rule import rule
from derivtex.varying import Varying

_TRIANGLES = "tril triu half_lower"


@rule(
    "triangle of ones",
    r"\operatorname{tril}(\mathbf{1}\mathbf{1}^T) \odot A = \operatorname{tril}(A)",
    given=r"A \in \R^{m \times n}",
    on="hadamard",
    some=_TRIANGLES,
)
def masked(node: Expr, varying: Varying) -> Expr | None:
    """`tril(1 1ᵀ) ⊙ A = tril(A)`, and so with each triangle."""
    for i, mask in enumerate(node.args):
        if mask.op in _TRIANGLES.split() and is_ones(mask.args[0]):
            return OPS[mask.op](hadamard(*node.args[:i], *node.args[i + 1 :]))
    return None
