"""Gradients of the Matrix Cookbook (Petersen and Pedersen, version of 15 November 2012), chapter 2.

A row's source is the number of the equation. Where the book's symbol has another meaning here
(`d` and the like) it is renamed; where the book has a symbolic power, a number stands for it.
"""

from __future__ import annotations

import numpy as np
from numpy.linalg import det, inv, norm
from numpy.linalg import matrix_power as power

from tests.conformance import cookbook_components, cookbook_rules, cookbook_structured
from tests.conformance.row import Row

_DETERMINANTS = (
    Row(
        "det-along-a-line",
        given=r"""
            A, B \in \R^{n \times n}
            \tau \in \R
            f = \det(A + \tau B)""",
        wrt="tau",
        shapes={"A": "nn inv", "B": "nn", "tau": ""},
        truth=lambda A, B, tau: det(A + tau * B),
        value=lambda A, B, tau: det(A + tau * B) * np.trace(inv(A + tau * B) @ B),
        expected=r"\det(A + \tau B) \operatorname{tr}\left((A + \tau B)^{-1}B\right)",
        source="Matrix Cookbook (46)",
    ),
    Row(
        "det",
        given=r"f = \det(X)",
        wrt="X",
        shapes={"X": "nn inv"},
        truth=lambda X: det(X),
        value=lambda X: det(X) * inv(X).T,
        expected=r"\det(X) X^{-T}",
        source="Matrix Cookbook (49), and times Xᵀ (47), (50)",
    ),
    Row(
        "det-bars",
        given=r"""
            X \in \R^{n \times n}
            f = |X|""",
        wrt="X",
        shapes={"X": "nn inv"},
        truth=lambda X: det(X),
        value=lambda X: det(X) * inv(X).T,
        expected=r"|X| X^{-T}",
        source="Matrix Cookbook (49)",
    ),
    Row(
        "det-AXB-square",
        given=r"""
            A, X, B \in \R^{n \times n}
            f = \det(AXB)""",
        wrt="X",
        shapes={"A": "nn inv", "X": "nn inv", "B": "nn inv"},
        truth=lambda A, X, B: det(A @ X @ B),
        value=lambda A, X, B: det(A @ X @ B) * inv(X).T,
        expected=r"\det(AXB) X^{-T}",
        source="Matrix Cookbook (51)",
    ),
    Row(
        "det-AXB",
        given=r"""
            A \in \R^{p \times m}
            X \in \R^{m \times n}
            B \in \R^{n \times p}
            f = \det(AXB)""",
        wrt="X",
        shapes={"A": "pm", "X": "mn", "B": "np"},
        truth=lambda A, X, B: det(A @ X @ B),
        value=lambda A, X, B: det(A @ X @ B) * A.T @ inv(A @ X @ B).T @ B.T,
        expected=r"\det(AXB) A^T(AXB)^{-T}B^T",
        source="Matrix Cookbook, section 2.1.2",
    ),
    Row(
        "det-XtAX-square",
        given=r"""
            X, A \in \R^{n \times n}
            f = \det(X^TAX)""",
        wrt="X",
        shapes={"X": "nn inv", "A": "nn inv"},
        truth=lambda X, A: det(X.T @ A @ X),
        value=lambda X, A: 2 * det(X.T @ A @ X) * inv(X).T,
        expected=r"2\det(X^TAX) X^{-T}",
        source="Matrix Cookbook (52)",
    ),
    Row(
        "det-XtAX-symmetric",
        given=r"""
            X \in \R^{m \times n}
            A \in \mathbb{S}^m
            f = \det(X^TAX)""",
        wrt="X",
        shapes={"X": "mn", "A": "mm sym"},
        truth=lambda X, A: det(X.T @ A @ X),
        value=lambda X, A: 2 * det(X.T @ A @ X) * A @ X @ inv(X.T @ A @ X),
        expected=r"2\det(X^TAX) AX(X^TAX)^{-1}",
        source="Matrix Cookbook (53)",
    ),
    Row(
        "det-XtAX",
        given=r"""
            X \in \R^{m \times n}
            A \in \R^{m \times m}
            f = \det(X^TAX)""",
        wrt="X",
        shapes={"X": "mn", "A": "mm inv"},
        truth=lambda X, A: det(X.T @ A @ X),
        value=lambda X, A: (
            det(X.T @ A @ X) * (A @ X @ inv(X.T @ A @ X) + A.T @ X @ inv(X.T @ A.T @ X))
        ),
        expected=r"\det(X^TAX)\left(AX(X^TAX)^{-1} + A^TX(X^TA^TX)^{-1}\right)",
        source="Matrix Cookbook (54)",
    ),
    Row(
        "log-det-gram",
        given=r"""
            X \in \R^{m \times n}
            f = \ln\det(X^TX)""",
        wrt="X",
        shapes={"X": "mn"},
        truth=lambda X: np.log(det(X.T @ X)),
        value=lambda X: 2 * np.linalg.pinv(X).T,
        expected=r"2X(X^TX)^{-1}",
        source="Matrix Cookbook (55)",
    ),
    Row(
        "log-abs-det",
        given=r"f = \ln|\det(X)|",
        wrt="X",
        shapes={"X": "nn inv"},
        truth=lambda X: np.log(abs(det(X))),
        value=lambda X: inv(X).T,
        expected=r"X^{-T}",
        source="Matrix Cookbook (57)",
    ),
    Row(
        "log-det",
        given=r"""
            X \in \R^{n \times n}
            f = \log|X|""",
        wrt="X",
        shapes={"X": "nn inv"},
        truth=lambda X: np.log(det(X)),
        value=lambda X: inv(X).T,
        expected=r"X^{-T}",
        source="Matrix Cookbook (57)",
    ),
    Row(
        "det-power",
        given=r"f = \det(X^3)",
        wrt="X",
        shapes={"X": "nn inv"},
        truth=lambda X: det(power(X, 3)),
        value=lambda X: 3 * det(power(X, 3)) * inv(X).T,
        expected=r"3\det(X^3) X^{-T}",
        source="Matrix Cookbook (58) with k = 3",
    ),
)

