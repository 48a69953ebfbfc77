"""The problems that are timed."""

from __future__ import annotations

from typing import NamedTuple


class Reference(NamedTuple):
    """One of the reference derivations, and the notation it is written in."""

    name: str
    notation: str
    text: str


REFERENCES = [
    Reference("R1 squared norm of a product", "frobenius", r"""
Y = X^T W
L = \|Y\|_F^2
\frac{\partial L}{\partial W}
"""),
    Reference("R2 the same with vectors", "frobenius", r"""
y = X^T w
L = \|y\|^2
\frac{\partial L}{\partial w}
"""),
    Reference("R4 unknown function of WX", "frobenius", r"""
D = W X
\phi : \R^{m \times n} \to \R
\frac{\partial \phi(D)}{\partial W}, \frac{\partial \phi(D)}{\partial X}
"""),
    Reference("R5 matrix in a chain", "frobenius", r"""
\phi = w^T L M N x
\frac{\partial \phi}{\partial M}
"""),
    Reference("R7 composition", "trace", r"""
Y = A X B
f : \R^{p \times q} \to \R
\frac{\partial f(Y)}{\partial X}
"""),
    Reference("R8 bilinear form", "trace", r"""
f = a^T X b
\frac{\partial f}{\partial X}
"""),
    Reference("R9 elementwise exponential", "trace", r"""
f = a^T \exp(X b)
\frac{\partial f}{\partial X}
"""),
    Reference("R10 quadratic form of a layer", "trace", r"""
M \in \mathbb{S}^m
Y = \sigma(W X)
f = \operatorname{tr}(Y^T M Y)
\frac{\partial f}{\partial X}
"""),
    Reference("R11 normal equations", "trace", r"""
l = \|Xw - y\|^2
\frac{\partial l}{\partial w} = 0
"""),
]  # fmt: skip


def chain(n: int) -> str:
    """`w^T A_{1} … A_{n} x` with respect to the matrix in the middle."""
    product = " ".join(f"A_{{{i}}}" for i in range(1, n + 1))
    return f"f = w^T {product} x\n\\frac{{\\partial f}}{{\\partial A_{{{(n + 1) // 2}}}}}\n"


def network(layers: int) -> str:
    """A tanh network of named layers under a squared loss; every weight's gradient is asked."""
    lines = []
    before = "x"
    for i in range(1, layers + 1):
        lines += [f"z_{{{i}}} = W_{{{i}}} {before} + b_{{{i}}}", f"a_{{{i}}} = \\tanh(z_{{{i}}})"]
        before = f"a_{{{i}}}"
    lines.append(f"L = \\|{before} - y\\|^2")
    asks = [
        f"\\frac{{\\partial L}}{{\\partial {name}_{{{i}}}}}"
        for i in range(1, layers + 1)
        for name in "Wb"
    ]
    return "\n".join([*lines, ", ".join(asks)]) + "\n"
