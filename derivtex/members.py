"""The values of a family: an array for each index, made when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]

Indices = tuple[int, ...]


class Members:
    """The members of a family by their indices."""

    def __init__(self, make: Callable[[Indices], Array]) -> None:
        self._make = make
        self._known: dict[Indices, Array] = {}

    def at(self, indices: Indices) -> Array:
        if indices not in self._known:
            self._known[indices] = self._make(indices)
        return self._known[indices]

    def moved(self, directions: Members, length: float) -> Members:
        """Each member moved along its own direction."""
        return Members(lambda indices: self.at(indices) + length * directions.at(indices))

    def moved_at(self, moving: Indices, step: Array) -> Members:
        """One member moved, the others as they are."""
        return Members(lambda i: self.at(i) + step if i == moving else self.at(i))