_INVERSES = (
    Row(
        "inverse-bilinear",
        given=r"f = a^TX^{-1}b",
        wrt="X",
        shapes={"X": "nn inv", "a": "n", "b": "n"},
        truth=lambda X, a, b: a @ inv(X) @ b,
        value=lambda X, a, b: -inv(X).T @ np.outer(a, b) @ inv(X).T,
        expected=r"-X^{-T}ab^TX^{-T}",
        source="Matrix Cookbook (61)",
    ),
    Row(
        "det-inverse",
        given=r"f = \det(X^{-1})",
        wrt="X",
        shapes={"X": "nn inv"},
        truth=lambda X: 1 / det(X),
        value=lambda X: -inv(X).T / det(X),
        expected=r"-\det(X^{-1}) X^{-T}",
        source="Matrix Cookbook (62)",
    ),
    Row(
        "trace-AinvXB",
        given=r"f = \operatorname{Tr}(AX^{-1}B)",
        wrt="X",
        shapes={"A": "pn", "X": "nn inv", "B": "np"},
        truth=lambda A, X, B: np.trace(A @ inv(X) @ B),
        value=lambda A, X, B: -(inv(X) @ B @ A @ inv(X)).T,
        expected=r"-X^{-T}A^TB^TX^{-T}",
        source="Matrix Cookbook (63), (124)",
    ),
    Row(
        "trace-inverse-of-sum",
        given=r"f = \operatorname{Tr}\left((X + A)^{-1}\right)",
        wrt="X",
        shapes={"X": "nn inv", "A": "nn inv"},
        truth=lambda X, A: np.trace(inv(X + A)),
        value=lambda X, A: -(inv(X + A) @ inv(X + A)).T,
        expected=r"-(X + A)^{-T}(X + A)^{-T}",
        source="Matrix Cookbook (64)",
    ),
)

