"""Functions of matrices for the tables: NumPy alone, by means that the engine does not use."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.linalg import det, inv


def series(X: Any, coefficient: Any, terms: int = 60) -> Any:
    """`Σ c(k) X^k / k!`."""
    total, term = np.zeros_like(X), np.eye(len(X))
    for k in range(terms):
        total = total + coefficient(k) * term
        term = term @ X / (k + 1)
    return total


def expm(X: Any) -> Any:
    return series(X, lambda k: 1)


def sinm(X: Any) -> Any:
    return series(X, lambda k: (0, 1, 0, -1)[k % 4])


def cosm(X: Any) -> Any:
    return series(X, lambda k: (1, 0, -1, 0)[k % 4])


def adjugate(X: Any) -> Any:
    return det(X) * inv(X)


def expm_slope(X: Any, E: Any) -> Any:
    """The derivative of exp at X along E, a corner of the exponential of a block matrix."""
    n = len(X)
    return expm(np.block([[X, E], [np.zeros((n, n)), X]]))[:n, n:]


def vec(A: Any) -> Any:
    return np.reshape(A, -1, order="F")
