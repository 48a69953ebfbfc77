"""Several valuations taken at once: a value is a stack of matrices, one for each of them.

That is what makes checking fast: an operation on small matrices costs what it costs to call it. A
formula of the table that `stacks` is called once for all; any other once for each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from derivtex.bound_values import not_bound
from derivtex.component_values import is_by_entry
from derivtex.errors import DerivtexError
from derivtex.expr import Expr, fold
from derivtex.op import OPS
from derivtex.valuation import Valuation

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]

#: What has the same value wherever the sizes are the same.
_CONSTANTS = frozenset({"number", "pi", "identity", "ones", "zeros", "commutation", "selector"})
#: What only a point that moves has a value of.
_SLOPES = frozenset({"differential", "derivative", "derivative_by_entries", "jacobian"})


class _Stacking(dict[str, Callable[..., Any] | None]):
    """The formulas of the table that stack, looked up once."""

    def __missing__(self, op: str) -> Callable[..., Any] | None:
        return self.setdefault(op, OPS[op].value if op in OPS and OPS[op].stacks else None)


_STACKING = _Stacking()


class Together:
    """Valuations with the same sizes, those of `one`. The value of an expression has three axes:
    which valuation, rows and columns; what is the same in all of them is a stack of one.
    """

    def __init__(self, one: Valuation, valuations: Callable[[], Iterable[Valuation]]) -> None:
        self.np = one.np
        self.one = one
        self._make = valuations
        self.memo: dict[Expr, Array] = {}

    @cached_property
    def valuations(self) -> tuple[Valuation, ...]:
        """Each by itself, made when it is asked for: most formulas stack."""
        return tuple(self._make())

    def __call__(self, e: Expr) -> Array:
        """The values of `e`, a matrix for each valuation."""
        known = self.memo.get(e)
        return fold(e, self._combine, self.memo, into=not_bound) if known is None else known

    def slope(self, e: Expr) -> Array:
        """The derivatives of `e`; only points that move have them."""
        raise DerivtexError("a differential has no value: it needs a direction")

    def symbol(self, e: Expr) -> Array:
        """The values of a symbol."""
        return self._stacked([at.symbols[e] for at in self.valuations])

    def _combine(self, e: Expr, parts: tuple[Array, ...]) -> Array:
        op = e.op
        if op == "symbol":
            return self.symbol(e)
        if op == "named":
            return parts[0]
        if op in _SLOPES and not is_by_entry(e):
            return self.slope(e.args[0])
        if op in _CONSTANTS:
            return self.one.combine(e, ())[None]
        formula = _STACKING[op]
        # What has components is no stack of matrices: it has axes of its own.
        if formula is not None and max([part.ndim for part in parts]) <= 3:
            return self._array(formula(self.np, *parts))
        return self._stacked(
            [
                at.combine(e, tuple([part[i if len(part) > 1 else 0] for part in parts]))
                for i, at in enumerate(self.valuations)
            ]
        )

    def _stacked(self, values: list[Any]) -> Array:
        return self._array(self.np.array(values))

    def _array(self, value: Any) -> Array:
        """What a formula of the table gives, which is typed as anything."""
        array: Array = value
        return array
