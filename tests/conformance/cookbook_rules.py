"""The Matrix Cookbook, equations 33 to 48: the rules, and determinants by a scalar."""

from __future__ import annotations

import numpy as np
from numpy.linalg import det, inv

from tests.conformance.functions import adjugate
from tests.conformance.row import Row, row

#: (45), the differential of the Hermitian transpose, is not real.
RULES: tuple[Row, ...] = (
    row(
        "constant",
        r"X \in \R^{m \times n}; f = \operatorname{Tr}(A)",
        "X",
        "X mn, A pp",
        lambda X, A: np.trace(A),
        r"0",
        "Matrix Cookbook (33)",
    ),
    row(
        "d-multiple",
        r"\alpha \in \R; F = \alpha X",
        "",
        "alpha , X mn",
        lambda alpha, X: alpha * X,
        r"d\alpha\,X + \alpha\,dX",
        "Matrix Cookbook (34), α varying too",
        kind="differential",
    ),
    row(
        "d-sum",
        r"F = X + Y",
        "",
        "X mn, Y mn",
        lambda X, Y: X + Y,
        r"dX + dY",
        "Matrix Cookbook (35)",
        kind="differential",
    ),
    row(
        "d-trace",
        r"f = \operatorname{Tr}(X)",
        "",
        "X nn",
        lambda X: np.trace(X),
        r"\operatorname{Tr}(dX)",
        "Matrix Cookbook (36)",
        kind="differential",
    ),
    row(
        "d-product",
        r"F = XY",
        "",
        "X mn, Y np",
        lambda X, Y: X @ Y,
        r"(dX)Y + X(dY)",
        "Matrix Cookbook (37)",
        kind="differential",
    ),
    row(
        "d-hadamard",
        r"F = X \circ Y",
        "",
        "X mn, Y mn",
        lambda X, Y: X * Y,
        r"(dX) \circ Y + X \circ (dY)",
        "Matrix Cookbook (38)",
        kind="differential",
    ),
    row(
        "d-kronecker",
        r"F = X \otimes Y",
        "",
        "X mn, Y pq",
        lambda X, Y: np.kron(X, Y),
        r"(dX) \otimes Y + X \otimes (dY)",
        "Matrix Cookbook (39)",
        kind="differential",
    ),
    row(
        "d-inverse",
        r"F = X^{-1}",
        "",
        "X nn inv",
        lambda X: inv(X),
        r"-X^{-1}(dX)X^{-1}",
        "Matrix Cookbook (40)",
        kind="differential",
    ),
    row(
        "d-det-adjugate",
        r"X \in \R^{n \times n} \text{ singular}; f = \det(X)",
        "",
        "X nn inv",
        lambda X: det(X),
        r"\operatorname{Tr}(\operatorname{adj}(X)dX)",
        "Matrix Cookbook (41)",
        kind="differential",
        value=lambda X, dX: np.trace(adjugate(X) @ dX),
    ),
    row(
        "d-det",
        r"f = \det(X)",
        "",
        "X nn inv",
        lambda X: det(X),
        r"\det(X)\operatorname{Tr}(X^{-1}dX)",
        "Matrix Cookbook (42)",
        kind="differential",
    ),
    row(
        "d-log-det",
        r"f = \ln(\det(X))",
        "",
        "X nn inv",
        lambda X: np.log(det(X)),
        r"\operatorname{Tr}(X^{-1}dX)",
        "Matrix Cookbook (43)",
        kind="differential",
    ),
    row(
        "d-transpose",
        r"F = X^T",
        "",
        "X mn",
        lambda X: X.T,
        r"(dX)^T",
        "Matrix Cookbook (44)",
        kind="differential",
    ),
)

BY_A_SCALAR: tuple[Row, ...] = (
    row(
        "det-second-derivative",
        r"x \in \R; Y = A + x^2B; f = \det(Y)",
        "x",
        "x  unit, A nn inv, B nn",
        lambda x, A, B: det(A + x**2 * B),
        r"2f(\operatorname{Tr}(Y^{-1}B) + 2x^2\operatorname{Tr}(Y^{-1}B)^2"
        r" - 2x^2\operatorname{Tr}(Y^{-1}BY^{-1}B))",
        "Matrix Cookbook (48) with Y = A + x²B",
        kind="hessian",
    ),
)

ROWS: tuple[Row, ...] = (*RULES, *BY_A_SCALAR)