_FORMS = (
    Row(
        "inner-product",
        given=r"f = x^Ta",
        wrt="x",
        shapes={"x": "n", "a": "n"},
        truth=lambda x, a: x @ a,
        value=lambda x, a: a,
        expected=r"a",
        source="Matrix Cookbook (69)",
    ),
    Row(
        "bilinear",
        given=r"f = a^TXb",
        wrt="X",
        shapes={"a": "m", "X": "mn", "b": "n"},
        truth=lambda a, X, b: a @ X @ b,
        value=lambda a, X, b: np.outer(a, b),
        expected=r"ab^T",
        source="Matrix Cookbook (70)",
    ),
    Row(
        "bilinear-transposed",
        given=r"f = a^TX^Tb",
        wrt="X",
        shapes={"a": "n", "X": "mn", "b": "m"},
        truth=lambda a, X, b: a @ X.T @ b,
        value=lambda a, X, b: np.outer(b, a),
        expected=r"ba^T",
        source="Matrix Cookbook (71)",
    ),
    Row(
        "quadratic-in-the-vector",
        given=r"f = a^TXa",
        wrt="X",
        shapes={"a": "n", "X": "nn"},
        truth=lambda a, X: a @ X @ a,
        value=lambda a, X: np.outer(a, a),
        expected=r"aa^T",
        source="Matrix Cookbook (72)",
    ),
    Row(
        "square-of-the-sum",
        given=r"""
            X \in \R^{m \times n}
            f = (\mathbf 1^TX\mathbf 1)^2""",
        wrt="X",
        shapes={"X": "mn"},
        truth=lambda X: X.sum() ** 2,
        value=lambda X: 2 * X.sum() * np.ones_like(X),
        expected=r"2(\mathbf 1^TX\mathbf 1)\mathbf 1\mathbf 1^T",
        source="Matrix Cookbook (76)",
    ),
    Row(
        "gram-bilinear",
        given=r"f = b^TX^TXc",
        wrt="X",
        shapes={"X": "mn", "b": "n", "c": "n"},
        truth=lambda X, b, c: b @ X.T @ X @ c,
        value=lambda X, b, c: X @ (np.outer(b, c) + np.outer(c, b)),
        expected=r"X(bc^T + cb^T)",
        source="Matrix Cookbook (77)",
    ),
    Row(
        "product-of-affine",
        given=r"f = (Bx + b)^TC(Dx + c)",
        wrt="x",
        shapes={"B": "mn", "x": "n", "b": "m", "C": "mp", "D": "pn", "c": "p"},
        truth=lambda B, x, b, C, D, c: (B @ x + b) @ C @ (D @ x + c),
        value=lambda B, x, b, C, D, c: B.T @ C @ (D @ x + c) + D.T @ C.T @ (B @ x + b),
        expected=r"B^TC(Dx + c) + D^TC^T(Bx + b)",
        source="Matrix Cookbook (78)",
    ),
    Row(
        "quadratic",
        given=r"f = x^TBx",
        wrt="x",
        shapes={"x": "n", "B": "nn"},
        truth=lambda x, B: x @ B @ x,
        value=lambda x, B: (B + B.T) @ x,
        expected=r"(B + B^T)x",
        source="Matrix Cookbook (81)",
    ),
    Row(
        "gram-bilinear-weighted",
        given=r"f = b^TX^TDXc",
        wrt="X",
        shapes={"X": "mn", "D": "mm", "b": "n", "c": "n"},
        truth=lambda X, D, b, c: b @ X.T @ D @ X @ c,
        value=lambda X, D, b, c: D.T @ X @ np.outer(b, c) + D @ X @ np.outer(c, b),
        expected=r"D^TXbc^T + DXcb^T",
        source="Matrix Cookbook (82)",
    ),
    Row(
        "quadratic-of-affine",
        given=r"f = (Xb + c)^TD(Xb + c)",
        wrt="X",
        shapes={"X": "mn", "b": "n", "c": "m", "D": "mm"},
        truth=lambda X, b, c, D: (X @ b + c) @ D @ (X @ b + c),
        value=lambda X, b, c, D: np.outer((D + D.T) @ (X @ b + c), b),
        expected=r"(D + D^T)(Xb + c)b^T",
        source="Matrix Cookbook (83)",
    ),
    Row(
        "weighted-residual-in-s",
        given=r"""
            W \in \mathbb{S}^m
            f = (x - As)^TW(x - As)""",
        wrt="s",
        shapes={"x": "m", "A": "mn", "s": "n", "W": "mm sym"},
        truth=lambda x, A, s, W: (x - A @ s) @ W @ (x - A @ s),
        value=lambda x, A, s, W: -2 * A.T @ W @ (x - A @ s),
        expected=r"-2A^TW(x - As)",
        source="Matrix Cookbook (84)",
    ),
    Row(
        "weighted-distance-in-x",
        given=r"""
            W \in \mathbb{S}^n
            f = (x - s)^TW(x - s)""",
        wrt="x",
        shapes={"x": "n", "s": "n", "W": "nn sym"},
        truth=lambda x, s, W: (x - s) @ W @ (x - s),
        value=lambda x, s, W: 2 * W @ (x - s),
        expected=r"2W(x - s)",
        source="Matrix Cookbook (85)",
    ),
    Row(
        "weighted-distance-in-s",
        given=r"""
            W \in \mathbb{S}^n
            f = (x - s)^TW(x - s)""",
        wrt="s",
        shapes={"x": "n", "s": "n", "W": "nn sym"},
        truth=lambda x, s, W: (x - s) @ W @ (x - s),
        value=lambda x, s, W: -2 * W @ (x - s),
        expected=r"-2W(x - s)",
        source="Matrix Cookbook (86)",
    ),
    Row(
        "weighted-residual-in-x",
        given=r"""
            W \in \mathbb{S}^m
            f = (x - As)^TW(x - As)""",
        wrt="x",
        shapes={"x": "m", "A": "mn", "s": "n", "W": "mm sym"},
        truth=lambda x, A, s, W: (x - A @ s) @ W @ (x - A @ s),
        value=lambda x, A, s, W: 2 * W @ (x - A @ s),
        expected=r"2W(x - As)",
        source="Matrix Cookbook (87)",
    ),
    Row(
        "weighted-residual-in-A",
        given=r"""
            W \in \mathbb{S}^m
            f = (x - As)^TW(x - As)""",
        wrt="A",
        shapes={"x": "m", "A": "mn", "s": "n", "W": "mm sym"},
        truth=lambda x, A, s, W: (x - A @ s) @ W @ (x - A @ s),
        value=lambda x, A, s, W: -2 * np.outer(W @ (x - A @ s), s),
        expected=r"-2W(x - As)s^T",
        source="Matrix Cookbook (88)",
    ),
    Row(
        "least-mean-squares",
        given=r"""
            \alpha \in \R
            f = (\alpha - x^Tb)^2""",
        wrt="x",
        shapes={"alpha": "", "x": "n", "b": "n"},
        truth=lambda alpha, x, b: (alpha - x @ b) ** 2,
        value=lambda alpha, x, b: -2 * (alpha - x @ b) * b,
        expected=r"-2(\alpha - x^Tb)b",
        source="Matrix Cookbook (89), real case",
    ),
    Row(
        "power-bilinear",
        given=r"f = a^TX^3b",
        wrt="X",
        shapes={"a": "n", "X": "nn", "b": "n"},
        truth=lambda a, X, b: a @ X @ X @ X @ b,
        value=lambda a, X, b: sum(
            power(X, r).T @ np.outer(a, b) @ power(X, 2 - r).T for r in range(3)
        ),
        expected=r"ab^T(X^2)^T + X^Tab^TX^T + (X^2)^Tab^T",
        source="Matrix Cookbook (91) with n = 3",
    ),
    Row(
        "power-gram-bilinear",
        given=r"f = a^T(X^2)^TX^2b",
        wrt="X",
        shapes={"a": "n", "X": "nn", "b": "n"},
        truth=lambda a, X, b: (X @ X @ a) @ (X @ X @ b),
        value=lambda a, X, b: sum(
            power(X, r).T @ power(X, 2) @ np.outer(b, a) @ power(X, 1 - r).T
            + power(X, r).T @ power(X, 2) @ np.outer(a, b) @ power(X, 1 - r).T
            for r in range(2)
        ),
        expected=r"X^2ba^TX^T + X^TX^2ba^T + X^2ab^TX^T + X^TX^2ab^T",
        # The book prints the terms that differentiate the first factor transposed.
        source="Matrix Cookbook (92) with n = 2, corrected",
    ),
    Row(
        "ratio-of-quadratics",
        given=r"f = \frac{(Ax)^T(Ax)}{(Bx)^T(Bx)}",
        wrt="x",
        shapes={"A": "mn", "B": "pn", "x": "n"},
        truth=lambda A, B, x: (A @ x) @ (A @ x) / ((B @ x) @ (B @ x)),
        value=lambda A, B, x: (
            2 * A.T @ A @ x / norm(B @ x) ** 2
            - 2 * norm(A @ x) ** 2 / norm(B @ x) ** 4 * B.T @ B @ x
        ),
        expected=r"\frac{2}{x^TB^TBx}A^TAx - \frac{2x^TA^TAx}{(x^TB^TBx)^2}B^TBx",
        # The book's first denominator lacks a transpose.
        source="Matrix Cookbook (94), (95), corrected",
    ),
    Row(
        "quadratic-plus-linear",
        given=r"f = x^TAx + b^Tx",
        wrt="x",
        shapes={"x": "n", "A": "nn", "b": "n"},
        truth=lambda x, A, b: x @ A @ x + b @ x,
        value=lambda x, A, b: (A + A.T) @ x + b,
        expected=r"(A + A^T)x + b",
        source="Matrix Cookbook (97)",
    ),
)

