"""Triangular variables and triangular parts."""

from __future__ import annotations

import numpy as np
from numpy.linalg import inv, slogdet

from tests.operations.case import Case

INVERTIBLE = ("{} is invertible",)

CASES = (
    Case(
        "cholesky-factor",
        r"C \in \R^{n \times n} \text{ lower triangular}; A \in \mathbb{S}^n; f = \|CC^T - A\|_F^2",
        "C",
        {"C": "nn low", "A": "nn sym"},
        lambda C, A: np.sum((C @ C.T - A) ** 2),
        r"\operatorname{tril}(4(CC^T - A)C)",
    ),
    Case(
        "gaussian-by-its-cholesky-factor",
        r"C \in \R^{n \times n}, lower triangular; f = \log\det C + \frac12\|C^{-1}x\|^2",
        "C",
        {"C": "nn low", "x": "n"},
        lambda C, x: slogdet(C)[1] + np.sum((inv(C) @ x) ** 2) / 2,
        r"\operatorname{tril}(C^{-T} - C^{-T}C^{-1}x(C^{-1}x)^T)",
        INVERTIBLE,
    ),
    Case(
        "upper-triangular",
        r"U \in \R^{n \times n} \text{ upper triangular}; f = a^TUb",
        "U",
        {"U": "nn up", "a": "n", "b": "n"},
        lambda U, a, b: a @ U @ b,
        r"\operatorname{triu}(ab^T)",
    ),
    Case(
        "lower-triangular-part",
        r"f = \|\operatorname{tril}(AX) - B\|_F^2",
        "X",
        {"A": "mp", "X": "pn", "B": "mn"},
        lambda A, X, B: np.sum((np.tril(A @ X) - B) ** 2),
        r"2A^T\operatorname{tril}(\operatorname{tril}(AX) - B)",
    ),
    Case(
        "triangular-twice",
        r"L \in \R^{n \times n} \text{ lower triangular}; f = \|\operatorname{tril}(L)\|_F^2",
        "L",
        {"L": "nn low"},
        lambda L: np.sum(L**2),
        "2L",
    ),
)
