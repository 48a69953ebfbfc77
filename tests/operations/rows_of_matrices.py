"""Functions of each row of a matrix, means, and the reciprocal trigonometric functions."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.operations.case import Case


def softmax(X: Any) -> Any:
    weights = np.exp(X - np.max(X, axis=-1, keepdims=True))
    return weights / np.sum(weights, axis=-1, keepdims=True)


CASES = (
    Case(
        "attention",
        r"Q \in \R^{m \times p}; K \in \R^{n \times p}; V \in \R^{n \times q}; "
        r"A = \operatorname{softmax}(\delta QK^T); f = C:(AV)",
        "Q",
        {"Q": "mp", "K": "np", "V": "nq", "C": "mq", "delta": ""},
        lambda Q, K, V, C, delta: np.sum(C * (softmax(delta * Q @ K.T) @ V)),
        r"\delta((CV^T) \odot A - \operatorname{Diag}(((CV^T) \odot A)\mathbf 1)A)K",
    ),
    Case(
        "logsumexp-of-each-row",
        r"X \in \R^{m \times n}; Y \in \R^{m \times p}; "
        r"f = \mathbf 1^T\operatorname{logsumexp}(XW) - Y:XW",
        "W",
        {"X": "mn", "W": "np", "Y": "mp"},
        lambda X, W, Y: np.sum(np.log(np.sum(np.exp(X @ W), axis=1))) - np.sum(Y * (X @ W)),
        r"X^T(\operatorname{softmax}(XW) - Y)",
    ),
    Case(
        "log-softmax-of-each-row",
        r"f = -Y:\log\operatorname{softmax}(XW)",
        "W",
        {"X": "mn", "W": "np", "Y": "mp"},
        lambda X, W, Y: -np.sum(Y * np.log(softmax(X @ W))),
        r"X^T(\operatorname{Diag}(Y\mathbf 1)\operatorname{softmax}(XW) - Y)",
    ),
    Case(
        "log-softmax-of-a-vector",
        r"f = -y^T\log\operatorname{softmax}(Wx)",
        "W",
        {"W": "mn", "x": "n", "y": "m"},
        lambda W, x, y: -y @ np.log(softmax(W @ x)),
        r"((\mathbf 1^Ty)\operatorname{softmax}(Wx) - y)x^T",
    ),
    Case(
        "log-softmax-of-a-row",
        r"f = \operatorname{logsoftmax}(x^TW)y",
        "W",
        {"W": "mn", "x": "m", "y": "n"},
        lambda W, x, y: y @ np.log(softmax(x @ W)),
        r"x(y^T - (\mathbf 1^Ty)\operatorname{softmax}(x^TW))",
    ),
    Case(
        "mean-of-a-matrix",
        r"X \in \R^{m \times n}; f = \operatorname{mean}(X \odot X)",
        "X",
        {"X": "mn"},
        lambda X: np.mean(X * X),
        r"\frac{2}{m n}X",
    ),
    Case(
        "variance",
        r"x \in \R^n; f = \operatorname{mean}(x \odot x) - \operatorname{mean}(x)^2",
        "x",
        {"x": "n"},
        lambda x: np.var(x),
        r"\frac{2}{n}(x - \operatorname{mean}(x)\mathbf 1)",
    ),
    Case(
        "mean-squared-error",
        r"X \in \R^{m \times n}; f = \operatorname{mean}((Xw - y)^{\circ 2})",
        "w",
        {"X": "mn", "w": "n", "y": "m"},
        lambda X, w, y: np.mean((X @ w - y) ** 2),
        r"\frac{2}{m}X^T(Xw - y)",
    ),
    Case(
        "cotangent-and-cosecant",
        r"f = a^T\cot(x) + b^T\csc(x)",
        "x",
        {"x": "n unit", "a": "n", "b": "n"},
        lambda x, a, b: a @ (1 / np.tan(x)) + b @ (1 / np.sin(x)),
        r"-a \odot (\mathbf 1 + \cot(x)^{\circ 2}) - b \odot \csc(x) \odot \cot(x)",
        ("{} is no multiple of π",),
    ),
    Case(
        "secant-and-hyperbolic-cotangent",
        r"f = a^T\sec(x) + \coth(a^Tx)",
        "x",
        {"x": "n unit", "a": "n pos"},
        lambda x, a: a @ (1 / np.cos(x)) + 1 / np.tanh(a @ x),
        r"a \odot \sec(x) \odot \tan(x) + (1 - \coth(a^Tx)^2)a",
        ("{} is not zero",),
    ),
)
