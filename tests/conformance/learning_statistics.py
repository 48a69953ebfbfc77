"""Densities, divergences, and ratios of quadratic forms."""

from __future__ import annotations

import numpy as np
from numpy.linalg import det, inv, norm

from tests.conformance.row import Row

_GAUSSIANS = (
    Row(
        "gaussian-in-the-mean",
        given=r"""
            x, \mu \in \R^n
            \Sigma \in \mathbb{S}_{++}^n
            L = \frac{1}{2}(x - \mu)^T\Sigma^{-1}(x - \mu)""",
        wrt="mu",
        shapes={"x": "n", "mu": "n", "Sigma": "nn spd"},
        truth=lambda x, mu, Sigma: (x - mu) @ inv(Sigma) @ (x - mu) / 2,
        value=lambda x, mu, Sigma: -inv(Sigma) @ (x - mu),
        expected=r"-\Sigma^{-1}(x - \mu)",
    ),
    Row(
        "gaussian-in-the-covariance-unconstrained",
        given=r"""
            \Sigma \in \R^{n \times n}
            L = \frac{1}{2}\log\det\Sigma + \frac{1}{2}x^T\Sigma^{-1}x""",
        wrt="Sigma",
        shapes={"Sigma": "nn inv", "x": "n"},
        truth=lambda Sigma, x: np.log(det(Sigma)) / 2 + x @ inv(Sigma) @ x / 2,
        value=lambda Sigma, x: (inv(Sigma) - inv(Sigma) @ np.outer(x, x) @ inv(Sigma)).T / 2,
        expected=r"\frac{1}{2}\Sigma^{-T} - \frac{1}{2}\Sigma^{-T}xx^T\Sigma^{-T}",
    ),
    Row(
        "gaussian-in-the-covariance",
        given=r"""
            x, \mu \in \R^n
            \Sigma \in \mathbb{S}_{++}^n
            L = \frac{1}{2}\log|\Sigma| + \frac{1}{2}(x - \mu)^T\Sigma^{-1}(x - \mu)""",
        wrt="Sigma",
        shapes={"x": "n", "mu": "n", "Sigma": "nn spd"},
        truth=lambda x, mu, Sigma: np.log(det(Sigma)) / 2 + (x - mu) @ inv(Sigma) @ (x - mu) / 2,
        value=lambda x, mu, Sigma: (
            inv(Sigma) / 2 - inv(Sigma) @ np.outer(x - mu, x - mu) @ inv(Sigma) / 2
        ),
        expected=r"\frac{1}{2}\Sigma^{-1} - \frac{1}{2}\Sigma^{-1}(x - \mu)(x - \mu)^T\Sigma^{-1}",
    ),
    Row(
        "gaussian-scatter",
        given=r"""
            \Sigma \in \mathbb{S}_{++}^n
            S \in \mathbb{S}^n
            L = \nu\log\det\Sigma + \operatorname{tr}(\Sigma^{-1}S)""",
        wrt="Sigma",
        shapes={"nu": " pos", "Sigma": "nn spd", "S": "nn spd"},
        truth=lambda nu, Sigma, S: nu * np.log(det(Sigma)) + np.trace(inv(Sigma) @ S),
        value=lambda nu, Sigma, S: nu * inv(Sigma) - inv(Sigma) @ S @ inv(Sigma),
        expected=r"\nu\Sigma^{-1} - \Sigma^{-1}S\Sigma^{-1}",
    ),
    Row(
        "gaussian-precision",
        given=r"""
            \Lambda \in \mathbb{S}_{++}^n
            S \in \mathbb{S}^n
            L = \operatorname{tr}(S\Lambda) - \log\det\Lambda""",
        wrt="Lambda",
        shapes={"Lambda": "nn spd", "S": "nn sym"},
        truth=lambda Lambda, S: np.trace(S @ Lambda) - np.log(det(Lambda)),
        value=lambda Lambda, S: S - inv(Lambda),
        expected=r"S - \Lambda^{-1}",
    ),
    Row(
        "gaussian-precision-projected",
        given=r"""
            \Lambda \in \mathbb{S}_{++}^n
            B \in \R^{n \times n}
            L = \operatorname{tr}(B\Lambda) - \log\det\Lambda""",
        wrt="Lambda",
        shapes={"Lambda": "nn spd", "B": "nn"},
        truth=lambda Lambda, B: np.trace(B @ Lambda) - np.log(det(Lambda)),
        value=lambda Lambda, B: (B + B.T) / 2 - inv(Lambda),
        expected=r"\frac{1}{2}(B + B^T) - \Lambda^{-1}",
    ),
    Row(
        "bilinear-symmetric-variable",
        given=r"""
            X \in \mathbb{S}^n
            f = a^TXb""",
        wrt="X",
        shapes={"a": "n", "X": "nn sym", "b": "n"},
        truth=lambda a, X, b: a @ X @ b,
        value=lambda a, X, b: (np.outer(a, b) + np.outer(b, a)) / 2,
        expected=r"\frac{1}{2}(ab^T + ba^T)",
    ),
    Row(
        "trace-cube-symmetric-variable",
        given=r"""
            X \in \mathbb{S}^n
            f = \operatorname{tr}(X^3)""",
        wrt="X",
        shapes={"X": "nn sym"},
        truth=lambda X: np.trace(X @ X @ X),
        value=lambda X: 3 * X @ X,
        expected=r"3X^2",
    ),
    Row(
        "gaussian-triangular-factor",
        given=r"""
            C \in \R^{n \times n}
            S \in \mathbb{S}^n
            L = \operatorname{tr}(SCC^T) - 2\log\det C""",
        wrt="C",
        shapes={"C": "nn inv", "S": "nn sym"},
        truth=lambda C, S: np.trace(S @ C @ C.T) - 2 * np.log(det(C)),
        value=lambda C, S: 2 * S @ C - 2 * inv(C).T,
        expected=r"2SC - 2C^{-T}",
    ),
    Row(
        "gaussian-log-scales",
        given=r"""
            s, x, \mu \in \R^n
            L = \mathbf 1^Ts + \frac{1}{2}\|\exp(-s) \odot (x - \mu)\|^2""",
        wrt="s",
        shapes={"s": "n", "x": "n", "mu": "n"},
        truth=lambda s, x, mu: s.sum() + (np.exp(-2 * s) * (x - mu) ** 2).sum() / 2,
        value=lambda s, x, mu: 1 - np.exp(-2 * s) * (x - mu) ** 2,
        expected=r"\mathbf 1 - \exp(-s) \odot \exp(-s) \odot (x - \mu) \odot (x - \mu)",
    ),
    Row(
        "factor-analysis",
        given=r"""
            W \in \R^{m \times n}
            D \in \R^{m \times m} \text{ diagonal}
            S \in \mathbb{S}^m
            C = WW^T + D
            L = \log\det C + \operatorname{tr}(C^{-1}S)""",
        wrt="W",
        shapes={"W": "mn", "D": "mm diag", "S": "mm sym"},
        truth=lambda W, D, S: np.log(det(W @ W.T + D)) + np.trace(inv(W @ W.T + D) @ S),
        value=lambda W, D, S: 2 * (inv(W @ W.T + D) - inv(W @ W.T + D) @ S @ inv(W @ W.T + D)) @ W,
        expected=r"2C^{-1}W - 2C^{-1}SC^{-1}W",
    ),
    Row(
        "gaussian-process-noise",
        given=r"""
            K \in \mathbb{S}_{++}^m
            C = K + \theta I
            L = \frac{1}{2}y^TC^{-1}y + \frac{1}{2}\log\det C""",
        wrt="theta",
        shapes={"K": "mm spd", "theta": " pos", "y": "m"},
        truth=lambda K, theta, y: (
            y @ inv(K + theta * np.eye(len(K))) @ y / 2
            + np.log(det(K + theta * np.eye(len(K)))) / 2
        ),
        value=lambda K, theta, y: (
            np.trace(inv(K + theta * np.eye(len(K)))) / 2
            - norm(inv(K + theta * np.eye(len(K))) @ y) ** 2 / 2
        ),
        expected=r"-\frac{1}{2}y^TC^{-1}C^{-1}y + \frac{1}{2}\operatorname{tr}(C^{-1})",
    ),
    Row(
        "gaussian-process-scale",
        given=r"""
            K \in \mathbb{S}_{++}^m
            C = \theta K + I
            L = y^TC^{-1}y + \log\det C""",
        wrt="theta",
        shapes={"K": "mm spd", "theta": " pos", "y": "m"},
        truth=lambda K, theta, y: (
            y @ inv(theta * K + np.eye(len(K))) @ y + np.log(det(theta * K + np.eye(len(K))))
        ),
        value=lambda K, theta, y: (
            np.trace(inv(theta * K + np.eye(len(K))) @ K)
            - y @ inv(theta * K + np.eye(len(K))) @ K @ inv(theta * K + np.eye(len(K))) @ y
        ),
        expected=r"-y^TC^{-1}KC^{-1}y + \operatorname{tr}(C^{-1}K)",
    ),
    Row(
        "student-t",
        given=r"""
            A \in \mathbb{S}_{++}^n
            L = \log(1 + x^TAx)""",
        wrt="x",
        shapes={"A": "nn spd", "x": "n"},
        truth=lambda A, x: np.log(1 + x @ A @ x),
        value=lambda A, x: 2 / (1 + x @ A @ x) * A @ x,
        expected=r"\frac{2}{1 + x^TAx}Ax",
    ),
    Row(
        "student-t-in-the-matrix",
        given=r"L = \log(1 + x^TAx)",
        wrt="A",
        shapes={"A": "nn inv", "x": "n"},
        truth=lambda A, x: np.log(1 + x @ A @ x),
        value=lambda A, x: np.outer(x, x) / (1 + x @ A @ x),
        expected=r"\frac{1}{1 + x^TAx}xx^T",
    ),
)

