"""Magnus & Neudecker, Matrix Differential Calculus: chapter 8's differentials, chapter 9's tables.

Tables 9.2 to 9.7 give Dφ(X), here the gradient of the same shape as X, and DF(X), the Jacobian;
chapter 10 the Hessians. `K` is the commutation matrix.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.linalg import det, eigh, inv, pinv
from numpy.linalg import matrix_power as power

from tests.conformance.functions import adjugate, vec
from tests.conformance.row import Row, row

_8 = "Magnus & Neudecker, chapter 8: "
_9 = "Magnus & Neudecker, tables of chapter 9: "
_10 = "Magnus & Neudecker, chapter 10: "


def commutation(m: int, n: int) -> Any:
    """K with K vec(A) = vec(Aᵀ) for A of m×n."""
    units = np.eye(m * n).reshape(m * n, n, m).transpose(0, 2, 1)
    return np.stack([vec(unit.T) for unit in units], axis=1)


def _pinv_slope(X: Any, dX: Any) -> Any:
    P = pinv(X)
    m, n = X.shape
    return -P @ dX @ P + P @ P.T @ dX.T @ (np.eye(m) - X @ P) + (np.eye(n) - P @ X) @ dX.T @ P.T @ P


DIFFERENTIALS: tuple[Row, ...] = (
    row(
        "MN-d-difference",
        r"F = X - Y",
        "",
        "X mn, Y mn",
        lambda X, Y: X - Y,
        r"dX - dY",
        _8 + "d(U - V)",
        kind="differential",
    ),
    row(
        "MN-d-vec",
        r"F = \operatorname{vec}(X)",
        "",
        "X mn",
        lambda X: vec(X),
        r"\operatorname{vec}(dX)",
        _8 + "d vec U",
        kind="differential",
    ),
    row(
        "MN-d-product-of-three",
        r"F = XYZ",
        "",
        "X mn, Y np, Z pq",
        lambda X, Y, Z: X @ Y @ Z,
        r"(dX)YZ + X(dY)Z + XY(dZ)",
        _8 + "d(UV), twice",
        kind="differential",
    ),
    row(
        "MN-d-log-det-product",
        r"X \in \R^{n \times n}; f = \log\det(X)",
        "",
        "X nn inv",
        lambda X: np.log(det(X)),
        r"\operatorname{tr}(X^{-1}dX)",
        _8 + "d log|X|",
        kind="differential",
    ),
    row(
        "MN-d-pseudo-inverse",
        r"F = X^{+}",
        "",
        "X mn",
        lambda X: pinv(X),
        r"-X^{+}(dX)X^{+} + X^{+}(X^{+})^T(dX)^T(I - XX^{+})"
        r" + (I - X^{+}X)(dX)^T(X^{+})^TX^{+}",
        _8 + "dX⁺, of constant rank",
        kind="differential",
        value=_pinv_slope,
    ),
    row(
        "MN-d-adjoint",
        r"X \in \R^{n \times n}; F = \operatorname{adj}(X)",
        "",
        "X nn inv",
        lambda X: adjugate(X),
        r"\operatorname{tr}(X^{-1}dX)\operatorname{adj}(X) - X^{-1}(dX)\operatorname{adj}(X)",
        _8 + "dX^#",
        kind="differential",
        value=lambda X, dX: det(X) * (np.trace(inv(X) @ dX) * inv(X) - inv(X) @ dX @ inv(X)),
    ),
    row(
        "MN-d-eigenvalue",
        r"X \in \mathbb{S}^n; f = \lambda_1(X)",
        "",
        "X nn sym",
        lambda X: eigh(X)[0][-1],
        r"v^T(dX)v",
        _8 + "dλ, of the largest",
        vectors={"v": "eigenvector X"},
        kind="differential",
        value=lambda X, dX: eigh(X)[1][:, -1] @ dX @ eigh(X)[1][:, -1],
    ),
    row(
        "MN-d-exp",
        r"t \in \R; F = e^{tA}; G = BF",
        "t",
        "t , A nn, B nn",
        lambda t, A, B: B @ _expm(t * A),
        r"BAe^{tA}",
        _8 + "d exp(xA)",
        kind="jacobian",
    ),
)


def _expm(X: Any) -> Any:
    total, term = np.zeros_like(X), np.eye(len(X))
    for k in range(40):
        total, term = total + term, term @ X / (k + 1)
    return total


SCALARS: tuple[Row, ...] = (
    row(
        "MN-XAXtB",
        r"f = \operatorname{tr}(XAX^TB)",
        "X",
        "X mn, A nn, B mm",
        lambda X, A, B: np.trace(X @ A @ X.T @ B),
        r"B^TXA^T + BXA",
        _9 + "tr XAX'B",
    ),
    row(
        "MN-XAXB",
        r"f = \operatorname{tr}(XAXB)",
        "X",
        "X mn, A nm, B nm",
        lambda X, A, B: np.trace(X @ A @ X @ B),
        r"B^TX^TA^T + A^TX^TB^T",
        _9 + "tr XAXB",
    ),
    row(
        "MN-det-XXt",
        r"f = |XX^T|",
        "X",
        "X nm",
        lambda X: det(X @ X.T),
        r"2|XX^T|(XX^T)^{-1}X",
        _9 + "|XX'|",
    ),
    row(
        "MN-det-XtX",
        r"f = |X^TX|",
        "X",
        "X mn",
        lambda X: det(X.T @ X),
        r"2|X^TX|X(X^TX)^{-1}",
        _9 + "|X'X|",
    ),
    row(
        "MN-det-square",
        r"X \in \R^{n \times n}; f = |X^2|",
        "X",
        "X nn inv",
        lambda X: det(X @ X),
        r"2|X^2|X^{-T}",
        _9 + "|X²|",
    ),
    row(
        "MN-atXXta",
        r"f = a^TXX^Ta",
        "X",
        "a m, X mn",
        lambda a, X: a @ X @ X.T @ a,
        r"2aa^TX",
        _9 + "a'XX'a",
    ),
    row(
        "MN-atXtXa",
        r"f = a^TX^TXa",
        "X",
        "a n, X mn",
        lambda a, X: a @ X.T @ X @ a,
        r"2Xaa^T",
        _9 + "a'X'Xa",
    ),
    row(
        "MN-trace-power",
        r"X \in \R^{n \times n}; f = \operatorname{tr}(X^p)",
        "X",
        "X nn, p  int",
        lambda X, p: np.trace(power(X, p)),
        r"p(X^T)^{p-1}",
        _9 + "tr Xᵖ",
        value=lambda X, p: p * power(X.T, p - 1),
    ),
)

MATRICES: tuple[Row, ...] = (
    row(
        "MN-F-transpose",
        r"X \in \R^{m \times n}; F = X^T",
        "X",
        "X mn",
        lambda X: X.T,
        r"K_{mn}",
        _9 + "X'",
        kind="jacobian",
    ),
    row(
        "MN-F-XXt",
        r"X \in \R^{m \times n}; F = XX^T",
        "X",
        "X mn",
        lambda X: X @ X.T,
        r"X \otimes I_m + (I_m \otimes X)K_{mn}",
        _9 + "XX'; (I + K)(X ⊗ I)",
        kind="jacobian",
    ),
    row(
        "MN-F-XtX",
        r"X \in \R^{m \times n}; F = X^TX",
        "X",
        "X mn",
        lambda X: X.T @ X,
        r"(X^T \otimes I_n)K_{mn} + I_n \otimes X^T",
        _9 + "X'X",
        kind="jacobian",
    ),
    row(
        "MN-F-XAXt",
        r"X \in \R^{m \times n}; F = XAX^T",
        "X",
        "X mn, A nn",
        lambda X, A: X @ A @ X.T,
        r"(XA^T) \otimes I_m + (I_m \otimes (XA))K_{mn}",
        _9 + "XAX'",
        kind="jacobian",
    ),
    row(
        "MN-F-XAX",
        r"X \in \R^{m \times n}; F = XAX",
        "X",
        "X mn, A nm",
        lambda X, A: X @ A @ X,
        r"(X^TA^T) \otimes I_m + I_n \otimes (XA)",
        _9 + "XAX",
        kind="jacobian",
    ),
    row(
        "MN-F-XAXBX",
        r"X \in \R^{m \times n}; F = XAXBX",
        "X",
        "X mn, A nm, B nm",
        lambda X, A, B: X @ A @ X @ B @ X,
        r"(X^TB^TX^TA^T) \otimes I_m + (X^TB^T) \otimes (XA) + I_n \otimes (XAXB)",
        _9 + "XAXBX",
        kind="jacobian",
    ),
    row(
        "MN-F-AXinvB",
        r"F = AX^{-1}B",
        "X",
        "A mn, X nn inv, B np",
        lambda A, X, B: A @ inv(X) @ B,
        r"-(B^TX^{-T}) \otimes (AX^{-1})",
        _9 + "AX⁻¹B",
        kind="jacobian",
    ),
    row(
        "MN-F-hadamard",
        r"F = A \odot X",
        "X",
        "A mn, X mn",
        lambda A, X: A * X,
        r"\operatorname{Diag}(\operatorname{vec}(A))",
        _9 + "A ⊙ X",
        kind="jacobian",
    ),
    row(
        "MN-F-kron-left",
        r"A \in \R^{p \times q}; X \in \R^{m \times n}; F = X \otimes A",
        "X",
        "A pq, X mn",
        lambda A, X: np.kron(X, A),
        r"(I_n \otimes K_{qm} \otimes I_p)(I_{nm} \otimes \operatorname{vec}(A))",
        _9 + "X ⊗ A; as in theorem 3.10, vec(X ⊗ A) = (I ⊗ K_qm ⊗ I)(vec X ⊗ vec A)",
        kind="jacobian",
    ),
    row(
        "MN-f-Xa",
        r"X \in \R^{m \times n}; y = Xa",
        "X",
        "X mn, a n",
        lambda X, a: X @ a,
        r"a^T \otimes I_m",
        _9 + "Xa",
        kind="jacobian",
    ),
    row(
        "MN-f-XtXa",
        r"X \in \R^{m \times n}; y = X^TXa",
        "X",
        "X mn, a n",
        lambda X, a: X.T @ X @ a,
        r"I_n \otimes (a^TX^T) + a^T \otimes X^T",
        _9 + "X'Xa",
        kind="jacobian",
    ),
    row(
        "MN-F-scalar",
        r"x \in \R^n; F = xx^T",
        "x",
        "x n",
        lambda x: np.outer(x, x),
        r"x \otimes I_n + I_n \otimes x",
        _9 + "xx'",
        kind="jacobian",
    ),
    row(
        "MN-F-power",
        r"X \in \R^{n \times n}; F = X^p",
        "X",
        "X nn, p  int",
        lambda X, p: power(X, p),
        r"\sum_{j=1}^{p} (X^T)^{p-j} \otimes X^{j-1}",
        _9 + "Xᵖ",
        kind="jacobian",
    ),
)

HESSIANS: tuple[Row, ...] = (
    row(
        "MN-H-linear",
        r"f = a^Tx",
        "x",
        "a n, x n",
        lambda a, x: a @ x,
        r"0",
        _10 + "a'x",
        kind="hessian",
    ),
    row(
        "MN-H-XAXtB",
        r"X \in \R^{m \times n}; f = \operatorname{tr}(AXBX^T)",
        "X",
        "A mm, X mn, B nn",
        lambda A, X, B: np.trace(A @ X @ B @ X.T),
        r"B^T \otimes A + B \otimes A^T",
        _10 + "tr AXBX'",
        kind="hessian",
    ),
    row(
        "MN-H-log-det",
        r"X \in \R^{n \times n}; f = \log\det X",
        "X",
        "X nn inv",
        lambda X: np.log(det(X)),
        r"-K_{nn}(X^{-T} \otimes X^{-1})",
        _10 + "log|X|",
        kind="hessian",
    ),
    row(
        "MN-H-trace-inverse",
        r"X \in \R^{n \times n}; f = \operatorname{tr}(X^{-1})",
        "X",
        "X nn inv",
        lambda X: np.trace(inv(X)),
        r"K_{nn}(X^{-T} \otimes X^{-2} + (X^{-2})^T \otimes X^{-1})",
        _10 + "tr X⁻¹",
        kind="hessian",
        value=lambda X: (
            commutation(len(X), len(X))
            @ (np.kron(inv(X).T, inv(X @ X)) + np.kron(inv(X @ X).T, inv(X)))
        ),
    ),
    row(
        "MN-H-gram",
        r"X \in \R^{m \times n}; f = \operatorname{tr}(X^TX)",
        "X",
        "X mn",
        lambda X: np.trace(X.T @ X),
        r"2I_{mn}",
        _10 + "tr X'X",
        kind="hessian",
    ),
    row(
        "MN-H-square",
        r"X \in \R^{n \times n}; f = \operatorname{tr}(X^2)",
        "X",
        "X nn",
        lambda X: np.trace(X @ X),
        r"2K_{nn}",
        _10 + "tr X²",
        kind="hessian",
    ),
    row(
        "MN-H-exponential",
        r"f = e^{a^Tx}",
        "x",
        "a n, x n",
        lambda a, x: np.exp(a @ x),
        r"e^{a^Tx}aa^T",
        _10 + "exp(a'x)",
        kind="hessian",
    ),
)

ROWS: tuple[Row, ...] = (*DIFFERENTIALS, *SCALARS, *MATRICES, *HESSIANS)

#: Rows of other tables that are in the book too.
ALSO: tuple[str, ...] = (
    "inner-product",
    "quadratic",
    "trace-XA",
    "trace-XBXt",
    "det",
    "log-det",
    "bilinear",
    "y-Ax",
    "by-components-itself",
    "by-components-inverse",
    "f-quadratic-hessian",
    "d-multiple",
    "d-sum",
    "d-trace",
    "d-product",
    "d-hadamard",
    "d-kronecker",
    "d-inverse",
    "d-det",
    "d-transpose",
    "d-power",
)
