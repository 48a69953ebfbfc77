"""Components: entries `A_{ij}` of arrays, sums over their subscripts, Kronecker's delta.

An expression in components is made of scalars: entries, and what sums, products and functions of
scalars make of them. A subscript runs over the rows or the columns of an array; a dimension of size
1 has none, so a vector's entry is `x_i`.
"""

from __future__ import annotations

from collections.abc import Callable

from derivtex.errors import UnsupportedError
from derivtex.expr import Expr, fold, rebuild
from derivtex.op import OPS, Op, Same, declare, entrywise
from derivtex.op_syntax import ATOM, POSTFIX, PRODUCT, Atom, Special
from derivtex.ops.algebra import mul, split
from derivtex.ops.leaves import is_ones, is_zero, number, value_of
from derivtex.shapes import ONE, SCALAR, Dim, Shape
from derivtex.surface import bits
from derivtex.symbols import Subscript

NONE: frozenset[Expr] = frozenset()
#: Gives a subscript of the size, by a letter that is free.
Letter = Callable[[Dim], Expr]


def _scalar(same: Same, *shapes: Shape) -> Shape:
    return SCALAR


declare(Op("subscript", "subscript", Atom(), _scalar))


def subscript(name: str, size: Dim) -> Expr:
    """A subscript that runs from 1 to `size`."""
    return Expr("subscript", (), Subscript(name, size), SCALAR)


# --- entries -------------------------------------------------------------------------------------


def _entry_simplify(args: tuple[Expr, ...]) -> Expr | None:
    """What a constant's entries are, and `(Aᵀ)_{ij} = A_{ji}`."""
    A, *subscripts = args
    if not subscripts:
        return A
    if A.op == "identity":
        return delta(*subscripts)
    if is_ones(A):
        return number(1)
    if is_zero(A):
        return number(0)
    if A.op == "transpose":
        return entry(A.args[0], *reversed(subscripts))
    if A.op == "mul":
        # (cA)_{ij} = c A_{ij}
        coefficient, scalars, chain = split(A)
        if scalars or value_of(coefficient) != 1:
            return mul(coefficient, *scalars, entry(mul(*chain), *subscripts))
    return None


entry: Op = declare(
    Op(
        "entry",
        "entry of an array",
        Special(ATOM),
        _scalar,
        simplify=_entry_simplify,
        variadic=True,
    )
)


def entry_at(A: Expr, i: Expr | None, j: Expr | None) -> Expr:
    """`A_{ij}`, with no subscript where A has one row, or one column."""
    rows, columns = A.shape
    used = [s for s, size in ((i, rows), (j, columns)) if size != ONE and s is not None]
    return entry(A, *used)


# --- Kronecker's delta ---------------------------------------------------------------------------


def _delta_simplify(args: tuple[Expr, ...]) -> Expr | None:
    return number(1) if args[0] is args[1] else None


delta: Op = declare(
    Op("delta", "Kronecker delta", Special(ATOM), _scalar, simplify=_delta_simplify, variadic=True)
)


# --- sums over a subscript -----------------------------------------------------------------------


def _sum_simplify(args: tuple[Expr, ...]) -> Expr | None:
    """A zero sums to zero; what has no subscript at all stands before the sum."""
    index, body = args
    if is_zero(body):
        return number(0)
    if body.op != "mul":
        return None
    closed = [factor for factor in body.args if not has_components(factor)]
    if not closed or len(closed) == len(body.args):
        return None
    rest = [factor for factor in body.args if has_components(factor)]
    return mul(*closed, sum_over(index, mul(*rest)))


sum_over: Op = declare(
    Op(
        "sum_over",
        "sum over a subscript",
        Special(PRODUCT),
        _scalar,
        simplify=_sum_simplify,
        variadic=True,
    )
)

#: `direct(e, X_{dc})`: the derivative of what is written, all names in it but X held fixed.
direct: Op = declare(
    Op("direct", "derivative by an entry", Special(POSTFIX), _scalar, variadic=True)
)

_COMPONENTS = bits({"subscript"})


def has_components(e: Expr) -> bool:
    """Whether there is a subscript in `e`."""
    return e.surface & _COMPONENTS != 0


def free(e: Expr) -> frozenset[Expr]:
    """The subscripts that no sum in `e` binds."""
    return fold(e, _free, into=has_components) if has_components(e) else NONE


def _free(node: Expr, parts: tuple[frozenset[Expr], ...]) -> frozenset[Expr]:
    if node.op == "subscript":
        return frozenset({node})
    together = NONE.union(*parts)
    return together - parts[0] if node.op == "sum_over" and parts else together


# --- the column `component` of the table ---------------------------------------------------------


class Components:
    """What a `component` column writes entries with: `c(A, i, j)` and `c.sum(size, body)`.

    `letter` gives a subscript of a size that is not in use yet.
    """

    def __init__(self, letter: Letter) -> None:
        self._letter = letter

    def __call__(self, A: Expr, i: Expr | None = None, j: Expr | None = None) -> Expr:
        return entry_at(A, i, j)

    def subscript(self, size: Dim) -> Expr | None:
        return None if size == ONE else self._letter(size)

    @staticmethod
    def sum(index: Expr | None, body: Expr) -> Expr:
        return body if index is None else sum_over(index, body)


def components(e: Expr, letter: Letter) -> Expr:
    """An entry of an operation, or a scalar one, by means of the entries of its arguments.

    Raises `UnsupportedError` where nothing is known about the entries of the operation.
    """
    A, subscripts = (e.args[0], e.args[1:]) if e.op == "entry" else (e, ())
    op = OPS[A.op]
    if op.component is None:
        raise UnsupportedError(
            f"no entries are known of the {op.title}",
            hint="derive it in another notation: frobenius, trace or inner",
        )
    places = iter(subscripts)
    i, j = (None if size == ONE else next(places, None) for size in A.shape)
    c = Components(letter)
    if op.component is entrywise:
        return rebuild(A, (c(A.args[0], i, j), *A.args[1:]))
    return op.component(c, A.args, i, j) if op.variadic else op.component(c, *A.args, i, j)
