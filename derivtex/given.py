"""What a user gives an expression to be evaluated: arrays, sizes and functions, each checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from numbers import Integral
from typing import TYPE_CHECKING, Any

from derivtex.errors import DerivtexError, ShapeError
from derivtex.language.names import plain_name
from derivtex.shapes import Dim, Shape

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

    def learn(self, symbol: str, size: int, origin: str) -> None:
        self[symbol] = size
        self.origin[symbol] = origin

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


class GivenFunction:
    """An unknown function for which the user gave callables: `g`, and `g'` for its derivative."""

    def __init__(self, name: str, values: Mapping[str, Any], np: Any) -> None:
        self.name = name
        self.values = values
        self.np = np

    def _call(self, mark: str, arrays: tuple[Array, ...], shape: tuple[int, ...]) -> Array:
        name = plain_name(self.name) + mark
        function = self.values.get(self.name + mark)
        if not callable(function):
            raise DerivtexError(
                f"a callable is missing for the function {name}",
                hint=f"give a Python function as the value of {name!r}",
            )
        result = inside(self.np, name, function(*map(outside, arrays)))
        if result.shape != shape:
            raise ShapeError(f"{name} gave {_times(result.shape)}, where {_times(shape)} is needed")
        return result

    def value(self, *arrays: Array) -> Array:
        return self._call("", arrays, (1, 1))

    def partial(self, index: int, *arrays: Array) -> Array:
        mark = "'" if len(arrays) == 1 else f"'{index + 1}"
        return self._call(mark, arrays, arrays[index].shape)

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