_TRACES_FIRST_ORDER = (
    Row(
        "trace",
        given=r"f = \operatorname{Tr}(X)",
        wrt="X",
        shapes={"X": "nn"},
        truth=lambda X: np.trace(X),
        value=lambda X: np.eye(len(X)),
        expected=r"I",
        source="Matrix Cookbook (99)",
    ),
    Row(
        "trace-XA",
        given=r"f = \operatorname{Tr}(XA)",
        wrt="X",
        shapes={"X": "mn", "A": "nm"},
        truth=lambda X, A: np.trace(X @ A),
        value=lambda X, A: A.T,
        expected=r"A^T",
        source="Matrix Cookbook (100)",
    ),
    Row(
        "trace-AXB",
        given=r"f = \operatorname{Tr}(AXB)",
        wrt="X",
        shapes={"A": "pm", "X": "mn", "B": "np"},
        truth=lambda A, X, B: np.trace(A @ X @ B),
        value=lambda A, X, B: A.T @ B.T,
        expected=r"A^TB^T",
        source="Matrix Cookbook (101)",
    ),
    Row(
        "trace-AXtB",
        given=r"f = \operatorname{Tr}(AX^TB)",
        wrt="X",
        shapes={"A": "pn", "X": "mn", "B": "mp"},
        truth=lambda A, X, B: np.trace(A @ X.T @ B),
        value=lambda A, X, B: B @ A,
        expected=r"BA",
        source="Matrix Cookbook (102)",
    ),
    Row(
        "trace-XtA",
        given=r"f = \operatorname{Tr}(X^TA)",
        wrt="X",
        shapes={"X": "mn", "A": "mn"},
        truth=lambda X, A: np.trace(X.T @ A),
        value=lambda X, A: A,
        expected=r"A",
        source="Matrix Cookbook (103)",
    ),
    Row(
        "trace-AXt",
        given=r"f = \operatorname{Tr}(AX^T)",
        wrt="X",
        shapes={"A": "mn", "X": "mn"},
        truth=lambda A, X: np.trace(A @ X.T),
        value=lambda A, X: A,
        expected=r"A",
        source="Matrix Cookbook (104)",
    ),
    Row(
        "trace-kronecker",
        given=r"""
            A \in \R^{m \times m}
            X \in \R^{n \times n}
            f = \operatorname{Tr}(A \otimes X)""",
        wrt="X",
        shapes={"A": "mm", "X": "nn"},
        truth=lambda A, X: np.trace(np.kron(A, X)),
        value=lambda A, X: np.trace(A) * np.eye(len(X)),
        expected=r"\operatorname{tr}(A) I",
        source="Matrix Cookbook (105)",
    ),
    Row(
        "trace-diagonal",
        given=r"""
            X \in \R^{n \times n} \text{ diagonal}
            f = \operatorname{Tr}(AX)""",
        wrt="X",
        shapes={"A": "nn", "X": "nn diag"},
        truth=lambda A, X: np.trace(A @ X),
        value=lambda A, X: A * np.eye(len(A)),
        expected=r"A \odot I",
        source="Matrix Cookbook (142)",
    ),
)

