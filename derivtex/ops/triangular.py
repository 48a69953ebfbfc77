"""The triangular parts of a matrix, each with its diagonal."""

from __future__ import annotations

from typing import Any

from derivtex.expr import Expr
from derivtex.op import Call, Op, declare, keeps
from derivtex.ops.arrays import Diag
from derivtex.ops.leaves import is_zero, ones
from derivtex.ops.vectorised import vec


def _triangular(word: str, side: str, part: Any) -> Op:
    """Declare a projection onto triangular matrices: linear, and its own adjoint."""

    def simplify(args: tuple[Expr, ...]) -> Expr | None:
        (A,) = args
        is_one = A.op == "symbol" and f"{side} triangular" in A.data.structure
        unchanged = is_one or is_zero(A) or A.op in {"identity", "Diag", word} or A.shape.is_scalar
        return A if unchanged else None

    op = Op(
        word,
        f"{side} triangular part",
        Call(rf"\operatorname{{{word}}}", word),
        keeps,
        value=part,
        differential=lambda Y, X, dX: op(dX),
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
