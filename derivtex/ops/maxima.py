"""Maxima: of two arrays entry by entry, of the entries of one, and the norms made of them.

Each is differentiable where a maximum is attained once; what a derivation assumes says where.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derivtex.errors import UnsupportedError
from derivtex.expr import Expr
from derivtex.op import OPS, Assumption, Letter, Op, Same, alike, declare, keeps
from derivtex.op_syntax import ATOM, Call, Fence, Special
from derivtex.ops.arrays import frobenius, hadamard, over_entries, times
from derivtex.ops.elementwise import absolute, relu, sign, step
from derivtex.ops.leaves import ONE, is_zero, number, value_of, zeros
from derivtex.ops.powers import power
from derivtex.ops.scalars import norm, norm1
from derivtex.ops.vectorised import vec
from derivtex.shapes import SCALAR, Shape

# --- of two, entry by entry ---------------------------------------------------------------------


def _differ(args: tuple[Expr, ...]) -> Assumption:
    A, B = args
    return "{} has no zero entry", A - B


def _of_two(name: str, tex: str, sense: int, value: Callable[..., Any]) -> Op:
    """`max(A, B)` with `step(A - B) ⊙ dA + step(B - A) ⊙ dB`; or `min`, the other way round."""

    def differential(Y: Expr, args: tuple[Expr, ...], i: int, dZ: Expr) -> Expr:
        ahead, behind = args[i], args[1 - i]
        return times(step(ahead - behind if sense > 0 else behind - ahead), dZ)

    def simplify(args: tuple[Expr, ...]) -> Expr | None:
        """Of 0 and X it is relu(X), or -relu(-X); of numbers one of them."""
        A, B = args
        if A is B:
            return A
        if is_zero(A) or is_zero(B):
            return number(sense) @ relu(number(sense) @ (B if is_zero(A) else A))
        a, b = value_of(A), value_of(B)
        return None if a is None or b is None else number(max(a, b) if sense > 0 else min(a, b))

    return declare(
        Op(
            f"{name}imum",
            f"elementwise {name}imum",
            Call(tex, name),
            alike,
            value=value,
            stacks=True,
            differential=differential,
            component=lambda c, args, i, j: OPS[f"{name}imum"](*[c(A, i, j) for A in args]),
            simplify=simplify,
            variadic=True,
            commutative=False,
            assumes=_differ,
            sample=("m n", "m n"),
            names=(f"{name}imum",),
        )
    )


maximum: Op = _of_two("max", r"\max", 1, lambda np, A, B: np.maximum(A, B))
minimum: Op = _of_two("min", r"\min", -1, lambda np, A, B: np.minimum(A, B))


# --- of the entries of one ----------------------------------------------------------------------


def _scalar(same: Same, A: Shape) -> Shape:
    return SCALAR


def _of_entries(word: str, name: str, tex: str, extreme: Callable[..., Any]) -> tuple[Op, Op]:
    """`max(X)`, the largest entry, and the array with 1 where it stands and else 0; or `min`."""
    alone = "{} has one " + word + " entry"
    place = f"hard{name}"
    ops: dict[str, Op] = {}

    def value(np: Any, X: Any) -> Any:
        return extreme(np, X).reshape(1, 1)

    ops[place] = declare(
        Op(
            place,
            f"place of the {word} entry",
            Call(rf"\operatorname{{{place}}}", place),
            keeps,
            value=lambda np, X: (extreme(np, X) == X) * 1.0,
            differential=lambda Y, X, dX: zeros(X.shape),
            simplify=lambda args: number(1) if args[0].shape.is_scalar else None,
            letter=Letter(
                "e",
                f"{{}} is 1 at the {word} entry, else 0",
                lambda called, X: (ops[word](X), frobenius(called(ops[place](X)), X)),
            ),
            condition=alone,
            keeps_symmetry=False,
            sample=("m n",),
            names=(place,),
        )
    )
    ops[word] = declare(
        Op(
            word,
            f"{word} entry",
            Call(tex, name),
            _scalar,
            value=value,
            differential=lambda Y, X, dX: frobenius(ops[place](X), dX),
            simplify=lambda args: args[0] if args[0].shape.is_scalar else None,
            condition=alone,
            sample=("m n",),
            names=(name,),
        )
    )
    return ops[word], ops[place]


largest, hardmax = _of_entries("largest", "max", r"\max", lambda np, X: np.max(X))
smallest, hardmin = _of_entries("smallest", "min", r"\min", lambda np, X: np.min(X))


# --- norms --------------------------------------------------------------------------------------

#: The largest absolute value of an entry; `‖x‖_∞` of a vector, `‖X‖_max` of a matrix.
norm_max: Op = declare(
    Op(
        "norm_max",
        "maximum norm",
        Fence(r"\left\|", r"\right\|_\infty", "‖", "‖_∞"),
        _scalar,
        value=lambda np, X: np.max(np.abs(X), axis=(-2, -1), keepdims=True),
        stacks=True,
        differential=lambda Y, X, dX: frobenius(hadamard(hardmax(absolute(X)), sign(X)), dX),
        simplify=lambda args: absolute(args[0]) if args[0].shape.is_scalar else None,
        condition="one entry of {} is largest in absolute value",
        sample=("m n",),
        names=("normmax",),
        entries="not negative",
    )
)


def _norm_p_shape(same: Same, X: Shape, p: Shape) -> Shape:
    alike(same, p, SCALAR)
    return SCALAR


def _norm_p_simplify(args: tuple[Expr, ...]) -> Expr | None:
    X, p = args
    exponent = value_of(p)
    if exponent is not None and exponent <= 0:
        raise UnsupportedError(
            f"‖x‖_{exponent} is no norm", hint="the p of a p-norm is positive: it is 1 or more"
        )
    if X.shape.is_scalar:
        return absolute(X)
    if X.shape.is_matrix:
        return norm_p(vec(X), p)
    return {1: norm1, 2: norm}[exponent](X) if exponent in {1, 2} else None


def _norm_p_differential(Y: Expr, args: tuple[Expr, ...], i: int, dX: Expr) -> Expr:
    """`d‖x‖_p = ‖x‖_p^{1-p} (sign(x) ⊙ |x|^{p-1}) : dx`."""
    X, p = args
    if i == 1:
        raise UnsupportedError("the derivative of a p-norm in p is not derived")
    exponent = value_of(p)
    even = isinstance(exponent, int) and exponent % 2 == 0
    slope = power(X, p - ONE) if even else hadamard(sign(X), power(absolute(X), p - ONE))
    return power(Y, ONE - p) @ frobenius(slope, dX)


def _norm_p_assumes(args: tuple[Expr, ...]) -> Assumption:
    X, p = args
    exponent = value_of(p)
    smooth = exponent is not None and exponent > 1
    return ("{} is not zero" if smooth else "{} has no zero entry"), X


#: `(Σ |x|^p)^{1/p}` of a vector; over all the entries of a matrix it is that of its vec.
norm_p: Op = declare(
    Op(
        "norm_p",
        "p-norm",
        Special(ATOM),
        _norm_p_shape,
        value=lambda np, X, p: np.sum(np.abs(X) ** p, axis=(-2, -1), keepdims=True) ** (1 / p),
        stacks=True,
        differential=_norm_p_differential,
        component=lambda c, args, i, j: power(
            over_entries(c, args[0].shape, lambda i, j: power(absolute(c(args[0], i, j)), args[1])),
            power(args[1], number(-1)),
        ),
        simplify=_norm_p_simplify,
        variadic=True,
        assumes=_norm_p_assumes,
        sample=("n 1", "3"),
        further=(("n 1", "4"),),
        entries="not negative",
    )
)