_TRACES_SECOND_ORDER = (
    Row(
        "trace-square",
        given=r"f = \operatorname{Tr}(X^2)",
        wrt="X",
        shapes={"X": "nn"},
        truth=lambda X: np.trace(X @ X),
        value=lambda X: 2 * X.T,
        expected=r"2X^T",
        source="Matrix Cookbook (106)",
    ),
    Row(
        "trace-square-B",
        given=r"f = \operatorname{Tr}(X^2B)",
        wrt="X",
        shapes={"X": "nn", "B": "nn"},
        truth=lambda X, B: np.trace(X @ X @ B),
        value=lambda X, B: (X @ B + B @ X).T,
        expected=r"B^TX^T + X^TB^T",
        source="Matrix Cookbook (107)",
    ),
    Row(
        "trace-XtBX",
        given=r"f = \operatorname{Tr}(X^TBX)",
        wrt="X",
        shapes={"X": "mn", "B": "mm"},
        truth=lambda X, B: np.trace(X.T @ B @ X),
        value=lambda X, B: B @ X + B.T @ X,
        expected=r"BX + B^TX",
        source="Matrix Cookbook (108)",
    ),
    Row(
        "trace-BXXt",
        given=r"f = \operatorname{Tr}(BXX^T)",
        wrt="X",
        shapes={"B": "mm", "X": "mn"},
        truth=lambda B, X: np.trace(B @ X @ X.T),
        value=lambda B, X: B @ X + B.T @ X,
        expected=r"BX + B^TX",
        source="Matrix Cookbook (109)",
    ),
    Row(
        "trace-XXtB",
        given=r"f = \operatorname{Tr}(XX^TB)",
        wrt="X",
        shapes={"B": "mm", "X": "mn"},
        truth=lambda B, X: np.trace(X @ X.T @ B),
        value=lambda B, X: B @ X + B.T @ X,
        expected=r"BX + B^TX",
        source="Matrix Cookbook (110)",
    ),
    Row(
        "trace-XBXt",
        given=r"f = \operatorname{Tr}(XBX^T)",
        wrt="X",
        shapes={"X": "mn", "B": "nn"},
        truth=lambda X, B: np.trace(X @ B @ X.T),
        value=lambda X, B: X @ B.T + X @ B,
        expected=r"XB^T + XB",
        source="Matrix Cookbook (111)",
    ),
    Row(
        "trace-BXtX",
        given=r"f = \operatorname{Tr}(BX^TX)",
        wrt="X",
        shapes={"X": "mn", "B": "nn"},
        truth=lambda X, B: np.trace(B @ X.T @ X),
        value=lambda X, B: X @ B.T + X @ B,
        expected=r"XB^T + XB",
        source="Matrix Cookbook (112)",
    ),
    Row(
        "trace-XtXB",
        given=r"f = \operatorname{Tr}(X^TXB)",
        wrt="X",
        shapes={"X": "mn", "B": "nn"},
        truth=lambda X, B: np.trace(X.T @ X @ B),
        value=lambda X, B: X @ B.T + X @ B,
        expected=r"XB^T + XB",
        source="Matrix Cookbook (113)",
    ),
    Row(
        "trace-AXBX",
        given=r"f = \operatorname{Tr}(AXBX)",
        wrt="X",
        shapes={"A": "nm", "X": "mn", "B": "nm"},
        truth=lambda A, X, B: np.trace(A @ X @ B @ X),
        value=lambda A, X, B: A.T @ X.T @ B.T + B.T @ X.T @ A.T,
        expected=r"A^TX^TB^T + B^TX^TA^T",
        source="Matrix Cookbook (114)",
    ),
    Row(
        "trace-gram",
        given=r"f = \operatorname{Tr}(XX^T)",
        wrt="X",
        shapes={"X": "mn"},
        truth=lambda X: np.trace(X @ X.T),
        value=lambda X: 2 * X,
        expected=r"2X",
        source="Matrix Cookbook (115)",
    ),
    Row(
        "trace-BtXtCXB",
        given=r"f = \operatorname{Tr}(B^TX^TCXB)",
        wrt="X",
        shapes={"X": "mn", "B": "np", "C": "mm"},
        truth=lambda X, B, C: np.trace(B.T @ X.T @ C @ X @ B),
        value=lambda X, B, C: C.T @ X @ B @ B.T + C @ X @ B @ B.T,
        expected=r"C^TXBB^T + CXBB^T",
        source="Matrix Cookbook (116)",
    ),
    Row(
        "trace-XtBXC",
        given=r"f = \operatorname{Tr}[X^TBXC]",
        wrt="X",
        shapes={"X": "mn", "B": "mm", "C": "nn"},
        truth=lambda X, B, C: np.trace(X.T @ B @ X @ C),
        value=lambda X, B, C: B @ X @ C + B.T @ X @ C.T,
        expected=r"BXC + B^TXC^T",
        source="Matrix Cookbook (117)",
    ),
    Row(
        "trace-AXBXtC",
        given=r"f = \operatorname{Tr}(AXBX^TC)",
        wrt="X",
        shapes={"A": "pm", "X": "mn", "B": "nn", "C": "mp"},
        truth=lambda A, X, B, C: np.trace(A @ X @ B @ X.T @ C),
        value=lambda A, X, B, C: A.T @ C.T @ X @ B.T + C @ A @ X @ B,
        expected=r"A^TC^TXB^T + CAXB",
        source="Matrix Cookbook (118)",
    ),
    Row(
        "trace-of-affine-gram",
        given=r"f = \operatorname{Tr}\left[(AXB + C)(AXB + C)^T\right]",
        wrt="X",
        shapes={"A": "pm", "X": "mn", "B": "nq", "C": "pq"},
        truth=lambda A, X, B, C: np.trace((A @ X @ B + C) @ (A @ X @ B + C).T),
        value=lambda A, X, B, C: 2 * A.T @ (A @ X @ B + C) @ B.T,
        expected=r"2A^T(AXB + C)B^T",
        source="Matrix Cookbook (119)",
    ),
    Row(
        "trace-kronecker-square",
        given=r"f = \operatorname{Tr}(X \otimes X)",
        wrt="X",
        shapes={"X": "nn"},
        truth=lambda X: np.trace(np.kron(X, X)),
        value=lambda X: 2 * np.trace(X) * np.eye(len(X)),
        expected=r"2\operatorname{tr}(X) I",
        source="Matrix Cookbook (120)",
    ),
)

