"""Sums over data: losses and likelihoods of samples x_i with answers y_i; attention."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.linalg import det, inv, norm

from tests.conformance.row import Row, row

_XY = r"x_i, w \in \R^n; y_i \in \R; "


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def softmax(Z: Any) -> Any:
    """Of each row."""
    E = np.exp(Z)
    return E / E.sum(axis=1, keepdims=True)


ROWS: tuple[Row, ...] = (
    row(
        "data-least-squares",
        _XY + r"L = \sum_{i=1}^N (y_i - w^Tx_i)^2",
        "w",
        "x n family, w n, y  family",
        lambda x, w, y: sum((b - w @ a) ** 2 for a, b in zip(x, y, strict=True)),
        r"-2\sum_{i=1}^N (y_i - w^Tx_i)x_i",
    ),
    row(
        "data-ridge-mean",
        _XY + r"L = \frac{1}{N}\sum_{i=1}^N (y_i - w^Tx_i)^2 + \rho w^Tw",
        "w",
        "x n family, w n, y  family, rho  pos",
        lambda x, w, y, rho: (
            np.mean([(b - w @ a) ** 2 for a, b in zip(x, y, strict=True)]) + rho * w @ w
        ),
        r"2\rho w - \frac{2}{N}\sum_{i=1}^N (y_i - w^Tx_i)x_i",
    ),
    row(
        "data-logistic-margins",
        _XY + r"L = \sum_{i=1}^N \log(1 + e^{-y_iw^Tx_i})",
        "w",
        "x n family, w n, y  labels",
        lambda x, w, y: sum(np.log1p(np.exp(-b * w @ a)) for a, b in zip(x, y, strict=True)),
        r"-\sum_{i=1}^N y_i\sigma(-y_iw^Tx_i)x_i",
    ),
    row(
        "data-cross-entropy",
        _XY + r"L = -\sum_{i=1}^N (y_i\log\sigma(w^Tx_i) + (1 - y_i)\log(1 - \sigma(w^Tx_i)))",
        "w",
        "x n family, w n, y  family",
        lambda x, w, y: (
            -sum(
                b * np.log(sigmoid(w @ a)) + (1 - b) * np.log(1 - sigmoid(w @ a))
                for a, b in zip(x, y, strict=True)
            )
        ),
        r"\sum_{i=1}^N (\sigma(w^Tx_i) - y_i)x_i",
    ),
    row(
        "data-logistic-hessian",
        _XY + r"L = \sum_{i=1}^N \log(1 + e^{-y_iw^Tx_i})",
        "w",
        "x n family, w n, y  labels",
        lambda x, w, y: sum(np.log1p(np.exp(-b * w @ a)) for a, b in zip(x, y, strict=True)),
        r"\sum_{i=1}^N y_i^2\sigma'(-y_iw^Tx_i)x_ix_i^T",
        kind="hessian",
    ),
    row(
        "data-poisson",
        _XY + r"L = \sum_{i=1}^N (e^{w^Tx_i} - y_iw^Tx_i)",
        "w",
        "x n family, w n, y  counts",
        lambda x, w, y: sum(np.exp(w @ a) - b * w @ a for a, b in zip(x, y, strict=True)),
        r"\sum_{i=1}^N (\exp(w^Tx_i) - y_i)x_i",
    ),
    row(
        "data-hinge",
        _XY + r"L = \frac{\rho}{2}\|w\|^2 + \sum_{i=1}^N \max(0, 1 - y_iw^Tx_i)",
        "w",
        "x n family, w n, y  labels, rho  pos",
        lambda x, w, y, rho: (
            rho / 2 * w @ w + sum(max(0.0, 1 - b * w @ a) for a, b in zip(x, y, strict=True))
        ),
        r"\rho w - \sum_{i=1}^N y_i\operatorname{step}(1 - y_iw^Tx_i)x_i",
    ),
    row(
        "data-mean",
        r"x_i, \mu \in \R^n; L = \sum_{i=1}^N \|x_i - \mu\|^2",
        "mu",
        "x n family, mu n",
        lambda x, mu: sum(norm(a - mu) ** 2 for a in x),
        r"-2\sum_{i=1}^N (x_i - \mu)",
    ),
    row(
        "data-gaussian-mean",
        r"x_i, \mu \in \R^n; \Sigma \in \mathbb{S}_{++}^n; "
        r"L = \frac{1}{2}\sum_{i=1}^N (x_i - \mu)^T\Sigma^{-1}(x_i - \mu)",
        "mu",
        "x n family, mu n, Sigma nn spd",
        lambda x, mu, Sigma: sum((a - mu) @ inv(Sigma) @ (a - mu) for a in x) / 2,
        r"-\Sigma^{-1}\sum_{i=1}^N (x_i - \mu)",
    ),
    row(
        "data-gaussian-covariance",
        r"x_i, \mu \in \R^n; \Sigma \in \mathbb{S}_{++}^n; "
        r"L = N\log\det\Sigma + \sum_{i=1}^N (x_i - \mu)^T\Sigma^{-1}(x_i - \mu)",
        "Sigma",
        "x n family, mu n, Sigma nn spd",
        lambda x, mu, Sigma: (
            len(x) * np.log(det(Sigma)) + sum((a - mu) @ inv(Sigma) @ (a - mu) for a in x)
        ),
        r"N\Sigma^{-1} - \Sigma^{-1}(\sum_{i=1}^N (x_i - \mu)(x_i - \mu)^T)\Sigma^{-1}",
    ),
    row(
        "data-multiple-outputs",
        r"x_i \in \R^n; y_i \in \R^m; W \in \R^{m \times n}; L = \sum_{i=1}^N \|Wx_i - y_i\|^2",
        "W",
        "x n family, y m family, W mn",
        lambda x, y, W: sum(norm(W @ a - b) ** 2 for a, b in zip(x, y, strict=True)),
        r"2\sum_{i=1}^N (Wx_i - y_i)x_i^T",
    ),
    row(
        "data-layer",
        r"x_i \in \R^n; y_i \in \R^m; W \in \R^{m \times n}; "
        r"L = \frac{1}{2}\sum_{i=1}^N \|\tanh(Wx_i) - y_i\|^2",
        "W",
        "x n family, y m family, W mn",
        lambda x, y, W: sum(norm(np.tanh(W @ a) - b) ** 2 for a, b in zip(x, y, strict=True)) / 2,
        r"\sum_{i=1}^N ((\tanh(Wx_i) - y_i) \odot (\mathbf 1 - \tanh(Wx_i)^{\circ 2}))x_i^T",
    ),
    row(
        "data-kernel-expansion",
        r"z_i \in \R^n; c_i \in \R; f = \sum_{i=1}^N c_i e^{-\gamma\|x - z_i\|^2}; x \in \R^n",
        "x",
        "x n, z n family, c  family, gamma  unit",
        lambda x, z, c, gamma: sum(
            b * np.exp(-gamma * norm(x - a) ** 2) for a, b in zip(z, c, strict=True)
        ),
        r"-2\gamma\sum_{i=1}^N c_i\exp(-\gamma\|x - z_i\|^2)(x - z_i)",
    ),
    row(
        "attention-values",
        r"P = \operatorname{softmax}(QK^T); L = \|PV - Y\|_F^2",
        "V",
        "Q mp, K np, V nq, Y mq",
        lambda Q, K, V, Y: norm(softmax(Q @ K.T) @ V - Y) ** 2,
        r"2P^T(PV - Y)",
    ),
    row(
        "attention-linear",
        r"L = \operatorname{tr}(A^TQK^TV)",
        "Q",
        "A mq, Q mp, K np, V nq",
        lambda A, Q, K, V: np.trace(A.T @ Q @ K.T @ V),
        r"AV^TK",
    ),
)
