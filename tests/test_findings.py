"""What went wrong once: problems whose derivations were wrong, crashed or did not verify."""

from __future__ import annotations

import pytest

import derivtex
from derivtex.expr import outside_names, walk
from derivtex.notation import NOTATIONS
from derivtex.parse import parse, parse_expression
from tests.forms import canonical

#: A problem, and the gradients (by plain name) as a person writes them.
GRADIENTS = (
    (r"s \in \R; L = x^T(s I)y; \nabla_s L", {"s": "x^Ty"}),
    (r"s \in \R; L = y^T(K + s I)y; \nabla_s L", {"s": "y^Ty"}),
    (r"c \in \R; L = a^T(cI)(cI)b; \nabla_a L", {"a": "c^2b"}),
    (r"c \in \R; L = x^T(cI)x; \nabla_x L", {"x": "2cx"}),
    (r"L = x^TAx + y^Ty - x^TAx; \nabla_x L, \nabla_y L", {"x": "0", "y": "2y"}),
    (r"L = x^Tx - x^Tx; \nabla_x L", {"x": "0"}),
    (r"A \in \R^{n \times n} \text{ skew}; f = x^TAx; \nabla_x f", {"x": "0"}),
    (
        r"Q \in \R^{n \times n} \text{ orthogonal}; f = \|Qx - y\|^2; \nabla_x f",
        {"x": "2(x - Q^Ty)"},
    ),
    (r"S \in \mathbb{S}^n; f = \|S - A\|^2; \nabla_S f", {"S": "2S - A - A^T"}),
    (
        r"f = \frac{1}{2}x^T(A + \lambda I)x - b^Tx; \nabla_x f",
        {"x": r"\frac12(A + A^T)x + \lambda x - b"},
    ),
    (
        r"f = \frac{a^Tb}{\sqrt{a^Ta}\sqrt{b^Tb}}; \nabla_a f",
        {"a": r"\frac{1}{\sqrt{a^Ta}\sqrt{b^Tb}}(b - \frac{a^Tb}{a^Ta}a)"},
    ),
    (
        r"f = \operatorname{vec}(X)^T(A \otimes B)\operatorname{vec}(X); \nabla_X f",
        {"X": "BXA^T + B^TXA"},
    ),
    (
        r"f = \operatorname{tr}((A \otimes B)(X \otimes Y)); \nabla_X f",
        {"X": r"\operatorname{tr}(BY)A^T"},
    ),
    (
        r"A \in \R^{4 \times 4}; f = \log\det(A \otimes X); \nabla_X f",
        {"X": "4X^{-T}"},
    ),
    (
        r"A \in \R^{2 \times 2}; X \in \R^{3 \times 3}; f = \det(A \otimes X); \nabla_X f",
        {"X": r"2 \det(A)^3 \det(X)^2 X^{-T}"},
    ),
    (
        r"f = \operatorname{tr}((A \otimes B)^{-1}(X \otimes Y)); \nabla_X f",
        {"X": r"\operatorname{tr}(B^{-1}Y)A^{-T}"},
    ),
    (r"f = 2^{a^Tx}; \nabla_x f", {"x": r"2^{a^Tx}\log(2)a"}),
    (r"f = \|x\|_A^2; \nabla_x f", {"x": "2Ax"}),
    (r"f = \|X\|_F^2 - \|x\|_F^2; \nabla_X f", {"X": "2X"}),
    (r"f = \|x\|_S x^Tb - \|x\|_{S^{-1}}^2; S \succ 0; \nabla_x f", None),
    (r"f = \|x\|_A; \nabla_x f", {"x": r"\frac{Ax}{\sqrt{x^TAx}}"}),
    (r"A \in \R^{n \times n}; f = \|x\|_A^2; \nabla_x f", {"x": "(A + A^T)x"}),
    (r"f = \|Ax - b\|_{P^{-1}}^2; \nabla_x f", {"x": "2A^TP^{-1}(Ax - b)"}),
    (r"f = \|AX - B\|_S^2; S \succ 0; \nabla_X f", {"X": "2A^TS(AX - B)"}),
    (r"f = \langle Ax, y\rangle_M; \nabla_x f", {"x": "A^TMy"}),
    (r"f = \langle X, Y\rangle_M; \nabla_X f", {"X": "MY"}),
    (r"\psi : \R^n \times \R \to \R; t \in \R; L = \psi(tx, t); \nabla_x L", None),
    (r"f = \|x - y\|^2 + c^TAx; \nabla_x f", {"x": "2(x - y) + A^Tc"}),
    (r"f = \operatorname{sum}(\operatorname{sign}(X)) + a^TXb; \nabla_X f", {"X": "ab^T"}),
    (r"f = c^T\operatorname{diag}(\operatorname{sign}(X)) + a^TXb; \nabla_X f", {"X": "ab^T"}),
    (r"f = \operatorname{tr}(\|X\|_F^2) + a^TXb; \nabla_X f", {"X": "2X + ab^T"}),
    (r"f = \|W^TW - I\|_F^2; \nabla_W f", {"W": "4W(W^TW - I)"}),
    (r"f = \|x\|^3; \nabla_x f", {"x": r"3\|x\|x"}),
    (
        r"f = y^TX(X^TX)^{-1}X^Ty; \nabla_X f",
        {"X": "2(I - X(X^TX)^{-1}X^T)yy^TX(X^TX)^{-1}"},
    ),
    (
        r"K \in \R^{n \times n} \text{ skew}; f = \|K - A\|_F^2; \nabla_K f",
        {"K": "2K - A + A^T"},
    ),
    (r"f = \max(0, 1 - w^Tx); \nabla_w f", {"w": r"-\operatorname{step}(1 - w^Tx)x"}),
    (r"f = \max\{1 - w^Tx, 0\}^2; \nabla_w f", {"w": r"-2\operatorname{relu}(1 - w^Tx)x"}),
    (
        (
            r"x_i \in \R^n; y_i \in \R; L = -\sum_{i=1}^N "
            r"(y_i\log\sigma(w^Tx_i) + (1 - y_i)\log(1 - \sigma(w^Tx_i))); \nabla_w L"
        ),
        {"w": r"\sum_{i=1}^N (\sigma(w^Tx_i) - y_i)x_i"},
    ),
    (
        r"f = \|\operatorname{Diag}(x)A\|_F^2; \nabla_x f",
        {"x": r"2(x \odot \operatorname{diag}(AA^T))"},
    ),
    (r"f = \operatorname{tr}((X^TX)^{-3}); \nabla_X f", {"X": "-6X(X^TX)^{-4}"}),
    (
        (
            r"\nu, y_i \in \R; \nu > 0; x_i, \beta \in \R^n; "
            r"L = \sum_{i=1}^N \log(1 + \frac{(y_i - x_i^T\beta)^2}{\nu}); \nabla_\beta L"
        ),
        {"beta": r"-2\sum_{i=1}^N \frac{(y_i - x_i^T\beta)}{\nu + (y_i - x_i^T\beta)^2}x_i"},
    ),
    (
        (
            r"\nu, \sigma, \mu, y_i \in \R; \nu > 0; "
            r"L = -\frac{\nu + 1}{2}\sum_{i=1}^N \log(1 + \frac{(y_i - \mu)^2}{\nu\sigma^2}); "
            r"\nabla_\mu L"
        ),
        {"mu": r"(\nu + 1)\sum_{i=1}^N \frac{y_i - \mu}{\nu\sigma^2 + (y_i - \mu)^2}"},
    ),
    (
        (
            r"c, y_i \in \R; x_i, w \in \R^n; "
            r"L = \sum_{i=1}^N \frac{1}{1 + (y_i - x_i^Tw)^2/c^2}; \nabla_w L"
        ),
        {"w": r"2c^2\sum_{i=1}^N \frac{y_i - x_i^Tw}{(c^2 + (y_i - x_i^Tw)^2)^2}x_i"},
    ),
    (
        r"c \in \R; f = \log(1 + \frac{\|x\|^2}{2c}); \nabla_x f",
        {"x": r"\frac{2}{2c + \|x\|^2}x"},
    ),
    (r"f = \sqrt{\det(X^TX)}; \nabla_X f", {"X": r"\sqrt{\det(X^TX)}X(X^TX)^{-1}"}),
    (
        r"X \in \R^{n \times n}; f = x^T(X + X^T)x + y^T(X + X^T)^Ty; \nabla_x f, \nabla_y f",
        {"x": "2(X + X^T)x", "y": "2(X + X^T)y"},
    ),
    (
        r"z = Wx + b; p = \operatorname{softmax}(z); L = -y^T\log p; \nabla_z L, \nabla_b L",
        {"z": r"(\mathbf 1^Ty)p - y", "b": r"(\mathbf 1^Ty)p - y"},
    ),
    (
        r"y \in \R; z = w^Tx; p = \sigma(z); L = -y\log p - (1 - y)\log(1 - p); \nabla_z L",
        {"z": "p - y"},
    ),
    (
        (
            r"a = Xw; p = \sigma(a); L = -y^T\log p - (\mathbf 1 - y)^T\log(\mathbf 1 - p); "
            r"\nabla_a L, \nabla_w L"
        ),
        {"a": "p - y", "w": "X^T(p - y)"},
    ),
    (
        r"t \in \R; f = \operatorname{tr}(e^{A + tB}); \nabla_t f",
        {"t": r"\operatorname{tr}(e^{A + tB}B)"},
    ),
    (
        (
            r"n \in \R; S \in \mathbb{S}_{++}^d; f = \log(1 + \frac{1}{n}(x - m)^TS^{-1}(x - m)); "
            r"\nabla_m f"
        ),
        {"m": r"-\frac{2}{n + (x - m)^TS^{-1}(x - m)}S^{-1}(x - m)"},
    ),
    (
        r"k, l \in \R; f = \frac12k(\|a - b\| - l)^2; \nabla_a f",
        {"a": r"\frac{k(\|a - b\| - l)}{\|a - b\|}(a - b)"},
    ),
    (
        r"A \in \mathbb{S}_{++}^n; f = (x^TAx)^{-1/2}; \nabla_x f",
        {"x": r"-\frac{1}{(x^TAx)^{3/2}}Ax"},
    ),
    (r"c \in \R; f = \log|1 + cu^Tw|; \nabla_u f", {"u": r"\frac{c}{1 + cu^Tw}w"}),
    (
        (
            r"x_i, b \in \R^n; y_i \in \R; \mu_i = \exp(x_i^Tb); "
            r"f = \sum_{i=1}^N (y_i\log\mu_i - \mu_i); \nabla_b f"
        ),
        {"b": r"\sum_{i=1}^N (y_i - \mu_i)x_i"},
    ),
    (
        r"X, Q \in \mathbb{S}^n; f = \|A^TX + XA + Q\|_F^2; \nabla_X f",
        {"X": "2(A(A^TX + XA + Q) + (A^TX + XA + Q)A^T)"},
    ),
    (
        r"B, W \in \mathbb{S}^n; J = \frac{w^TBw}{w^TWw}; \nabla_w J",
        {"w": r"\frac{2}{w^TWw}(B - JW)w"},
    ),
    (
        r"S \in \mathbb{S}_{++}^n; f = \frac{w^Tm}{\sqrt{w^TSw}}; \nabla_w f",
        {"w": r"\frac{1}{\sqrt{w^TSw}}(m - \frac{w^Tm}{w^TSw}Sw)"},
    ),
    (
        r"M \in \mathbb{S}^n; k = \exp(-\frac12(x - z)^TM(x - z)); \nabla_x k",
        {"x": "-kM(x - z)"},
    ),
    (r"f = \sum_{i=1}^N p_i \log\frac{p_i}{q_i}; \nabla_{q_j} f", {"q_j": r"-\frac{p_j}{q_j}"}),
    (
        r"f = \mathbf 1^T(p \odot \log(p \oslash q)); \nabla_p f, \nabla_q f",
        {"p": r"\log(p \oslash q) + \mathbf 1", "q": r"-p \oslash q"},
    ),
    (
        r"P \in \R^{m \times n}; f = C:P + \rho P:(\log(P) - \mathbf 1\mathbf 1^T); \nabla_P f",
        {"P": r"C + \rho\log(P)"},
    ),
    (
        r"t \in \R; K \in \mathbb{S}_{++}^n; f = y^T(tK + I)^{-1}y; \nabla_t f",
        {"t": "-y^T(tK + I)^{-1}K(tK + I)^{-1}y"},
    ),
    (r"f = \sum_i \sigma(a_i^Tx); \nabla_x f", {"x": r"\sum_i \sigma'(a_i^Tx)a_i"}),
    (r"f = \sum_i \alpha_i a_i^Tx; \nabla_x f", {"x": r"\sum_i \alpha_i a_i"}),
    (
        r"y_i, p_i \in \R; f = \sum_i y_i\log p_i; \nabla_{p_j} f",
        {"p_j": r"\frac{y_j}{p_j}"},
    ),
    (r"x \in \R^m; z = x^T; f = za; \nabla_x f", {"x": "a"}),
    (r"x \in \R^m; z = x^T; f = zXa; \nabla_X f", {"X": "z^Ta^T"}),
    (r"x \in \R^m; z = x^T; w = 3z; f = z(a + w^T - w^T); \nabla_x f", {"x": "a"}),
    (r"x \in \R^m; z = 2x; w = 3z; f = z^T(a + w - w); \nabla_x f", {"x": "2a"}),
    (r"x \in \R^{1 \times n}; f = \|xA\|^2; \nabla_x f", {"x": "2xAA^T"}),
    (r"x_i \in \R^n; f = x_j^Ta + \sum_{i=1}^N \|x_i\|^2; \nabla_{x_j} f", {"x_j": "a + 2x_j"}),
    (
        r"y \in \R^N; x_i \in \R^n; L = \sum_{i=1}^N y_i\|x_i\|^2; \nabla_{x_j} L",
        {"x_j": "2y_jx_j"},
    ),
    # What is derived has no name.
    (r"\frac{\partial (x^TAx)}{\partial x}", {"x": "(A + A^T)x"}),
    (r"\nabla_X \operatorname{tr}(AX)", {"X": "A^T"}),
    (
        r"x \in \R^n; f = \|\operatorname{unvec}_{1 \times n}(x)A\|^2; \nabla_x f",
        {"x": "2AA^Tx"},
    ),
    (r"r \in \R^{1 \times n}; z = \sin(r); f = zA z^T; \nabla_A f", {"A": "z^Tz"}),
    (
        r"S \in \mathbb{S}^n; f = A:\operatorname{softmax}(S)^T; \nabla_A f",
        {"A": r"\operatorname{softmax}(S)^T"},
    ),
)

