"""What a user gives an expression to be evaluated: arrays, sizes and functions, each checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import prod
from numbers import Integral
from typing import TYPE_CHECKING, Any

from derivtex.errors import DerivtexError, ShapeError
from derivtex.expr import Expr, walk
from derivtex.language.names import plain_name
from derivtex.members import Indices, Members
from derivtex.ops.indices import BINDERS
from derivtex.sample import project
from derivtex.shapes import Dim, Shape, summands

#: The structures whose matrices are a linear space, the strictest first.
_CHECKED = (
    "diagonal",
    "symmetric",
    "skew-symmetric",
    "lower triangular",
    "upper triangular",
    "orthogonal",
)
_LINEAR = frozenset(_CHECKED) - {"orthogonal"}
#: What single precision leaves of a structure.
_ROUNDED = 1e-5

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]


class Sizes(dict[str, int]):
    """The sizes that are known, and what each is known from.

    `given` may hold whole numbers by the names of sizes, for those that no array tells.
    """

    def __init__(self, given: Mapping[str, Any]) -> None:
        super().__init__()
        self.given = given
        self.origin: dict[str, str] = {}
        #: How far an index runs of which only families tell it.
        self.counts: dict[str, int] = {}

    def learn(self, symbol: str, size: int, origin: str) -> None:
        self[symbol] = size
        self.origin[symbol] = origin

    def count(self, index: str) -> int:
        """How far an index runs, by the length of a family."""
        if index not in self.counts:
            raise DerivtexError(
                f"how far the index {index} runs is not determined by the values given",
                hint="give a family with this index as a list",
            )
        return self.counts[index]

    def ask(self, symbols: Iterable[str]) -> None:
        """Learn the sizes that are not known from the numbers given by their own names."""
        for symbol in symbols:
            value = self.given.get(symbol)
            if symbol not in self and isinstance(value, Integral) and int(value) > 0:
                self.learn(symbol, int(value), "as given")

    def fit(self, name: str, shape: Shape, actual: tuple[int, ...]) -> None:
        """Learn from a value of the size `actual` for what has this shape, or say why not."""
        before = dict.fromkeys(s for size in shape for s in size.symbols if s in self)
        for dimension, length in zip(shape, actual, strict=True):
            if not self._fits(dimension, length, f"from {name}"):
                facts = [f"{plain_name(s)} = {self[s]} {self.origin[s]}" for s in before]
                said = f"{name} is {shape}, but the value given is {_times(actual)}"
                raise ShapeError(", and ".join([said, *facts]))

    def _fits(self, dimension: Dim, length: int, origin: str) -> bool:
        parts = summands(dimension)
        if len(parts) > 1:
            return self._fits_sum(parts, length, origin)
        if len([s for s in dimension.symbols if s not in self]) > 1:
            self.ask(dimension.symbols)
        known = dimension.coefficient
        for symbol in dimension.symbols:
            known *= self.get(symbol, 1)
        unknown = [s for s in dimension.symbols if s not in self]
        if len(unknown) == 1 and known and length % known == 0:
            self.learn(unknown[0], length // known, origin)
            return True
        return not unknown and known == length

    def _fits_sum(self, parts: Sequence[Dim], length: int, origin: str) -> bool:
        """Of a sum of sizes, the one that is not known is what the others leave."""
        self.ask(symbol for part in parts for symbol in part.symbols)
        unknown = [part for part in parts if any(s not in self for s in part.symbols)]
        for part in parts:
            if part not in unknown:
                length -= part.coefficient * prod(self[s] for s in part.symbols)
        if len(unknown) == 1:
            return length > 0 and self._fits(unknown[0], length, origin)
        return bool(unknown) or length == 0


class GivenFunction:
    """An unknown function for which the user gave callables: `g`, and `g'` for its derivative."""

    def __init__(self, name: str, values: Mapping[str, Any], np: Any) -> None:
        self.name = name
        self.values = values
        self.np = np

    def _call(self, mark: str, arrays: tuple[Array, ...], shape: Any) -> Array:
        name = plain_name(self.name) + mark
        function = self.values.get(self.name + mark)
        if not callable(function):
            raise DerivtexError(
                f"a callable is missing for the function {name}",
                hint=f"give a Python function as the value of {name!r}",
            )
        result = inside(self.np, name, function(*map(outside, arrays)))
        if shape is not None and result.shape != shape:
            raise ShapeError(f"{name} gave {_times(result.shape)}, where {_times(shape)} is needed")
        return result

    def value(self, shape: tuple[int, int] | None, *arrays: Array) -> Array:
        return self._call("", arrays, shape)

    def partial(self, index: int, *arrays: Array) -> Array:
        mark = "'" if len(arrays) == 1 else f"'{index + 1}"
        return self._call(mark, arrays, arrays[index].shape)

    def hessian(self, index: int, by: int, *arrays: Array) -> Array:
        mark = "''" if len(arrays) == 1 else f"''{index + 1}{by + 1}"
        X, Z = arrays[index], arrays[by]
        return self._call(mark, arrays, X.shape if Z.size == 1 else (X.size, Z.size))

    def jacobian(self, shape: tuple[int, int] | None, index: int, *arrays: Array) -> Array:
        mark = "'" if len(arrays) == 1 else f"'{index + 1}"
        X = arrays[index]
        if shape is not None and X.size > 1:
            shape = shape[0] * shape[1], X.size
        return self._call(mark, arrays, shape)

    def derivative(self, order: int, array: Array) -> Array:
        return self._call("'" * order, (array,), array.shape)


def inside(np: Any, name: str, value: Any) -> Array:
    """`value` as a two-dimensional array of real numbers."""
    try:
        array = np.asarray(value)
        if array.dtype.kind == "c":
            raise DerivtexError(f"the value of {name} is complex, and everything here is real")
        if array.dtype.kind not in "biufO" or any(x is None for x in array.flat):
            raise TypeError
        array = array.astype(float)
    except (TypeError, ValueError) as error:
        if isinstance(error, DerivtexError):
            raise
        raise DerivtexError(f"the value of {name} is no array of numbers") from error
    if array.ndim > 2:
        raise ShapeError(f"{name}: an array of {array.ndim} dimensions is no matrix")
    matrix: Array = array.reshape(-1, 1) if array.ndim < 2 else array
    return matrix


def given_members(
    np: Any, family: Expr, given: Mapping[str, Any], sizes: Sizes, nodes: Sequence[Expr]
) -> Members:
    """The members of a family from what was given by its name; the length tells how many.

    Raises `DerivtexError` for a missing family, or a member that is asked for and not there.
    """
    name = family.data.name
    plain = plain_name(name)
    if name not in given:
        raise DerivtexError(
            f"the members of the family {plain} are missing", hint=f"evaluate({{{plain!r}: [...]}})"
        )
    value = given[name]
    first, endless = family.data.first, False
    for node in nodes:
        if node.op in BINDERS and _runs_through(family, node):
            upper = node.args[3]
            endless = endless or upper.op == "infinity"
            if upper.op == "extent" and not callable(value):
                sizes.counts[upper.data] = len(value)
            if upper.op == "symbol" and not callable(value) and upper.data.name not in given:
                last = max(value) if isinstance(value, Mapping) else len(value) + first - 1
                sizes.learn(upper.data.name, last, f"from the length of {plain}")

    def member(indices: Indices) -> Array:
        index = indices[0] if len(indices) == 1 else indices
        try:
            if callable(value):
                found = value(*indices)
            elif isinstance(value, Mapping):
                found = value[index]
            else:
                found = value
                for i in indices:
                    if not 0 <= i - first < len(found):
                        raise IndexError
                    found = found[i - first]
        except LookupError as error:
            if endless:
                nothing: Array = np.zeros([_size(d, sizes) for d in family.shape])
                return nothing
            raise DerivtexError(f"the family {plain} has no member {index}") from error
        return fitted(np, f"{name}_{index}", found, family.shape, sizes)

    members = Members(member)
    if not callable(value) and len(value) and not family.shape.is_scalar:
        # The sizes of the members are known from the first one.
        start = next(iter(value)) if isinstance(value, Mapping) else None
        arity = next(len(n.args) - 1 for n in nodes if n.op == "member" and n.args[0] is family)
        members.at((first,) * arity if start is None else (start,) if arity == 1 else start)
    return members


def _runs_through(family: Expr, series: Expr) -> bool:
    """Whether the index of a sum is, just so, the index of a member of the family."""
    index = series.args[1]
    return any(
        node.op == "member" and node.args[0] is family and index in node.args
        for node in walk(series.args[0])
    )


def _size(dimension: Dim, sizes: Sizes) -> int:
    product = dimension.coefficient
    for symbol in dimension.symbols:
        product *= sizes[symbol]
    return product


def of_structure(np: Any, name: str, array: Array, structure: frozenset[str]) -> Array:
    """The value of a symbol, if it is what the symbol was declared to be; else it raises.

    What a derivation takes for symmetric has been used as such, so any other value would give
    wrong numbers. What no one can see in rounded numbers, such as definiteness, is not checked.
    """
    if not structure or not np.isfinite(array).all():
        wrong = "integer" in structure
    elif "integer" in structure:
        wrong = bool((array != np.round(array)).any())
    elif array.shape[0] != array.shape[1] or array.size == 1:
        wrong = False
    else:
        wanted = project(np, array, structure & _LINEAR)
        wrong = not np.allclose(array, wanted, rtol=0, atol=_ROUNDED * np.abs(array).max())
        if "orthogonal" in structure:
            wrong |= not np.allclose(array.T @ array, np.eye(len(array)), atol=_ROUNDED)
    if wrong:
        words = [s for s in (*_CHECKED, "integer") if s in structure]
        what = "a whole number" if words[-1] == "integer" else words[0]
        raise DerivtexError(f"{plain_name(name)} is {what}, and the value given is not")
    return array


def extent(np: Any, value: Any, shape: Shape) -> tuple[int, ...]:
    """The rows and columns of a value of which nothing else matters."""
    size = tuple(np.shape(value))
    rows_first = (*size, 1, 1)[:2] if len(size) < 2 else size
    return rows_first[::-1] if shape.is_row and len(size) == 1 else rows_first


def fitted(np: Any, name: str, value: Any, shape: Shape, sizes: Sizes) -> Array:
    """`value` as an array of `shape`; sizes that are not known yet become known."""
    array = inside(np, plain_name(name), value)
    if shape.is_row and array.shape[1] == 1:
        array = array.T
    sizes.fit(plain_name(name), shape, array.shape)
    return array


def _times(size: tuple[int, ...]) -> str:
    return "×".join(map(str, size))


def outside(array: Array) -> Any:
    """A float, an `(n,)` array for a column, or the matrix."""
    if array.shape == (1, 1):
        return float(array[0, 0])
    return array[:, 0] if array.shape[1] == 1 else array
