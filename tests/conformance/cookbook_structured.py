"""The Matrix Cookbook, equations 55, 56, 99, 128 to 143: functions, norms, structured matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.linalg import det, inv, norm, pinv

from tests.conformance.functions import sinm
from tests.conformance.row import Row, row


def both(G: Any) -> Any:
    """The convention of (138)."""
    return G + G.T - np.diag(np.diag(G))


FUNCTIONS: tuple[Row, ...] = (
    row(
        "log-det-gram-pseudo-inverse",
        r"f = \ln\det(X^TX)",
        "X",
        "X mn",
        lambda X: np.log(det(X.T @ X)),
        r"2X(X^TX)^{-1}",
        "Matrix Cookbook (55), 2(X⁺)ᵀ written out",
    ),
    row(
        "log-det-gram-by-pseudo-inverse",
        r"P \in \R^{n \times m}; X = P^{+}; f = \ln\det(X^TX)",
        "P",
        "P nm",
        lambda P: -np.log(det(P @ P.T)),
        r"-2X^T",
        "Matrix Cookbook (56), where X⁺ has the pseudo-inverse X",
        value=lambda P: -2 * pinv(P).T,
    ),
    row(
        "trace-of-sine",
        r"X \in \R^{n \times n}; f = \operatorname{Tr}(\operatorname{sinm}(X))",
        "X",
        "X nn",
        lambda X: np.trace(sinm(X)),
        r"\operatorname{cosm}(X)^T",
        "Matrix Cookbook (128), and (99)'s remark on the trace of a function",
    ),
    row(
        "distance-jacobian",
        r"y = \frac{x - a}{\|x - a\|_2}",
        "x",
        "x n, a n",
        lambda x, a: (x - a) / norm(x - a),
        r"\frac{I_n}{\|x - a\|_2} - \frac{(x - a)(x - a)^T}{\|x - a\|_2^3}",
        "Matrix Cookbook (130)",
        kind="jacobian",
    ),
)

CHAIN_RULE: tuple[Row, ...] = (
    row(
        "structure-matrix",
        r"A \in \mathbb{S}^n; \phi : \R^{n \times n} \to \R; f = \phi(A)",
        "A",
        "A nn sym, phi  scalar",
        lambda A, phi: phi(A),
        r"\frac{1}{2}\left(\frac{\partial \phi}{\partial A}"
        r" + \left(\frac{\partial \phi}{\partial A}\right)^T\right)",
        "Matrix Cookbook (133), (134), for a symmetric A, projected",
    ),
    row(
        "chain-rule",
        r"X \in \R^{m \times n}; \phi : \R^{n \times n} \to \R; U = X^TX; f = \phi(U)",
        "X",
        "X mn, phi  scalar",
        lambda X, phi: phi(X.T @ X),
        r"X\left(\left(\frac{\partial \phi}{\partial U}\right)^T"
        r" + \frac{\partial \phi}{\partial U}\right)",
        "Matrix Cookbook (135) to (137) with U = XᵀX",
    ),
)

SYMMETRIC: tuple[Row, ...] = (
    row(
        "symmetric-trace-projected",
        r"X \in \mathbb{S}^n; f = \operatorname{Tr}(AX)",
        "X",
        "A nn, X nn sym",
        lambda A, X: np.trace(A @ X),
        r"\frac{1}{2}(A^T + A)",
        "Matrix Cookbook (138), (139): the projection in place of the book's convention",
    ),
    row(
        "symmetric-det-projected",
        r"X \in \mathbb{S}^n; f = \det(X)",
        "X",
        "X nn spd",
        lambda X: det(X),
        r"\det(X)X^{-1}",
        "Matrix Cookbook (138), (140): the projection in place of the book's convention",
    ),
    row(
        "symmetric-log-det-projected",
        r"X \in \mathbb{S}_{++}^n; f = \ln\det(X)",
        "X",
        "X nn spd",
        lambda X: np.log(det(X)),
        r"X^{-1}",
        "Matrix Cookbook (138), (141): the projection in place of the book's convention",
    ),
    row(
        "symmetric-trace",
        r"X \in \mathbb{S}^n; f = \operatorname{Tr}(AX)",
        "X",
        "A nn, X nn both",
        lambda A, X: np.trace(A @ X),
        r"A + A^T - A \circ I",
        "Matrix Cookbook (138), (139)",
        value=lambda A, X: both(A.T),
        options={"symmetric": "entries"},
    ),
    row(
        "symmetric-det",
        r"X \in \mathbb{S}^n; f = \det(X)",
        "X",
        "X nn both",
        lambda X: det(X),
        r"\det(X)(2X^{-1} - X^{-1} \circ I)",
        "Matrix Cookbook (138), (140)",
        value=lambda X: both(det(X) * inv(X)),
        options={"symmetric": "entries"},
    ),
    row(
        "symmetric-log-det",
        r"X \in \mathbb{S}_{++}^n; f = \ln\det(X)",
        "X",
        "X nn both",
        lambda X: np.log(det(X)),
        r"2X^{-1} - X^{-1} \circ I",
        "Matrix Cookbook (138), (141)",
        value=lambda X: both(inv(X)),
        options={"symmetric": "entries"},
    ),
)

TOEPLITZ: tuple[Row, ...] = (
    row(
        "toeplitz-trace",
        r"T \in \R^{n \times n} \text{ Toeplitz}; f = \operatorname{Tr}(AT)",
        "T",
        "A nn, T nn toeplitz",
        lambda A, T: np.trace(A @ T),
        r"\alpha(A)",
        "Matrix Cookbook (143)",
        value=lambda A, T: _alpha(A),
        missing="Toeplitz variables are not known",
    ),
)


def _alpha(A: Any) -> Any:
    """Each diagonal of the result is the sum of that diagonal of Aᵀ."""
    n = len(A)
    return sum(np.trace(A.T, k) * np.eye(n, k=k) for k in range(1 - n, n))


ROWS: tuple[Row, ...] = (*FUNCTIONS, *CHAIN_RULE, *SYMMETRIC, *TOEPLITZ)