#: Declarations of one variable, and the gradient of tr(AK) in it.
STRUCTURED = (
    (r"K \in \R^{n \times n}, lower triangular; K \in \mathbb{S}^n", r"A \odot I"),
    (r"K \in \R^{n \times n}, lower triangular; K \succ 0", r"A \odot I"),
    (r"K \succ 0; K \in \R^{n \times n}", r"\frac12(A + A^T)"),
    (r"K > 0; K \in \mathbb{S}^n", r"\frac12(A + A^T)"),
    (r"K = K^T", r"\frac12(A + A^T)"),
    (r"K = -K^T", r"\frac12(A^T - A)"),
)

#: A problem of stationary points, and the solution.
SOLUTIONS = (
    (r"f = \|AXB - C\|_F^2; \nabla_X f = 0", "X", r"(A^TA)^{-1}A^TCB^T(BB^T)^{-1}"),
    (
        r"y = \beta x + \alpha\mathbf 1; L = \|y\|^2; \nabla_\beta L = 0",
        "beta",
        r"-\frac{\alpha\mathbf 1^Tx}{x^Tx}",
    ),
    (r"e = y - Xw; L = e^Te + \lambda w^Tw; \nabla_w L = 0", "w", r"(X^TX + \lambda I)^{-1}X^Ty"),
    (r"s \in \R; L = \|s K - A\|_F^2; \nabla_s L = 0", "s", r"\frac{K:A}{K:K}"),
    (
        r"S, C \in \mathbb{S}_{++}^n; L = \log\det S - \operatorname{tr}(CS); \nabla_S L = 0",
        "S",
        "C^{-1}",
    ),
    (
        (
            r"S, \Sigma \in \mathbb{S}_{++}^n; "
            r"L = \log\det\Sigma + \operatorname{tr}(\Sigma^{-1}S); \nabla_\Sigma L = 0"
        ),
        "Sigma",
        "S",
    ),
)

