"""The numeric value of an expression: a fold over the graph with NumPy.

Inside, every value is a two-dimensional array. A `Valuation` knows the sizes of the dimensions and
the values of the symbols; the value column of the operation table does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from derivtex.errors import DerivtexError, ShapeError
from derivtex.expr import Expr, fold, walk
from derivtex.language.names import plain_name, tex_name
from derivtex.op import OPS
from derivtex.shapes import Dim, Shape
from derivtex.symbols import GradientName

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]


class Valuation:
    """Sizes of dimensions and values of symbols, and the values of expressions that follow.

    `functions` maps the name of an unknown function to an object with `value(*arrays)`,
    `partial(index, *arrays)` and `derivative(order, array)`. `overrides` are nodes, such as
    defined names, that are given a value instead of computed.
    """

    def __init__(
        self,
        sizes: Mapping[str, int],
        symbols: Mapping[Expr, Array],
        functions: Mapping[str, Any] | None = None,
        overrides: Mapping[Expr, Array] | None = None,
    ) -> None:
        import numpy

        self.np = numpy
        self.sizes = sizes
        self.symbols = symbols
        self.functions = functions or {}
        self.memo: dict[Expr, Array] = dict(overrides or {})

    def __call__(self, e: Expr) -> Array:
        """The value of `e`, a two-dimensional array."""
        return fold(e, self._combine, self.memo)

    def size(self, dimension: Dim) -> int:
        product = dimension.coefficient
        for symbol in dimension.symbols:
            if symbol not in self.sizes:
                raise ShapeError(
                    f"the size {symbol} is not determined by the values given",
                    hint="give a value to a symbol that has this dimension",
                )
            product *= self.sizes[symbol]
        return product

    def shape(self, shape: Shape) -> tuple[int, int]:
        return self.size(shape.rows), self.size(shape.columns)

    def differential(self, e: Expr, parts: tuple[Array, ...]) -> Array:
        """The value of `d e`; only a valuation with directions has one."""
        raise DerivtexError("a differential has no value: it needs a direction")

    def _combine(self, e: Expr, parts: tuple[Array, ...]) -> Array:
        leaf = self._leaves.get(e.op)
        if leaf is not None:
            return _array(leaf(self, e, parts))
        formula = OPS[e.op].value
        if formula is None:
            raise DerivtexError(f"the {OPS[e.op].title} has no numeric value")
        return _array(formula(self.np, *parts))

    #: What a node's value is where its operation's formula does not say it.
    _leaves: ClassVar[dict[str, Callable[[Valuation, Expr, tuple[Any, ...]], Any]]] = {
        "symbol": lambda self, e, parts: self.symbols[e],
        "number": lambda self, e, parts: self.np.full((1, 1), float(e.data)),
        "pi": lambda self, e, parts: self.np.full((1, 1), self.np.pi),
        "identity": lambda self, e, parts: self.np.eye(self.size(e.shape.rows)),
        "ones": lambda self, e, parts: self.np.ones(self.shape(e.shape)),
        "zeros": lambda self, e, parts: self.np.zeros(self.shape(e.shape)),
        "named": lambda self, e, parts: parts[0],
        "sized": lambda self, e, parts: parts[0],
        "apply": lambda self, e, parts: self._function(e.data.name).value(*parts),
        "partial": lambda self, e, parts: self._function(e.data[0].name).partial(e.data[1], *parts),
        "map": lambda self, e, parts: self._function(e.data[0].name).derivative(e.data[1], *parts),
        "differential": lambda self, e, parts: self.differential(e, parts),
        "derivative": lambda self, e, parts: self.differential(e, parts),
    }

    def _function(self, name: str) -> Any:
        if name not in self.functions:
            raise DerivtexError(
                f"nothing is known about the function {name}",
                hint=f"give a callable as the value of {plain_name(name)!r}",
            )
        return self.functions[name]


def _array(value: Any) -> Array:
    """What a formula of the table gives, which is typed as anything."""
    array: Array = value
    return array


class _Given:
    """An unknown function for which the user gave callables: `g`, and `g'` for its derivative."""

    def __init__(self, name: str, values: Mapping[str, Any], np: Any) -> None:
        self.name = name
        self.values = values
        self.np = np

    def _call(self, key: str, *arrays: Array) -> Array:
        function: Callable[..., Any] | None = self.values.get(key)
        if function is None:
            raise DerivtexError(f"a value is missing for the function {key}")
        arguments = [_outside(array) for array in arrays]
        return _inside(self.np, function(*arguments))

    def value(self, *arrays: Array) -> Array:
        return self._call(self.name, *arrays)

    def partial(self, index: int, *arrays: Array) -> Array:
        mark = "'" if len(arrays) == 1 else f"'{index + 1}"
        return self._call(self.name + mark, *arrays)

    def derivative(self, order: int, array: Array) -> Array:
        return self._call(self.name + "'" * order, array)


def evaluate(e: Expr, values: Mapping[str, Any]) -> float | np.ndarray[Any, Any]:
    """The value of `e` for NumPy arrays given by plain or TeX name.

    A vector is an `(n,)` array (or `(n, 1)`), a scalar a number. A name that a problem defines
    may be given; otherwise it is computed. An unknown function is given as a callable, its
    gradient (or elementwise derivative) as the callable of the name with a prime. Returns a float,
    an `(n,)` or an `(m, n)` array.

    Raises `DerivtexError` for a missing value, `ShapeError` for one of the wrong shape.
    """
    import numpy as np

    given = {tex_name(str(name)): value for name, value in values.items()}
    sizes: dict[str, int] = {}
    symbols: dict[Expr, Any] = {}
    overrides: dict[Expr, Any] = {}
    functions: dict[str, _Given] = {}
    for node in walk(e, into=lambda n: not _is_given_name(n, given)):
        if node.op == "symbol":
            name = node.data.name
            if name not in given:
                raise DerivtexError(f"a value is missing for {plain_name(name)}")
            symbols[node] = _fitted(np, name, given[name], node.shape, sizes)
        elif _is_given_name(node, given):
            overrides[node] = _fitted(np, node.data, given[node.data], node.shape, sizes)
        elif node.op in {"apply", "partial", "map"}:
            function = node.data if node.op == "apply" else node.data[0]
            functions[function.name] = _Given(
                plain_name(function.name), {plain_name(k): v for k, v in given.items()}, np
            )
    value: float | np.ndarray[Any, Any] = _outside(
        Valuation(sizes, symbols, functions, overrides)(e)
    )
    return value


def _is_given_name(node: Expr, given: Mapping[str, Any]) -> bool:
    return node.op == "named" and not isinstance(node.data, GradientName) and node.data in given


def _inside(np: Any, value: Any) -> Array:
    array = np.asarray(value, dtype=float)
    if array.ndim > 2:
        raise ShapeError(f"an array of {array.ndim} dimensions is no matrix")
    inside: Array = array.reshape(-1, 1) if array.ndim < 2 else array
    return inside


def _fitted(np: Any, name: str, value: Any, shape: Shape, sizes: dict[str, int]) -> Array:
    """`value` as an array of `shape`; sizes that are not known yet become known."""
    try:
        array = _inside(np, value)
    except (TypeError, ValueError) as error:
        if isinstance(error, DerivtexError):
            raise
        raise DerivtexError(f"the value of {plain_name(name)} is no array of numbers") from error
    if shape.is_row and array.shape[1] == 1:
        array = array.T
    for dimension, actual in zip(shape, array.shape, strict=True):
        known = dimension.coefficient
        unknown = [s for s in dimension.symbols if s not in sizes]
        for symbol in dimension.symbols:
            known *= sizes.get(symbol, 1)
        if len(unknown) == 1 and actual % known == 0:
            sizes[unknown[0]] = actual // known
        elif unknown or known != actual:
            raise ShapeError(
                f"{plain_name(name)} is {shape}, but the value given is "
                f"{array.shape[0]}×{array.shape[1]}"
            )
    return array


def _outside(array: Array) -> Any:
    """A float, an `(n,)` array for a column, or the matrix."""
    if array.shape == (1, 1):
        return float(array[0, 0])
    return array[:, 0] if array.shape[1] == 1 else array
