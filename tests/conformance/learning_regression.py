"""Regression and classification: a linear predictor `Xw` under every usual loss."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.linalg import inv, norm

from tests.conformance.row import Row
from tests.conformance.sample import Array


def sigmoid(z: Any) -> Any:
    """Of a number or, elementwise, of an array."""
    return 1 / (1 + np.exp(-z))


def erf(z: Array) -> Array:
    """Elementwise."""
    return np.asarray(np.vectorize(math.erf)(z))


_LEAST_SQUARES = (
    Row(
        "least-squares",
        given=r"L = \|Xw - y\|^2",
        wrt="w",
        shapes={"X": "mn", "w": "n", "y": "m"},
        truth=lambda X, w, y: ((X @ w - y) ** 2).sum(),
        value=lambda X, w, y: 2 * X.T @ (X @ w - y),
        expected=r"2X^T(Xw - y)",
    ),
    Row(
        "least-squares-half",
        given=r"L = \frac{1}{2}\left\lVert y - Xw \right\rVert_2^2",
        wrt="w",
        shapes={"X": "mn", "w": "n", "y": "m"},
        truth=lambda X, w, y: ((X @ w - y) ** 2).sum() / 2,
        value=lambda X, w, y: X.T @ (X @ w - y),
        expected=r"-X^T(y - Xw)",
    ),
    Row(
        "least-squares-product",
        given=r"L = (y - Xw)^T(y - Xw)",
        wrt="w",
        shapes={"X": "mn", "w": "n", "y": "m"},
        truth=lambda X, w, y: (y - X @ w) @ (y - X @ w),
        value=lambda X, w, y: -2 * X.T @ (y - X @ w),
        expected=r"-2X^T(y - Xw)",
    ),
    Row(
        "least-squares-expanded",
        given=r"L = w^TX^TXw - 2y^TXw + y^Ty",
        wrt="w",
        shapes={"X": "mn", "w": "n", "y": "m"},
        truth=lambda X, w, y: w @ X.T @ X @ w - 2 * y @ X @ w + y @ y,
        value=lambda X, w, y: 2 * X.T @ X @ w - 2 * X.T @ y,
        expected=r"2X^TXw - 2X^Ty",
    ),
    Row(
        "least-squares-in-the-data",
        given=r"L = \|Xw - y\|^2",
        wrt="X",
        shapes={"X": "mn", "w": "n", "y": "m"},
        truth=lambda X, w, y: ((X @ w - y) ** 2).sum(),
        value=lambda X, w, y: 2 * np.outer(X @ w - y, w),
        expected=r"2(Xw - y)w^T",
    ),
    Row(
        "least-squares-intercept",
        given=r"L = \|Xw + \beta\mathbf 1 - y\|^2",
        wrt="beta",
        shapes={"X": "mn", "w": "n", "beta": "", "y": "m"},
        truth=lambda X, w, beta, y: ((X @ w + beta - y) ** 2).sum(),
        value=lambda X, w, beta, y: 2 * (X @ w + beta - y).sum(),
        expected=r"2 \cdot \mathbf 1^T(Xw + \beta\mathbf 1 - y)",
    ),
    Row(
        "weighted-least-squares",
        given=r"""
            W \in \mathbb{S}_{++}^m
            L = (Xw - y)^TW(Xw - y)""",
        wrt="w",
        shapes={"X": "mn", "w": "n", "y": "m", "W": "mm spd"},
        truth=lambda X, w, y, W: (X @ w - y) @ W @ (X @ w - y),
        value=lambda X, w, y, W: 2 * X.T @ W @ (X @ w - y),
        expected=r"2X^TW(Xw - y)",
    ),
    Row(
        "weighted-least-squares-diagonal",
        given=r"""
            D \in \R^{m \times m} \text{ diagonal}
            L = (Xw - y)^TD(Xw - y)""",
        wrt="w",
        shapes={"X": "mn", "w": "n", "y": "m", "D": "mm diag"},
        truth=lambda X, w, y, D: (X @ w - y) @ D @ (X @ w - y),
        value=lambda X, w, y, D: 2 * X.T @ D @ (X @ w - y),
        expected=r"2X^TD(Xw - y)",
    ),
    Row(
        "weighted-least-squares-weights",
        given=r"""
            c \in \R^m
            L = (y - Xw)^T\operatorname{Diag}(c)(y - Xw)""",
        wrt="w",
        shapes={"X": "mn", "w": "n", "y": "m", "c": "m pos"},
        truth=lambda X, w, y, c: (c * (y - X @ w) ** 2).sum(),
        value=lambda X, w, y, c: -2 * X.T @ (c * (y - X @ w)),
        expected=r"-2X^T(c \odot (y - Xw))",
    ),
    Row(
        "weighted-least-squares-in-the-weights",
        given=r"""
            c \in \R^m
            L = (y - Xw)^T\operatorname{Diag}(c)(y - Xw)""",
        wrt="c",
        shapes={"X": "mn", "w": "n", "y": "m", "c": "m pos"},
        truth=lambda X, w, y, c: (c * (y - X @ w) ** 2).sum(),
        value=lambda X, w, y, c: (y - X @ w) ** 2,
        expected=r"(y - Xw) \odot (y - Xw)",
    ),
    Row(
        "ridge",
        given=r"L = \|Xw - y\|^2 + \lambda\|w\|^2",
        wrt="w",
        shapes={"X": "mn", "w": "n", "y": "m", "lambda": " pos"},
        truth=lambda **v: ((v["X"] @ v["w"] - v["y"]) ** 2).sum() + v["lambda"] * v["w"] @ v["w"],
        value=lambda **v: 2 * v["X"].T @ (v["X"] @ v["w"] - v["y"]) + 2 * v["lambda"] * v["w"],
        expected=r"2X^T(Xw - y) + 2\lambda w",
    ),
    Row(
        "ridge-in-the-penalty",
        given=r"L = \|Xw - y\|^2 + \lambda\|w\|^2",
        wrt="lambda",
        shapes={"X": "mn", "w": "n", "y": "m", "lambda": " pos"},
        truth=lambda **v: ((v["X"] @ v["w"] - v["y"]) ** 2).sum() + v["lambda"] * v["w"] @ v["w"],
        value=lambda **v: v["w"] @ v["w"],
        expected=r"\|w\|^2",
    ),
    Row(
        "tikhonov",
        given=r"""
            \Gamma \in \R^{p \times n}
            L = \|Aw - y\|_2^2 + \|\Gamma w\|_2^2""",
        wrt="w",
        shapes={"A": "mn", "w": "n", "y": "m", "Gamma": "pn"},
        truth=lambda A, w, y, Gamma: norm(A @ w - y) ** 2 + norm(Gamma @ w) ** 2,
        value=lambda A, w, y, Gamma: 2 * A.T @ (A @ w - y) + 2 * Gamma.T @ Gamma @ w,
        expected=r"2A^T(Aw - y) + 2\Gamma^T\Gamma w",
    ),
    Row(
        "lasso",
        given=r"L = \frac{1}{2}\|Xw - y\|_2^2 + \alpha\|w\|_1",
        wrt="w",
        shapes={"X": "mn", "w": "n", "y": "m", "alpha": " pos"},
        truth=lambda X, w, y, alpha: norm(X @ w - y) ** 2 / 2 + alpha * np.abs(w).sum(),
        value=lambda X, w, y, alpha: X.T @ (X @ w - y) + alpha * np.sign(w),
        expected=r"X^T(Xw - y) + \alpha\operatorname{sign}(w)",
    ),
    Row(
        "multivariate-least-squares",
        given=r"L = \|XW - Y\|_F^2",
        wrt="W",
        shapes={"X": "mn", "W": "np", "Y": "mp"},
        truth=lambda X, W, Y: ((X @ W - Y) ** 2).sum(),
        value=lambda X, W, Y: 2 * X.T @ (X @ W - Y),
        expected=r"2X^T(XW - Y)",
    ),
    Row(
        "multivariate-least-squares-trace",
        given=r"""
            S \in \mathbb{S}_{++}^p
            L = \operatorname{tr}\left((XW - Y)S^{-1}(XW - Y)^T\right)""",
        wrt="W",
        shapes={"X": "mn", "W": "np", "Y": "mp", "S": "pp spd"},
        truth=lambda X, W, Y, S: np.trace((X @ W - Y) @ inv(S) @ (X @ W - Y).T),
        value=lambda X, W, Y, S: 2 * X.T @ (X @ W - Y) @ inv(S),
        expected=r"2X^T(XW - Y)S^{-1}",
    ),
    Row(
        "kernel-ridge",
        given=r"""
            K \in \mathbb{S}^m
            L = \|y - K\mathbf{c}\|^2 + \lambda \mathbf{c}^\top K\mathbf{c}""",
        wrt="c",
        shapes={"K": "mm sym", "c": "m", "y": "m", "lambda": " pos"},
        truth=lambda **v: (
            ((v["y"] - v["K"] @ v["c"]) ** 2).sum() + v["lambda"] * v["c"] @ v["K"] @ v["c"]
        ),
        value=lambda **v: (
            -2 * v["K"] @ (v["y"] - v["K"] @ v["c"]) + 2 * v["lambda"] * v["K"] @ v["c"]
        ),
        expected=r"-2K(y - Kc) + 2\lambda Kc",
    ),
    Row(
        "projector-residual-in-the-target",
        given=r"L = \|y - X(X^TX)^{-1}X^Ty\|^2",
        wrt="y",
        shapes={"X": "mn", "y": "m"},
        truth=lambda X, y: norm(y - X @ inv(X.T @ X) @ X.T @ y) ** 2,
        value=lambda X, y: 2 * (y - X @ inv(X.T @ X) @ X.T @ y),
        expected=r"2(y - X(X^TX)^{-1}X^Ty)",
    ),
    Row(
        "projector-residual-in-the-data",
        given=r"""
            b = (X^TX)^{-1}X^Ty
            L = y^T(y - Xb)""",
        wrt="X",
        shapes={"X": "mn", "y": "m"},
        truth=lambda X, y: y @ (y - X @ inv(X.T @ X) @ X.T @ y),
        value=lambda X, y: -2 * np.outer(y - X @ inv(X.T @ X) @ X.T @ y, inv(X.T @ X) @ X.T @ y),
        expected=r"-2(y - Xb)b^T",
    ),
    Row(
        "total-least-squares",
        given=r"L = \frac{\|Xw - y\|^2}{1 + \|w\|^2}",
        wrt="w",
        shapes={"X": "mn", "w": "n", "y": "m"},
        truth=lambda X, w, y: norm(X @ w - y) ** 2 / (1 + w @ w),
        value=lambda X, w, y: (
            2 / (1 + w @ w) * X.T @ (X @ w - y) - 2 * norm(X @ w - y) ** 2 / (1 + w @ w) ** 2 * w
        ),
        expected=r"\frac{2}{1 + \|w\|^2}X^T(Xw - y) - \frac{2\|Xw - y\|^2}{(1 + \|w\|^2)^2}w",
    ),
)

_LOGISTIC = (
    Row(
        "logistic-margins",
        given=r"L = \mathbf 1^T \log(\mathbf 1 + \exp(-y \odot (Xw)))",
        wrt="w",
        shapes={"X": "mn", "w": "n", "y": "m label"},
        truth=lambda X, w, y: np.log1p(np.exp(-y * (X @ w))).sum(),
        value=lambda X, w, y: -X.T @ (y * sigmoid(-y * (X @ w))),
        expected=r"-X^T(y \odot \sigma(-y \odot (Xw)))",
    ),
    Row(
        "logistic-cross-entropy",
        given=r"L = -y^T\log\sigma(Xw) - (\mathbf 1 - y)^T\log(\mathbf 1 - \sigma(Xw))",
        wrt="w",
        shapes={"X": "mn", "w": "n", "y": "m mask"},
        truth=lambda X, w, y: -y @ np.log(sigmoid(X @ w)) - (1 - y) @ np.log(1 - sigmoid(X @ w)),
        value=lambda X, w, y: X.T @ (sigmoid(X @ w) - y),
        expected=r"X^T(\sigma(Xw) - y)",
    ),
    Row(
        "logistic-cross-entropy-one-sample",
        given=r"""
            \tau \in \R
            L = -\tau\log\sigma(w^Tx) - (1 - \tau)\log(1 - \sigma(w^Tx))""",
        wrt="w",
        shapes={"tau": " unit", "w": "n", "x": "n"},
        truth=lambda tau, w, x: (
            -tau * np.log(sigmoid(w @ x)) - (1 - tau) * np.log(1 - sigmoid(w @ x))
        ),
        value=lambda tau, w, x: (sigmoid(w @ x) - tau) * x,
        expected=r"(\sigma(w^Tx) - \tau)x",
    ),
    Row(
        "logistic-named-probabilities",
        given=r"""
            z = Xw
            p = \sigma(z)
            L = -y^T\log p - (\mathbf 1 - y)^T\log(\mathbf 1 - p)""",
        wrt="w",
        shapes={"X": "mn", "w": "n", "y": "m mask"},
        truth=lambda X, w, y: -y @ np.log(sigmoid(X @ w)) - (1 - y) @ np.log(1 - sigmoid(X @ w)),
        value=lambda X, w, y: X.T @ (sigmoid(X @ w) - y),
        expected=r"X^T(p - y)",
    ),
    Row(
        "logistic-softplus",
        given=r"L = \mathbf 1^T\operatorname{softplus}(Xw) - y^TXw",
        wrt="w",
        shapes={"X": "mn", "w": "n", "y": "m mask"},
        truth=lambda X, w, y: np.log1p(np.exp(X @ w)).sum() - y @ X @ w,
        value=lambda X, w, y: X.T @ (sigmoid(X @ w) - y),
        expected=r"X^T(\sigma(Xw) - y)",
    ),
    Row(
        "logistic-sum",
        given=r"L = \operatorname{sum}(\log(\mathbf 1 + \exp(Xw)) - y \odot (Xw))",
        wrt="w",
        shapes={"X": "mn", "w": "n", "y": "m mask"},
        truth=lambda X, w, y: (np.log1p(np.exp(X @ w)) - y * (X @ w)).sum(),
        value=lambda X, w, y: X.T @ (sigmoid(X @ w) - y),
        expected=r"X^T(\sigma(Xw) - y)",
    ),
    Row(
        "logistic-one-sample",
        given=r"L = \log(1 + \exp(-\gamma w^Tx))",
        wrt="w",
        shapes={"gamma": "", "w": "n", "x": "n"},
        truth=lambda gamma, w, x: np.log1p(np.exp(-gamma * w @ x)),
        value=lambda gamma, w, x: -gamma * sigmoid(-gamma * w @ x) * x,
        expected=r"-\gamma\sigma(-\gamma w^Tx)x",
    ),
    Row(
        "logistic-one-sample-bias",
        given=r"L = -\log\sigma(w^Tx + \beta)",
        wrt="beta",
        shapes={"w": "n", "x": "n", "beta": ""},
        truth=lambda w, x, beta: -np.log(sigmoid(w @ x + beta)),
        value=lambda w, x, beta: sigmoid(w @ x + beta) - 1,
        expected=r"\sigma(w^Tx + \beta) - 1",
    ),
    Row(
        "logistic-ridge",
        given=r"L = \mathbf 1^T\log(\mathbf 1 + \exp(-y \odot (Xw))) + \frac{\lambda}{2}w^Tw",
        wrt="w",
        shapes={"X": "mn", "w": "n", "y": "m label", "lambda": " pos"},
        truth=lambda **v: (
            np.log1p(np.exp(-v["y"] * (v["X"] @ v["w"]))).sum() + v["lambda"] / 2 * v["w"] @ v["w"]
        ),
        value=lambda **v: (
            v["lambda"] * v["w"] - v["X"].T @ (v["y"] * sigmoid(-v["y"] * (v["X"] @ v["w"])))
        ),
        expected=r"-X^T(y \odot \sigma(-y \odot (Xw))) + \lambda w",
    ),
    Row(
        "softmax-cross-entropy",
        given=r"L = \log(\mathbf 1^T\exp(z)) - y^Tz",
        wrt="z",
        shapes={"z": "n", "y": "n mask"},
        truth=lambda z, y: np.log(np.exp(z).sum()) - y @ z,
        value=lambda z, y: np.exp(z) / np.exp(z).sum() - y,
        expected=r"\frac{1}{\mathbf 1^T\exp(z)}\exp(z) - y",
    ),
    Row(
        "softmax-regression",
        given=r"""
            z = Wx
            L = \log(\mathbf 1^T\exp(z)) - y^Tz""",
        wrt="W",
        shapes={"W": "mn", "x": "n", "y": "m mask"},
        truth=lambda W, x, y: np.log(np.exp(W @ x).sum()) - y @ W @ x,
        value=lambda W, x, y: np.outer(np.exp(W @ x) / np.exp(W @ x).sum() - y, x),
        expected=r"\left(\frac{1}{\mathbf 1^T\exp(z)}\exp(z) - y\right)x^T",
    ),
)

_OTHER_LOSSES = (
    Row(
        "poisson-regression",
        given=r"L = \mathbf 1^T\exp(Xw) - y^TXw",
        wrt="w",
        shapes={"X": "mn", "w": "n", "y": "m pos"},
        truth=lambda X, w, y: np.exp(X @ w).sum() - y @ X @ w,
        value=lambda X, w, y: X.T @ (np.exp(X @ w) - y),
        expected=r"X^T(\exp(Xw) - y)",
    ),
    Row(
        "gamma-regression",
        given=r"L = \mathbf 1^T(Xw + y \odot \exp(-Xw))",
        wrt="w",
        shapes={"X": "mn", "w": "n", "y": "m pos"},
        truth=lambda X, w, y: (X @ w + y * np.exp(-X @ w)).sum(),
        value=lambda X, w, y: X.T @ (1 - y * np.exp(-X @ w)),
        expected=r"X^T(\mathbf 1 - y \odot \exp(-Xw))",
    ),
    Row(
        "probit-like",
        given=r"""
            u = y \odot (Xw)
            L = -\mathbf 1^T\log(\mathbf 1 + \operatorname{erf}(u))""",
        wrt="w",
        shapes={"X": "mn", "w": "n unit", "y": "m label"},
        truth=lambda X, w, y: -np.log(1 + erf(y * (X @ w))).sum(),
        value=lambda X, w, y: (
            -2 / math.sqrt(math.pi) * X.T @ (y * np.exp(-((X @ w) ** 2)) / (1 + erf(y * (X @ w))))
        ),
        expected=r"-\frac{2}{\sqrt{\pi}}X^T(y \odot \exp(-u \odot u) \oslash (\mathbf 1 + "
        r"\operatorname{erf}(u)))",
    ),
    Row(
        "squared-hinge",
        given=r"""
            u = \mathbf 1 - y \odot (Xw)
            L = \|\operatorname{relu}(u)\|^2""",
        wrt="w",
        shapes={"X": "mn", "w": "n", "y": "m label"},
        truth=lambda X, w, y: (np.maximum(1 - y * (X @ w), 0) ** 2).sum(),
        value=lambda X, w, y: -2 * X.T @ (y * np.maximum(1 - y * (X @ w), 0)),
        expected=r"-2X^T(y \odot \operatorname{relu}(u))",
    ),
    Row(
        "smooth-hinge",
        given=r"L = \mathbf 1^T\operatorname{softplus}(\mathbf 1 - y \odot (Xw))",
        wrt="w",
        shapes={"X": "mn", "w": "n", "y": "m label"},
        truth=lambda X, w, y: np.log1p(np.exp(1 - y * (X @ w))).sum(),
        value=lambda X, w, y: -X.T @ (y * sigmoid(1 - y * (X @ w))),
        expected=r"-X^T(y \odot \sigma(\mathbf 1 - y \odot (Xw)))",
    ),
    Row(
        "pseudo-huber",
        given=r"""
            r = Xw - y
            L = \mathbf 1^T\sqrt{\mathbf 1 + r \odot r}""",
        wrt="w",
        shapes={"X": "mn", "w": "n", "y": "m"},
        truth=lambda X, w, y: np.sqrt(1 + (X @ w - y) ** 2).sum(),
        value=lambda X, w, y: X.T @ ((X @ w - y) / np.sqrt(1 + (X @ w - y) ** 2)),
        expected=r"X^T(r \oslash \sqrt{\mathbf 1 + r \odot r})",
    ),
    Row(
        "least-absolute-deviations",
        given=r"L = \|Xw - y\|_1",
        wrt="w",
        shapes={"X": "mn", "w": "n", "y": "m"},
        truth=lambda X, w, y: np.abs(X @ w - y).sum(),
        value=lambda X, w, y: X.T @ np.sign(X @ w - y),
        expected=r"X^T\operatorname{sign}(Xw - y)",
    ),
    Row(
        "quantile-regression",
        given=r"""
            r = y - Xw
            L = \frac{1}{2}\mathbf 1^T\operatorname{abs}(r) + (\tau - \frac{1}{2})\mathbf 1^Tr""",
        wrt="w",
        shapes={"X": "mn", "w": "n", "y": "m", "tau": " unit"},
        truth=lambda X, w, y, tau: np.maximum(tau * (y - X @ w), (tau - 1) * (y - X @ w)).sum(),
        value=lambda X, w, y, tau: -X.T @ (np.sign(y - X @ w) / 2 + (tau - 0.5)),
        expected=r"-X^T(\frac{1}{2}\operatorname{sign}(r) + (\tau - \frac{1}{2})\mathbf 1)",
    ),
    Row(
        "log-cosh",
        given=r"L = \mathbf 1^T\log\cosh(Xw - y)",
        wrt="w",
        shapes={"X": "mn", "w": "n", "y": "m"},
        truth=lambda X, w, y: np.log(np.cosh(X @ w - y)).sum(),
        value=lambda X, w, y: X.T @ np.tanh(X @ w - y),
        expected=r"X^T\tanh(Xw - y)",
    ),
    Row(
        "cauchy-loss",
        given=r"""
            r = Xw - y
            L = \mathbf 1^T\log(\mathbf 1 + r \odot r)""",
        wrt="w",
        shapes={"X": "mn", "w": "n", "y": "m"},
        truth=lambda X, w, y: np.log(1 + (X @ w - y) ** 2).sum(),
        value=lambda X, w, y: 2 * X.T @ ((X @ w - y) / (1 + (X @ w - y) ** 2)),
        expected=r"2X^T(r \oslash (\mathbf 1 + r \odot r))",
    ),
    Row(
        "log-barrier",
        given=r"L = c^Tx - \mathbf 1^T\log(b - Ax)",
        wrt="x",
        shapes={"c": "n", "x": "n unit", "b": "m far", "A": "mn"},
        truth=lambda c, x, b, A: c @ x - np.log(b - A @ x).sum(),
        value=lambda c, x, b, A: c + A.T @ (1 / (b - A @ x)),
        expected=r"c + A^T(\mathbf 1 \oslash (b - Ax))",
    ),
)

ROWS: tuple[Row, ...] = (*_LEAST_SQUARES, *_LOGISTIC, *_OTHER_LOSSES)