#: Problems that only have to come out checked.
CHECKED = (
    r"x \in \R^n; f = k^T\operatorname{diag}(\exp(\operatorname{Diag}(x))); \nabla_x f",
    r"L = \|X - AS\|_F^2; \nabla_A L = 0, \nabla_S L = 0",
    r"L = \|Xw + \beta\mathbf 1 - y\|^2; \nabla_w L = 0, \nabla_\beta L = 0",
    r"A \in \mathbb{S}^n; L = w^TAw - \lambda(w^Tw - 1); \nabla_w L = 0, \nabla_\lambda L = 0",
    r"\psi : \R^n \times \R \to \R; t \in \R; L = \psi(tx, t); \nabla_x L, \nabla_t L",
    r"f = \frac{a^Tb}{\sqrt{a^Ta}\sqrt{b^Tb}}; \nabla_a f, \nabla_b f",
    (
        r"s \in \R; K \in \mathbb{S}_{++}^n; L = y^T(K + s^2I)^{-1}y + \log\det(K + s^2I); "
        r"\nabla_s L, \nabla_K L"
    ),
    r"L = \|Xw - y\|^2; dL",
    r"x \in \R^m; X \in \R^{m \times m}; z = x^T; f = zXx; \nabla_X f, \nabla_x f",
    r"x \in \R^m; z = x^T; f = \frac{zc}{1 + (zXb)^2}; \nabla_x f, \nabla_X f",
    r"x \in \R^n; F = xx^Tx - xx^Tx; \nabla_x F",
    r"x \in \R^n; f = a^Ta; \nabla_x f = 0",
    r"X \in \R^{n \times n}; f = \operatorname{tr}(X - X); \nabla_X f = 0",
    r"x \in \R^n; F = \operatorname{Diag}(x - x); \nabla_x F",
    (
        r"x, b \in \R^m; \gamma \in \R; "
        r"f = (b^T \odot x^T - \gamma x^T)\operatorname{Diag}(x)^2 (-E^{-1}x); \nabla_x f"
    ),
    r"X \in \mathbb{S}^n; f = \|X\|_*; \nabla_X f",
    r"f = \|\operatorname{erf}(X)\|_2; \nabla_X f",
    r"A \in \R^{n \times n}; f = x^T(A + A + A^T)x + a^T(A + A + A^T)^Tx; \nabla_x f",
    r"f = \operatorname{lsv}(x)^Tb + \operatorname{rsv}(x^T)^Tb; \nabla_x f",
    r"X \in \R^{n \times n}; f = \lambda_{\max}(AX + X^TA^T); \nabla_X f",
    r"g : \R \to \R; y = g(x \otimes b); \frac{\partial y}{\partial x}",
    r"F = x^T \otimes X; \frac{\partial F}{\partial x}",
    (
        r"a_i, b_i \in \R^n; F = C\sum_{i=1}^N (X^Ta_ia_i^T + b_ib_i^TX^T); "
        r"\frac{\partial F}{\partial X}"
    ),
    r"y_i \in \R; x_i \in \R^n; f = \sum_{i=1}^N \log(1 + e^{-y_i w^T x_i}); \nabla_w^2 f",
)

