"""Factorisations, networks, embeddings, graphs and penalties."""

from __future__ import annotations

import numpy as np
from numpy.linalg import norm

from tests.conformance.learning_regression import sigmoid
from tests.conformance.row import Row

_FACTORISATIONS = (
    Row(
        "matrix-factorisation-mask-U",
        given=r"L = \|M \odot (UV^T - R)\|_F^2",
        wrt="U",
        shapes={"M": "mn mask", "U": "mp", "V": "np", "R": "mn"},
        truth=lambda M, U, V, R: ((M * (U @ V.T - R)) ** 2).sum(),
        value=lambda M, U, V, R: 2 * (M * M * (U @ V.T - R)) @ V,
        expected=r"2(M \odot M \odot (UV^T - R))V",
    ),
    Row(
        "matrix-factorisation-mask-V",
        given=r"L = \|M \odot (UV^T - R)\|_F^2",
        wrt="V",
        shapes={"M": "mn mask", "U": "mp", "V": "np", "R": "mn"},
        truth=lambda M, U, V, R: ((M * (U @ V.T - R)) ** 2).sum(),
        value=lambda M, U, V, R: 2 * (M * M * (U @ V.T - R)).T @ U,
        expected=r"2(M \odot M \odot (UV^T - R))^TU",
    ),
    Row(
        "matrix-factorisation-ridge",
        given=r"L = \frac{1}{2}\|UV^T - R\|_F^2 + \frac{\rho}{2}(\|U\|_F^2 + \|V\|_F^2)",
        wrt="V",
        shapes={"U": "mp", "V": "np", "R": "mn", "rho": " pos"},
        truth=lambda U, V, R, rho: (
            norm(U @ V.T - R) ** 2 / 2 + rho / 2 * (norm(U) ** 2 + norm(V) ** 2)
        ),
        value=lambda U, V, R, rho: (U @ V.T - R).T @ U + rho * V,
        expected=r"(UV^T - R)^TU + \rho V",
    ),
    Row(
        "symmetric-factorisation",
        given=r"""
            S \in \mathbb{S}^m
            L = \|UU^T - S\|_F^2""",
        wrt="U",
        shapes={"S": "mm sym", "U": "mp"},
        truth=lambda S, U: norm(U @ U.T - S) ** 2,
        value=lambda S, U: 4 * (U @ U.T - S) @ U,
        expected=r"4(UU^T - S)U",
    ),
    Row(
        "nonnegative-factorisation-kl",
        given=r"L = \mathbf 1^T(WH - V \odot \log(WH))\mathbf 1",
        wrt="H",
        shapes={"W": "mp pos", "H": "pn pos", "V": "mn pos"},
        truth=lambda W, H, V: (W @ H - V * np.log(W @ H)).sum(),
        value=lambda W, H, V: W.T @ (1 - V / (W @ H)),
        expected=r"W^T(\mathbf 1\mathbf 1^T - V \oslash (WH))",
    ),
    Row(
        "nonnegative-factorisation-frobenius",
        given=r"L = \|V - WH\|_F^2",
        wrt="W",
        shapes={"W": "mp pos", "H": "pn pos", "V": "mn pos"},
        truth=lambda W, H, V: norm(V - W @ H) ** 2,
        value=lambda W, H, V: -2 * (V - W @ H) @ H.T,
        expected=r"-2(V - WH)H^T",
    ),
    Row(
        "tri-factorisation",
        given=r"L = \|X - USV^T\|_F^2",
        wrt="S",
        shapes={"X": "mn", "U": "mp", "S": "pq", "V": "nq"},
        truth=lambda X, U, S, V: norm(X - U @ S @ V.T) ** 2,
        value=lambda X, U, S, V: -2 * U.T @ (X - U @ S @ V.T) @ V,
        expected=r"-2U^T(X - USV^T)V",
    ),
    Row(
        "pca-reconstruction",
        given=r"""
            E = X - XWW^T
            L = \|E\|_F^2""",
        wrt="W",
        shapes={"X": "mn", "W": "np"},
        truth=lambda X, W: norm(X - X @ W @ W.T) ** 2,
        value=lambda X, W: -2 * (X.T @ (X - X @ W @ W.T) + (X - X @ W @ W.T).T @ X) @ W,
        expected=r"-2X^TEW - 2E^TXW",
    ),
    Row(
        "pca-variance",
        given=r"L = -\operatorname{tr}(W^TX^TXW)",
        wrt="W",
        shapes={"X": "mn", "W": "np"},
        truth=lambda X, W: -np.trace(W.T @ X.T @ X @ W),
        value=lambda X, W: -2 * X.T @ X @ W,
        expected=r"-2X^TXW",
    ),
    Row(
        "procrustes",
        given=r"L = \|AQ - B\|_F^2",
        wrt="Q",
        shapes={"A": "mn", "Q": "nn", "B": "mn"},
        truth=lambda A, Q, B: norm(A @ Q - B) ** 2,
        value=lambda A, Q, B: 2 * A.T @ (A @ Q - B),
        expected=r"2A^T(AQ - B)",
    ),
    Row(
        "kronecker-norm-chain",
        given=r"L = \frac{1}{2}\|A \otimes (XB)\|_F^2",
        wrt="X",
        shapes={"A": "pq", "X": "mn", "B": "np"},
        truth=lambda A, X, B: norm(np.kron(A, X @ B)) ** 2 / 2,
        value=lambda A, X, B: norm(A) ** 2 * X @ B @ B.T,
        expected=r"\|A\|_F^2 XBB^T",
    ),
)

