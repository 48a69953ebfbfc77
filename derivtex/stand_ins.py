"""Smooth functions that stand for unknown ones where something is checked numerically."""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]


class Unknown:
    """A smooth function that stands for an unknown one, with its derivatives in closed form.

    Entry by entry, f(X, …) = sin(Σ C vec X) + ½ Σ K vec(X⊙X), a scalar function with one entry, and
    g(x) = sin(a x + b) + c x² for elementwise ones.
    """

    def __init__(self, rng: Any, np: Any) -> None:
        self.np = np
        self.rng = rng
        self.a, self.b, self.c = rng.uniform(0.5, 1.5, size=3)
        self._constants: dict[tuple[int, int, tuple[int, ...]], tuple[Array, Array]] = {}

    def _of(self, count: int, index: int, array: Array) -> tuple[Array, Array]:
        """C and K for an argument: a row for each of the `count` entries of the value."""
        key = (count, index, array.shape)
        if key not in self._constants:
            size = (count, array.size)
            self._constants[key] = (self.rng.normal(size=size), self.rng.normal(size=size))
        return self._constants[key]

    def _phases(self, count: int, arrays: tuple[Array, ...]) -> Array:
        return reduce(add, (self._of(count, i, X)[0] @ self._vec(X) for i, X in enumerate(arrays)))

    def _vec(self, X: Array) -> Array:
        return X.reshape(-1, 1, order="F")

    def value(self, shape: tuple[int, int], *arrays: Array) -> Array:
        """Of this shape; (1, 1) for a scalar function."""
        count = shape[0] * shape[1]
        value: Array = self.np.sin(self._phases(count, arrays))
        for i, X in enumerate(arrays):
            value = value + self._of(count, i, X)[1] @ self._vec(X) ** 2 / 2
        return value.reshape(shape, order="F")

    def jacobian(self, shape: tuple[int, int], index: int, *arrays: Array) -> Array:
        """In one argument; of the shape of the value where that is a scalar."""
        count = shape[0] * shape[1]
        C, K = self._of(count, index, arrays[index])
        result: Array = self.np.cos(self._phases(count, arrays)) * C
        result = result + K * self._vec(arrays[index]).T
        return result if arrays[index].size > 1 else result.reshape(shape, order="F")

    def partial(self, index: int, *arrays: Array) -> Array:
        """The gradient of a scalar function in one argument."""
        gradient = self.jacobian((1, 1), index, *arrays)
        return gradient.reshape(arrays[index].shape, order="F")

    def hessian(self, index: int, by: int, *arrays: Array) -> Array:
        """The Jacobian of the gradient of a scalar function in one argument by another."""
        (C, K), (D, _) = (self._of(1, i, arrays[i]) for i in (index, by))
        result: Array = -self.np.sin(self._phases(1, arrays)) * C.T @ D
        if index == by:
            result = result + self.np.diag(K[0])
        if arrays[by].size > 1:
            return result
        return result.reshape(arrays[index].shape, order="F")

    def derivative(self, order: int, array: Array) -> Array:
        np = self.np
        wave = self.a**order * np.sin(self.a * array + self.b + order * np.pi / 2)
        powers = {0: array * array, 1: 2 * array, 2: 2 + 0 * array}
        result: Array = wave + self.c * powers.get(order, 0 * array)
        return result
