"""Random data for the tables.

A shape is one letter per dimension, then optionally a space and what the array is: `"mn"` is a
general matrix, `"n pos"` a positive vector, `""` a scalar, `" pos"` a positive scalar. With commas
a size is a product of letters: `"mp,nq"` is a matrix, `"mp,"` a vector. Different letters have
different sizes, so that a wrong transpose cannot go unnoticed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SIZES = {"m": 4, "n": 3, "p": 2, "q": 5, "r": 6, "s": 7}


def _spd(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    X = rng.standard_normal(shape)
    return X @ X.T / shape[0] + np.eye(shape[0])


def _sym(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    X = rng.standard_normal(shape)
    return (X + X.T) / 2


def _inv(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Not symmetric, well conditioned, with a positive determinant."""
    return 1.5 * np.eye(shape[0]) + rng.uniform(-0.4, 0.4, shape)


def _mask(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Zeros and ones, never all the same."""
    ones: Array = (rng.permutation(int(np.prod(shape))) % 2).reshape(shape).astype(np.float64)
    return ones


DRAW: dict[str, Callable[[np.random.Generator, tuple[int, ...]], Array]] = {
    "": lambda rng, shape: rng.standard_normal(shape),
    "pos": lambda rng, shape: rng.uniform(0.5, 2.0, shape),
    "far": lambda rng, shape: rng.uniform(9.0, 10.0, shape),
    "unit": lambda rng, shape: rng.uniform(0.1, 0.9, shape),
    "label": lambda rng, shape: 2 * _mask(rng, shape) - 1,
    "mask": _mask,
    "inv": _inv,
    "sym": _sym,
    "spd": _spd,
    "diag": lambda rng, shape: np.diag(rng.uniform(0.5, 2.0, shape[0])),
}


def _sizes(dimensions: str) -> list[str]:
    """`mn` is two sizes; in `mp,nq` each of them is a product."""
    return [size for size in dimensions.split(",") if size] if "," in dimensions else [*dimensions]


def draw(spec: str, rng: np.random.Generator) -> Any:
    """One random array (a float for a scalar) of the shape and kind that `spec` names."""
    dimensions, _, kind = spec.partition(" ")
    shape = tuple(prod(SIZES[letter] for letter in size) for size in _sizes(dimensions))
    array = DRAW[kind](rng, shape)
    return np.asarray(array, dtype=np.float64) if shape else float(array)


def sample(shapes: Mapping[str, str], seed: int = 0) -> dict[str, Any]:
    """Random data for every symbol of a row."""
    rng = np.random.default_rng(seed)
    return {name: draw(spec, rng) for name, spec in shapes.items()}


def project(direction: Array, kind: str) -> Array:
    """The part of a direction that stays within the structure of the variable."""
    if kind in ("sym", "spd"):
        return (direction + direction.T) / 2
    if kind == "diag":
        return np.diag(np.diag(direction))
    return direction


def numeric_gradient(
    function: Callable[..., Any], data: Mapping[str, Any], wrt: str, kind: str = "", h: float = 1e-3
) -> Array:
    """Central differences of fourth order along each direction that the structure allows."""
    point = np.asarray(data[wrt], dtype=np.float64)
    gradient = np.zeros_like(point)
    for place in np.ndindex(point.shape):
        unit = np.zeros_like(point)
        unit[place] = 1.0
        step = project(unit, kind)

        def at(t: float, step: Array = step) -> float:
            moved = point + t * h * step
            return float(function(**{**data, wrt: moved if moved.ndim else float(moved)}))

        gradient[place] = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * h)
    return gradient