_PENALTIES = (
    Row(
        "orthogonality-penalty",
        given=r"L = \|W^TW - I\|_F^2",
        wrt="W",
        shapes={"W": "mn"},
        truth=lambda W: norm(W.T @ W - np.eye(W.shape[1])) ** 2,
        value=lambda W: 4 * W @ (W.T @ W - np.eye(W.shape[1])),
        expected=r"4W(W^TW - I)",
    ),
    Row(
        "group-norm-rows",
        given=r"""
            r = \sqrt{(W \odot W)\mathbf 1}
            L = \mathbf 1^Tr""",
        wrt="W",
        shapes={"W": "mn"},
        truth=lambda W: norm(W, axis=1).sum(),
        value=lambda W: W / norm(W, axis=1, keepdims=True),
        expected=r"\operatorname{Diag}(\mathbf 1 \oslash r)W",
    ),
    Row(
        "smoothed-norm",
        given=r"f = \sqrt{\|x\|^2 + \epsilon}",
        wrt="x",
        shapes={"x": "n", "epsilon": " pos"},
        truth=lambda x, epsilon: np.sqrt(x @ x + epsilon),
        value=lambda x, epsilon: x / np.sqrt(x @ x + epsilon),
        expected=r"\frac{1}{\sqrt{\|x\|^2 + \epsilon}}x",
    ),
    Row(
        "entrywise-one-norm",
        given=r"L = \|AX\|_1",
        wrt="X",
        shapes={"A": "pm", "X": "mn"},
        truth=lambda A, X: np.abs(A @ X).sum(),
        value=lambda A, X: A.T @ np.sign(A @ X),
        expected=r"A^T\operatorname{sign}(AX)",
    ),
    Row(
        "off-diagonal",
        given=r"""
            X \in \R^{n \times n}
            L = \|X\|_F^2 - \|\operatorname{diag}(X)\|^2""",
        wrt="X",
        shapes={"X": "nn"},
        truth=lambda X: norm(X) ** 2 - norm(np.diag(X)) ** 2,
        value=lambda X: 2 * X - 2 * np.diag(np.diag(X)),
        expected=r"2X - 2\operatorname{Diag}(\operatorname{diag}(X))",
    ),
    Row(
        "scaled-columns",
        given=r"L = \|A\operatorname{Diag}(x)B - C\|_F^2",
        wrt="x",
        shapes={"A": "mn", "x": "n", "B": "np", "C": "mp"},
        truth=lambda A, x, B, C: norm(A @ np.diag(x) @ B - C) ** 2,
        value=lambda A, x, B, C: 2 * np.diag(A.T @ (A @ np.diag(x) @ B - C) @ B.T),
        expected=r"2\operatorname{diag}(A^T(A\operatorname{Diag}(x)B - C)B^T)",
    ),
    Row(
        "gating",
        given=r"L = \|w \odot x - y\|^2",
        wrt="w",
        shapes={"w": "n", "x": "n", "y": "n"},
        truth=lambda w, x, y: norm(w * x - y) ** 2,
        value=lambda w, x, y: 2 * x * (w * x - y),
        expected=r"2((w \odot x - y) \odot x)",
    ),
)

_NETWORK = r"""
            W_1 \in \R^{p \times n}
            W_2 \in \R^{m \times p}
            b_1 \in \R^p
            b_2 \in \R^m
            x \in \R^n
            h = \tanh(W_1x + b_1)
            z = W_2h + b_2
            L = \frac{1}{2}\|z - y\|^2"""

