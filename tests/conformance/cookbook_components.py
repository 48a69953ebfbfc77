"""The Matrix Cookbook, equations that it gives by components, here as Jacobians; eigenvalues.

∂F_kl/∂X_ij is an entry of the Jacobian of vec F by vec X; J^ij, the single-entry matrix, is dX.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.linalg import det, eigh, inv
from numpy.linalg import matrix_power as power

from tests.conformance.row import Row, row
from tests.conformance.sample import symmetriser


def _eigenvalue(X: Any, k: int) -> Any:
    """The k-th largest, of the symmetric part."""
    return eigh((X + X.T) / 2)[0][-k]


def _eigenvector(X: Any, k: int) -> Any:
    """That of the k-th largest; of the two signs, the one that makes its largest entry positive."""
    v = eigh((X + X.T) / 2)[1][:, -k]
    return v * np.sign(v[np.argmax(np.abs(v))])


EIGENVALUES: tuple[Row, ...] = (
    row(
        "sum-of-eigenvalues",
        r"X \in \R^{n \times n}; f = \operatorname{Tr}(X)",
        "X",
        "X nn",
        lambda X: np.trace(X),
        r"I",
        "Matrix Cookbook (65)",
    ),
    row(
        "product-of-eigenvalues",
        r"X \in \R^{n \times n}; f = \det(X)",
        "X",
        "X nn inv",
        lambda X: det(X),
        r"\det(X)X^{-T}",
        "Matrix Cookbook (66)",
    ),
    row(
        "eigenvalue",
        r"A \in \mathbb{S}^n; f = \lambda_1(A)",
        "A",
        "A nn sym",
        lambda A: _eigenvalue(A, 1),
        r"vv^T",
        "Matrix Cookbook (67), the largest",
        vectors={"v": "eigenvector A"},
        value=lambda A: np.outer(_eigenvector(A, 1), _eigenvector(A, 1)),
    ),
    row(
        "eigenvector",
        r"A \in \mathbb{S}^n; u = v_1(A)",
        "A",
        "A nn sym",
        lambda A: _eigenvector(A, 1),
        r"v_1(A)^T \otimes (\lambda_1(A)I - A)^{+}",
        "Matrix Cookbook (68), of the largest eigenvalue",
        kind="jacobian",
        value=lambda A: (
            np.kron(
                _eigenvector(A, 1),
                np.linalg.pinv(_eigenvalue(A, 1) * np.eye(len(A)) - A),
            )
            @ symmetriser(len(A))
        ),
    ),
)


COMPONENTS: tuple[Row, ...] = (
    row(
        "by-components-inverse",
        r"X \in \R^{n \times n}; F = X^{-1}",
        "X",
        "X nn inv",
        lambda X: inv(X),
        r"-X^{-T} \otimes X^{-1}",
        "Matrix Cookbook (60)",
        kind="jacobian",
    ),
    row(
        "by-components-itself",
        r"X \in \R^{m \times n}; F = X",
        "X",
        "X mn",
        lambda X: X,
        r"I_{mn}",
        "Matrix Cookbook (73)",
        kind="jacobian",
    ),
    row(
        "by-components-XA",
        r"X \in \R^{m \times n}; F = XA",
        "X",
        "X mn, A np",
        lambda X, A: X @ A,
        r"A^T \otimes I_m",
        "Matrix Cookbook (74)",
        kind="jacobian",
    ),
    row(
        "by-components-XtA",
        r"X \in \R^{m \times n}; F = X^TA",
        "X",
        "X mn, A mp",
        lambda X, A: X.T @ A,
        r"(A^T \otimes I_n)K_{mn}",
        "Matrix Cookbook (75)",
        kind="jacobian",
    ),
    row(
        "sum-of-all-products",
        r"f = (\mathbf 1^TX\mathbf 1)^2",
        "X",
        "X mn",
        lambda X: X.sum() ** 2,
        r"2(\mathbf 1^TX\mathbf 1)\mathbf 1\mathbf 1^T",
        "Matrix Cookbook (76), its sum as 1ᵀX1",
    ),
    row(
        "sum-of-all-products-by-sum",
        r"f = \operatorname{sum}(X)^2",
        "X",
        "X mn",
        lambda X: X.sum() ** 2,
        r"2\operatorname{sum}(X)\mathbf 1\mathbf 1^T",
        "Matrix Cookbook (76)",
    ),
    row(
        "by-components-XtBX",
        r"X \in \R^{m \times n}; F = X^TBX",
        "X",
        "X mn, B mm",
        lambda X, B: X.T @ B @ X,
        r"((X^TB^T) \otimes I_n)K_{mn} + I_n \otimes (X^TB)",
        "Matrix Cookbook (79), (80)",
        kind="jacobian",
    ),
    row(
        "d-XtBX",
        r"F = X^TBX",
        "",
        "X mn, B mm",
        lambda X, B: X.T @ B @ X,
        r"X^TB(dX) + (dX)^TBX + X^T(dB)X",
        "Matrix Cookbook (80) with J for dX; B varies too",
        kind="differential",
    ),
    row(
        "by-components-cube",
        r"X \in \R^{n \times n}; F = X^3",
        "X",
        "X nn",
        lambda X: power(X, 3),
        r"(X^T)^2 \otimes I_n + X^T \otimes X + I_n \otimes X^2",
        "Matrix Cookbook (90) with n = 3",
        kind="jacobian",
    ),
    row(
        "bilinear-of-vectors",
        r"A \in \R^{m \times p}; s = Bx; r = Cx; f = s^TAr",
        "x",
        "A mp, B mn, C pn, x n",
        lambda A, B, C, x: (B @ x) @ A @ (C @ x),
        r"B^TAr + C^TA^Ts",
        "Matrix Cookbook (93) with s = Bx, r = Cx",
    ),
    row(
        "quadratic-hessian",
        r"f = x^TAx + b^Tx",
        "x",
        "A nn, b n, x n",
        lambda A, b, x: x @ A @ x + b @ x,
        r"A + A^T",
        "Matrix Cookbook (98)",
        kind="hessian",
    ),
)

POWERS: tuple[Row, ...] = tuple(
    row(
        f"{name}-symbolic",
        given,
        "X",
        shapes,
        truth,
        expected,
        f"Matrix Cookbook {number}",
        value=value,
    )
    for name, given, shapes, truth, expected, value, number in (
        (
            "det-power",
            r"X \in \R^{n \times n}; f = \det(X^k)",
            "X nn inv, k  int",
            lambda X, k: det(power(X, k)),
            r"k\det(X^k)X^{-T}",
            lambda X, k: k * det(power(X, k)) * inv(X).T,
            "(58)",
        ),
        (
            "bilinear-power",
            r"X \in \R^{n \times n}; f = a^TX^kb",
            "X nn, a n, b n, k  int",
            lambda X, a, b, k: a @ power(X, k) @ b,
            r"\sum_{r=0}^{k-1} (X^r)^Tab^T(X^{k-1-r})^T",
            lambda X, a, b, k: sum(
                power(X, r).T @ np.outer(a, b) @ power(X, k - 1 - r).T for r in range(k)
            ),
            "(91)",
        ),
        (
            "norm-power",
            r"X \in \R^{n \times n}; f = a^T(X^k)^TX^kb",
            "X nn, a n, b n, k  int",
            lambda X, a, b, k: a @ power(X, k).T @ power(X, k) @ b,
            (
                r"\sum_{r=0}^{k-1} (X^{k-1-r})^TX^kba^T(X^r)^T"
                r" + \sum_{r=0}^{k-1} (X^r)^TX^kab^T(X^{k-1-r})^T"
            ),
            lambda X, a, b, k: sum(
                power(X, r).T
                @ power(X, k)
                @ (np.outer(a, b) + np.outer(b, a))
                @ power(X, k - 1 - r).T
                for r in range(k)
            ),
            "(92), corrected",
        ),
        (
            "trace-power",
            r"X \in \R^{n \times n}; f = \operatorname{Tr}(X^k)",
            "X nn, k  int",
            lambda X, k: np.trace(power(X, k)),
            r"k(X^{k-1})^T",
            lambda X, k: k * power(X, k - 1).T,
            "(121)",
        ),
        (
            "trace-A-power",
            r"X \in \R^{n \times n}; f = \operatorname{Tr}(AX^k)",
            "X nn, A nn, k  int",
            lambda X, A, k: np.trace(A @ power(X, k)),
            r"\sum_{r=0}^{k-1} (X^r)^TA^T(X^{k-r-1})^T",
            lambda X, A, k: sum((power(X, r) @ A @ power(X, k - r - 1)).T for r in range(k)),
            "(122)",
        ),
    )
)

ROWS: tuple[Row, ...] = (*EIGENVALUES, *COMPONENTS, *POWERS)