_TRACES_HIGHER_ORDER = (
    Row(
        "trace-cube",
        given=r"f = \operatorname{Tr}(X^3)",
        wrt="X",
        shapes={"X": "nn"},
        truth=lambda X: np.trace(power(X, 3)),
        value=lambda X: 3 * power(X, 2).T,
        expected=r"3(X^2)^T",
        source="Matrix Cookbook (121) with k = 3",
    ),
    Row(
        "trace-fifth-power",
        given=r"f = \operatorname{Tr}(X^5)",
        wrt="X",
        shapes={"X": "nn inv"},
        truth=lambda X: np.trace(power(X, 5)),
        value=lambda X: 5 * power(X, 4).T,
        expected=r"5(X^4)^T",
        source="Matrix Cookbook (121) with k = 5",
    ),
    Row(
        "trace-A-cube",
        given=r"f = \operatorname{Tr}(AX^3)",
        wrt="X",
        shapes={"A": "nn", "X": "nn"},
        truth=lambda A, X: np.trace(A @ power(X, 3)),
        value=lambda A, X: sum((power(X, r) @ A @ power(X, 2 - r)).T for r in range(3)),
        expected=r"A^T(X^2)^T + X^TA^TX^T + (X^2)^TA^T",
        source="Matrix Cookbook (122) with k = 3",
    ),
    Row(
        "trace-fourth-order",
        given=r"f = \operatorname{Tr}\left[B^TX^TCXX^TCXB\right]",
        wrt="X",
        shapes={"X": "mn", "B": "np", "C": "mm"},
        truth=lambda X, B, C: np.trace(B.T @ X.T @ C @ X @ X.T @ C @ X @ B),
        value=lambda X, B, C: (
            C @ X @ X.T @ C @ X @ B @ B.T
            + C.T @ X @ B @ B.T @ X.T @ C.T @ X
            + C @ X @ B @ B.T @ X.T @ C @ X
            + C.T @ X @ X.T @ C.T @ X @ B @ B.T
        ),
        expected=r"CXX^TCXBB^T + C^TXBB^TX^TC^TX + CXBB^TX^TCX + C^TXX^TC^TXBB^T",
        source="Matrix Cookbook (123)",
    ),
    Row(
        "trace-inverse-gram",
        given=r"""
            X \in \R^{m \times n}
            C \in \mathbb{S}_{++}^m
            f = \operatorname{Tr}\left[(X^TCX)^{-1}A\right]""",
        wrt="X",
        shapes={"X": "mn", "C": "mm spd", "A": "nn"},
        truth=lambda X, C, A: np.trace(inv(X.T @ C @ X) @ A),
        value=lambda X, C, A: -C @ X @ inv(X.T @ C @ X) @ (A + A.T) @ inv(X.T @ C @ X),
        expected=r"-CX(X^TCX)^{-1}(A + A^T)(X^TCX)^{-1}",
        source="Matrix Cookbook (125)",
    ),
    Row(
        "trace-ratio",
        given=r"""
            X \in \R^{m \times n}
            B \in \mathbb{S}^m
            C \in \mathbb{S}_{++}^m
            f = \operatorname{Tr}\left[(X^TCX)^{-1}(X^TBX)\right]""",
        wrt="X",
        shapes={"X": "mn", "B": "mm sym", "C": "mm spd"},
        truth=lambda X, B, C: np.trace(inv(X.T @ C @ X) @ (X.T @ B @ X)),
        value=lambda X, B, C: (
            2 * B @ X @ inv(X.T @ C @ X)
            - 2 * C @ X @ inv(X.T @ C @ X) @ X.T @ B @ X @ inv(X.T @ C @ X)
        ),
        expected=r"-2CX(X^TCX)^{-1}X^TBX(X^TCX)^{-1} + 2BX(X^TCX)^{-1}",
        source="Matrix Cookbook (126)",
    ),
    Row(
        "trace-ratio-shifted",
        given=r"""
            X \in \R^{m \times n}
            A \in \mathbb{S}_{++}^n
            B \in \mathbb{S}^m
            C \in \mathbb{S}_{++}^m
            f = \operatorname{Tr}\left[(A + X^TCX)^{-1}(X^TBX)\right]""",
        wrt="X",
        shapes={"X": "mn", "A": "nn spd", "B": "mm sym", "C": "mm spd"},
        truth=lambda X, A, B, C: np.trace(inv(A + X.T @ C @ X) @ (X.T @ B @ X)),
        value=lambda X, A, B, C: (
            2 * B @ X @ inv(A + X.T @ C @ X)
            - 2 * C @ X @ inv(A + X.T @ C @ X) @ X.T @ B @ X @ inv(A + X.T @ C @ X)
        ),
        expected=r"-2CX(A + X^TCX)^{-1}X^TBX(A + X^TCX)^{-1} + 2BX(A + X^TCX)^{-1}",
        source="Matrix Cookbook (127), with A symmetric",
    ),
)