_NETWORK_SHAPES = {"W_1": "pn", "b_1": "p", "W_2": "mp", "b_2": "m", "x": "n", "y": "m"}


def _hidden(**v: np.ndarray) -> np.ndarray:
    return np.asarray(np.tanh(v["W_1"] @ v["x"] + v["b_1"]))


def _residual(**v: np.ndarray) -> np.ndarray:
    return np.asarray(v["W_2"] @ _hidden(**v) + v["b_2"] - v["y"])


def _back(**v: np.ndarray) -> np.ndarray:
    return np.asarray((v["W_2"].T @ _residual(**v)) * (1 - _hidden(**v) ** 2))


_NETWORKS = (
    Row(
        "network-W_1",
        given=_NETWORK,
        wrt="W_1",
        shapes=_NETWORK_SHAPES,
        truth=lambda **v: norm(_residual(**v)) ** 2 / 2,
        value=lambda **v: np.outer(_back(**v), v["x"]),
        expected=r"((W_2^T(z - y)) \odot (\mathbf 1 - h \odot h))x^T",
    ),
    Row(
        "network-b_1",
        given=_NETWORK,
        wrt="b_1",
        shapes=_NETWORK_SHAPES,
        truth=lambda **v: norm(_residual(**v)) ** 2 / 2,
        value=lambda **v: _back(**v),
        expected=r"(W_2^T(z - y)) \odot (\mathbf 1 - h \odot h)",
    ),
    Row(
        "network-W_2",
        given=_NETWORK,
        wrt="W_2",
        shapes=_NETWORK_SHAPES,
        truth=lambda **v: norm(_residual(**v)) ** 2 / 2,
        value=lambda **v: np.outer(_residual(**v), _hidden(**v)),
        expected=r"(z - y)h^T",
    ),
    Row(
        "network-b_2",
        given=_NETWORK,
        wrt="b_2",
        shapes=_NETWORK_SHAPES,
        truth=lambda **v: norm(_residual(**v)) ** 2 / 2,
        value=lambda **v: _residual(**v),
        expected=r"z - y",
    ),
    Row(
        "network-batch",
        given=r"""
            H = \sigma(XA)
            L = \|HB - Y\|_F^2""",
        wrt="A",
        shapes={"X": "mn", "A": "np", "B": "pq", "Y": "mq"},
        truth=lambda X, A, B, Y: norm(sigmoid(X @ A) @ B - Y) ** 2,
        value=lambda X, A, B, Y: (
            2 * X.T @ (((sigmoid(X @ A) @ B - Y) @ B.T) * sigmoid(X @ A) * (1 - sigmoid(X @ A)))
        ),
        expected=r"2X^T(((HB - Y)B^T) \odot H \odot (\mathbf 1\mathbf 1^T - H))",
    ),
    Row(
        "network-input",
        given=r"""
            h = \tanh(Wx)
            f = c^Th""",
        wrt="x",
        shapes={"W": "mn", "x": "n", "c": "m"},
        truth=lambda W, x, c: c @ np.tanh(W @ x),
        value=lambda W, x, c: W.T @ (c * (1 - np.tanh(W @ x) ** 2)),
        expected=r"W^T(c \odot (\mathbf 1 - h \odot h))",
    ),
    Row(
        "autoencoder",
        given=r"""
            h = \sigma(Wx)
            L = \|Vh - x\|^2""",
        wrt="W",
        shapes={"W": "pn", "V": "np", "x": "n"},
        truth=lambda W, V, x: norm(V @ sigmoid(W @ x) - x) ** 2,
        value=lambda W, V, x: (
            2
            * np.outer((V.T @ (V @ sigmoid(W @ x) - x)) * sigmoid(W @ x) * (1 - sigmoid(W @ x)), x)
        ),
        expected=r"2((V^T(Vh - x)) \odot h \odot (\mathbf 1 - h))x^T",
    ),
    Row(
        "autoencoder-tied",
        given=r"""
            h = \tanh(Wx)
            r = W^Th - x
            L = \|r\|^2""",
        wrt="W",
        shapes={"W": "pn", "x": "n"},
        truth=lambda W, x: norm(W.T @ np.tanh(W @ x) - x) ** 2,
        value=lambda W, x: (
            2 * np.outer(np.tanh(W @ x), W.T @ np.tanh(W @ x) - x)
            + 2 * np.outer((W @ (W.T @ np.tanh(W @ x) - x)) * (1 - np.tanh(W @ x) ** 2), x)
        ),
        expected=r"2hr^T + 2((Wr) \odot (\mathbf 1 - h \odot h))x^T",
    ),
    Row(
        "residual-block",
        given=r"""
            x \in \R^n
            z = x + B\operatorname{relu}(Ax)
            L = a^Tz""",
        wrt="B",
        shapes={"A": "mn", "B": "nm", "x": "n", "a": "n"},
        truth=lambda A, B, x, a: a @ (x + B @ np.maximum(A @ x, 0)),
        value=lambda A, B, x, a: np.outer(a, np.maximum(A @ x, 0)),
        expected=r"a\operatorname{relu}(Ax)^T",
    ),
    Row(
        "periodic-features",
        given=r"f = a^T\sin(Wx) + b^T\cos(Wx)",
        wrt="W",
        shapes={"W": "mn", "x": "n", "a": "m", "b": "m"},
        truth=lambda W, x, a, b: a @ np.sin(W @ x) + b @ np.cos(W @ x),
        value=lambda W, x, a, b: np.outer(a * np.cos(W @ x) - b * np.sin(W @ x), x),
        expected=r"(a \odot \cos(Wx) - b \odot \sin(Wx))x^T",
    ),
    Row(
        "exponential-features",
        given=r"f = a^T\exp(Xb)",
        wrt="X",
        shapes={"a": "m", "X": "mn", "b": "n"},
        truth=lambda a, X, b: a @ np.exp(X @ b),
        value=lambda a, X, b: np.outer(a * np.exp(X @ b), b),
        expected=r"(a \odot \exp(Xb))b^T",
    ),
    Row(
        "sigmoid-quadratic-form",
        given=r"""
            M \in \mathbb{S}^m
            Y = \sigma(WX)
            f = \operatorname{tr}(Y^TMY)""",
        wrt="X",
        shapes={"M": "mm sym", "W": "mn", "X": "np"},
        truth=lambda M, W, X: np.trace(sigmoid(W @ X).T @ M @ sigmoid(W @ X)),
        value=lambda M, W, X: (
            2 * W.T @ ((M @ sigmoid(W @ X)) * sigmoid(W @ X) * (1 - sigmoid(W @ X)))
        ),
        expected=r"W^T((2MY) \odot Y \odot (\mathbf 1\mathbf 1^T - Y))",
    ),
)

