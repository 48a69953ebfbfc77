"""Matrices made of blocks."""

from __future__ import annotations

import numpy as np
from numpy.linalg import slogdet

from tests.operations.case import Case

GIVEN = r"A \in \R^{m \times n}; B \in \R^{m \times p}; x \in \R^n; y \in \R^p; "
SHAPES = {"A": "mn", "B": "mp", "x": "n", "y": "p", "b": "m"}
INVERTIBLE = ("{} is invertible",)

CASES = (
    Case(
        "block-by-block",
        GIVEN + r"f = \|\begin{pmatrix} A & B \end{pmatrix}"
        r"\begin{pmatrix} x \\ y \end{pmatrix} - b\|^2",
        "x",
        SHAPES,
        lambda A, B, x, y, b: np.sum((A @ x + B @ y - b) ** 2),
        r"2A^T(Ax + By - b)",
    ),
    Case(
        "one-of-two-blocks",
        r"A, B \in \R^{m \times n}; X \in \R^{n \times n}; "
        r"f = \|\begin{pmatrix} AX & B \end{pmatrix}\|_F^2",
        "X",
        {"A": "mn", "B": "mn", "X": "nn"},
        lambda A, B, X: np.sum((A @ X) ** 2) + np.sum(B**2),
        r"2A^TAX",
    ),
    Case(
        "of-a-vector-with-no-name",
        r"A \in \R^{m \times n}; B \in \R^{m \times p}; z \in \R^{n + p}; "
        r"f = \|\begin{pmatrix} A & B \end{pmatrix}z\|^2",
        "z",
        {"A": "mn", "B": "mp", "z": "q"},
        lambda A, B, z: np.sum((np.hstack([A, B]) @ z) ** 2),
        r"2\begin{pmatrix} A^T \\ B^T \end{pmatrix}\begin{pmatrix} A & B \end{pmatrix}z",
    ),
    Case(
        "with-an-intercept",
        r"w, x \in \R^n; \theta \in \R; "
        r"f = \sigma(\begin{pmatrix} w \\ \theta \end{pmatrix}^T"
        r"\begin{pmatrix} x \\ 1 \end{pmatrix})",
        "w",
        {"w": "n", "x": "n", "theta": ""},
        lambda w, x, theta: 1 / (1 + np.exp(-w @ x - theta)),
        r"\sigma'(w^Tx + \theta)x",
    ),
    Case(
        "ridge-regression-as-least-squares",
        r"A \in \R^{m \times n}; b \in \R^m; \lambda > 0; "
        r"f = \left\|\begin{pmatrix} A \\ \sqrt{\lambda}I \end{pmatrix}x "
        r"- \begin{pmatrix} b \\ 0_n \end{pmatrix}\right\|^2",
        "x",
        {"A": "mn", "b": "m", "lambda": " pos", "x": "n"},
        lambda A, b, x, **of: np.sum((A @ x - b) ** 2) + of["lambda"] * np.sum(x**2),
        None,
    ),
    Case(
        "log-determinant-of-a-symmetric-one",
        r"A \in \mathbb{S}^n; B \in \R^{n \times p}; D \in \mathbb{S}^p; "
        r"f = \log\det\begin{pmatrix} A + 9I & B \\ B^T & D + 9I \end{pmatrix}",
        "B",
        {"A": "nn spd", "B": "np", "D": "pp spd"},
        lambda A, B, D: slogdet(np.block([[A, B], [B.T, D]]) + 9 * np.eye(5))[1],
        None,
        INVERTIBLE,
    ),
    Case(
        "a-size-that-is-a-sum",
        r"W \in \R^{m \times (n + p)}; x \in \R^n; y \in \R^p; "
        r"f = \|W\begin{pmatrix} x \\ y \end{pmatrix}\|^2",
        "x",
        {"W": "mq", "x": "n", "y": "p"},
        lambda W, x, y: np.sum((W @ np.hstack([x, y])) ** 2),
        None,
    ),
    Case(
        "zeros-and-identities",
        r"A \in \R^{m \times n}; u \in \R^{m + n}; "
        r"f = u^T\begin{pmatrix} I & A \\ A^T & 0 \end{pmatrix}u",
        "u",
        {"A": "mn", "u": "s"},
        lambda A, u: u @ np.block([[np.eye(4), A], [A.T, np.zeros((3, 3))]]) @ u,
        r"2\begin{pmatrix} I_m & A \\ A^T & 0_{n \times n} \end{pmatrix}u",
    ),
    Case(
        "of-numbers",
        r"f = x^T\begin{pmatrix} 2 & 1 & 0 \\ 1 & 3 & 0 \\ 0 & 0 & 1 \end{pmatrix}x",
        "x",
        {"x": "n"},
        lambda x: x @ np.array([[2, 1, 0], [1, 3, 0], [0, 0, 1]]) @ x,
        r"2\begin{pmatrix} 2 & 1 & 0 \\ 1 & 3 & 0 \\ 0 & 0 & 1 \end{pmatrix}x",
    ),
)
