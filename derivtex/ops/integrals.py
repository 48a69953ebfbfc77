"""Integrals over a number, as derivations say with them what a Fréchet derivative is."""

from __future__ import annotations

from derivtex.expr import Expr
from derivtex.op import Op, Same, declare
from derivtex.op_syntax import PRODUCT, Special
from derivtex.ops.indices import index
from derivtex.ops.leaves import is_zero, number, symbol, zeros
from derivtex.shapes import Shape, dim


def _simplify(args: tuple[Expr, ...]) -> Expr | None:
    body, _, lower, upper = args
    return zeros(body.shape) if is_zero(body) or lower is upper else None


def _of_body(same: Same, body: Shape, *others: Shape) -> Shape:
    return body


def _example() -> tuple[Expr, ...]:
    s, A = index("s"), symbol("A", Shape(dim("m"), dim("n")))
    return s @ A, s, number(0), number(1)


integral: Op = declare(
    Op(
        "integral",
        "integral",
        Special(PRODUCT),
        _of_body,
        differential=lambda Y, args, i, dZ: integral(dZ, *args[1:]),
        simplify=_simplify,
        variadic=True,
        example=_example,
        source="linearity of the differential",
    )
)
"""`integral(A, s, lower, upper)` is ∫ A ds from `lower` to `upper`."""