_EMBEDDINGS = (
    Row(
        "metric-learning-factor",
        given=r"f = \|L(x - y)\|^2",
        wrt="L",
        shapes={"L": "pn", "x": "n", "y": "n"},
        truth=lambda L, x, y: norm(L @ (x - y)) ** 2,
        value=lambda L, x, y: 2 * L @ np.outer(x - y, x - y),
        expected=r"2L(x - y)(x - y)^T",
    ),
    Row(
        "metric-learning",
        given=r"""
            M \in \mathbb{S}_{++}^n
            f = (x - y)^TM(x - y)""",
        wrt="M",
        shapes={"M": "nn spd", "x": "n", "y": "n"},
        truth=lambda M, x, y: (x - y) @ M @ (x - y),
        value=lambda M, x, y: np.outer(x - y, x - y),
        expected=r"(x - y)(x - y)^T",
    ),
    Row(
        "triplet",
        given=r"L = \operatorname{softplus}(\|x - y\|^2 - \|x - z\|^2 + 1)",
        wrt="x",
        shapes={"x": "n", "y": "n", "z": "n"},
        truth=lambda x, y, z: np.log1p(np.exp(norm(x - y) ** 2 - norm(x - z) ** 2 + 1)),
        value=lambda x, y, z: 2 * sigmoid(norm(x - y) ** 2 - norm(x - z) ** 2 + 1) * (z - y),
        expected=r"2\sigma(\|x - y\|^2 - \|x - z\|^2 + 1)(z - y)",
    ),
    Row(
        "skip-gram",
        given=r"L = -\log\sigma(u^Tv) - \log\sigma(-w^Tv)",
        wrt="v",
        shapes={"u": "n", "v": "n", "w": "n"},
        truth=lambda u, v, w: -np.log(sigmoid(u @ v)) - np.log(sigmoid(-w @ v)),
        value=lambda u, v, w: -(1 - sigmoid(u @ v)) * u + sigmoid(w @ v) * w,
        expected=r"-\sigma(-u^Tv)u + \sigma(w^Tv)w",
    ),
    Row(
        "bilinear-attention",
        given=r"f = \sigma(x^TWy)",
        wrt="W",
        shapes={"x": "m", "W": "mn", "y": "n"},
        truth=lambda x, W, y: sigmoid(x @ W @ y),
        value=lambda x, W, y: sigmoid(x @ W @ y) * (1 - sigmoid(x @ W @ y)) * np.outer(x, y),
        expected=r"\sigma(x^TWy)(1 - \sigma(x^TWy))xy^T",
    ),
    Row(
        "gaussian-kernel",
        given=r"f = \exp(-\gamma\|x - y\|^2)",
        wrt="x",
        shapes={"gamma": " pos", "x": "n", "y": "n"},
        truth=lambda gamma, x, y: np.exp(-gamma * norm(x - y) ** 2),
        value=lambda gamma, x, y: -2 * gamma * np.exp(-gamma * norm(x - y) ** 2) * (x - y),
        expected=r"-2\gamma\exp(-\gamma\|x - y\|^2)(x - y)",
    ),
    Row(
        "gaussian-kernel-in-the-width",
        given=r"f = \exp(-\gamma\|x - y\|^2)",
        wrt="gamma",
        shapes={"gamma": " pos", "x": "n", "y": "n"},
        truth=lambda gamma, x, y: np.exp(-gamma * norm(x - y) ** 2),
        value=lambda gamma, x, y: -np.exp(-gamma * norm(x - y) ** 2) * norm(x - y) ** 2,
        expected=r"-\exp(-\gamma\|x - y\|^2)\|x - y\|^2",
    ),
    Row(
        "translation-embedding",
        given=r"f = \|h + r - t\|",
        wrt="t",
        shapes={"h": "n", "r": "n", "t": "n"},
        truth=lambda h, r, t: norm(h + r - t),
        value=lambda h, r, t: -(h + r - t) / norm(h + r - t),
        expected=r"-\frac{1}{\|h + r - t\|}(h + r - t)",
    ),
    Row(
        "graph-smoothness",
        given=r"""
            L \in \mathbb{S}^m
            f = \operatorname{tr}(F^TLF)""",
        wrt="F",
        shapes={"L": "mm sym", "F": "mn"},
        truth=lambda L, F: np.trace(F.T @ L @ F),
        value=lambda L, F: 2 * L @ F,
        expected=r"2LF",
    ),
    Row(
        "graph-denoising",
        given=r"""
            Q \in \mathbb{S}^m
            f = \frac{1}{2}\|x - y\|^2 + \frac{\kappa}{2}x^TQx""",
        wrt="x",
        shapes={"Q": "mm sym", "x": "m", "y": "m", "kappa": " pos"},
        truth=lambda Q, x, y, kappa: norm(x - y) ** 2 / 2 + kappa / 2 * x @ Q @ x,
        value=lambda Q, x, y, kappa: x - y + kappa * Q @ x,
        expected=r"x - y + \kappa Qx",
    ),
    Row(
        "graph-laplacian-in-the-weights",
        given=r"""
            W \in \R^{m \times m}
            f = x^T(\operatorname{Diag}(W\mathbf 1) - W)x""",
        wrt="W",
        shapes={"W": "mm", "x": "m"},
        truth=lambda W, x: x @ (np.diag(W.sum(axis=1)) - W) @ x,
        value=lambda W, x: np.outer(x * x, np.ones_like(x)) - np.outer(x, x),
        expected=r"(x \odot x)\mathbf 1^T - xx^T",
    ),
    Row(
        "centred-alignment",
        given=r"""
            H \in \mathbb{S}^m
            f = \operatorname{tr}(XX^THYY^TH)""",
        wrt="X",
        shapes={"H": "mm sym", "X": "mn", "Y": "mp"},
        truth=lambda H, X, Y: np.trace(X @ X.T @ H @ Y @ Y.T @ H),
        value=lambda H, X, Y: 2 * H @ Y @ Y.T @ H @ X,
        expected=r"2HYY^THX",
    ),
    Row(
        "frobenius-colon",
        given=r"f = A:(XB) + C:X",
        wrt="X",
        shapes={"A": "mp", "X": "mn", "B": "np", "C": "mn"},
        truth=lambda A, X, B, C: (A * (X @ B)).sum() + (C * X).sum(),
        value=lambda A, X, B, C: A @ B.T + C,
        expected=r"AB^T + C",
    ),
)

ROWS: tuple[Row, ...] = (*_FACTORISATIONS, *_PENALTIES, *_NETWORKS, *_EMBEDDINGS)
