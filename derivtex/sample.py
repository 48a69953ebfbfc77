"""Random data for a problem: sizes, symbols that honour what was declared, unknown functions.

Data is drawn in several manners, for a logarithm wants positive arguments and an inverse a square
matrix far from singular; whoever uses it takes the first manner that stays in the domain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import count as integers
from random import Random
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from derivtex.entrywise import Differences, functions_of
from derivtex.expr import Expr, walk
from derivtex.members import Indices, Members
from derivtex.op import OPS
from derivtex.ops.indices import BINDERS
from derivtex.ops.singular import is_singular
from derivtex.shapes import Dim, Shape, dim, is_sum, summands
from derivtex.stand_ins import Unknown

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]

Manner = Literal["normal", "positive", "small", "contracting"]


class Plan(NamedTuple):
    """How to draw: the manner of entries, and in what order sizes are dealt out.

    0 lets them grow in order of appearance, 1 fall; any other number shuffles them, for it is not
    known beforehand which matrix has to be tall and which wide.
    """

    manner: Manner
    order: int


PLANS = tuple(
    Plan(manner, order)
    for manner in ("normal", "positive", "small", "contracting")
    for order in range(12)
)


def without_formula(nodes: Iterable[Expr]) -> list[Expr]:
    """Those whose value no formula of the table says: for some, something is drawn at random."""
    return [node for node in nodes if node.op not in OPS or OPS[node.op].value is None]


def nodes_of(roots: Iterable[Expr]) -> list[Expr]:
    return list(walk(*roots))


def sizes_of(nodes: Iterable[Expr], plan: Plan) -> dict[str, int]:
    """Distinct small sizes for the named dimensions; none that a literal dimension has."""
    symbols: dict[str, None] = {}
    literal: set[int] = set()
    for shape in dict.fromkeys([node.shape for node in nodes]):
        for dimension in shape:
            symbols.update(dict.fromkeys(dimension.symbols))
            literal.add(dimension.coefficient)
    for node in nodes:
        if node.op == "subscript":
            symbols.update(dict.fromkeys(node.data.size.symbols))
    # The third eigenvalue is one of three: later plans have larger sizes.
    numbers = (i for i in integers(2 + 2 * (plan.order // 4)) if i not in literal)
    smaller = [symbol for symbol in symbols if symbol.startswith(MIN)]
    sums = [symbol for symbol in symbols if is_sum(symbol)]
    for symbol in sums:
        parts = (name for part in summands(dim(symbol)) for name in part.symbols)
        symbols.update(dict.fromkeys(parts))
    for symbol in (*smaller, *sums):
        del symbols[symbol]
    values = [next(numbers) for _ in symbols]
    if plan.order == 1:
        values.reverse()
    elif plan.order:
        Random(plan.order).shuffle(values)
    sizes = dict(zip(symbols, values, strict=True))
    sizes |= {symbol: sum(_size(part, sizes) for part in summands(dim(symbol))) for symbol in sums}
    return sizes | {symbol: _smaller(symbol, sizes) for symbol in smaller}


#: How the name of a size begins that is the smaller of two.
MIN = "min("


def _smaller(symbol: str, sizes: dict[str, int]) -> int:
    """The value of `min(m,n)`."""
    two = symbol.removeprefix(MIN).removesuffix(")").split(",")
    return min(sizes.get(size, 0) for size in two)


def extent(shape: Shape, sizes: dict[str, int]) -> tuple[int, int]:
    return _size(shape.rows, sizes), _size(shape.columns, sizes)


def _size(dimension: Dim, sizes: dict[str, int]) -> int:
    product = dimension.coefficient
    for symbol in dimension.symbols:
        product *= sizes[symbol]
    return product


def draw(rng: Any, np: Any, shape: tuple[int, int], plan: Plan, structure: frozenset[str]) -> Array:
    """An array for a symbol, with its structure."""
    rows, columns = shape
    entries: Array = _ENTRIES[plan.manner](rng, shape)
    if "fraction" in structure:
        entries = rng.uniform(0.1, 0.9, size=shape)
    if "positive" in structure:
        entries = np.abs(entries) + 0.1
    if rows != columns or rows == 1:
        return entries
    as_drawn = plan.manner == "contracting" or structure & _AS_DRAWN
    if not as_drawn:
        # Far from singular, so that differences through an inverse are exact enough.
        entries = entries / np.sqrt(rows) + 1.5 * np.eye(rows)
    return project(np, entries, structure)


_ENTRIES: dict[Manner, Callable[[Any, tuple[int, int]], Any]] = {
    "normal": lambda rng, shape: rng.normal(size=shape),
    "positive": lambda rng, shape: rng.uniform(0.5, 1.5, size=shape),
    "small": lambda rng, shape: rng.uniform(0.05, 0.5, size=shape) / max(shape),
    # Matrices of a norm below 1, whose powers become small.
    "contracting": lambda rng, shape: rng.uniform(-0.4, 0.4, size=shape) / max(shape),
}

#: Structures that a multiple of the identity has no place in.
_AS_DRAWN = {"fraction", "skew-symmetric", "orthogonal"}
#: Structures whose matrices are no linear space: directions are free of them.
_NO_SUBSPACE = {"positive definite", "orthogonal", "singular"}


def direction(
    rng: Any,
    np: Any,
    shape: tuple[int, int],
    structure: frozenset[str],
    at: Array | None = None,
) -> Array:
    """A direction that leaves a symbol within its structure, where that is a linear space.

    For an orthogonal matrix, the direction is tangent where it is: `QΩ` with Ω skew.
    """
    step: Array = rng.normal(size=shape)
    if shape[0] != shape[1] or shape[0] == 1:
        return step
    if "orthogonal" in structure and at is not None:
        tangent: Array = at @ (step - step.T) / 2
        return tangent
    return project(np, step, structure - _NO_SUBSPACE)


def project(np: Any, A: Array, structure: frozenset[str]) -> Array:
    """The square matrix A made to have the structure."""
    if "symmetric" in structure:
        A = (A + A.T) / 2
    if "skew-symmetric" in structure:
        A = (A - A.T) / 2
    if "diagonal" in structure:
        A = np.diag(np.diag(A))
    if "lower triangular" in structure:
        A = np.tril(A)
    if "upper triangular" in structure:
        A = np.triu(A)
    if "positive definite" in structure:
        A = A @ A.T + 0.5 * np.eye(len(A))
    if "orthogonal" in structure:
        A = np.linalg.qr(A)[0]
    if "singular" in structure:
        U, s, Vt = np.linalg.svd(A)
        A = U @ np.diag([*s[:-1], 0.0]) @ Vt
    return A


#: The last index of which a family in an infinite sum has a member that is not zero.
_LAST_MEMBER = 6


def integers_of(nodes: Iterable[Expr], sizes: dict[str, int], rng: Any, np: Any) -> dict[Expr, Any]:
    """Values for what is an integer: a size, a limit of a sum, an exponent, an index.

    A limit is larger than what is no limit, so that an index lies within the range of its sum.
    """
    nodes = list(nodes)
    limits = _limits(nodes)
    # The gradient in x_j is asked for a j within the limits; N is one of them also where it is j.
    for e in nodes:
        if e.op == "derivative" and e.args[1].op == "member":
            limits -= set(walk(*e.args[1].args[1:])) - _limits(walk(e.args[0]))
    values: dict[Expr, Any] = {}
    for node in nodes:
        if node.op == "index":
            value = 2
        elif node.op == "extent":
            value = 4
        elif node.op == "symbol" and "integer" in node.data.structure:
            low = 4 if node in limits else 2
            value = sizes.get(node.data.name) or int(rng.integers(low, low + 2))
        else:
            continue
        values[node] = np.full((1, 1), float(value))
    return values


def _limits(nodes: Iterable[Expr]) -> set[Expr]:
    """What the last values of indices are made of."""
    return {node for e in nodes if e.op in BINDERS for node in walk(e.args[3])}


def members_of(nodes: Iterable[Expr], sizes: dict[str, int], rng: Any, plan: Plan, np: Any) -> Any:
    """For each family, its members and their directions."""
    nodes = list(nodes)
    endless = any(node.op == "infinity" for node in nodes)
    values, directions = {}, {}
    for node in nodes:
        if node.op == "family":
            shape, structure = extent(node.shape, sizes), node.data.structure

            def make(
                indices: Indices, shape: tuple[int, int] = shape, structure: Any = structure
            ) -> Array:
                if endless and max(indices) > _LAST_MEMBER:
                    nothing: Array = np.zeros(shape)
                    return nothing
                return draw(rng, np, shape, plan, structure)

            def way(
                indices: Indices, shape: tuple[int, int] = shape, structure: Any = structure
            ) -> Array:
                return direction(rng, np, shape, structure)

            values[node], directions[node] = Members(make), Members(way)
    return values, directions


def unknown_functions(nodes: Iterable[Expr], rng: Any, np: Any) -> dict[str, Unknown | Differences]:
    """What stands for each unknown function, and for each that has a formula."""
    functions: dict[str, Unknown | Differences] = {}
    for function in functions_of(nodes):
        if function.formula is not None:
            functions[function.name] = Differences(np, function, functions)
        elif function.name not in functions:
            functions[function.name] = Unknown(rng, np)
    return functions


def conditioned(nodes: Iterable[Expr]) -> Iterator[tuple[Expr, str]]:
    """The arguments that have to be invertible, and the name of what asks for it."""
    for node in nodes:
        op = OPS.get(node.op)
        if op is not None and op.condition == "{} is invertible" and not is_singular(node.args[0]):
            yield node.args[0], node.op
