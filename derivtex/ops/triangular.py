"""The triangular parts of a matrix, each with its diagonal."""

from __future__ import annotations

from typing import Any

from derivtex.expr import Expr, fold
from derivtex.op import Op, declare, keeps
from derivtex.op_syntax import Call
from derivtex.ops.arrays import Diag
from derivtex.ops.leaves import ones
from derivtex.ops.vectorised import vec


def _sides(e: Expr, parts: tuple[tuple[bool, bool], ...]) -> tuple[bool, bool]:
    """Whether `e` is lower, and whether it is upper triangular, by how it is made."""
    match e.op:
        case "identity" | "Diag" | "zeros" | "number":
            return True, True
        case "symbol":
            diagonal = e.shape.is_scalar or "diagonal" in e.data.structure
            words = e.data.structure
            return diagonal or "lower triangular" in words, diagonal or "upper triangular" in words
        case "transpose":
            return parts[0][::-1]
        case "hadamard":
            return any(lower for lower, _ in parts), any(upper for _, upper in parts)
        case "mul" if not all(A.shape.is_square for A in e.args):
            return False, False
        case "add" | "mul" | "inverse" | "named":
            return all(lower for lower, _ in parts), all(upper for _, upper in parts)
    scalar = e.shape.is_scalar
    return scalar or e.op in {"tril", "chol", "half_lower"}, scalar or e.op == "triu"


def _triangular(word: str, side: str, part: Any) -> Op:
    """Declare a projection onto triangular matrices: linear, and its own adjoint."""

    def simplify(args: tuple[Expr, ...]) -> Expr | None:
        (A,) = args
        return A if A.op == word or fold(A, _sides)[side == "upper"] else None

    op = Op(
        word,
        f"{side} triangular part",
        Call(rf"\operatorname{{{word}}}", word),
        keeps,
        value=part,
        adjoint=lambda G, X: op(G),
        vec=lambda X: Diag(vec(op(ones(X.shape)))),
        simplify=simplify,
        keeps_symmetry=False,
        stacks=True,
        sample=("m n",),
        further=(("n n",),),
        names=(word,),
        source="Magnus & Neudecker, section 3.8" if side == "lower" else "",
    )
    return declare(op)


tril: Op = _triangular("tril", "lower", lambda np, A: np.tril(A))
triu: Op = _triangular("triu", "upper", lambda np, A: np.triu(A))