#: A problem, and what it assumes: no less, and nothing that follows from what is declared.
CONDITIONS = (
    (r"f = \frac{\|Ax - b\|^2}{1 - x^Tx}; \nabla_x f", "1 − xᵀx is not zero"),
    (r"f = \sqrt{2 - 3x^Tx}; \nabla_x f", "2 − 3xᵀx is positive"),
    (
        (
            r"\mu \in \R^n; \Sigma \in \mathbb{S}_{++}^n; "
            r"f = \frac{w^T\mu}{\sqrt{w^T\Sigma w}}; \nabla_w f"
        ),
        "w is not zero",
    ),
    (
        (
            r"\Sigma \in \mathbb{S}_{++}^n; L = w^T\Sigma w - \lambda(\mathbf 1^Tw - 1); "
            r"\nabla_w L = 0"
        ),
        "",
    ),
    (
        (
            r"\Sigma \in \mathbb{S}_{++}^n; L = \operatorname{tr}(\Sigma) - \log\det\Sigma; "
            r"\nabla_\Sigma L = 0"
        ),
        "",
    ),
    (r"S, T \in \mathbb{S}_{++}^n; L = \log\frac{\det S}{\det T}; \nabla_S L", ""),
    (r"y = \sigma(w^Tx); L = -\log(1 - y); \nabla_w L", ""),
    (r"X, Y \in \R^{n \times n}; f = \frac{\det X}{\det Y}; \nabla_Y f", "Y is invertible"),
    (r"f = \log|1 + u^Tw|; \nabla_u f", "1 + uᵀw is not zero"),
    (r"f = \frac{a^Tx}{\sqrt{x^Tx}\sqrt{c^Tx}}; \nabla_x f", "x is not zero, cᵀx is positive"),
    (r"f = \mathbf 1^T\log(x \odot x); \nabla_x f", "x has no zero entry"),
    (r"f = \mathbf 1^T\log(|Ax|); \nabla_x f", "Ax has no zero entry"),
    (r"y = \frac{x}{\|x\|}; \frac{\partial y}{\partial x}", "x is not zero"),
    (
        (
            r"P \in \mathbb{S}_{++}^n; R \in \mathbb{S}_{++}^m; H \in \R^{m \times n}; "
            r"K \in \R^{n \times m}; J = \operatorname{tr}((I - KH)P(I - KH)^T + KRK^T); "
            r"\nabla_K J = 0"
        ),
        "",
    ),
    (
        r"P \in \mathbb{S}_{++}^n; S \in \mathbb{S}^n; f = x^T(P + S)x - 2b^Tx; \nabla_x f = 0",
        "P + S is invertible",
    ),
    (
        (
            r"\lambda \in \R; \lambda > 0; "
            r"f = \|Xw - y\|^2 + \lambda\|Dw\|^2 + \lambda^2\|w\|^2; \nabla_w f = 0"
        ),
        "",
    ),
    (r"f = \|Xw - y\|^2 + \lambda\|w\|^2; \nabla_w f = 0", "XᵀX + λI is invertible"),
    (r"P \in \mathbb{S}_{++}^n; f = \frac{a^Tx}{1 + x^TPx}; \nabla_x f", ""),
    (r"S \in \mathbb{S}^n; f = \frac{a^Tx}{1 + x^TSx}; \nabla_x f", "1 + xᵀSx is not zero"),
    (r"P \in \mathbb{S}_{++}^n; f = \log\det(P + XX^T); \nabla_X f", ""),
    (r"P \in \mathbb{S}^n; f = \log\det(P + XX^T); \nabla_X f", "P + XXᵀ is invertible"),
    (r"s > 0; s \in \R; K \in \mathbb{S}_{++}^n; f = y^T(K + s^2I)^{-1}y; \nabla_s f", ""),
)

