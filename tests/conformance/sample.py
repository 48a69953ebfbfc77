"""Random data for the tables.

A shape is one letter per dimension, then optionally a space and what the array is: `"mn"` is a
general matrix, `"n pos"` a positive vector, `""` a scalar, `" pos"` a positive scalar, `"
elementwise"` an unknown function, `"n family"` a list of vectors. With commas a size is a product
of letters: `"mp,nq"` is a matrix, `"mp,"` a vector. Different letters have different sizes, so that
a wrong transpose cannot go unnoticed.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
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


def _skew(X: Array) -> Array:
    return X - X.T


def _diagonals(X: Array) -> Array:
    """The Toeplitz matrix whose diagonals are the sums of those of X."""
    n = len(X)
    total: Array = sum((np.trace(X, k) * np.eye(n, k=k) for k in range(1 - n, n)), 0 * X)
    return total


def _mask(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Zeros and ones, never all the same."""
    ones: Array = (rng.permutation(int(np.prod(shape))) % 2).reshape(shape).astype(np.float64)
    return ones


DRAW: dict[str, Callable[[np.random.Generator, tuple[int, ...]], Array]] = {
    "": lambda rng, shape: rng.standard_normal(shape),
    "two": lambda rng, shape: np.full(shape, 2.0),
    "pos": lambda rng, shape: rng.uniform(0.5, 2.0, shape),
    "far": lambda rng, shape: rng.uniform(9.0, 10.0, shape),
    "unit": lambda rng, shape: rng.uniform(0.1, 0.9, shape),
    "label": lambda rng, shape: 2 * _mask(rng, shape) - 1,
    "mask": _mask,
    "inv": _inv,
    "sym": _sym,
    "spd": _spd,
    "sing": lambda rng, shape: (
        rng.standard_normal((shape[0], 1)) * np.eye(shape[0], k=1) + np.eye(shape[0], k=1)
    ),
    "diag": lambda rng, shape: np.diag(rng.uniform(0.5, 2.0, shape[0])),
    "skew": lambda rng, shape: _skew(rng.standard_normal(shape)),
    "low": lambda rng, shape: np.tril(_inv(rng, shape)),
    "up": lambda rng, shape: np.triu(_inv(rng, shape)),
    "both": _spd,
    "toeplitz": lambda rng, shape: _diagonals(rng.standard_normal(shape)),
}


def _sizes(dimensions: str) -> list[str]:
    """`mn` is two sizes; in `mp,nq` each of them is a product."""
    return [size for size in dimensions.split(",") if size] if "," in dimensions else [*dimensions]


def shape_of(dimensions: str) -> tuple[int, ...]:
    return tuple(prod(SIZES[letter] for letter in size) for size in _sizes(dimensions))


class Unknown(ABC):
    """A function that a problem declares without saying what it is."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.a, self.b, self.c = rng.uniform(0.5, 1.5, 3)

    @abstractmethod
    def derivative(self, order: int) -> Callable[[Any], Any]:
        """The function itself, its derivative, …"""

    def __call__(self, x: Any) -> Any:
        return self.derivative(0)(x)


class Elementwise(Unknown):
    """`g(x) = sin(ax + b) + cx`, entry by entry."""

    def derivative(self, order: int) -> Callable[[Any], Any]:
        linear = {0: lambda x: self.c * x, 1: lambda x: self.c + 0 * x}.get(order, lambda x: 0 * x)
        return lambda x: self.a**order * np.sin(self.a * x + self.b + order * np.pi / 2) + linear(x)


class Scalar(Unknown):
    """`phi(X) = Σ sin(aXᵢⱼ + b) + (Σ cXᵢⱼ)²`: a number, of an array of any shape."""

    def derivative(self, order: int) -> Callable[[Any], Any]:
        if order > 1:
            return self.hessian
        if order == 0:
            return lambda X: np.sum(np.sin(self.a * X + self.b)) + np.sum(self.c * X) ** 2
        return lambda X: (
            self.a * np.cos(self.a * X + self.b) + 2 * self.c * np.sum(self.c * X) + 0 * X
        )

    def hessian(self, x: Any) -> Any:
        """Of a vector x."""
        return -np.diag(self.a**2 * np.sin(self.a * x + self.b)) + 2 * self.c**2 * np.ones(
            (len(x), len(x))
        )


#: Kinds of a family, a list of arrays, and the kind of each member.
FAMILIES = {"family": "", "labels": "label", "counts": "pos"}
MEMBERS = 5
UNKNOWN: dict[str, type[Unknown]] = {"elementwise": Elementwise, "scalar": Scalar}


def draw(spec: str, rng: np.random.Generator) -> Any:
    """One random array (a float for a scalar) of the shape and kind that `spec` names."""
    dimensions, _, kind = spec.partition(" ")
    if kind in UNKNOWN:
        return UNKNOWN[kind](rng)
    if kind == "int":
        return int(rng.integers(2, 5))
    if kind in FAMILIES:
        return [draw(f"{dimensions} {FAMILIES[kind]}", rng) for _ in range(MEMBERS)]
    shape = shape_of(dimensions)
    array = DRAW[kind](rng, shape)
    return np.asarray(array, dtype=np.float64) if shape else float(array)


def sample(shapes: Mapping[str, str], seed: int = 0) -> dict[str, Any]:
    """Random data for every symbol of a row."""
    rng = np.random.default_rng(seed)
    return {name: draw(spec, rng) for name, spec in shapes.items()}


def directions(shapes: Mapping[str, str]) -> dict[str, Any]:
    """A random direction for each symbol, within its structure."""
    rng = np.random.default_rng(99)
    found = {}
    for name, spec in shapes.items():
        dimensions, _, kind = spec.partition(" ")
        if kind not in {"int", *FAMILIES, *UNKNOWN}:
            step = rng.standard_normal(shape_of(dimensions))
            found[name] = project(np.asarray(step), kind)
    return found


def project(direction: Array, kind: str) -> Array:
    """The part of a direction that stays within the structure of the variable."""
    if kind in ("sym", "spd"):
        return (direction + direction.T) / 2
    if kind == "diag":
        return np.diag(np.diag(direction))
    if kind == "skew":
        return (direction - direction.T) / 2
    if kind == "low":
        return np.tril(direction)
    if kind == "up":
        return np.triu(direction)
    if kind == "both":
        return direction + direction.T - np.diag(np.diag(direction))
    if kind == "toeplitz":
        return _diagonals(direction)
    return direction


def symmetriser(n: int) -> Array:
    """What takes vec A to that of its symmetric part, all that a Jacobian in a symmetric A says."""
    parts = [(E + E.T) / 2 for E in np.eye(n * n).reshape(n * n, n, n)]
    return np.stack([part.reshape(-1) for part in parts], axis=1)


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
