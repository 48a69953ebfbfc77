"""Transpose, inverse and integer powers of a matrix."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from derivtex.errors import LimitError
from derivtex.expr import Expr
from derivtex.op import OPS, Op, declare, square
from derivtex.op_syntax import POSTFIX, Special, Superscript
from derivtex.ops.algebra import add, mul, reversed_transpose, split
from derivtex.ops.indexed import indexed_sum
from derivtex.ops.indices import fresh_index
from derivtex.ops.integers import is_negative, minus
from derivtex.ops.leaves import MINUS_ONE, ONE, identity, is_ones, number, ones, value_of
from derivtex.ops.singular import refuse_singular
from derivtex.shapes import SCALAR, Shape

#: Functions of square matrices with `f(A, …)ᵀ = f(Aᵀ, …)`.
KEEPS_TRANSPOSE: set[str] = set()
#: What blocks are when they are transposed, block by block.
_BLOCKS = {"hstack": "vstack", "vstack": "hstack"}


def turned(A: Expr) -> Expr:
    """`(cA)ᵀ = cAᵀ`, the scalars outside; and `(XᵀX)ᵀ = XᵀX`."""
    coefficient, scalars, chain = split(A)
    if A.op == "mul" and reversed_transpose(A) is A:
        return A
    return mul(coefficient, *scalars, transpose(mul(*chain))) if chain else A


def _transpose_simplify(args: tuple[Expr, ...]) -> Expr | None:
    (A,) = args
    if A.op == "transpose":
        return A.args[0]
    if A.op == "symbol" and A.shape is not SCALAR:
        return None
    if A.shape is SCALAR or A.op in {"identity", "Diag"}:
        return A
    if A.op == "matrix_power":
        return matrix_power(transpose(A.args[0]), A.args[1])
    if A.op in KEEPS_TRANSPOSE:
        return OPS[A.op](*map(turned, A.args))
    if A.op == "inverse" and A.args[0].op in KEEPS_TRANSPOSE:
        return inverse(turned(A.args[0]))
    if A.op == "mul" and is_ones(A):
        return ones(A.shape.transposed)
    if A.op in _BLOCKS:
        return OPS[_BLOCKS[A.op]](*map(transpose, A.args))
    if A.op in {"ones", "zeros"}:
        return Expr(A.op, (), None, A.shape.transposed)
    return None


def commutation(shape: Shape) -> Expr:
    """K with `K vec(A) = vec(Aᵀ)` for A of this shape; the identity for a vector.

    Magnus & Neudecker, section 3.7.
    """
    size = shape.rows.times(shape.columns)
    if not shape.is_matrix:
        return identity(size)
    return Expr("commutation", (), shape, Shape(size, size))


transpose: Op = declare(
    Op(
        "transpose",
        "transpose",
        Superscript("T", "ᵀ"),
        lambda same, A: A.transposed,
        value=lambda np, A: A.swapaxes(-1, -2),
        stacks=True,
        adjoint=lambda G, X: G.T,
        vec=lambda X: commutation(X.shape),
        component=lambda c, A, i, j: c(A, j, i),
        simplify=_transpose_simplify,
        sample=("m n",),
        names=("transpose",),
        source="Matrix Cookbook (44)",
    )
)


def _inverse_simplify(args: tuple[Expr, ...]) -> Expr | None:
    (A,) = args
    if A.shape.is_scalar:
        return OPS["power"](A, MINUS_ONE)
    if A.op == "identity":
        return A
    if A.op == "inverse":
        return A.args[0]
    if A.op == "transpose":
        return transpose(inverse(A.args[0]))
    if A.op == "expm":
        return OPS["expm"](-A.args[0])
    if A.op == "real_power":
        return OPS["real_power"](A.args[0], -A.args[1])
    refuse_singular(A, "inverse")
    coefficient, scalars, chain = split(A)
    if coefficient is not ONE or scalars:
        # (cA)⁻¹ = c⁻¹A⁻¹
        reciprocals = [OPS["power"](c, MINUS_ONE) for c in (coefficient, *scalars)]
        return mul(*reciprocals, inverse(mul(*chain)))
    return None


inverse: Op = declare(
    Op(
        "inverse",
        "inverse",
        Superscript("-1", "⁻¹"),
        square,
        value=lambda np, A: np.linalg.inv(A),
        stacks=True,
        differential=lambda Y, X, dX: -(Y @ dX @ Y),
        simplify=_inverse_simplify,
        condition="{} is invertible",
        sample=("n n invertible",),
        names=("inv", "inverse"),
        source="Matrix Cookbook (40)",
    )
)

_LARGEST_POWER = 24


def _matrix_power_simplify(args: tuple[Expr, ...]) -> Expr | None:
    A, exponent = args
    k = value_of(exponent)
    if A.shape.is_scalar:
        return OPS["power"](A, exponent)
    if k == 1:
        return A
    if k == 0 or A.op == "identity":
        return identity(A.shape.rows)
    if k == -1:
        return inverse(A)
    if isinstance(k, Fraction) and k.denominator == 2:
        return matrix_power(OPS["sqrtm"](A), number(2 * k))
    if isinstance(k, Fraction):
        return OPS["real_power"](A, exponent)
    if k is not None and k < 0:
        return matrix_power(inverse(A), number(-k))
    if k is None and is_negative(exponent):
        return matrix_power(inverse(A), minus(number(0), exponent))
    if A.op == "expm":
        return OPS["expm"](exponent @ A.args[0])
    if A.op == "sqrtm" and isinstance(k, int) and k % 2 == 0:
        return matrix_power(A.args[0], number(k // 2))
    return None


def _matrix_power_differential(Y: Expr, args: tuple[Expr, ...], i: int, dX: Expr) -> Expr:
    """`d(X^k) = Σ_{j<k} X^j dX X^{k-j-1}`, the factor dX moving from right to left.

    It is written out for a number k, and a sum over j for a symbol.
    """
    X, exponent = args
    k = value_of(exponent)
    if k is None:
        j = fresh_index(Y, dX)
        rest = minus(minus(exponent, j), 1)
        term = mul(matrix_power(X, j), dX, matrix_power(X, rest))
        return indexed_sum(term, j, number(0), minus(exponent, 1))
    if not isinstance(k, int) or k > _LARGEST_POWER:
        raise LimitError(
            f"the differential of a matrix power is written out up to exponent {_LARGEST_POWER}"
        )
    powers = [matrix_power(X, number(j)) for j in range(k)]
    return add(*[powers[j] @ dX @ powers[k - 1 - j] for j in range(k)])


def _matrix_power_component(c: Any, args: tuple[Expr, ...], i: Expr | None, j: Expr | None) -> Expr:
    """`(A³)_{ij} = (AAA)_{ij}`."""
    A, exponent = args
    k = value_of(exponent)
    if not isinstance(k, int) or not 1 < k <= _LARGEST_POWER:
        raise LimitError(
            f"the entries of a matrix power are written out for exponents 2 to {_LARGEST_POWER}"
        )
    product: Expr = c(mul(*[A] * k), i, j)
    return product


matrix_power: Op = declare(
    Op(
        "matrix_power",
        "power of a matrix",
        Special(POSTFIX),
        lambda same, A, k: square(same, A),
        value=lambda np, A, k: np.linalg.matrix_power(A, round(float(k[0, 0]))),
        differential=_matrix_power_differential,
        component=_matrix_power_component,
        simplify=_matrix_power_simplify,
        variadic=True,
        sample=("n n", "3"),
        source="Matrix Cookbook (90)",
    )
)