#: What index notation has no entries for, by a word of the problem.
NOT_IN_COMPONENTS = (r"\lambda_{\max}", r"x \otimes b", r"x^T \otimes", r"\sum_", "e^{A")

in_each_notation = pytest.mark.parametrize("notation", ["frobenius", "trace", "inner", "index"])


def derived(text: str, notation: str) -> derivtex.Derivation:
    return derivtex.derive(text.replace("; ", "\n"), notation=notation)


def same(derivation: derivtex.Derivation, wanted: str, found: derivtex.Expr) -> bool:
    names = {getattr(e.data, "name", e.data): e for e in derivation.problem.symbols.values()}
    if wanted == "0":
        return found.latex() == "0"
    expected = parse_expression(wanted, names)
    return expected.latex() == found.latex() or canonical(expected) is canonical(found)


@in_each_notation
@pytest.mark.parametrize(("text", "gradients"), GRADIENTS)
def test_gradients(text: str, gradients: dict[str, str] | None, notation: str) -> None:
    if notation == "index" and any(word in text for word in NOT_IN_COMPONENTS):
        with pytest.raises(derivtex.UnsupportedError):
            derived(text, notation)
        return
    derivation = derived(text, notation)
    assert derivation.verify().ok, str(derivation.verify())
    for name, wanted in (gradients or {}).items():
        found = derivation.gradients[name]
        assert same(derivation, wanted, found), found.latex()