_DIVERGENCES = (
    Row(
        "kl-gaussians-in-the-mean",
        given=r"""
            \mu, m \in \R^n
            \Sigma, S \in \mathbb{S}_{++}^n
            L = \frac{1}{2}\left(\operatorname{tr}(S^{-1}\Sigma) + (m - \mu)^TS^{-1}(m - \mu) \
                + \log\det S - \log\det\Sigma\right)""",
        wrt="mu",
        shapes={"mu": "n", "m": "n", "Sigma": "nn spd", "S": "nn spd"},
        truth=lambda mu, m, Sigma, S: (
            (np.trace(inv(S) @ Sigma) + (m - mu) @ inv(S) @ (m - mu) + np.log(det(S) / det(Sigma)))
            / 2
        ),
        value=lambda mu, m, Sigma, S: -inv(S) @ (m - mu),
        expected=r"-S^{-1}(m - \mu)",
    ),
    Row(
        "kl-gaussians-in-the-first-covariance",
        given=r"""
            \Sigma, S \in \mathbb{S}_{++}^n
            L = \frac{1}{2}(\operatorname{tr}(S^{-1}\Sigma) + \log\det S - \log\det\Sigma)""",
        wrt="Sigma",
        shapes={"Sigma": "nn spd", "S": "nn spd"},
        truth=lambda Sigma, S: (np.trace(inv(S) @ Sigma) + np.log(det(S) / det(Sigma))) / 2,
        value=lambda Sigma, S: (inv(S) - inv(Sigma)) / 2,
        expected=r"\frac{1}{2}(S^{-1} - \Sigma^{-1})",
    ),
    Row(
        "kl-gaussians-in-the-second-covariance",
        given=r"""
            \mu, m \in \R^n
            \Sigma, S \in \mathbb{S}_{++}^n
            L = \frac{1}{2}\left(\operatorname{tr}(S^{-1}\Sigma) + (m - \mu)^TS^{-1}(m - \mu) \
                + \log\det S - \log\det\Sigma\right)""",
        wrt="S",
        shapes={"mu": "n", "m": "n", "Sigma": "nn spd", "S": "nn spd"},
        truth=lambda mu, m, Sigma, S: (
            (np.trace(inv(S) @ Sigma) + (m - mu) @ inv(S) @ (m - mu) + np.log(det(S) / det(Sigma)))
            / 2
        ),
        value=lambda mu, m, Sigma, S: (
            (inv(S) - inv(S) @ (Sigma + np.outer(m - mu, m - mu)) @ inv(S)) / 2
        ),
        expected=r"\frac{1}{2}\left(-S^{-1}\Sigma S^{-1} - S^{-1}(m - \mu)(m - \mu)^TS^{-1} "
        r"+ S^{-1}\right)",
    ),
    Row(
        "entropy",
        given=r"""
            p \in \R^n
            L = -p^T\log p""",
        wrt="p",
        shapes={"p": "n pos"},
        truth=lambda p: -p @ np.log(p),
        value=lambda p: -np.log(p) - 1,
        expected=r"-\log p - \mathbf 1",
    ),
    Row(
        "kl-in-the-first",
        given=r"L = p^T\log(p \oslash q)",
        wrt="p",
        shapes={"p": "n pos", "q": "n pos"},
        truth=lambda p, q: p @ np.log(p / q),
        value=lambda p, q: np.log(p / q) + 1,
        expected=r"\log(p \oslash q) + \mathbf 1",
    ),
    Row(
        "kl-in-the-second",
        given=r"L = p^T\log(p \oslash q)",
        wrt="q",
        shapes={"p": "n pos", "q": "n pos"},
        truth=lambda p, q: p @ np.log(p / q),
        value=lambda p, q: -p / q,
        expected=r"-p \oslash q",
    ),
    Row(
        "ising-pseudo-energy",
        given=r"L = -\frac{1}{2}x^TJx - b^Tx",
        wrt="J",
        shapes={"x": "n label", "J": "nn", "b": "n"},
        truth=lambda x, J, b: -x @ J @ x / 2 - b @ x,
        value=lambda x, J, b: -np.outer(x, x) / 2,
        expected=r"-\frac{1}{2}xx^T",
    ),
)

