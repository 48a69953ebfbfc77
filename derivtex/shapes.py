"""Dimensions and shapes: monomials such as `3`, `n`, `m n`, and how they are made equal.

Every quantity has two dimensions; a scalar is 1x1, a vector n x 1. A symbol that begins with `?`
is not yet known: unification binds it. Such a symbol is never bound to 1, so whether something is
a scalar, a vector or a matrix is known before its dimensions are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple


class Dim(NamedTuple):
    """A positive monomial: an integer coefficient times named sizes, in sorted order."""

    coefficient: int
    symbols: tuple[str, ...] = ()

    def __str__(self) -> str:
        if not self.symbols:
            return str(self.coefficient)
        parts = summands(self)
        if len(parts) > 1:
            return "+".join(map(str, parts))
        number = "" if self.coefficient == 1 else str(self.coefficient)
        return number + "".join(self.symbols)

    def times(self, other: Dim) -> Dim:
        """The dimension of a Kronecker product or a vec."""
        return Dim(
            self.coefficient * other.coefficient, tuple(sorted(self.symbols + other.symbols))
        )

    def over(self, other: Dim) -> Dim | None:
        """The dimension that times `other` is this one, if there is one."""
        coefficient, remainder = divmod(self.coefficient, other.coefficient)
        left = Counter(self.symbols)
        left.subtract(other.symbols)
        if remainder or min(left.values(), default=0) < 0:
            return None
        return Dim(coefficient, tuple(sorted(left.elements())))


ONE = Dim(1)
#: Between the summands of a size that is a sum, which is one symbol: `m + n`.
_PLUS = " + "


def total(sizes: Iterable[Dim]) -> Dim:
    """The sum of sizes: `2n` of `n` and `n`, else a symbol of its own, as `m + n` is."""
    counts: dict[tuple[str, ...], int] = {}
    for size in sizes:
        for part in summands(size):
            counts[part.symbols] = counts.get(part.symbols, 0) + part.coefficient
    ordered = sorted(counts.items(), key=lambda part: (not part[0], part[0]))
    parts = [Dim(count, symbols) for symbols, count in ordered]
    if len(parts) == 1:
        return parts[0]
    return Dim(1, (_PLUS.join(f"{c}*{'*'.join(s)}" if s else str(c) for c, s in parts),))


def summands(size: Dim) -> tuple[Dim, ...]:
    """What a size is the sum of; one that is none, itself."""
    if size.coefficient != 1 or len(size.symbols) != 1 or _PLUS not in size.symbols[0]:
        return (size,)
    terms = (term.split("*") for term in size.symbols[0].split(_PLUS))
    return tuple([Dim(int(number), tuple(symbols)) for number, *symbols in terms])


def is_sum(symbol: str) -> bool:
    return _PLUS in symbol


def dim(size: int | str) -> Dim:
    """`dim(3)` or `dim("n")`."""
    return Dim(size) if isinstance(size, int) else Dim(1, (size,))


class Shape(NamedTuple):
    """Rows and columns."""

    rows: Dim
    columns: Dim

    def __str__(self) -> str:
        return "×".join(self.factors)

    @property
    def factors(self) -> tuple[str, str]:
        """Both as they stand in `m×n`, a sum in parentheses."""
        rows, columns = map(str, self)
        return f"({rows})" if "+" in rows else rows, f"({columns})" if "+" in columns else columns

    @property
    def is_scalar(self) -> bool:
        return self == SCALAR

    @property
    def is_column(self) -> bool:
        """A column vector that is no scalar."""
        return self.columns == ONE and self.rows != ONE

    @property
    def is_row(self) -> bool:
        return self.rows == ONE and self.columns != ONE

    @property
    def is_vector(self) -> bool:
        return self.is_column or self.is_row

    @property
    def is_matrix(self) -> bool:
        return self.rows != ONE and self.columns != ONE

    @property
    def is_square(self) -> bool:
        return self.rows == self.columns

    @property
    def transposed(self) -> Shape:
        return Shape(self.columns, self.rows)


SCALAR = Shape(ONE, ONE)


def column(size: Dim) -> Shape:
    return Shape(size, ONE)


class Unifier:
    """Bindings of unknown sizes, with undo, so that two readings can be tried."""

    def __init__(self) -> None:
        self._bound: dict[str, Dim] = {}
        self._trail: list[str] = []
        self._count = 0

    def fresh(self) -> Dim:
        """A size that nothing is known about yet, except that it is not 1."""
        self._count += 1
        return Dim(1, (f"?{self._count}",))

    def mark(self) -> int:
        """A point to which `undo` can return."""
        return len(self._trail)

    def undo(self, mark: int) -> None:
        while len(self._trail) > mark:
            del self._bound[self._trail.pop()]

    def resolve(self, size: Dim) -> Dim:
        """`size` with all that is known put in."""
        bound = self._bound
        while size.coefficient == 1 and len(size.symbols) == 1:
            # By far the most sizes are one symbol, bound to another.
            known = bound.get(size.symbols[0])
            if known is None:
                return size
            size = known
        if bound.keys().isdisjoint(size.symbols):
            return size
        result = Dim(size.coefficient)
        pending = list(size.symbols)
        while pending:
            symbol = pending.pop()
            known = bound.get(symbol)
            if known is None:
                result = result.times(Dim(1, (symbol,)))
            else:
                result = Dim(result.coefficient * known.coefficient, result.symbols)
                pending.extend(known.symbols)
        return result

    def resolve_shape(self, shape: Shape) -> Shape:
        rows, columns = self.resolve(shape.rows), self.resolve(shape.columns)
        known = rows is shape.rows and columns is shape.columns
        return shape if known else Shape(rows, columns)

    def unify(self, left: Dim, right: Dim) -> bool:
        """Make the two equal by binding unknown sizes; False when they cannot be."""
        left, right = self.resolve(left), self.resolve(right)
        if left == right:
            return True
        if len(left.symbols) + len(right.symbols) > 2:
            shared = _common(left.symbols, right.symbols)
            if shared:
                left = Dim(left.coefficient, _without(left.symbols, shared))
                right = Dim(right.coefficient, _without(right.symbols, shared))
            left, right = _root(left, right)
        # Of two unknown sizes the later is bound to the earlier, which keeps chains short.
        pair = (right, left) if _age(right) > _age(left) else (left, right)
        for unknown, value in (pair, pair[::-1]):
            if unknown.coefficient == 1 and len(unknown.symbols) == 1:
                (symbol,) = unknown.symbols
                if symbol.startswith("?") and symbol not in value.symbols and value != ONE:
                    self.bind(symbol, value)
                    return True
        return False

    def bind(self, symbol: str, size: Dim) -> None:
        """Let a size that is not known be `size`."""
        self._bound[symbol] = size
        self._trail.append(symbol)

    def unify_shapes(self, left: Shape, right: Shape) -> bool:
        mark = self.mark()
        if self.unify(left.rows, right.rows) and self.unify(left.columns, right.columns):
            return True
        self.undo(mark)
        return False


def _age(size: Dim) -> int:
    """The number of an unknown size, 0 for anything else."""
    (symbol,) = size.symbols if len(size.symbols) == 1 else ("",)
    return int(symbol[1:]) if symbol.startswith("?") else 0


def _common(left: tuple[str, ...], right: tuple[str, ...]) -> tuple[str, ...]:
    rest = list(right)
    shared = []
    for symbol in left:
        if symbol in rest:
            rest.remove(symbol)
            shared.append(symbol)
    return tuple(shared)


def _root(left: Dim, right: Dim) -> tuple[Dim, Dim]:
    """`m m = n n` says `m = n`."""
    if len(left.symbols) != len(right.symbols) or len(left.symbols) < 2:
        return left, right
    if all(side.coefficient == 1 and len(set(side.symbols)) == 1 for side in (left, right)):
        return Dim(1, left.symbols[:1]), Dim(1, right.symbols[:1])
    return left, right


def _without(symbols: tuple[str, ...], removed: tuple[str, ...]) -> tuple[str, ...]:
    rest = list(symbols)
    for symbol in removed:
        rest.remove(symbol)
    return tuple(rest)
