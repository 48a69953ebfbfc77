"""Pseudo-inverse, adjugate, the determinant where it is zero.

Golub & Pereyra (1973); Magnus & Neudecker, chapter 8.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.linalg import det, inv, pinv

from tests.operations.case import Case

RANK = ("the rank of {} is constant",)
INVERTIBLE = ("{} is invertible",)


def adj(X: Any) -> Any:
    """By cofactors."""
    n = len(X)
    minors = np.array(
        [
            [det(np.delete(np.delete(X, i, 0), j, 1)) * (-1) ** (i + j) for j in range(n)]
            for i in range(n)
        ]
    )
    return minors.T


CASES = (
    Case(
        "pinv-linear",
        r"X \in \R^{m \times n}; f = A:X^{+}",
        "X",
        {"X": "mn", "A": "nm"},
        lambda X, A: np.sum(A * pinv(X)),
        r"(I - XX^{+})A^TX^{+}(X^{+})^T - (X^{+})^TA(X^{+})^T + (X^{+})^TX^{+}A^T(I - X^{+}X)",
        RANK,
    ),
    Case(
        "pinv-wide",
        r"X \in \R^{n \times m}; f = \|X^{\dagger}\|_F^2",
        "X",
        {"X": "nm"},
        lambda X: np.sum(pinv(X) ** 2),
        r"-2(X^{+})^TX^{+}(X^{+})^T",
        RANK,
    ),
    Case(
        "variable-projection",
        r"f = \|y - XX^{+}y\|^2",
        "X",
        {"X": "mn", "y": "m"},
        lambda X, y: np.sum((y - X @ pinv(X) @ y) ** 2),
        r"-2(y - XX^{+}y)(X^{+}y)^T",
        RANK,
    ),
    Case(
        "pinv-of-a-vector",
        r"f = a^T(x^{+})^T",
        "x",
        {"x": "n", "a": "n"},
        lambda x, a: a @ x / (x @ x),
        r"\frac{1}{\|x\|^2}a - \frac{2a^Tx}{\|x\|^4}x",
        ("{} is not zero",),
    ),
    Case(
        "pinv-of-the-invertible",
        r"X \in \R^{n \times n} \text{ invertible}; f = \operatorname{tr}(X^{+})",
        "X",
        {"X": "nn inv"},
        lambda X: np.trace(inv(X)),
        r"-X^{-T}X^{-T}",
    ),
    Case(
        "adjugate",
        r"f = \operatorname{tr}(A\operatorname{adj}(X))",
        "X",
        {"X": "nn inv", "A": "nn"},
        lambda X, A: np.trace(A @ adj(X)),
        r"\operatorname{tr}(A\operatorname{adj}(X))X^{-T} - X^{-T}A^T\operatorname{adj}(X)^T",
        INVERTIBLE,
    ),
    Case(
        "determinant-of-a-singular-matrix",
        r"X \in \R^{n \times n} \text{ singular}; f = \det X",
        "X",
        {"X": "nn sing"},
        lambda X: det(X),
        r"\operatorname{adj}(X)^T",
    ),
    Case(
        "determinant-of-a-singular-product",
        r"X \in \R^{n \times n} \text{ singular}; f = a^Tb + \det(AX)",
        "X",
        {"X": "nn sing", "A": "nn", "a": "n", "b": "n"},
        lambda X, A, a, b: a @ b + det(A @ X),
        r"A^T\operatorname{adj}(AX)^T",
    ),
    Case(
        "log-determinant-of-the-adjugate",
        r"X \in \R^{n \times n}; f = \log\det(\operatorname{adj}(X))",
        "X",
        {"X": "nn inv"},
        lambda X: np.linalg.slogdet(adj(X))[1],
        r"nX^{-T} - X^{-T}",
        INVERTIBLE * 2,
    ),
    Case(
        "adjugate-times-matrix",
        r"X \in \R^{n \times n}; f = \operatorname{tr}(\operatorname{adj}(X)X)",
        "X",
        {"X": "nn inv"},
        lambda X: len(X) * det(X),
        r"n\det(X)X^{-T}",
        INVERTIBLE,
    ),
)
