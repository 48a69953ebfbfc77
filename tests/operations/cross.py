"""The cross product, and its matrix."""

from __future__ import annotations

import numpy as np

from tests.operations.case import Case


def _matrix(a: np.ndarray) -> np.ndarray:
    return np.cross(a, np.eye(3)).T


CASES = (
    Case(
        "triple-product",
        r"f = a^T(b \times x)",
        "x",
        {"a": "n", "b": "n", "x": "n"},
        lambda a, b, x: a @ np.cross(b, x),
        r"a \times b",
    ),
    Case(
        "area-of-a-parallelogram",
        r"f = \|x \times a\|",
        "x",
        {"x": "n", "a": "n"},
        lambda x, a: np.linalg.norm(np.cross(x, a)),
        r"\frac{1}{\|x \times a\|}(a \times (x \times a))",
        ("{} is not zero",),
    ),
    Case(
        "torque-of-a-rotated-arm",
        r"f = c^T((Rr) \times b)",
        "R",
        {"R": "nn", "r": "n", "b": "n", "c": "n"},
        lambda R, r, b, c: c @ np.cross(R @ r, b),
        r"(b \times c)r^T",
    ),
    Case(
        "twice",
        r"f = h^T(w \times (w \times r))",
        "w",
        {"h": "n", "w": "n", "r": "n"},
        lambda h, w, r: h @ np.cross(w, np.cross(w, r)),
        r"(w \times r) \times h + r \times (h \times w)",
    ),
    Case(
        "scalars-in-front",
        r"s \in \R; f = a^T((sx) \times (2b))",
        "x",
        {"a": "n", "s": "", "x": "n", "b": "n"},
        lambda a, s, x, b: a @ np.cross(s * x, 2 * b),
        r"2s(b \times a)",
    ),
    Case(
        "its-matrix",
        r"f = \|[w]_\times A - B\|_F^2",
        "w",
        {"w": "n", "A": "nm", "B": "nm"},
        lambda w, A, B: np.sum((_matrix(w) @ A - B) ** 2),
        r"2\operatorname{axial}(([w]_\times A - B)A^T)",
    ),
    Case(
        "its-matrix-and-a-vector",
        r"f = a^T[w]_\times b",
        "w",
        {"a": "n", "w": "n", "b": "n"},
        lambda a, w, b: a @ np.cross(w, b),
        r"b \times a",
    ),
)
