"""The numeric value of an expression: a fold over the graph with NumPy.

Inside, every value is a two-dimensional array. A `Valuation` knows the sizes of the dimensions and
the values of the symbols; the value column of the operation table does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import copy
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from derivtex import component_values, function_values
from derivtex.entrywise import formula_value, functions_of
from derivtex.errors import DerivtexError, ShapeError
from derivtex.expr import Expr, count, fold, rebuild, walk
from derivtex.given import GivenFunction, Sizes, extent, fitted, given_members, of_structure
from derivtex.language.names import plain_name, tex_name
from derivtex.op import OPS
from derivtex.ops.indices import BINDERS, free_indices
from derivtex.ops.leaves import is_whole
from derivtex.ops.matrix_functions import PRINCIPAL
from derivtex.shapes import Dim, Shape
from derivtex.symbols import GradientName

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]


#: Terms of an infinite sum after which it is said not to converge, and how many in a row must no
#: longer count for it to have ended.
MOST_TERMS, QUIET = 500, 8
#: How many values of its integrand an integral is made of: more until two of them agree.
POINTS = (24, 48, 96)
_AGREE = 1e-9


_BINDERS = BINDERS | {"sum_over"}


def not_bound(node: Expr) -> bool:
    """The arguments of a sum over an index are evaluated for each of its values, those of a sum
    over a subscript all at once."""
    return node.op not in _BINDERS


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
        known = all(symbol in self.sizes for size in shape for symbol in size.symbols)
        return self.shape(shape) if known else None

    def bound(self, index: Expr, value: float, constant: Mapping[Expr, Array]) -> Valuation:
        """This valuation where a bound index has a value; what is `constant` is known."""
        inner = copy(self)
        inner.symbols = {**self.symbols, index: self.np.full((1, 1), float(value))}
        inner.memo = dict(constant)
        return inner

    def over(self, e: Expr) -> Iterator[Array]:
        """The values of the first argument of a sum or a product over its index, in order."""
        body, index, lower, upper = e.args
        first = round(float(self(lower)[0, 0]))
        endless = upper.op == "infinity"
        last = first + MOST_TERMS if endless else round(float(self(upper)[0, 0]))
        running = _running(body, index)
        if first <= last:
            # What does not run is worked out once, sums within this one among it.
            for node in walk(body, into=not_bound):
                if node not in running:
                    self(node)
        constant = {node: known for node, known in self.memo.items() if node not in running}
        for value in range(first, last + 1):
            yield self.bound(index, value, constant)(body)

    def differential(self, e: Expr, parts: tuple[Array, ...]) -> Array:
        """The value of `d e`; only a valuation with directions has one."""
        raise DerivtexError("a differential has no value: it needs a direction")

    def combine(self, e: Expr, parts: tuple[Array, ...]) -> Array:
        """The value of `e` where those of its arguments are `parts`."""
        leaf = self._leaves.get(e.op)
        if leaf is not None:
            return _array(leaf(self, e, parts))
        if e.op in BINDERS:
            return self._accumulated(e)
        formula = OPS[e.op].value
        if formula is None:
            raise DerivtexError(f"the {OPS[e.op].title} has no numeric value")
        return _array(formula(self.np, *parts))

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
    }

    def _accumulated(self, e: Expr) -> Array:
        """The sum, or the ordered product, over an index."""
        np = self.np
        rows, columns = self.shape(e.shape)
        if e.op == "indexed_product":
            result: Array = np.eye(rows)
            for factor in self.over(e):
                result = factor @ result if e.data.descending else result @ factor
            return result
        total: Array = np.zeros((rows, columns))
        if e.op == "integral":
            return self._integral(e)
        quiet = 0
        for term in self.over(e):
            total = total + term
            # An infinite sum ends where its terms no longer count.
            small = np.max(np.abs(term)) <= 1e-17 * np.max(np.abs(total), initial=0.0)
            quiet = quiet + 1 if small else 0
            if quiet > QUIET and e.args[3].op == "infinity":
                return total
        return total * np.nan if e.args[3].op == "infinity" else total

    def _integral(self, e: Expr) -> Array:
        """By so many points that more make no difference; not a number where none are enough."""
        before: Array | None = None
        for points in POINTS:
            value: Array = sum(  # type: ignore[assignment]
                weight * integrand for weight, integrand in self._quadrature(e, points)
            )
            if before is not None:
                difference = float(self.np.max(self.np.abs(value - before)))
                if difference <= _AGREE * float(self.np.max(self.np.abs(value))):
                    return value
            before = value
        assert before is not None
        return before * self.np.nan

    def _quadrature(self, e: Expr, count: int) -> Iterator[tuple[float, Array]]:
        """The weights and the values of the integrand at the points of Gauss and Legendre."""
        body, variable, lower, upper = e.args
        low, high = (float(self(limit)[0, 0]) for limit in (lower, upper))
        running = _running(body, variable)
        constant = {node: known for node, known in self.memo.items() if node not in running}
        points, weights = self.np.polynomial.legendre.leggauss(count)
        for point, weight in zip(points, weights, strict=True):
            at = low + (high - low) * (1 + point) / 2
            yield (high - low) / 2 * weight, self.bound(variable, at, constant)(body)

    def _applied(self, e: Expr, parts: tuple[Array, ...]) -> Array:
        """An elementwise function of some order: as it was given, or by its formula."""
        function, order = e.data
        if function.formula is None or function.name in self.functions:
            value: Array = self.function(function.name).derivative(order, *parts)
            return value
        formula_of = import_module("derivtex.formulas").formula_of
        return formula_value(self.np, function, formula_of(function, order), parts, self._applied)

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


@lru_cache(maxsize=256)
def _running(body: Expr, index: Expr) -> frozenset[Expr]:
    """The nodes of a body that depend on its index."""
    return frozenset(node for node in walk(body) if index in free_indices(node))


def _member(members: Any, *indices: Array) -> Array:
    return _array(members.at(tuple(round(float(i[0, 0])) for i in indices)))


def _array(value: Any) -> Array:
    """What a formula of the table gives, which is typed as anything."""
    array: Array = value
    return array


class _Finding(Valuation):
    """A valuation that says which inverse does not exist."""

    def combine(self, e: Expr, parts: tuple[Array, ...]) -> Array:
        try:
            return super().combine(e, parts)
        except self.np.linalg.LinAlgError as error:
            (*_, A) = e.args
            what = A.text() if count(A, limit=30) < 30 else "the matrix"
            wrong = f"{what} is singular"
            condition = OPS[e.op].condition
            if condition == PRINCIPAL:
                wrong = f"it is not so that {condition.format(e.args[0].text())}"
            raise DerivtexError(f"the {OPS[e.op].title} has no value here: {wrong}") from error


def evaluate(e: Expr, values: Mapping[str, Any]) -> float | np.ndarray[Any, Any]:
    """The value of `e` for NumPy arrays given by plain or TeX name.

    A vector is an `(n,)` array (or `(n, 1)`), a scalar a number. A name that a problem defines
    may be given; otherwise it is computed. A size that none of these tells, as of a gradient I, is
    given by its name, `{"n": 3}`, or by any array that has it. Returns a float, an `(n,)` or an
    `(m, n)` array.

    An unknown function is given as callables, which take and return what `evaluate` does:

    g            the function itself, where `e` has it; an elementwise one takes an array
    g', g''      the derivatives of an elementwise function
    phi'         the gradient of a scalar function, of its argument's shape
    psi'1, psi'2 the gradients of a scalar function of several arguments; each takes them all
    phi''        the Hessian of a scalar function; psi''12 the Jacobian of psi'1 in the second one
    f', f'2      the Jacobian of a function with values in vectors, that in the second argument

    A family is given by its name without the index, `{"x": [x_1, x_2, x_3]}`: as a list, which
    begins with the first index that a sum gives it (1 where no sum says), as a mapping by index, or
    as a callable that takes the index. The number of terms is the length of the list where it is
    not given; beyond the end of a list, in an infinite sum, members are zero.

    Raises `DerivtexError` for a missing value, `ShapeError` for one of the wrong shape.
    """
    import numpy as np

    if not isinstance(values, Mapping):
        raise DerivtexError(
            f"the values are given by name, not as {type(values).__name__}",
            hint="evaluate({'X': X, 'w': w})",
        )
    given = {tex_name(str(name)): value for name, value in values.items()}
    sizes = Sizes(given)
    symbols: dict[Expr, Any] = {}
    overrides: dict[Expr, Any] = {}
    whole: list[Expr] = []
    bare = unsized(e)
    used = [*walk(bare, into=lambda n: not _is_given_name(n, given))]
    functions = {
        function.name: GivenFunction(function.name, given, np)
        for function in functions_of(used)
        if function.formula is None
    }
    for node in used:
        if node.op == "family":
            symbols[node] = given_members(np, node, given, sizes, used)
    # A number that is a quantity of the problem as well as a size must be right as both.
    sizes.ask(node.data.name for node in used if node.op == "symbol" and node.shape.is_scalar)
    # A product of sizes tells one of them where the others are known.
    for node in sorted(used, key=lambda n: max(len(size.symbols) for size in n.shape)):
        if node.op == "extent":
            symbols[node] = np.full((1, 1), float(sizes.count(node.data)))
        elif node.op == "symbol":
            name = node.data.name
            if name not in given and is_whole(node):
                whole.append(node)  # it may be a size, which the arrays tell
                continue
            if name not in given:
                raise DerivtexError(f"a value is missing for {plain_name(name)}")
            array = fitted(np, name, given[name], node.shape, sizes)
            symbols[node] = of_structure(np, name, array, node.data.structure)
        elif _is_given_name(node, given):
            overrides[node] = fitted(np, node.data, given[node.data], node.shape, sizes)
    if bare is not e:
        _measure(np, e, given, sizes)
    sizes.ask(symbol for node in used for size in node.shape for symbol in size.symbols)
    for node in whole:
        if node.data.name not in sizes:
            raise DerivtexError(f"a value is missing for {plain_name(node.data.name)}")
        symbols[node] = np.full((1, 1), float(sizes[node.data.name]))
    array = _Finding(sizes, symbols, functions, overrides)(bare)
    if e.shape.is_scalar:
        return float(array[0, 0])
    return array[:, 0] if e.shape.is_column else array


def unsized(e: Expr) -> Expr:
    """`e` without what only tells the size of something in it."""
    if all(node.op != "sized" for node in walk(e)):
        return e

    def bare(node: Expr, parts: tuple[Expr, ...]) -> Expr:
        return parts[0] if node.op == "sized" else rebuild(node, parts)

    return fold(e, bare)


def _measure(np: Any, e: Expr, given: Mapping[str, Any], sizes: Sizes) -> None:
    """Learn sizes from the values of names that do no more than tell them."""
    for node in walk(e):
        name = node.data.name if node.op == "symbol" else node.data
        if node.op in {"symbol", "named"} and name in given and not node.shape.is_scalar:
            sizes.fit(plain_name(name), node.shape, extent(np, given[name], node.shape))


def _is_given_name(node: Expr, given: Mapping[str, Any]) -> bool:
    return node.op == "named" and not isinstance(node.data, GradientName) and node.data in given