_NORMS = (
    Row(
        "distance",
        given=r"f = \|x - a\|_2",
        wrt="x",
        shapes={"x": "n", "a": "n"},
        truth=lambda x, a: norm(x - a),
        value=lambda x, a: (x - a) / norm(x - a),
        expected=r"\frac{1}{\|x - a\|_2}(x - a)",
        source="Matrix Cookbook (129)",
    ),
    Row(
        "squared-norm",
        given=r"f = \|x\|_2^2",
        wrt="x",
        shapes={"x": "n"},
        truth=lambda x: x @ x,
        value=lambda x: 2 * x,
        expected=r"2x",
        source="Matrix Cookbook (131)",
    ),
    Row(
        "squared-frobenius-norm",
        given=r"f = \|X\|_F^2",
        wrt="X",
        shapes={"X": "mn"},
        truth=lambda X: (X**2).sum(),
        value=lambda X: 2 * X,
        expected=r"2X",
        source="Matrix Cookbook (132)",
    ),
    Row(
        "frobenius-norm",
        given=r"f = \|X - A\|_F",
        wrt="X",
        shapes={"X": "mn", "A": "mn"},
        truth=lambda X, A: norm(X - A),
        value=lambda X, A: (X - A) / norm(X - A),
        expected=r"\frac{1}{\|X - A\|_F}(X - A)",
        source="Matrix Cookbook, section 2.7.1, the norm itself",
    ),
    Row(
        "frobenius-norm-of-kronecker",
        given=r"f = \|A \otimes X\|_F^2",
        wrt="X",
        shapes={"A": "pq", "X": "mn"},
        truth=lambda A, X: (np.kron(A, X) ** 2).sum(),
        value=lambda A, X: 2 * (A**2).sum() * X,
        expected=r"2\|A\|_F^2 X",
        source="Matrix Cookbook, section 2.7.1, of a Kronecker product",
    ),
)

ROWS: tuple[Row, ...] = (
    *cookbook_rules.ROWS,
    *cookbook_components.ROWS,
    *cookbook_structured.ROWS,
    *_DETERMINANTS,
    *_INVERSES,
    *_FORMS,
    *_TRACES_FIRST_ORDER,
    *_TRACES_SECOND_ORDER,
    *_TRACES_HIGHER_ORDER,
    *_NORMS,
)