@pytest.mark.parametrize(("declared", "wanted"), STRUCTURED)
def test_two_declarations_of_one_variable(declared: str, wanted: str) -> None:
    derivation = derived(rf"{declared}; f = \operatorname{{tr}}(AK); \nabla_K f", "frobenius")
    verification = derivation.verify()
    assert verification.ok
    assert verification.checks
    assert same(derivation, wanted, derivation.gradient), derivation.gradient.latex()


@in_each_notation
@pytest.mark.parametrize(("text", "name", "wanted"), SOLUTIONS)
def test_solutions(text: str, name: str, wanted: str, notation: str) -> None:
    derivation = derived(text, notation)
    assert derivation.verify().ok, str(derivation.verify())
    found = derivation.solutions[name]
    assert same(derivation, wanted, found), found.latex()


@pytest.mark.parametrize(
    "text",
    [
        r"x \in \R^n; F = xx^Tx - xx^Tx; \nabla_x F",
        r"x \in \R^n; F = \operatorname{Diag}(x - x); \nabla_x F",
    ],
)
def test_a_jacobian_of_zeros(text: str) -> None:
    jacobian = derived(text, "frobenius").jacobian
    values = jacobian.evaluate({"x": [1.0, 2.0]})
    assert values.shape in {(2, 2), (4, 2)}
    assert not values.any()


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("text", CHECKED)
def test_checked(text: str, notation: str) -> None:
    if notation == "index" and any(word in text for word in NOT_IN_COMPONENTS):
        with pytest.raises(derivtex.UnsupportedError):
            derived(text, notation)
        return
    verification = derived(text, notation).verify()
    assert verification.ok, str(verification)


