"""What the pseudo-inverse and the adjugate undo."""

from __future__ import annotations

from derivtex.expr import Expr
from derivtex.ops import det, identity, mul, pinv, split, transpose
from derivtex.rule import rule
from derivtex.rules.neighbours import first_pair
from derivtex.varying import Varying


@rule("orthogonal projector", "(AA^{+})^T = AA^{+}", needs="pinv transpose", joins=True, on="mul")
def projector(node: Expr, varying: Varying) -> Expr | None:
    """`(A⁺)ᵀAᵀ = AA⁺` and `Aᵀ(A⁺)ᵀ = A⁺A`: both projectors are symmetric."""
    return first_pair(node, _upright)


def _upright(P: Expr, Q: Expr) -> Expr | None:
    if P.op != "transpose" or Q.op != "transpose":
        return None
    A, B = Q.args[0], P.args[0]
    return A @ B if pinv(A) is B or pinv(B) is A else None


@rule("Penrose's equation", "AA^{+}A = A", some="pinv named", on="mul")
def penrose(node: Expr, varying: Varying) -> Expr | None:
    """`AA⁺A = A`, `A⁺AA⁺ = A⁺`, and `A⁺AAᵀ = Aᵀ`, for the projectors are symmetric.

    Penrose, A generalized inverse for matrices (1955).
    """
    coefficient, scalars, chain = split(node)
    for i in range(len(chain) - 2):
        A, B, C = chain[i : i + 3]
        if _is_projector(A, B) and (C is A or C is transpose(B)):
            return mul(coefficient, *scalars, *chain[:i], *chain[i + 2 :])
        if _is_projector(B, C) and (A is C or A is transpose(B)):
            return mul(coefficient, *scalars, *chain[: i + 1], *chain[i + 3 :])
    return None


def _is_projector(A: Expr, B: Expr) -> bool:
    """Whether AB projects onto the range of A, which is that of Bᵀ."""
    if A.op == B.op == "transpose":
        A, B = B.args[0], A.args[0]
    A, B = (_without_name(M) for M in (A, B))
    return (B.op == "pinv" and B.args[0] is A) or (A.op == "pinv" and A.args[0] is B)


def _without_name(A: Expr) -> Expr:
    """A itself, and of the name of a pseudo-inverse that."""
    return A.args[0] if A.op == "named" and A.args[0].op == "pinv" else A


@rule(
    "adjugate times matrix",
    r"\operatorname{adj}(A)A = \det(A)I",
    given=r"A \in \R^{n \times n}",
    needs="adjugate",
    on="mul",
)
def adjugate_product(node: Expr, varying: Varying) -> Expr | None:
    """`adj(A) A = A adj(A) = det(A) I`."""
    return first_pair(node, _determinant)


def _determinant(A: Expr, B: Expr) -> Expr | None:
    for adjugate, M in ((A, B), (B, A)):
        if adjugate.op == "adjugate" and adjugate.args[0] is M:
            return det(M) @ identity(M.shape.rows)
    return None
