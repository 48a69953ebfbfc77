"""Singular values and eigenvalues.

Watson (1992) for the norms; Matrix Cookbook (65)-(68); Magnus & Neudecker, chapter 8.
"""

from __future__ import annotations

import numpy as np
from numpy.linalg import eigh, eigvalsh, svd

from tests.operations.case import Case

SINGULAR = ("{} is a simple singular value",)
EIGEN = ("{} is a simple eigenvalue",)

CASES = (
    Case(
        "nuclear-norm",
        r"X \in \R^{m \times n}; f = \|X\|_*",
        "X",
        {"X": "mn"},
        lambda X: np.sum(svd(X)[1]),
        r"UV^T",
        ("{} has full rank",),
    ),
    Case(
        "matrix-completion",
        r"X \in \R^{m \times n}; f = \frac12\|M \odot (X - Y)\|_F^2 + \lambda\|X\|_*",
        "X",
        {"X": "mn", "Y": "mn", "M": "mn mask", "lambda": " pos"},
        lambda X, Y, M, **s: np.sum((M * (X - Y)) ** 2) / 2 + s["lambda"] * np.sum(svd(X)[1]),
        r"M \odot M \odot (X - Y) + \lambda UV^T",
        ("{} has full rank",),
    ),
    Case(
        "spectral-norm",
        r"X \in \R^{m \times n}; f = \|X\|_2",
        "X",
        {"X": "mn"},
        lambda X: svd(X)[1][0],
        r"uv^T",
        SINGULAR,
    ),
    Case(
        "squared-spectral-norm",
        r"f = \|AX - B\|_2^2",
        "X",
        {"A": "mn", "X": "np", "B": "mp"},
        lambda A, X, B: svd(A @ X - B)[1][0] ** 2,
        r"2\|AX - B\|_2A^Tuv^T",
        SINGULAR,
    ),
    Case(
        "norms-of-a-vector",
        r"x \in \R^n; f = \|x\|_* + \|x\|_2",
        "x",
        {"x": "n"},
        lambda x: 2 * np.sqrt(x @ x),
        r"\frac{2}{\|x\|}x",
        ("{} is not zero",),
    ),
    Case(
        "largest-eigenvalue",
        r"A \in \mathbb{S}^n; f = \lambda_{\max}(A)",
        "A",
        {"A": "nn sym"},
        lambda A: eigvalsh(A)[-1],
        r"vv^T",
        EIGEN,
    ),
    Case(
        "smallest-eigenvalue",
        r"A \in \mathbb{S}^n; f = \log\lambda_{\min}(A)",
        "A",
        {"A": "nn spd"},
        lambda A: np.log(eigvalsh(A)[0]),
        r"\frac{1}{\lambda_{\min}(A)}vv^T",
        (*EIGEN, "{} is positive"),
    ),
    Case(
        "second-eigenvalue",
        r"A \in \mathbb{S}^n; f = \lambda_2(A)^2",
        "A",
        {"A": "nn sym"},
        lambda A: eigvalsh(A)[-2] ** 2,
        r"2\lambda_2(A)v_2v_2^T",
        EIGEN,
    ),
    Case(
        "eigenvalue-of-a-gram-matrix",
        r"X \in \R^{m \times n}; f = \lambda_{\max}(X^TX)",
        "X",
        {"X": "mn"},
        lambda X: eigvalsh(X.T @ X)[-1],
        r"2Xvv^T",
        EIGEN,
    ),
    Case(
        "pencil",
        r"\tau \in \R; A, B \in \mathbb{S}^n; f = \operatorname{eig}(A + \tau B, 3)",
        r"tau",
        {"A": "nn sym", "B": "nn sym", "tau": ""},
        lambda A, B, tau: eigvalsh(A + tau * B)[-3],
        r"v_3^TBv_3",
        EIGEN,
    ),
    Case(
        "condition-number",
        r"A \in \mathbb{S}_{++}^n; f = \log\lambda_{\max}(A) - \log\lambda_{\min}(A)",
        "A",
        {"A": "nn spd"},
        lambda A: np.log(eigvalsh(A)[-1] / eigvalsh(A)[0]),
        r"\frac{1}{\lambda_{\max}(A)}vv^T - \frac{1}{\lambda_{\min}(A)}v_{\min}v_{\min}^T",
        (*EIGEN, "{} is positive", *EIGEN, "{} is positive"),
    ),
    Case(
        "sum-of-the-largest-eigenvalues",
        r"A \in \mathbb{S}^n; f = \sum_{i=1}^2\lambda_i(A)",
        "A",
        {"A": "nn sym"},
        lambda A: eigvalsh(A)[-1] + eigvalsh(A)[-2],
        r"\sum_{i=1}^2\operatorname{eigvec}(A, i)\operatorname{eigvec}(A, i)^T",
        EIGEN,
    ),
    Case(
        "eigenvalue-number-k",
        r"A \in \mathbb{S}^n; f = \lambda_k(A)^3",
        "A",
        {"A": "nn sym", "k": " two"},
        lambda A, k: eigvalsh(A)[-int(k)] ** 3,
        r"3\lambda_k(A)^2v_kv_k^T",
        EIGEN,
    ),
    Case(
        "eigenvector",
        r"A \in \mathbb{S}^n; f = b^T\operatorname{eigvec}(A, 1)\operatorname{eigvec}(A, 1)^Tb",
        "A",
        {"A": "nn sym", "b": "n"},
        lambda A, b: (b @ eigh(A)[1][:, -1]) ** 2,
        None,
        ("{} belongs to a simple eigenvalue",),
    ),
    Case(
        "singular-vectors",
        r"X \in \R^{m \times n}; "
        r"f = a^T\operatorname{lsv}(X)\operatorname{rsv}(X)^Tb",
        "X",
        {"X": "mn", "a": "m", "b": "n"},
        lambda X, a, b: (a @ svd(X)[0][:, 0]) * (svd(X)[2][0] @ b),
        None,
        ("{} belongs to a simple singular value",) * 2,
    ),
)