@pytest.mark.parametrize("notation", ["frobenius", "trace", "inner"])
@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # Bishop, (4.109)
        (
            (
                r"w_j, x_i \in \R^n; y_{ij} \in \R; "
                r"p_{ij} = \frac{\exp(w_j^Tx_i)}{\sum_{l=1}^K \exp(w_l^Tx_i)}; "
                r"L = -\sum_{i=1}^N \sum_{j=1}^K y_{ij}\log p_{ij}; \nabla_{w_k} L"
            ),
            "∑[i=1…N](pᵢₖ∑[j=1…K]yᵢⱼ − yᵢₖ)xᵢ",
        ),
        # Bishop, (9.16), with unit covariances
        (
            (
                r"\mu_k, x_i \in \R^n; \pi_k \in \R; "
                r"r_{ik} = \frac{\pi_k e^{-\frac12\|x_i - \mu_k\|^2}}"
                r"{\sum_{l=1}^K \pi_l e^{-\frac12\|x_i - \mu_l\|^2}}; "
                r"L = \sum_{i=1}^N \log\sum_{k=1}^K \pi_k e^{-\frac12\|x_i - \mu_k\|^2}; "
                r"\nabla_{\mu_j} L"
            ),
            "∑[i=1…N]rᵢⱼ(xᵢ − μⱼ)",
        ),
    ],
)
def test_members_are_called_by_their_names(text: str, wanted: str, notation: str) -> None:
    """What a family was defined for stands in the result, and among the definitions."""
    derivation = derived(text, notation)
    assert derivation.verify().ok, str(derivation.verify())
    (found,) = derivation.gradients.values()
    assert found.text() == wanted
    names = {e for e in walk(found, into=outside_names) if e.op == "named"}
    said = {line.left.data for line in derivation.lines if line.kind == "definition" and line.left}
    assert {name.data for name in names} <= said


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            r"A, B \in \mathbb{S}^n; f = x^TAx + x^TBx + x^TCx; \nabla_x f",
            "A and B are symmetric",
        ),
        (
            r"B \in \mathbb{S}_{++}^n; f = \operatorname{tr}((X^TBX)^{-1}); \nabla_X f",
            "B is symmetric",
        ),
        (r"f = g^Ty; y = \frac{x}{\sqrt{\|x\|^2 + 1}}; \nabla_x f", "Frobenius product of vectors"),
    ],
)
def test_reasons_say_all_that_is_used(text: str, reason: str) -> None:
    assert reason in derived(text, "frobenius").text(reasons=True)


