"""What follows from declared structure, and from how an expression is made, about its values: which
entries are positive, which matrices are positive definite or invertible."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import reduce
from operator import and_, or_

from derivtex.expr import Expr, fold
from derivtex.op import OPS
from derivtex.ops.algebra import mul, split
from derivtex.ops.leaves import is_ones, value_of
from derivtex.ops.matrices import transpose
from derivtex.structure import is_symmetric, transposed

# What is known of a value, a bit each: no entry is negative; none is zero besides; the matrix has
# an inverse; it is symmetric and positive semidefinite. Of a number the four are two.
_NOT_NEGATIVE, _NOT_ZERO, _REGULAR, _SEMIDEFINITE = 1, 2, 4, 8
_POSITIVE = _NOT_NEGATIVE | _NOT_ZERO
_ENTRIES = _POSITIVE
_DEFINITE = _SEMIDEFINITE | _REGULAR


def is_positive(e: Expr) -> bool:
    """Whether every entry of `e` is positive by how `e` is made: exp(x), 1 + x⊙x, σ(x)."""
    return _has(_known(e), _POSITIVE)


def is_definite(e: Expr) -> bool:
    """Whether `e` is symmetric positive definite by declaration or by how it is made."""
    return e.shape.is_square and _has(_known(e), _DEFINITE)


def is_invertible(e: Expr) -> bool:
    """Whether `e` is invertible by declaration or by how it is made; of a number: not zero."""
    return e.shape.is_square and _has(_known(e), _REGULAR)


def _has(known: int, wanted: int) -> bool:
    return known & wanted == wanted


def _known(e: Expr) -> int:
    memo: dict[Expr, int] = {}
    return fold(e, lambda node, parts: _together(node, parts, memo), memo)


def _together(e: Expr, parts: tuple[int, ...], memo: dict[Expr, int]) -> int:
    known = _entries(e, parts)
    if not e.shape.is_square:
        return known
    product = e if e.op == "mul" else None
    if e.op == "frobenius":
        # A:SA is the trace of AᵀSA.
        product = mul(transpose(e.args[0]), e.args[1])
    matrix = _matrix(e, parts) if product is None else _product(product, memo)
    if not e.shape.is_scalar:
        return known | matrix
    if known & _NOT_NEGATIVE or (e.op != "number" and matrix & _SEMIDEFINITE):
        known |= _NOT_NEGATIVE | _SEMIDEFINITE
    if known & _NOT_ZERO or matrix & _REGULAR:
        known |= _NOT_ZERO | _REGULAR
    return known


# --- entries --------------------------------------------------------------------------------------


def _entries(e: Expr, parts: tuple[int, ...]) -> int:
    declared = OPS[e.op].entries if e.op in OPS else None
    if declared is not None:
        root = parts[0] & _NOT_ZERO if e.op in {"sqrt", "abs"} else 0
        return _POSITIVE if declared == "positive" else _NOT_NEGATIVE | root
    match e.op:
        case "pi" | "ones" | "factorial":
            return _POSITIVE
        case "number":
            return _of_number(e.data)
        case "symbol" | "family":
            return _POSITIVE if "positive" in e.data.structure else 0
        case "add" if _is_complement(e):
            return _POSITIVE
        case "add":
            every = _in_all(parts) & _NOT_NEGATIVE
            return every | (_in_any(parts) & _NOT_ZERO if every else 0)
        case "mul" | "hadamard" | "hadamard_quotient":
            # No entry of a product of arrays is zero if none is and none is negative.
            every = _in_all(parts) & _ENTRIES
            if e.op == "hadamard" and len(set(e.args)) == 1 and len(e.args) % 2 == 0:
                every |= _NOT_NEGATIVE
            sums = e.op == "mul" and not all(arg.shape.is_scalar for arg in e.args)
            return 0 if sums and not every & _NOT_NEGATIVE else every
        case "det" | "trace":
            (A,) = parts
            signs = _NOT_NEGATIVE if _has(A, _SEMIDEFINITE) else 0
            positive = _has(A, _DEFINITE) or (e.op == "det" and A & _REGULAR)
            return signs | (_NOT_ZERO if positive else 0)
        case "frobenius":
            return _inner(e, parts)
        case "power":
            p = value_of(e.args[1])
            return parts[0] & _ENTRIES | (isinstance(p, int) and p % 2 == 0) * _NOT_NEGATIVE
        case "named" | "transpose" | "sized" | "sum" | "member":
            return parts[0] & _ENTRIES
        case "indexed_sum":
            return parts[0] & _ENTRIES if parts[0] & _NOT_NEGATIVE else 0
        case "indexed_product":
            return parts[0] & _ENTRIES if e.shape.is_scalar else 0
    return 0


def _of_number(value: int | Fraction) -> int:
    return (value >= 0) * _NOT_NEGATIVE | (value != 0) * _NOT_ZERO


def _inner(e: Expr, parts: tuple[int, ...]) -> int:
    """`A:A`, and `A:B` of two that are both semidefinite, or have no negative entries."""
    A, B = parts
    if e.args[0] is e.args[1]:
        return _NOT_NEGATIVE
    if _has(A & B, _SEMIDEFINITE):
        # `I:P` is the trace of P.
        return _POSITIVE if _has(A & B, _DEFINITE) else _NOT_NEGATIVE
    return A & B & _ENTRIES if A & B & _NOT_NEGATIVE else 0


def _is_complement(e: Expr) -> bool:
    """`1 - σ(z)`."""
    coefficient, scalars, chain = split(e.args[-1])
    parts = (*scalars, *chain)
    return (
        len(e.args) == 2
        and is_ones(e.args[0])
        and value_of(coefficient) == -1
        and len(parts) == 1
        and _meant(parts[0]).op == "sigmoid"
    )


def _meant(e: Expr) -> Expr:
    """What is called by a name."""
    return e.args[0] if e.op == "named" else e


# --- matrices -------------------------------------------------------------------------------------


def _matrix(e: Expr, parts: tuple[int, ...]) -> int:
    match e.op:
        case "symbol" | "family":
            structure = e.data.structure
            definite = "positive definite" in structure
            return (_DEFINITE if definite else 0) | ("invertible" in structure) * _REGULAR
        case "identity":
            return _DEFINITE
        case "chol":
            return _REGULAR
        case "inverse":
            return parts[0] & _SEMIDEFINITE | _REGULAR
        case "pinv" | "sqrtm" | "transpose" | "named" | "sized" | "member":
            return parts[0] & _DEFINITE
        case "matrix_power" | "real_power":
            p = value_of(e.args[1])
            even = isinstance(p, int) and p % 2 == 0 and is_symmetric(e.args[0])
            return parts[0] & _DEFINITE | even * _SEMIDEFINITE
        case "expm":
            return _DEFINITE if is_symmetric(e.args[0]) else _REGULAR
        case "Diag":
            return (parts[0] & _NOT_NEGATIVE and _SEMIDEFINITE) | (
                parts[0] & _NOT_ZERO and _REGULAR
            )
        case "add":
            every = _in_all(parts) & _SEMIDEFINITE
            return every | (_in_any(parts) & _REGULAR if every else 0)
        case "indexed_sum" | "hadamard":
            # A sum of semidefinite matrices is one, and so is their Hadamard product (Schur).
            every = _in_all(parts if e.op == "hadamard" else parts[:1]) & _DEFINITE
            return every if every & _SEMIDEFINITE else 0
        case "kron":
            return _in_all(parts) & _DEFINITE
    return 0


def _product(product: Expr, memo: dict[Expr, int]) -> int:
    """`c AᵀSA` is semidefinite with S, and `c AᵀA` is; `c ABC` is invertible with its factors."""
    coefficient, scalars, chain = split(product)
    if not chain:
        return 0
    known = {factor: memo.get(factor, 0) for factor in (*scalars, *chain)}
    factor = _in_all((_of_number(value_of(coefficient)), *[known[s] for s in scalars]))
    found = 0
    half = len(chain) // 2
    around = zip(chain[:half], reversed(chain), strict=False)
    if factor & _NOT_NEGATIVE and all(A is transposed(B) for A, B in around):
        found = _SEMIDEFINITE if len(chain) == 2 * half else known[chain[half]] & _SEMIDEFINITE
    if factor & _NOT_ZERO and all(A.shape.is_square and known[A] & _REGULAR for A in chain):
        found |= _REGULAR
    return found


def _in_all(parts: Iterable[int]) -> int:
    return reduce(and_, parts)


def _in_any(parts: Iterable[int]) -> int:
    return reduce(or_, parts)
