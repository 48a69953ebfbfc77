"""Maxima of two arrays and of the entries of one, and the norms made of them."""

from __future__ import annotations

import numpy as np

from tests.operations.case import Case

DIFFER, ZERO_FREE = ("{} has no zero entry",), ("{} has no zero entry",)
ALONE = ("{} has one largest entry",)
LARGEST = ("one entry of {} is largest in absolute value",)
NOT_ZERO = ("{} is not zero",)
SCALARS = r"\epsilon \in \R; "

CASES = (
    Case(
        "larger-of-two",
        r"f = \operatorname{sum}(\max(Ax, b))",
        "x",
        {"A": "mn", "x": "n", "b": "m"},
        lambda A, x, b: np.sum(np.maximum(A @ x, b)),
        r"A^T\operatorname{step}(Ax - b)",
        DIFFER,
    ),
    Case(
        "smaller-of-two",
        r"f = a^T\min(x, Bx)",
        "x",
        {"a": "n", "B": "nn", "x": "n"},
        lambda a, B, x: a @ np.minimum(x, B @ x),
        r"a \odot \operatorname{step}(Bx - x) + B^T(a \odot \operatorname{step}(x - Bx))",
        DIFFER,
    ),
    Case(
        "larger-than-a-number",
        SCALARS + r"f = \|\max(\epsilon, x)\|^2",
        "x",
        {"epsilon": "", "x": "n"},
        lambda epsilon, x: np.sum(np.maximum(epsilon, x) ** 2),
        r"2\max(\epsilon\mathbf 1, x) \odot \operatorname{step}(x - \epsilon\mathbf 1)",
        DIFFER,
    ),
    Case(
        "largest-of-three-numbers",
        r"s, t, u \in \R; f = \max(s, s^2, t, u)",
        "s",
        {"s": " far", "t": "", "u": ""},
        lambda s, t, u: max(s, s**2, t, u),
        None,
        ("{} is not zero",) * 3,
    ),
    Case(
        "clipped",
        r"f = a^T\operatorname{clip}(Ax, -1, 1)",
        "x",
        {"a": "m", "A": "mn", "x": "n"},
        lambda a, A, x: a @ np.clip(A @ x, -1, 1),
        None,
        DIFFER * 2,
    ),
    Case(
        "negative-part",
        r"f = \|\min(0, X)\|_F^2",
        "X",
        {"X": "mn"},
        lambda X: np.sum(np.minimum(0, X) ** 2),
        r"-2\operatorname{relu}(-X)",
        DIFFER,
    ),
    Case(
        "squared-hinge-loss",
        r"f = \sum_{i=1}^N \max(0, 1 - \beta_i w^Tx_i)^2",
        "w",
        {"beta": " labels", "w": "n", "x": "n family"},
        lambda beta, w, x: sum(max(0, 1 - b * (w @ v)) ** 2 for b, v in zip(beta, x, strict=True)),
        None,
        NOT_ZERO,
    ),
    Case(
        "largest-entry",
        r"f = \max(Ax)",
        "x",
        {"A": "mn", "x": "n"},
        lambda A, x: np.max(A @ x),
        "A^Te",
        ALONE,
    ),
    Case(
        "smallest-entry-of-a-matrix",
        r"f = \min(AX)^2",
        "X",
        {"A": "mp", "X": "pn"},
        lambda A, X: np.min(A @ X) ** 2,
        r"2\min(AX)A^TE",
        ("{} has one smallest entry",),
    ),
    Case(
        "difference-to-the-largest",
        r"f = \log\operatorname{sum}(\exp(x - \max(x)\mathbf 1)) + \max(x)",
        "x",
        {"x": "n"},
        lambda x: np.log(np.sum(np.exp(x))),
        None,
        ALONE,
    ),
    Case(
        "maximum-norm",
        r"f = \|Ax - b\|_\infty",
        "x",
        {"A": "mn", "x": "n", "b": "m"},
        lambda A, x, b: np.max(np.abs(A @ x - b)),
        r"A^T(e \odot \operatorname{sign}(Ax - b))",
        LARGEST,
    ),
    Case(
        "maximum-norm-of-a-matrix",
        r"f = \|X\|_{\max}",
        "X",
        {"X": "mn"},
        lambda X: np.max(np.abs(X)),
        r"E \odot \operatorname{sign}(X)",
        LARGEST,
    ),
    Case(
        "p-norm",
        r"p \in \R; f = \|Ax\|_p",
        "x",
        {"A": "mn", "x": "n", "p": " far"},
        lambda A, x, p: np.linalg.norm(A @ x, p),
        r"\|Ax\|_p^{1-p} A^T(\operatorname{sign}(Ax) \odot |Ax|^{\circ(p-1)})",
        ZERO_FREE,
    ),
    Case(
        "p-norm-to-the-p",
        r"p \in \R; f = \|x\|_p^p",
        "x",
        {"x": "n", "p": " far"},
        lambda x, p: np.sum(np.abs(x) ** p),
        r"p(\operatorname{sign}(x) \odot |x|^{\circ(p-1)})",
        ZERO_FREE,
    ),
    Case(
        "norm-of-order-three",
        r"f = \|x\|_3",
        "x",
        {"x": "n"},
        lambda x: np.linalg.norm(x, 3),
        r"\frac{1}{\|x\|_3^2}(\operatorname{sign}(x) \odot x^{\circ 2})",
        NOT_ZERO,
    ),
    Case(
        "norm-of-order-four-to-the-fourth",
        r"f = \|Ax - b\|_4^4",
        "x",
        {"A": "mn", "x": "n", "b": "m"},
        lambda A, x, b: np.sum((A @ x - b) ** 4),
        r"4A^T(Ax - b)^{\circ 3}",
        NOT_ZERO,
    ),
    Case(
        "norm-of-order-three-halves",
        r"f = \|x\|_{3/2}",
        "x",
        {"x": "n"},
        lambda x: np.linalg.norm(x, 1.5),
        None,
        NOT_ZERO,
    ),
)  # fmt: skip