_RATIOS = (
    Row(
        "rayleigh-quotient",
        given=r"""
            A \in \mathbb{S}^n
            f = \frac{x^TAx}{x^Tx}""",
        wrt="x",
        shapes={"A": "nn sym", "x": "n"},
        truth=lambda A, x: x @ A @ x / (x @ x),
        value=lambda A, x: 2 / (x @ x) * (A @ x - x @ A @ x / (x @ x) * x),
        expected=r"\frac{2}{x^Tx}\left(Ax - \frac{x^TAx}{x^Tx}x\right)",
    ),
    Row(
        "rayleigh-quotient-general",
        given=r"f = \frac{x^TAx}{\|x\|^2}",
        wrt="x",
        shapes={"A": "nn", "x": "n"},
        truth=lambda A, x: x @ A @ x / (x @ x),
        value=lambda A, x: (A + A.T) @ x / (x @ x) - 2 * (x @ A @ x) / (x @ x) ** 2 * x,
        expected=r"\frac{1}{\|x\|^2}(A + A^T)x - \frac{2x^TAx}{\|x\|^4}x",
    ),
    Row(
        "fisher-discriminant",
        given=r"""
            B \in \mathbb{S}^n
            S \in \mathbb{S}_{++}^n
            J = \frac{w^TBw}{w^TSw}
            L = -J""",
        wrt="w",
        shapes={"B": "nn sym", "S": "nn spd", "w": "n"},
        truth=lambda B, S, w: -(w @ B @ w) / (w @ S @ w),
        value=lambda B, S, w: -2 / (w @ S @ w) * B @ w + 2 * (w @ B @ w) / (w @ S @ w) ** 2 * S @ w,
        expected=r"-\frac{2}{w^TSw}\left(Bw - \frac{w^TBw}{w^TSw}Sw\right)",
    ),
    Row(
        "fisher-two-classes",
        given=r"""
            S \in \mathbb{S}_{++}^n
            f = \frac{(w^T(a - b))^2}{w^TSw}""",
        wrt="w",
        shapes={"S": "nn spd", "w": "n", "a": "n", "b": "n"},
        truth=lambda S, w, a, b: (w @ (a - b)) ** 2 / (w @ S @ w),
        value=lambda S, w, a, b: (
            2 * (w @ (a - b)) / (w @ S @ w) * (a - b)
            - 2 * (w @ (a - b)) ** 2 / (w @ S @ w) ** 2 * S @ w
        ),
        expected=r"\frac{2w^T(a - b)}{w^TSw}(a - b) - \frac{2(w^T(a - b))^2}{(w^TSw)^2}Sw",
    ),
    Row(
        "sharpe-ratio",
        given=r"""
            \mu, w \in \R^n
            \Sigma \in \mathbb{S}_{++}^n
            f = \frac{\mu^Tw}{\sqrt{w^T\Sigma w}}""",
        wrt="w",
        shapes={"mu": "n", "w": "n", "Sigma": "nn spd"},
        truth=lambda mu, w, Sigma: mu @ w / np.sqrt(w @ Sigma @ w),
        value=lambda mu, w, Sigma: (
            mu / np.sqrt(w @ Sigma @ w) - (mu @ w) * Sigma @ w / (w @ Sigma @ w) ** 1.5
        ),
        expected=r"\frac{1}{\sqrt{w^T\Sigma w}}\mu "
        r"- \frac{\mu^Tw}{w^T\Sigma w\sqrt{w^T\Sigma w}}\Sigma w",
    ),
    Row(
        "canonical-correlation",
        given=r"""
            A \in \mathbb{S}_{++}^m
            B \in \mathbb{S}_{++}^n
            C \in \R^{m \times n}
            \alpha = u^TAu
            \beta = v^TBv
            f = \frac{u^TCv}{\sqrt{\alpha\beta}}""",
        wrt="u",
        shapes={"A": "mm spd", "B": "nn spd", "C": "mn", "u": "m", "v": "n"},
        truth=lambda A, B, C, u, v: u @ C @ v / np.sqrt((u @ A @ u) * (v @ B @ v)),
        value=lambda A, B, C, u, v: (
            (C @ v - (u @ C @ v) / (u @ A @ u) * A @ u) / np.sqrt((u @ A @ u) * (v @ B @ v))
        ),
        expected=r"\frac{1}{\sqrt{\alpha\beta}}\left(Cv - \frac{u^TCv}{\alpha}Au\right)",
    ),
    Row(
        "cosine-similarity",
        given=r"f = \frac{x^Ty}{\|x\| \|y\|}",
        wrt="x",
        shapes={"x": "n", "y": "n"},
        truth=lambda x, y: x @ y / norm(x) / norm(y),
        value=lambda x, y: y / norm(x) / norm(y) - x @ y / norm(x) ** 3 / norm(y) * x,
        expected=r"\frac{1}{\|x\| \|y\|}y - \frac{x^Ty}{\|x\|^3\|y\|}x",
    ),
    Row(
        "mahalanobis",
        given=r"""
            x, \mu \in \R^n
            \Sigma \in \mathbb{S}_{++}^n
            f = \sqrt{(x - \mu)^T\Sigma^{-1}(x - \mu)}""",
        wrt="x",
        shapes={"x": "n", "mu": "n", "Sigma": "nn spd"},
        truth=lambda x, mu, Sigma: np.sqrt((x - mu) @ inv(Sigma) @ (x - mu)),
        value=lambda x, mu, Sigma: (
            inv(Sigma) @ (x - mu) / np.sqrt((x - mu) @ inv(Sigma) @ (x - mu))
        ),
        expected=r"\frac{1}{\sqrt{(x - \mu)^T\Sigma^{-1}(x - \mu)}}\Sigma^{-1}(x - \mu)",
    ),
    Row(
        "d-optimal-design",
        given=r"""
            w \in \R^m
            X \in \R^{m \times n}
            L = -\log\det(X^T\operatorname{Diag}(w)X)""",
        wrt="w",
        shapes={"w": "m pos", "X": "mn"},
        truth=lambda w, X: -np.log(det(X.T @ np.diag(w) @ X)),
        value=lambda w, X: -np.diag(X @ inv(X.T @ np.diag(w) @ X) @ X.T),
        expected=r"-\operatorname{diag}(X(X^T\operatorname{Diag}(w)X)^{-1}X^T)",
    ),
    Row(
        "a-optimal-design",
        given=r"""
            w \in \R^m
            X \in \R^{m \times n}
            M = X^T\operatorname{Diag}(w)X
            L = \operatorname{tr}(M^{-1})""",
        wrt="w",
        shapes={"w": "m pos", "X": "mn"},
        truth=lambda w, X: np.trace(inv(X.T @ np.diag(w) @ X)),
        value=lambda w, X: (
            -np.diag(X @ inv(X.T @ np.diag(w) @ X) @ inv(X.T @ np.diag(w) @ X) @ X.T)
        ),
        expected=r"-\operatorname{diag}(XM^{-1}M^{-1}X^T)",
    ),
    Row(
        "independent-components",
        given=r"""
            W \in \R^{n \times n}
            L = \mathbf 1^T\log\cosh(Wx) - \log|\det W|""",
        wrt="W",
        shapes={"W": "nn inv", "x": "n"},
        truth=lambda W, x: np.log(np.cosh(W @ x)).sum() - np.log(abs(det(W))),
        value=lambda W, x: np.outer(np.tanh(W @ x), x) - inv(W).T,
        expected=r"\tanh(Wx)x^T - W^{-T}",
    ),
)

ROWS: tuple[Row, ...] = (*_GAUSSIANS, *_DIVERGENCES, *_RATIOS)
