"""Kronecker products anywhere, vec and its way back.

Van Loan, The ubiquitous Kronecker product (2000); Magnus & Neudecker, chapters 2 and 3.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.operations.case import Case

SIZES = r"A \in \R^{m \times n}; B \in \R^{p \times q}; "


def vec(A: Any) -> Any:
    return A.reshape(-1, order="F")


CASES = (
    Case(
        "kron-second",
        SIZES + r"C \in \R^{mp \times nq}; f = \|A \otimes B - C\|_F^2",
        "B",
        {"A": "mn", "B": "pq", "C": "mp,nq"},
        lambda A, B, C: np.sum((np.kron(A, B) - C) ** 2),
        r"2(A \otimes B - C) :_1 A",
    ),
    Case(
        "kron-first",
        SIZES + r"f = a^T(A \otimes B)b",
        "A",
        {"A": "mn", "B": "pq", "a": "mp,", "b": "nq,"},
        lambda A, B, a, b: a @ np.kron(A, B) @ b,
        r"ab^T :_2 B",
    ),
    Case(
        "kron-both",
        r"X \in \R^{m \times n}; f = \operatorname{sum}((X \otimes X) \odot C)",
        "X",
        {"X": "mn", "C": "mm,nn"},
        lambda X, C: np.sum(np.kron(X, X) * C),
        r"C :_2 X + C :_1 X",
    ),
    Case(
        "kron-logdet",
        r"A \in \R^{n \times n}; B \in \R^{p \times p}; f = \log\det(A \otimes B + \lambda I)",
        "A",
        {"A": "nn spd", "B": "pp spd", "lambda": " pos"},
        lambda A, B, **s: np.linalg.slogdet(np.kron(A, B) + s["lambda"] * np.eye(6))[1],
        r"(A \otimes B + \lambda I)^{-T} :_2 B",
        ("{} is invertible",),
    ),
    Case(
        "kron-vec",
        r"A \in \R^{m \times n}; B \in \R^{p \times q}; X \in \R^{q \times n}; "
        r"f = \|(A \otimes B)\operatorname{vec}(X) - y\|^2",
        "X",
        {"A": "mn", "B": "pq", "X": "qn", "y": "mp,"},
        lambda A, B, X, y: np.sum((vec(B @ X @ A.T) - y) ** 2),
        r"2B^T\operatorname{unvec}_{p \times m}(\operatorname{vec}(BXA^T) - y)A",
    ),
    Case(
        "vec-quadratic-form",
        r"X \in \R^{m \times n}; f = \operatorname{vec}(X)^TQ\operatorname{vec}(X)",
        "X",
        {"X": "mn", "Q": "mn,mn"},
        lambda X, Q: vec(X) @ Q @ vec(X),
        r"\operatorname{unvec}_{m \times n}((Q + Q^T)\operatorname{vec}(X))",
    ),
    Case(
        "vec-inner",
        r"X \in \R^{m \times n}; A \in \R^{m \times m}; B \in \R^{n \times n}; "
        r"f = \operatorname{vec}(X)^T(B \otimes A)\operatorname{vec}(X)",
        "X",
        {"X": "mn", "A": "mm", "B": "nn"},
        lambda X, A, B: vec(X) @ np.kron(B, A) @ vec(X),
        r"AXB^T + A^TXB",
    ),
    Case(
        "unvec",
        r"x \in \R^{mn}; f = a^T\operatorname{unvec}_{m \times n}(x)b",
        "x",
        {"x": "mn,", "a": "m", "b": "n"},
        lambda x, a, b: a @ x.reshape(4, 3, order="F") @ b,
        r"\operatorname{vec}(ab^T)",
    ),
    Case(
        "kron-vectors",
        r"x \in \R^n; y \in \R^m; f = \|x \otimes y - c\|^2",
        "x",
        {"x": "n", "y": "m", "c": "mn,"},
        lambda x, y, c: np.sum((np.kron(x, y) - c) ** 2),
        r"2(x \otimes y - c) :_2 y",
    ),
    Case(
        "khatri-rao",
        r"A \in \R^{m \times n}; B \in \R^{p \times n}; C \in \R^{mp \times n}; "
        r"f = \|\operatorname{khatrirao}(A, B) - C\|_F^2",
        "B",
        {"A": "mn", "B": "pn", "C": "mp,n"},
        lambda A, B, C: sum(
            np.sum((np.kron(a, b) - c) ** 2) for a, b, c in zip(A.T, B.T, C.T, strict=True)
        ),
        None,
    ),
    Case(
        "trace-of-a-kronecker-product",
        r"X \in \R^{n \times n}; f = \operatorname{tr}(X \otimes X + C)",
        "X",
        {"X": "nn", "C": "nn,nn"},
        lambda X, C: np.trace(X) ** 2 + np.trace(C),
        r"2\operatorname{tr}(X)I",
    ),
)