@in_each_notation
@pytest.mark.parametrize(("text", "said"), CONDITIONS)
def test_conditions(text: str, said: str, notation: str) -> None:
    conditions = derived(text, notation).conditions
    assert ", ".join(c.words.format(*[e.text() for e in c.args]) for c in conditions) == said


@pytest.mark.parametrize("text", [r"L = x^Tx; \nabla_L L"])
def test_refused(text: str) -> None:
    with pytest.raises(derivtex.DerivtexError):
        derived(text, "frobenius")


def test_a_sum_that_nobody_reads_is_refused() -> None:
    """Nested squares double the terms at every level: refused early, not after minutes."""
    nested = "A"
    for _ in range(12):
        nested = f"(A + {nested})^2"
    with pytest.raises(derivtex.LimitError, match="terms"):
        derivtex.derive(
            f"A \\in \\R^{{n \\times n}}\nL = \\operatorname{{tr}}({nested})\n\\nabla_A L"
        )


def test_a_scalar_that_is_divided_by_is_a_condition() -> None:
    text = r"N \in \R; w \in \R^n; L = \frac{N}{2}w^TAw - N b^Tw; \nabla_w L = 0"
    conditions = derived(text, "frobenius").conditions
    assert [c.args[0].latex() for c in conditions if "zero" in c.words] == ["N"]


def test_powers_that_come_of_a_root_are_merged() -> None:
    product = parse_expression(r"\lambda\sqrt{\lambda^2}\sqrt{\lambda^2}")
    assert product.latex() == r"\lambda^3"
    assert parse_expression(product.latex()) is product


@pytest.mark.parametrize(
    "tex",
    [
        r"\sum_{i=1}^nL_{\sin}(X, X)",
        r"\sum_{n=1}^NF_nL_{\sin}(X, X)",
        r"\left(\log\operatorname{softmax}(X)\right)^T",
        r"\lambda^2\,d\lambda \cdot 2^{\lambda - 1}",
    ],
)
def test_reads_back(tex: str) -> None:
    assert parse_expression(tex).latex() == tex


def test_ones_in_a_contraction_have_their_sizes() -> None:
    problem = parse(
        r"Z \in \R^{pm \times qn}; L = A:(Z :_2 \mathbf 1_m \mathbf 1_n^T); \nabla_A L".replace(
            "; ", "\n"
        )
    )
    value = problem.definitions[0].value
    assert r"Z:_2\mathbf{1}_m\mathbf{1}_n^T" in value.latex()
    assert "Z:₂𝟏ₘ𝟏ₙᵀ" in value.text()
    names = {name: problem.symbols[name] for name in "ZA"}
    assert parse_expression(value.latex(), names) is value


@pytest.mark.parametrize(
    ("text", "restated"),
    [
        (r"f = \log\det(A \otimes X); \nabla_X f", "m log det A + n log det X"),
        (r"f = \operatorname{tr}(A \otimes X); \nabla_X f", "tr(A) tr(X)"),
        (r"f = \|\operatorname{vec}(X)\|^2; \nabla_X f", "X:X"),
    ],
)
def test_an_objective_stands_as_it_was_posed_before_it_is_restated(
    text: str, restated: str
) -> None:
    derivation = derived(text, "frobenius")
    first, second, *_ = derivation.lines
    (definition,) = derivation.problem.definitions
    assert first.right is definition.value
    assert second.kind == "restate"
    assert second.right.text() == restated
    assert derivation.verify().ok
