"""Tidying Frobenius products that are left in a result: traces, inner products, quadratic forms."""

from __future__ import annotations

from derivtex.expr import Expr
from derivtex.ops import mul, trace, transpose
from derivtex.rule import rule
from derivtex.rules.tidy_vectors import outer_product
from derivtex.structure import transposed, transposes
from derivtex.varying import Varying


@rule(
    "Frobenius product with the identity",
    r"A:I = \operatorname{tr}(A)",
    needs="identity",
    on="frobenius",
)
def frobenius_identity(node: Expr, varying: Varying) -> Expr | None:
    """`A:I = tr A`."""
    A, B = node.args
    if A.op == "identity" or B.op == "identity":
        return trace(B if A.op == "identity" else A)
    return None


def _row(a: Expr) -> Expr:
    """`aᵀ`, the transpose carried inside where no more of them are left."""
    inside, outside = transposed(a), transpose(a)
    return inside if transposes(inside) <= transposes(outside) else outside


@rule("Frobenius product of vectors", "a:b = a^Tb", given=r"a, b \in \R^n", on="frobenius")
def frobenius_vectors(node: Expr, varying: Varying) -> Expr | None:
    """`a:b = aᵀb`, and `1ᵀa` for `a:1`."""
    A, B = node.args
    if not A.shape.is_column:
        return None
    return mul(transpose(B), A) if B.op == "ones" else mul(_row(A), B)


@rule(
    "Frobenius product with an outer product",
    "ab^T:C = a^TCb",
    given=r"a \in \R^m; b \in \R^n",
    needs="transpose",
    on="frobenius",
)
def frobenius_outer(node: Expr, varying: Varying) -> Expr | None:
    """`abᵀ:C = aᵀCb`."""
    for factor, C in (node.args, node.args[::-1]):
        outer = outer_product(factor)
        if outer is not None:
            a, b = transposed(mul(*outer.column)), transposed(mul(*outer.row))
            return mul(*outer.scalars, a, C, b)
    return None


@rule(
    "Frobenius product as a trace",
    r"A^T:B = \operatorname{tr}(AB)",
    needs="transpose",
    on="frobenius",
)
def frobenius_trace(node: Expr, varying: Varying) -> Expr | None:
    """`Aᵀ:B = tr(AB)`, where fewer transposes are left."""
    A, B = node.args
    forms = (trace(transposed(A) @ B), trace(transposed(B) @ A))
    best = min(forms, key=transposes)
    return best if transposes(best) < transposes(node) else None
