"""The Cholesky factor of a positive definite matrix, and the map Φ in its differential.

`A = LLᵀ` gives `L⁻¹ dA L⁻ᵀ = L⁻¹dL + (L⁻¹dL)ᵀ`, a lower triangular matrix and its transpose. So
`dL = L Φ(L⁻¹ dA L⁻ᵀ)`, where Φ takes the lower triangle with half of the diagonal.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from derivtex.expr import Expr
from derivtex.op import Letter, Op, declare, square
from derivtex.op_syntax import Call
from derivtex.ops.arrays import Diag, diag
from derivtex.ops.elementwise import sqrt
from derivtex.ops.leaves import number, ones
from derivtex.ops.matrices import inverse
from derivtex.ops.triangular import tril
from derivtex.ops.vectorised import vec

_HALF = number(Fraction(1, 2))


def _half_simplify(args: tuple[Expr, ...]) -> Expr | None:
    """Half of what is diagonal."""
    (M,) = args
    diagonal = M.shape.is_scalar or M.op in {"identity", "Diag"}
    return _HALF @ M if diagonal else None


def _half_value(np: Any, M: Any) -> Any:
    return np.tril(M) - np.tril(np.triu(M)) / 2


half_lower: Op = declare(
    Op(
        "half_lower",
        "lower triangle with half of the diagonal",
        Call(r"\Phi", "Φ"),
        square,
        value=_half_value,
        stacks=True,
        adjoint=lambda G, M: half_lower(G),
        vec=lambda M: Diag(vec(half_lower(ones(M.shape)))),
        simplify=_half_simplify,
        meaning=lambda args: (half_lower(*args), tril(*args) - _HALF @ Diag(diag(*args))),
        keeps_symmetry=False,
        sample=("n n",),
        names=("halftril",),
        source="Giles, section 2.2.3; Murray, Differentiation of the Cholesky decomposition (2016)",
    )
)


def _differential(L: Expr, A: Expr, dA: Expr) -> Expr:
    """`dL = L Φ(L⁻¹ dA L⁻ᵀ)`."""
    return L @ half_lower(inverse(L) @ dA @ inverse(L).T)


chol: Op = declare(
    Op(
        "chol",
        "Cholesky factor",
        Call(r"\operatorname{chol}", "chol"),
        square,
        value=lambda np, A: np.linalg.cholesky(A),
        stacks=True,
        differential=_differential,
        simplify=lambda args: sqrt(args[0]) if args[0].shape.is_scalar else None,
        keeps_symmetry=False,
        condition="{} is positive definite",
        needs="symmetric",
        letter=Letter(
            "L",
            "Cholesky decomposition",
            lambda called, A: (A, called(chol(A)) @ called(chol(A)).T),
        ),
        sample=("n n positive definite",),
        names=("chol", "cholesky"),
        source="Giles, section 2.2.3; Murray, Differentiation of the Cholesky decomposition (2016)",
    )
)
