"""Gradients of scalar functions of matrix functions.

The truth is by eigenvalues: `f(X) = V f(Λ) V⁻¹`, and the Fréchet derivative by the theorem of
Daleckii and Krein (Higham, Functions of Matrices, theorem 3.11),
`L_f(X, E) = V (f[λᵢ, λⱼ] ⊙ (V⁻¹EV)) V⁻¹` with divided differences.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.linalg import eig, inv

from tests.conformance.row import Row

Scalar = Callable[[Any], Any]


def fun(f: Scalar, X: Any) -> Any:
    values, V = eig(X.astype(complex))
    return (V @ np.diag(f(values)) @ inv(V)).real


def frechet(f: Scalar, df: Scalar, X: Any, E: Any) -> Any:
    values, V = eig(X.astype(complex))
    left, right = np.meshgrid(values, values, indexing="ij")
    same = np.abs(left - right) < 1e-7
    gap = np.where(same, 1, left - right)
    table = np.where(same, df(left), (f(left) - f(right)) / gap)
    return (V @ (table * (inv(V) @ E @ V)) @ inv(V)).real


def exp(X: Any) -> Any:
    return fun(np.exp, X)


def log(X: Any) -> Any:
    return fun(np.log, X)


def root(X: Any) -> Any:
    return fun(np.sqrt, X)


def d_exp(X: Any, E: Any) -> Any:
    return frechet(np.exp, np.exp, X, E)


def d_log(X: Any, E: Any) -> Any:
    return frechet(np.log, lambda x: 1 / x, X, E)


def d_root(X: Any, E: Any) -> Any:
    return frechet(np.sqrt, lambda x: 0.5 / np.sqrt(x), X, E)


def sym(X: Any) -> Any:
    return (X + X.T) / 2


_TRACES = (
    Row(
        "trace-of-exponential",
        given=r"f = \operatorname{tr}(e^{X})",
        wrt="X",
        shapes={"X": "nn"},
        truth=lambda X: np.trace(exp(X)),
        value=lambda X: exp(X).T,
        expected=r"e^{X^T}",
    ),
    Row(
        "trace-of-exponential-of-product",
        given=r"f = \operatorname{tr}(\operatorname{expm}(AX))",
        wrt="X",
        shapes={"A": "nm", "X": "mn"},
        truth=lambda A, X: np.trace(exp(A @ X)),
        value=lambda A, X: A.T @ exp(A @ X).T,
        expected=r"A^Te^{(AX)^T}",
    ),
    Row(
        "trace-of-logarithm",
        given=r"f = \operatorname{tr}(\operatorname{logm}(X))",
        wrt="X",
        shapes={"X": "nn inv"},
        truth=lambda X: np.trace(log(X)),
        value=lambda X: inv(X).T,
        expected=r"X^{-T}",
    ),
    Row(
        "trace-of-square-root",
        given=r"f = \operatorname{tr}(X^{1/2})",
        wrt="X",
        shapes={"X": "nn inv"},
        truth=lambda X: np.trace(root(X)),
        value=lambda X: inv(root(X)).T / 2,
        expected=r"\frac{1}{2}(X^T)^{-1/2}",
    ),
    Row(
        "trace-of-inverse-square-root",
        given=r"f = \operatorname{tr}(X^{-1/2})",
        wrt="X",
        shapes={"X": "nn inv"},
        truth=lambda X: np.trace(inv(root(X))),
        value=lambda X: -inv(X @ root(X)).T / 2,
        expected=r"-\frac{1}{2}(X^T)^{-3/2}",
    ),
    Row(
        "trace-of-cosine",
        given=r"f = \operatorname{tr}(\operatorname{cosm}(X))",
        wrt="X",
        shapes={"X": "nn"},
        truth=lambda X: np.trace(fun(np.cos, X)),
        value=lambda X: -fun(np.sin, X).T,
        expected=r"-\operatorname{sinm}(X^T)",
    ),
    Row(
        "trace-of-hyperbolic-cosine",
        given=r"f = \operatorname{tr}(\operatorname{coshm}(X) + \operatorname{sinhm}(X))",
        wrt="X",
        shapes={"X": "nn"},
        truth=lambda X: np.trace(exp(X)),
        value=lambda X: exp(X).T,
        expected=r"\operatorname{sinhm}(X^T) + \operatorname{coshm}(X^T)",
    ),
    Row(
        "determinant-of-exponential",
        given=r"f = \log\det(e^X)",
        wrt="X",
        shapes={"X": "nn"},
        truth=lambda X: np.trace(X),
        value=lambda X: np.eye(len(X)),
        expected=r"I",
    ),
    Row(
        "estrada-index",
        given=r"""
            A \in \mathbb{S}^n
            f = \operatorname{tr}(e^{A})""",
        wrt="A",
        shapes={"A": "nn sym"},
        truth=lambda A: np.trace(exp(A)),
        value=lambda A: exp(A),
        expected=r"e^A",
    ),
    Row(
        "von-neumann-entropy",
        given=r"""
            R \in \mathbb{S}_{++}^n
            f = -\operatorname{tr}(R\operatorname{logm}(R))""",
        wrt="R",
        shapes={"R": "nn spd"},
        truth=lambda R: -np.trace(R @ log(R)),
        value=lambda R: -log(R) - np.eye(len(R)),
        expected=r"-\operatorname{logm}(R) - I",
    ),
)
_FRECHET = (
    Row(
        "exponential-under-a-form",
        given=r"f = a^Te^{X}b",
        wrt="X",
        shapes={"a": "n", "X": "nn", "b": "n"},
        truth=lambda a, X, b: a @ exp(X) @ b,
        value=lambda a, X, b: d_exp(X.T, np.outer(a, b)),
        expected=r"L_{\exp}(X^T, ab^T)",
        source="Higham, Functions of Matrices, section 3.1",
    ),
    Row(
        "exponential-of-product-under-a-form",
        given=r"f = \operatorname{tr}(Ce^{AXB})",
        wrt="X",
        shapes={"C": "nn", "A": "nm", "X": "mp", "B": "pn"},
        truth=lambda C, A, X, B: np.trace(C @ exp(A @ X @ B)),
        value=lambda C, A, X, B: A.T @ d_exp((A @ X @ B).T, C.T) @ B.T,
        expected=r"A^TL_{\exp}((AXB)^T, C^T)B^T",
    ),
    Row(
        "norm-of-exponential",
        given=r"f = \|e^{X}\|_F^2",
        wrt="X",
        shapes={"X": "nn"},
        truth=lambda X: (exp(X) ** 2).sum(),
        value=lambda X: 2 * d_exp(X.T, exp(X)),
        expected=r"2L_{\exp}(X^T, e^X)",
    ),
    Row(
        "log-euclidean-distance",
        given=r"""
            X \in \mathbb{S}_{++}^n
            C \in \mathbb{S}^n
            f = \|\operatorname{logm}(X) - C\|_F^2""",
        wrt="X",
        shapes={"X": "nn spd", "C": "nn sym"},
        truth=lambda X, C: ((log(X) - C) ** 2).sum(),
        value=lambda X, C: 2 * d_log(X, log(X) - C),
        expected=r"2L_{\log}(X, \operatorname{logm}(X) - C)",
    ),
    Row(
        "square-root-under-a-trace",
        given=r"f = \operatorname{tr}(AX^{1/2})",
        wrt="X",
        shapes={"A": "nn", "X": "nn inv"},
        truth=lambda A, X: np.trace(A @ root(X)),
        value=lambda A, X: d_root(X.T, A.T),
        expected=r"L_{\mathrm{sqrt}}(X^T, A^T)",
    ),
    Row(
        "exponential-of-a-symmetric-matrix",
        given=r"""
            S \in \mathbb{S}^n
            f = \operatorname{tr}(Ae^S)""",
        wrt="S",
        shapes={"A": "nn", "S": "nn sym"},
        truth=lambda A, S: np.trace(A @ exp(S)),
        value=lambda A, S: d_exp(S, A + A.T) / 2,
        expected=r"\frac{1}{2}L_{\exp}(S, A^T + A)",
    ),
    Row(
        "whitening",
        given=r"f = \operatorname{tr}((XX^T)^{-1/2}A)",
        wrt="X",
        shapes={"X": "nm", "A": "nn"},
        truth=lambda X, A: np.trace(inv(root(X @ X.T)) @ A),
        value=lambda X, A: (
            -d_root(X @ X.T, inv(root(X @ X.T)) @ (A + A.T) @ inv(root(X @ X.T))) @ X
        ),
        expected=r"-L_{\mathrm{sqrt}}(XX^T, (XX^T)^{-1/2}(A^T + A)(XX^T)^{-1/2})X",
    ),
    Row(
        "nuclear-norm-by-its-definition",
        given=r"f = \operatorname{tr}((X^TX)^{1/2})",
        wrt="X",
        shapes={"X": "mn"},
        truth=lambda X: np.linalg.svd(X)[1].sum(),
        value=lambda X: (
            np.linalg.svd(X, full_matrices=False)[0] @ np.linalg.svd(X, full_matrices=False)[2]
        ),
        expected=r"X(X^TX)^{-1/2}",
    ),
    Row(
        "riemannian-distance",
        given=r"""
            P, X \in \mathbb{S}_{++}^n
            f = \|\operatorname{logm}(P^{-1/2}XP^{-1/2})\|_F^2""",
        wrt="X",
        shapes={"P": "nn spd", "X": "nn spd"},
        truth=lambda P, X: (log(inv(root(P)) @ X @ inv(root(P))) ** 2).sum(),
        value=lambda P, X: (
            2 * inv(root(P)) @ log(inv(root(P)) @ X @ inv(root(P))) @ root(P) @ inv(X)
        ),
        expected=(
            r"P^{-1/2}\operatorname{logm}(P^{-1/2}XP^{-1/2})P^{1/2}X^{-1}"
            r" + X^{-1}P^{1/2}\operatorname{logm}(P^{-1/2}XP^{-1/2})P^{-1/2}"
        ),
        source="Bhatia, Positive Definite Matrices (2007), section 6.1",
    ),
    Row(
        "fidelity",
        given=r"""
            P, Q \in \mathbb{S}_{++}^n
            f = \operatorname{tr}((P^{1/2}QP^{1/2})^{1/2})""",
        wrt="Q",
        shapes={"P": "nn spd", "Q": "nn spd"},
        truth=lambda P, Q: np.trace(root(root(P) @ Q @ root(P))),
        value=lambda P, Q: root(P) @ inv(root(root(P) @ Q @ root(P))) @ root(P) / 2,
        expected=r"\frac{1}{2}P^{1/2}(P^{1/2}QP^{1/2})^{-1/2}P^{1/2}",
        source="Bhatia, Jain & Lim (2019), On the Bures-Wasserstein distance, section 2",
    ),
    Row(
        "whitened-norm",
        given=r"""
            S \in \mathbb{S}_{++}^n
            f = \|S^{-1/2}x\|^2""",
        wrt="x",
        shapes={"S": "nn spd", "x": "n"},
        truth=lambda S, x: x @ inv(S) @ x,
        value=lambda S, x: 2 * inv(S) @ x,
        expected=r"2S^{-1}x",
    ),
)
_TIME = (
    Row(
        "flow-by-time",
        given=r"""
            \tau \in \R
            f = a^Te^{\tau A}b""",
        wrt="tau",
        shapes={"a": "n", "tau": "", "A": "nn", "b": "n"},
        truth=lambda a, tau, A, b: a @ exp(tau * A) @ b,
        value=lambda a, tau, A, b: a @ A @ exp(tau * A) @ b,
        expected=r"ab^T:Ae^{\tau A}",
        source="Matrix Cookbook (64), of the exponential",
    ),
    Row(
        "flow-by-coupling",
        given=r"""
            \tau \in \R
            f = \operatorname{tr}(Ce^{A + \tau B})""",
        wrt="tau",
        shapes={"C": "nn", "A": "nn", "tau": "", "B": "nn"},
        truth=lambda C, A, tau, B: np.trace(C @ exp(A + tau * B)),
        value=lambda C, A, tau, B: np.trace(C @ d_exp(A + tau * B, B)),
        expected=r"\operatorname{tr}(CL_{\exp}(A + \tau B, B))",
    ),
    Row(
        "free-energy",
        given=r"""
            \beta \in \R
            H \in \mathbb{S}^n
            f = \log(\operatorname{tr}(e^{-\beta H}))""",
        wrt="beta",
        shapes={"beta": "", "H": "nn sym"},
        truth=lambda beta, H: np.log(np.trace(exp(-beta * H))),
        value=lambda beta, H: -np.trace(H @ exp(-beta * H)) / np.trace(exp(-beta * H)),
        expected=(r"-\frac{\operatorname{tr}(He^{-\beta H})}{\operatorname{tr}(e^{-\beta H})}"),
    ),
)

ROWS: tuple[Row, ...] = (*_TRACES, *_FRECHET, *_TIME)
