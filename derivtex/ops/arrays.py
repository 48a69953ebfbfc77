"""Products of arrays other than the matrix product, and moves between vectors and matrices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derivtex.expr import Expr
from derivtex.op import OPS, Op, Same, alike, declare
from derivtex.op_syntax import FROBENIUS, HADAMARD, POSTFIX, PRODUCT, Call, Infix
from derivtex.ops.algebra import is_chain, mul, split
from derivtex.ops.leaves import identity, is_ones, is_zero, number, ones, scalar_symbol, zeros
from derivtex.shapes import ONE, SCALAR, Dim, Shape, summands


def times(f: Expr, dX: Expr) -> Expr:
    """`f dx` for scalars, `f ⊙ dX` for arrays: how an elementwise derivative acts.

    Where f is a reciprocal, dX is divided: `d log(X) = dX ⊘ X`.
    """
    if f.shape.is_scalar:
        return f @ dX
    if f.op == "hadamard_quotient" and is_ones(f.args[0]):
        return hadamard_quotient(dX, f.args[1])
    return hadamard(f, dX)


# --- Frobenius product --------------------------------------------------------------------------


def _scalar_shape(same: Same, *shapes: Shape) -> Shape:
    alike(same, *shapes)
    return SCALAR


def _frobenius_simplify(args: tuple[Expr, ...]) -> Expr | None:
    A, B = args
    if A.shape is SCALAR and B.shape is SCALAR:
        return A @ B
    if is_zero(A) or is_zero(B):
        return number(0)
    if A.op == "transpose" and B.op == "transpose":
        return frobenius(A.args[0], B.args[0])
    if is_chain(A) and is_chain(B):
        return None
    left, right = split(A), split(B)
    outside = [left[0], *left[1], right[0], *right[1]]
    return mul(*outside, frobenius(mul(*left[2]), mul(*right[2])))


def over_entries(c: Any, X: Shape, body: Callable[..., Expr]) -> Expr:
    """`Σ_i Σ_j body(i, j)` over the entries of what has this shape."""
    i, j = c.subscript(X.rows), c.subscript(X.columns)
    total: Expr = c.sum(i, c.sum(j, body(i, j)))
    return total


def _frobenius_component(c: Any, args: tuple[Expr, ...], i: None, j: None) -> Expr:
    """`A:B = Σ_i Σ_j A_{ij} B_{ij}`."""
    A, B = args
    return over_entries(c, A.shape, lambda i, j: c(A, i, j) @ c(B, i, j))


frobenius: Op = declare(
    Op(
        "frobenius",
        "Frobenius product",
        Infix(":", ":", FROBENIUS, PRODUCT),
        _scalar_shape,
        value=lambda np, A, B: (A * B).sum(axis=(-2, -1), keepdims=True),
        stacks=True,
        adjoint=lambda G, args, i: G @ args[1 - i],
        component=_frobenius_component,
        simplify=_frobenius_simplify,
        variadic=True,
        commutative=True,
        sample=("m n", "m n"),
        names=("inner",),
        source="Magnus & Neudecker, section 2.3",
    )
)


# --- Hadamard product and quotient --------------------------------------------------------------


def _hadamard_simplify(args: tuple[Expr, ...]) -> Expr | None:
    """Flat and without ones; numbers are left inside for a rule that shows how they come out."""
    if all(arg.shape.is_scalar for arg in args):
        return mul(*args)
    flat: list[Expr] = []
    for arg in args:
        flat += arg.args if arg.op == "hadamard" else (arg,)
    if any(map(is_zero, flat)):
        return zeros(args[0].shape)
    kept = tuple(arg for arg in flat if not is_ones(arg))
    if len(kept) > 1:
        return hadamard.node(kept)
    return kept[0] if kept else ones(args[0].shape)


def _hadamard_value(np: Any, *arrays: Any) -> Any:
    result = arrays[0]
    for array in arrays[1:]:
        result = result * array
    return result


hadamard: Op = declare(
    Op(
        "hadamard",
        "Hadamard product",
        Infix(r"\odot", "⊙", HADAMARD, POSTFIX),
        alike,
        value=_hadamard_value,
        stacks=True,
        adjoint=lambda G, args, i: hadamard(G, *args[:i], *args[i + 1 :]),
        vec=lambda args, i: Diag(OPS["vec"](hadamard(*args[:i], *args[i + 1 :]))),
        component=lambda c, args, i, j: mul(*[c(A, i, j) for A in args]),
        simplify=_hadamard_simplify,
        variadic=True,
        takes_more=True,
        commutative=True,
        sample=("m n", "m n"),
        names=("hadamard",),
        source="Magnus & Neudecker, section 3.6",
    )
)


def _quotient_simplify(args: tuple[Expr, ...]) -> Expr | None:
    A, B = args
    if A.shape.is_scalar and B.shape.is_scalar:
        return A @ OPS["power"](B, number(-1))
    if A is B:
        return ones(A.shape)
    return A if is_zero(A) or is_ones(B) else None


def _quotient_differential(Y: Expr, args: tuple[Expr, ...], i: int, dB: Expr) -> Expr:
    A, B = args
    return -hadamard(hadamard_quotient(A, OPS["power"](B, number(2))), dB)


hadamard_quotient: Op = declare(
    Op(
        "hadamard_quotient",
        "Hadamard quotient",
        Infix(r"\oslash", "⊘", HADAMARD, POSTFIX),
        alike,
        value=lambda np, A, B: A / B,
        stacks=True,
        differential=_quotient_differential,
        adjoint=lambda G, args, i: hadamard_quotient(G, args[1]),
        not_linear_in=(1,),
        component=lambda c, args, i, j: (
            c(args[0], i, j) @ OPS["power"](c(args[1], i, j), number(-1))
        ),
        vec=lambda args, i: Diag(OPS["vec"](hadamard_quotient(ones(args[1].shape), args[1]))),
        simplify=_quotient_simplify,
        variadic=True,
        condition="{1} has no zero entry",
        sample=("m n", "m n positive"),
    )
)

# --- diagonals and sums -------------------------------------------------------------------------


def _diag_shape(same: Same, A: Shape) -> Shape:
    return Shape(same(A.rows, A.columns), ONE)


def _Diag_shape(same: Same, x: Shape) -> Shape:
    same(x.columns, ONE)
    return Shape(x.rows, x.rows)


def _Diag_simplify(args: tuple[Expr, ...]) -> Expr | None:
    (x,) = args
    if x.shape.is_scalar:
        return x
    return identity(x.shape.rows) if x.op == "ones" else None


def _diag_simplify(args: tuple[Expr, ...]) -> Expr | None:
    (A,) = args
    if A.shape.is_scalar:
        return A
    return A.args[0] if A.op == "Diag" else None


def _diagonal_entries(size: Dim) -> Expr:
    """The Khatri-Rao product `I ∗ I`, whose columns are `e ⊗ e`: `vec Diag(x) = (I ∗ I) x`."""
    unit = identity(size)
    return OPS["khatri_rao"](unit, unit)


diag: Op = declare(
    Op(
        "diag",
        "diagonal of a matrix",
        Call(r"\operatorname{diag}", "diag"),
        _diag_shape,
        value=lambda np, A: np.diagonal(A, axis1=-2, axis2=-1)[..., None],
        stacks=True,
        adjoint=lambda G, X: Diag(G),
        vec=lambda X: _diagonal_entries(X.shape.rows).T,
        component=lambda c, A, i, j: c(A, i, i),
        simplify=_diag_simplify,
        sample=("n n",),
        names=("diag",),
    )
)

Diag: Op = declare(
    Op(
        "Diag",
        "diagonal matrix of a vector",
        Call(r"\operatorname{Diag}", "Diag"),
        _Diag_shape,
        value=lambda np, x: x * np.eye(x.shape[-2]),
        stacks=True,
        adjoint=lambda G, x: diag(G),
        vec=lambda x: _diagonal_entries(x.shape.rows),
        component=lambda c, x, i, j: c(identity(x.shape.rows), i, j) @ c(x, i),
        simplify=_Diag_simplify,
        sample=("n 1",),
        names=("Diag",),
    )
)


def _count(X: Shape) -> Expr:
    """The number of entries, by the names of the sizes."""
    return mul(*map(extent, X))


def extent(size: Dim) -> Expr:
    """A size as a number, by the names of what it is made of: `2mn`, `m + n`."""
    parts = [
        mul(number(part.coefficient), *[scalar_symbol(name, "integer") for name in part.symbols])
        for part in summands(size)
    ]
    return OPS["add"](*parts) if len(parts) > 1 else parts[0]


mean: Op = declare(
    Op(
        "mean",
        "mean of the entries",
        Call(r"\operatorname{mean}", "mean"),
        lambda same, A: SCALAR,
        value=lambda np, A: np.mean(A, axis=(-2, -1), keepdims=True),
        stacks=True,
        adjoint=lambda G, X: OPS["power"](_count(X.shape), number(-1)) @ G @ ones(X.shape),
        component=lambda c, A, i, j: (
            OPS["power"](_count(A.shape), number(-1))
            @ over_entries(c, A.shape, lambda i, j: c(A, i, j))
        ),
        simplify=lambda args: args[0] if args[0].shape.is_scalar else None,
        sample=("m n",),
        names=("mean",),
    )
)

total: Op = declare(
    Op(
        "sum",
        "sum of the entries",
        Call(r"\operatorname{sum}", "sum"),
        lambda same, A: SCALAR,
        value=lambda np, A: A.sum(axis=(-2, -1), keepdims=True),
        stacks=True,
        adjoint=lambda G, X: G @ ones(X.shape),
        component=lambda c, A, i, j: over_entries(c, A.shape, lambda i, j: c(A, i, j)),
        simplify=lambda args: args[0] if args[0].shape.is_scalar else None,
        sample=("m n",),
        names=("sum",),
    )
)
