"""The numeric value of an expression: a fold over the graph with NumPy.

Inside, every value is a two-dimensional array. A `Valuation` knows the sizes of the dimensions and
the values of the symbols; the value column of the operation table does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from typing import TYPE_CHECKING, Any, ClassVar

from derivtex import bound_values, component_values, function_values
from derivtex.bound_values import not_bound
from derivtex.entrywise import formula_value
from derivtex.errors import DerivtexError, ShapeError
from derivtex.expr import Expr, fold
from derivtex.language.names import plain_name
from derivtex.op import OPS
from derivtex.shapes import Dim, Shape, summands

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]


class Valuation:
    """Sizes of dimensions and values of symbols, and the values of expressions that follow.

    `functions` maps the name of an unknown function to an object with `value(shape, *arrays)`,
    `partial(index, *arrays)`, `hessian(index, by, *arrays)`, `jacobian(shape, index, *arrays)` and
    `derivative(order, array)`, where `shape` is that of the value. `overrides` are nodes, such as
    defined names, that are given a value instead of computed.
    """

    def __init__(
        self,
        sizes: Mapping[str, int],
        symbols: Mapping[Expr, Array],
        functions: Mapping[str, Any] | None = None,
        overrides: Mapping[Expr, Array] | None = None,
        axes: dict[str, int] | None = None,
    ) -> None:
        import numpy

        self.np = numpy
        self.sizes = sizes
        self.symbols = symbols
        self.functions = functions or {}
        self.overrides = overrides or {}
        self.memo: dict[Expr, Array] = dict(self.overrides)
        #: Which axis each subscript has, in the order in which they are met.
        self.axes: dict[str, int] = {} if axes is None else axes

    def __call__(self, e: Expr) -> Array:
        """The value of `e`, a two-dimensional array; of components, one with axes for them."""
        return fold(e, self.combine, self.memo, into=not_bound)

    def size(self, dimension: Dim) -> int:
        parts = summands(dimension)
        if len(parts) > 1:
            return sum(map(self.size, parts))
        product = dimension.coefficient
        for symbol in dimension.symbols:
            if symbol not in self.sizes:
                raise ShapeError(
                    f"the size {plain_name(symbol)} is not determined by the values given",
                    hint=f"give it as a whole number, the value of {plain_name(symbol)!r}, "
                    "or give a value to a symbol that has this dimension",
                )
            product *= self.sizes[symbol]
        return product

    def shape(self, shape: Shape) -> tuple[int, int]:
        return self.size(shape.rows), self.size(shape.columns)

    def known_shape(self, shape: Shape) -> tuple[int, int] | None:
        """None where nothing but a function that is given tells the sizes of its values."""
        parts = [part for size in shape for part in summands(size)]
        known = all(symbol in self.sizes for part in parts for symbol in part.symbols)
        return self.shape(shape) if known else None

    def bound(self, index: Expr, value: float, constant: Mapping[Expr, Array]) -> Valuation:
        """This valuation where a bound index has a value; what is `constant` is known."""
        inner = copy(self)
        inner.symbols = {**self.symbols, index: self.np.full((1, 1), float(value))}
        inner.memo = dict(constant)
        return inner

    def differential(self, e: Expr, parts: tuple[Array, ...]) -> Array:
        """The value of `d e`; only a valuation with directions has one."""
        raise DerivtexError("a differential has no value: it needs a direction")

    def combine(self, e: Expr, parts: tuple[Array, ...]) -> Array:
        """The value of `e` where those of its arguments are `parts`."""
        leaf = self._leaves.get(e.op)
        if leaf is not None:
            return _array(leaf(self, e, parts))
        return _array(OPS[e.op].formula()(self.np, *parts))

    #: What a node's value is where its operation's formula does not say it.
    _leaves: ClassVar[dict[str, Callable[[Valuation, Expr, tuple[Any, ...]], Any]]] = {
        "symbol": lambda self, e, parts: self.symbols[e],
        "index": lambda self, e, parts: self.symbols[e],
        "extent": lambda self, e, parts: self.symbols[e],
        "family": lambda self, e, parts: self.symbols[e],
        "member": lambda self, e, parts: _member(*parts),
        "number": lambda self, e, parts: self.np.full((1, 1), float(e.data)),
        "pi": lambda self, e, parts: self.np.full((1, 1), self.np.pi),
        "identity": lambda self, e, parts: self.np.eye(self.size(e.shape.rows)),
        "ones": lambda self, e, parts: self.np.ones(self.shape(e.shape)),
        "zeros": lambda self, e, parts: self.np.zeros(self.shape(e.shape)),
        "commutation": lambda self, e, parts: _commutation(self.np, *self.shape(e.data)),
        "selector": lambda self, e, parts: self._selector(*e.data),
        "named": lambda self, e, parts: parts[0],
        "sized": lambda self, e, parts: parts[0],
        "apply": function_values.applied,
        "partial": function_values.gradient,
        "function_hessian": function_values.hessian,
        "function_jacobian": function_values.jacobian,
        "map": lambda self, e, parts: self._applied(e, parts),
        "differential": lambda self, e, parts: self.differential(e, parts),
        "derivative": lambda self, e, parts: self.differential(e, parts),
        "derivative_by_entries": lambda self, e, parts: self.differential(e, parts),
        "jacobian": lambda self, e, parts: self.differential(e, parts),
        "direct": lambda self, e, parts: self.differential(e, parts),
        "subscript": lambda self, e, parts: self.np.zeros((1, 1)),
        "entry": component_values.entry,
        "delta": component_values.delta,
        "sum_over": component_values.sum_over,
        "indexed_sum": bound_values.total,
        "indexed_product": bound_values.product,
        "integral": bound_values.integral,
    }

    def _selector(self, blocks: tuple[Dim, ...], index: int) -> Array:
        before = sum(map(self.size, blocks[:index]))
        rows = self.size(blocks[index])
        whole: Array = self.np.eye(sum(map(self.size, blocks)))
        return whole[before : before + rows]

    def _applied(self, e: Expr, parts: tuple[Array, ...]) -> Array:
        """An elementwise function of some order: as it was given, or by its formula."""
        function, order = e.data
        if function.formula is None or function.name in self.functions:
            value: Array = self.function(function.name).derivative(order, *parts)
            return value
        from derivtex.riccati import formula_of_value  # which loads what knows SymPy

        formula = formula_of_value(function, order)
        return formula_value(self.np, function, formula, parts, self._applied)

    def function(self, name: str) -> Any:
        """What stands for an unknown function."""
        if name not in self.functions:
            raise DerivtexError(
                f"nothing is known about the function {name}",
                hint=f"give a callable as the value of {plain_name(name)!r}",
            )
        return self.functions[name]


def _commutation(np: Any, rows: int, columns: int) -> Array:
    """K with `K vec(A) = vec(Aᵀ)`, as the identity with its rows in another order."""
    order = np.arange(rows * columns).reshape(rows, columns, order="F").T
    return _array(np.eye(rows * columns)[order.reshape(-1, order="F")])


def _member(members: Any, *indices: Array) -> Array:
    return _array(members.at(tuple(round(float(i[0, 0])) for i in indices)))


def _array(value: Any) -> Array:
    """What a formula of the table gives, which is typed as anything."""
    array: Array = value
    return array
