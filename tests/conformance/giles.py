"""Giles, Collected matrix derivative results for forward and reverse mode (2008).

Forward mode is the differential, `dC` for Ċ. Reverse mode is the gradient of an unknown φ(C): Ā is
∂φ/∂A by means of C̄, which is ∂φ/∂C.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.linalg import cholesky, det, eigh, inv, norm, svd
from numpy.linalg import matrix_power as power

from tests.conformance.functions import expm
from tests.conformance.row import Row, row

_F = "Giles, forward mode: "
_R = "Giles, reverse mode: "
_C = r"\frac{\partial \phi}{\partial C}"
_SQUARE = r"\phi : \R^{n \times n} \to \R; "
_ANY = r"\phi : \R^{m \times p} \to \R; "

FORWARD: tuple[Row, ...] = (
    row(
        "G-f-quadratic",
        "C = B^TAB",
        "",
        "A mm, B mn",
        lambda A, B: B.T @ A @ B,
        r"(dB)^TAB + B^T(dA)B + B^TA(dB)",
        _F + "C = BᵀAB",
        kind="differential",
    ),
    row(
        "G-f-quadratic-inverse",
        "C = B^TA^{-1}B",
        "",
        "A mm inv, B mn",
        lambda A, B: B.T @ inv(A) @ B,
        r"(dB)^TA^{-1}B - B^TA^{-1}(dA)A^{-1}B + B^TA^{-1}(dB)",
        _F + "C = BᵀA⁻¹B",
        kind="differential",
    ),
    row(
        "G-f-solve",
        "C = A^{-1}B",
        "",
        "A mm inv, B mn",
        lambda A, B: inv(A) @ B,
        r"A^{-1}dB - A^{-1}(dA)A^{-1}B",
        _F + "C = A⁻¹B; A⁻¹(Ḃ - ȦC)",
        kind="differential",
    ),
    row(
        "G-f-polynomial",
        r"A \in \R^{n \times n}; C = 2I + 3A + A^3",
        "",
        "A nn",
        lambda A: 2 * np.eye(len(A)) + 3 * A + power(A, 3),
        r"3dA + (dA)A^2 + A(dA)A + A^2dA",
        _F + "C = p(A), with 2 + 3a + a³",
        kind="differential",
    ),
    row(
        "G-f-norm",
        r"f = \|A\|_F",
        "",
        "A mn",
        lambda A: norm(A),
        r"\frac{\operatorname{tr}(A^TdA)}{\|A\|_F}",
        _F + "B = ‖A‖_F",
        kind="differential",
    ),
    row(
        "G-f-log-det",
        r"A \in \mathbb{S}_{++}^n; f = \log\det A",
        "",
        "A nn spd",
        lambda A: np.log(det(A)),
        r"\operatorname{tr}(A^{-1}dA)",
        _F + "log det A",
        kind="differential",
    ),
    row(
        "G-f-eigenvalues",
        r"A \in \mathbb{S}^n; f = \lambda_1(A)",
        "",
        "A nn sym",
        lambda A: eigh(A)[0][-1],
        r"u^T(dA)u",
        _F + "D = I ∘ (U⁻¹ȦU), for the largest eigenvalue of a symmetric A",
        vectors={"u": "eigenvector A"},
        kind="differential",
        value=lambda A, dA: eigh(A)[1][:, -1] @ dA @ eigh(A)[1][:, -1],
    ),
    row(
        "G-f-cholesky",
        r"A \in \mathbb{S}_{++}^n; L = \operatorname{chol}(A)",
        "",
        "A nn spd",
        lambda A: cholesky(A),
        r"L\Phi(L^{-1}(dA)L^{-T})",
        _F + "A = LLᵀ, with Φ the lower triangle and half of the diagonal",
        kind="differential",
        value=lambda A, dA: cholesky(A) @ _half(inv(cholesky(A)) @ dA @ inv(cholesky(A)).T),
    ),
)


def _half(X: Any) -> Any:
    """Φ: the lower triangle with half of the diagonal."""
    return np.tril(X) - np.diag(np.diag(X)) / 2


REVERSE: tuple[Row, ...] = (
    row(
        "G-r-sum",
        r"\phi : \R^{m \times n} \to \R; C = A + B; f = \phi(C)",
        "A",
        "phi  scalar, A mn, B mn",
        lambda phi, A, B: phi(A + B),
        _C,
        _R + "C = A + B",
    ),
    row(
        "G-r-product-A",
        _ANY + r"A \in \R^{m \times n}; C = AB; f = \phi(C)",
        "A",
        "phi  scalar, A mn, B np",
        lambda phi, A, B: phi(A @ B),
        _C + "B^T",
        _R + "C = AB, Ā",
    ),
    row(
        "G-r-product-B",
        _ANY + r"A \in \R^{m \times n}; C = AB; f = \phi(C)",
        "B",
        "phi  scalar, A mn, B np",
        lambda phi, A, B: phi(A @ B),
        "A^T" + _C,
        _R + "C = AB, B̄",
    ),
    row(
        "G-r-inverse",
        _SQUARE + r"C = A^{-1}; f = \phi(C)",
        "A",
        "phi  scalar, A nn inv",
        lambda phi, A: phi(inv(A)),
        "-C^T" + _C + "C^T",
        _R + "C = A⁻¹",
    ),
    row(
        "G-r-det",
        r"\phi : \R \to \R; A \in \R^{n \times n}; \gamma = \det A; f = \phi(\gamma)",
        "A",
        "phi  elementwise, A nn inv",
        lambda phi, A: phi(det(A)),
        r"\phi'(\gamma)\gamma A^{-T}",
        _R + "C = det A",
    ),
    row(
        "G-r-solve-B",
        _ANY + r"A \in \R^{m \times m}; C = A^{-1}B; f = \phi(C)",
        "B",
        "phi  scalar, A mm inv, B mp",
        lambda phi, A, B: phi(inv(A) @ B),
        "A^{-T}" + _C,
        _R + "C = A⁻¹B, B̄",
    ),
    row(
        "G-r-solve-A",
        _ANY + r"A \in \R^{m \times m}; C = A^{-1}B; f = \phi(C)",
        "A",
        "phi  scalar, A mm inv, B mp",
        lambda phi, A, B: phi(inv(A) @ B),
        "-A^{-T}" + _C + "C^T",
        _R + "C = A⁻¹B, Ā",
    ),
    row(
        "G-r-quadratic-A",
        _SQUARE + r"B \in \R^{m \times n}; C = B^TAB; f = \phi(C)",
        "A",
        "phi  scalar, A mm, B mn",
        lambda phi, A, B: phi(B.T @ A @ B),
        "B" + _C + "B^T",
        _R + "C = BᵀAB, Ā",
    ),
    row(
        "G-r-quadratic-B",
        _SQUARE + r"B \in \R^{m \times n}; C = B^TAB; f = \phi(C)",
        "B",
        "phi  scalar, A mm, B mn",
        lambda phi, A, B: phi(B.T @ A @ B),
        rf"AB\left({_C}\right)^T + A^TB{_C}",
        _R + "C = BᵀAB, B̄",
    ),
    row(
        "G-r-quadratic-inverse-A",
        _SQUARE + r"B \in \R^{m \times n}; C = B^TA^{-1}B; f = \phi(C)",
        "A",
        "phi  scalar, A mm inv, B mn",
        lambda phi, A, B: phi(B.T @ inv(A) @ B),
        "-A^{-T}B" + _C + "B^TA^{-T}",
        _R + "C = BᵀA⁻¹B, Ā",
    ),
    row(
        "G-r-quadratic-inverse-B",
        _SQUARE + r"B \in \R^{m \times n}; C = B^TA^{-1}B; f = \phi(C)",
        "B",
        "phi  scalar, A mm inv, B mn",
        lambda phi, A, B: phi(B.T @ inv(A) @ B),
        rf"A^{{-1}}B\left({_C}\right)^T + A^{{-T}}B{_C}",
        _R + "C = BᵀA⁻¹B, B̄",
    ),
    row(
        "G-r-polynomial",
        _SQUARE + r"C = 2I + 3A + A^3; f = \phi(C)",
        "A",
        "phi  scalar, A nn",
        lambda phi, A: phi(2 * np.eye(len(A)) + 3 * A + power(A, 3)),
        rf"3{_C} + {_C}(A^T)^2 + A^T{_C}A^T + (A^T)^2{_C}",
        _R + "C = p(A), with 2 + 3a + a³",
    ),
    row(
        "G-r-exponential",
        r"C = e^A; f = \operatorname{tr}(C)",
        "A",
        "A nn",
        lambda A: np.trace(expm(A)),
        "(e^A)^T",
        _R + "C = exp(A), under a trace",
    ),
    row(
        "G-r-norm",
        r"\phi : \R \to \R; \beta = \|A\|_F; f = \phi(\beta)",
        "A",
        "phi  elementwise, A mn",
        lambda phi, A: phi(norm(A)),
        r"\frac{\phi'(\beta)}{\beta}A",
        _R + "B = ‖A‖_F",
    ),
    row(
        "G-r-spectral-norm",
        r"f = \|A\|_2",
        "A",
        "A mn",
        lambda A: norm(A, 2),
        r"uv^T",
        _R + "B = ‖A‖₂",
        vectors={"u": "left_vector A", "v": "right_vector A"},
        value=lambda A: np.outer(svd(A)[0][:, 0], svd(A)[2][0]),
    ),
    row(
        "G-r-eigenvalue",
        r"A \in \mathbb{S}^n; f = \lambda_1(A)^2",
        "A",
        "A nn sym",
        lambda A: eigh(A)[0][-1] ** 2,
        r"2\lambda_1(A)uu^T",
        _R + "D̄ to Ā, for the largest eigenvalue of a symmetric A",
        vectors={"u": "eigenvector A"},
        value=lambda A: 2 * eigh(A)[0][-1] * np.outer(eigh(A)[1][:, -1], eigh(A)[1][:, -1]),
    ),
    row(
        "G-r-cholesky",
        r"A \in \mathbb{S}_{++}^n; L = \operatorname{chol}(A); f = \operatorname{tr}(LL^TLL^T)",
        "A",
        "A nn spd",
        lambda A: np.trace(A @ A),
        r"\frac{1}{2}L^{-T}(\Phi(L^T\bar L) + \Phi(L^T\bar L)^T)L^{-1}",
        _R + "A = LLᵀ, with L̄ = 4LLᵀL",
        where={r"\bar L": "4LL^TL"},
        value=lambda A: 2 * A,
    ),
    row(
        "G-likelihood",
        r"A \in \mathbb{S}_{++}^n; f = \log\det A + b^TA^{-1}b",
        "A",
        "A nn spd, b n",
        lambda A, b: np.log(det(A)) + b @ inv(A) @ b,
        r"A^{-1} - A^{-1}bb^TA^{-1}",
        "Giles, maximum likelihood estimation",
    ),
)

ROWS: tuple[Row, ...] = (*FORWARD, *REVERSE)

#: Rows of other tables that are in the collection too.
ALSO: tuple[str, ...] = ("d-sum", "d-product", "d-inverse", "d-det", "d-transpose")
