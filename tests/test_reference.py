"""The reference derivations, line by line, equal after parsing both sides.

Lines are `left = right` in TeX; where the left side is empty it is the line before's. A derivation
may go on after the last line listed, with lines that tidy the result up.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

import derivtex
from derivtex.derivation import Derivation, Line
from derivtex.expr import Expr, walk
from derivtex.parse import parse_expression
from derivtex.symbols import Function

GRADIENT = r"\frac{\partial %s}{\partial %s}"


@dataclass(frozen=True)
class Reference:
    id: str
    notation: str
    given: str
    lines: str


REFERENCES = (
    Reference(
        "R1",
        "frobenius",
        r"""
        Y = X^T W
        L = \|Y\|_F^2
        \frac{\partial L}{\partial W}
        """,
        r"""
        Y = X^TW
        L = Y:Y
        dL = 2Y:dY
          = 2Y:X^TdW
          = 2XY:dW
        \frac{\partial L}{\partial W} = 2XY
        """,
    ),
    Reference(
        "R1-trace",
        "trace",
        r"""
        Y = X^T W
        L = \|Y\|_F^2
        \frac{\partial L}{\partial W}
        """,
        r"""
        Y = X^TW
        L = \operatorname{tr}(Y^TY)
        dL = \operatorname{tr}((dY)^TY) + \operatorname{tr}(Y^TdY)
          = \operatorname{tr}(2Y^TdY)
          = \operatorname{tr}(2Y^TX^TdW)
        \frac{\partial L}{\partial W} = 2XY
        """,
    ),
    Reference(
        "R1-vec",
        "vec",
        r"""
        Y = X^T W
        L = \|Y\|_F^2
        \frac{\partial L}{\partial W}
        """,
        r"""
        Y = X^TW
        L = \operatorname{vec}(Y)^T\operatorname{vec}(Y)
        dL = \operatorname{vec}(dY)^T\operatorname{vec}(Y) + \operatorname{vec}(Y)^T\operatorname{vec}(dY)
          = 2\operatorname{vec}(Y)^T\operatorname{vec}(dY)
          = 2\operatorname{vec}(Y)^T\operatorname{vec}(X^TdW)
          = 2\operatorname{vec}(Y)^T(I \otimes X^T)\operatorname{vec}(dW)
        \operatorname{vec}(\frac{\partial L}{\partial W}) = 2(I \otimes X^T)^T\operatorname{vec}(Y)
          = 2\operatorname{vec}(XY)
        \frac{\partial L}{\partial W} = 2XY
        """,  # noqa: E501
    ),
    Reference(
        "R7-vec",
        "vec",
        r"""
        Y = A X B
        f : \R^{p \times q} \to \R
        \frac{\partial f(Y)}{\partial X}
        """,
        r"""
        Y = AXB
        df = \operatorname{vec}(\frac{\partial f}{\partial Y})^T\operatorname{vec}(dY)
          = \operatorname{vec}(\frac{\partial f}{\partial Y})^T\operatorname{vec}(A\,dX\,B)
          = \operatorname{vec}(\frac{\partial f}{\partial Y})^T(B^T \otimes A)\operatorname{vec}(dX)
        \operatorname{vec}(\frac{\partial f}{\partial X}) = (B^T \otimes A)^T\operatorname{vec}(\frac{\partial f}{\partial Y})
          = \operatorname{vec}(A^T (\frac{\partial f}{\partial Y}) B^T)
        \frac{\partial f}{\partial X} = A^T (\frac{\partial f}{\partial Y}) B^T
        """,  # noqa: E501
    ),
    Reference(
        "R2",
        "frobenius",
        r"""
        y = X^T w
        L = \|y\|^2
        \frac{\partial L}{\partial w}
        """,
        r"""
        y = X^Tw
        L = y:y
        dL = 2y:dy
          = 2y:X^Tdw
          = 2Xy:dw
        \frac{\partial L}{\partial w} = 2Xy
        """,
    ),
    Reference(
        "R3",
        "frobenius",
        r"""
        f : \R^{n \times n} \to \R^{n \times n}, f(X) = \sum_{k=0}^{\infty} \beta_k X^k
        g : \R^{n \times n} \to \R
        U = f(X)
        \frac{\partial g(U)}{\partial X}
        """,
        r"""
        U = \sum_{k=0}^{\infty} \beta_k X^k
        dU = \sum_{k=1}^{\infty} \beta_k \sum_{j=0}^{k-1} X^j\,dX\,X^{k-j-1}
        G = \frac{\partial g}{\partial U}
        dg = G:dU
          = G:\sum_{k=1}^{\infty} \beta_k \sum_{j=0}^{k-1} X^j\,dX\,X^{k-j-1}
          = \sum_{k=1}^{\infty} \beta_k \sum_{j=0}^{k-1} (X^T)^j G (X^T)^{k-j-1}:dX
        \frac{\partial g}{\partial X} = \sum_{k=1}^{\infty} \beta_k \sum_{j=0}^{k-1} (X^T)^j G (X^T)^{k-j-1}
        """,  # noqa: E501
    ),
    Reference(
        "R4",
        "frobenius",
        r"""
        D = W X
        \phi : \R^{m \times n} \to \R
        \frac{\partial \phi(D)}{\partial W}, \frac{\partial \phi(D)}{\partial X}
        """,
        r"""
        D = WX
        dD = dW\,X + W\,dX
        \frac{\partial \phi}{\partial D} = G
        d\phi = G:dD
          = G:dW\,X + G:W\,dX
          = GX^T:dW + W^TG:dX
        \frac{\partial \phi}{\partial W} = GX^T
        \frac{\partial \phi}{\partial X} = W^TG
        """,
    ),
    Reference(
        "R5",
        "frobenius",
        r"""
        w \in \R^m; L \in \R^{m \times p}; N \in \R^{q \times n}; x \in \R^n
        \phi = w^T L M N x
        \frac{\partial \phi}{\partial M}
        """,
        r"""
        \phi = w^TLMNx
          = wx^T:LMN
          = L^Twx^TN^T:M
        d\phi = L^Twx^TN^T:dM
        \frac{\partial \phi}{\partial M} = L^Twx^TN^T
          = L^Tw\left(Nx\right)^T
        """,
    ),
    Reference(
        "R5-chain",
        "frobenius",
        r"""
        W^j \in \R^{n \times n}, W^N \in \R^n, X \in \R^n
        F_N = (W^N)^T W^{N-1} \cdots W^1 X
        \frac{\partial F_N}{\partial W^m}
        """,
        r"""
        F_N = (W^N)^T W^{N-1} \cdots W^1 X
          = W^N X^T : W^{N-1} \cdots W^1
        dF_N = W^N X^T : \sum_{i=1}^{N-1} W^{N-1} \cdots W^{i+1} dW^i W^{i-1} \cdots W^1
          = \sum_{i=1}^{N-1} (W^{N-1} \cdots W^{i+1})^T W^N X^T (W^{i-1} \cdots W^1)^T : dW^i
        \frac{\partial F_N}{\partial W^m} = (W^{N-1} \cdots W^{m+1})^T W^N X^T (W^{m-1} \cdots W^1)^T
          = (W^{N-1} \cdots W^{m+1})^T W^N (W^{m-1} \cdots W^1 X)^T
          = (W^{m+1})^T \cdots (W^{N-1})^T W^N (W^{m-1} \cdots W^1 X)^T
        """,  # noqa: E501
    ),
    Reference(
        "R7",
        "trace",
        r"""
        Y = A X B
        f : \R^{p \times q} \to \R
        \frac{\partial f(Y)}{\partial X}
        """,
        r"""
        Y = AXB
        df = \operatorname{tr}((\frac{\partial f}{\partial Y})^T dY)
          = \operatorname{tr}((\frac{\partial f}{\partial Y})^T A dX B)
          = \operatorname{tr}(B (\frac{\partial f}{\partial Y})^T A dX)
        \frac{\partial f}{\partial X} = A^T (\frac{\partial f}{\partial Y}) B^T
        """,
    ),
    Reference(
        "R8",
        "trace",
        r"""
        f = a^T X b
        \frac{\partial f}{\partial X}
        """,
        r"""
        f = a^TXb
        df = d(a^TXb)
          = a^T dX b
          = \operatorname{tr}(a^T dX b)
          = \operatorname{tr}(b a^T dX)
        \frac{\partial f}{\partial X} = ab^T
        """,
    ),
    Reference(
        "R8-frobenius",
        "frobenius",
        r"""
        f = a^T X b
        \frac{\partial f}{\partial X}
        """,
        r"""
        f = a^TXb
          = ab^T:X
        df = ab^T:dX
        \frac{\partial f}{\partial X} = ab^T
        """,
    ),
    Reference(
        "R9",
        "trace",
        r"""
        f = a^T \exp(X b)
        \frac{\partial f}{\partial X}
        """,
        r"""
        f = a^T\exp(Xb)
        df = a^T(\exp(Xb) \odot (dX b))
          = \operatorname{tr}(a^T(\exp(Xb) \odot (dX b)))
          = \operatorname{tr}((a \odot \exp(Xb))^T dX b)
          = \operatorname{tr}(b(a \odot \exp(Xb))^T dX)
        \frac{\partial f}{\partial X} = (a \odot \exp(Xb))b^T
        """,
    ),
    Reference(
        "R10",
        "trace",
        r"""
        M \in \mathbb{S}^m
        Y = \sigma(W X)
        f = \operatorname{tr}(Y^T M Y)
        \frac{\partial f}{\partial X}
        """,
        r"""
        Y = \sigma(WX)
        f = \operatorname{tr}(Y^TMY)
        df = \operatorname{tr}((dY)^TMY) + \operatorname{tr}(Y^TM dY)
          = \operatorname{tr}(Y^TM^TdY) + \operatorname{tr}(Y^TM dY)
          = \operatorname{tr}(2Y^TM dY)
        \frac{\partial f}{\partial Y} = 2MY
        df = \operatorname{tr}((\frac{\partial f}{\partial Y})^T dY)
          = \operatorname{tr}((\frac{\partial f}{\partial Y})^T(\sigma'(WX) \odot (W dX)))
          = \operatorname{tr}((\frac{\partial f}{\partial Y} \odot \sigma'(WX))^T(W dX))
        \frac{\partial f}{\partial X} = W^T(\frac{\partial f}{\partial Y} \odot \sigma'(WX))
          = W^T((2M\sigma(WX)) \odot \sigma'(WX))
        """,
    ),
    Reference(
        "R11",
        "trace",
        r"""
        l = \|Xw - y\|^2
        \frac{\partial l}{\partial w} = 0
        """,
        r"""
        l = (Xw - y)^T(Xw - y)
        dl = (X dw)^T(Xw - y) + (Xw - y)^T(X dw)
          = 2(Xw - y)^TX dw
        \frac{\partial l}{\partial w} = 2X^T(Xw - y)
        \frac{\partial l}{\partial w} = 0
        X^TXw = X^Ty
        \hat w = (X^TX)^{-1}X^Ty
        """,
    ),
    Reference(
        "R11-frobenius",
        "frobenius",
        r"""
        l = \|Xw - y\|^2
        \frac{\partial l}{\partial w} = 0
        """,
        r"""
        l = (Xw - y):(Xw - y)
        dl = 2(Xw - y):X dw
          = 2X^T(Xw - y):dw
        \frac{\partial l}{\partial w} = 2X^T(Xw - y)
        \frac{\partial l}{\partial w} = 0
        X^TXw = X^Ty
        \hat w = (X^TX)^{-1}X^Ty
        """,
    ),
)

INNER = (
    Reference(
        "R1-inner",
        "inner",
        r"""
        Y = X^T W
        L = \|Y\|_F^2
        \frac{\partial L}{\partial W}
        """,
        r"""
        Y = X^TW
        L = \langle Y, Y \rangle
        dL = 2\langle Y, dY \rangle
          = 2\langle Y, X^TdW \rangle
          = 2\langle XY, dW \rangle
        \frac{\partial L}{\partial W} = 2XY
        """,
    ),
    Reference(
        "R4-inner",
        "inner",
        r"""
        D = W X
        \phi : \R^{m \times n} \to \R
        \frac{\partial \phi(D)}{\partial W}, \frac{\partial \phi(D)}{\partial X}
        """,
        r"""
        D = WX
        d\phi = \langle \frac{\partial \phi}{\partial D}, dD \rangle
          = \langle \frac{\partial \phi}{\partial D}, dW\,X \rangle
            + \langle \frac{\partial \phi}{\partial D}, W\,dX \rangle
          = \langle \frac{\partial \phi}{\partial D}X^T, dW \rangle
            + \langle W^T\frac{\partial \phi}{\partial D}, dX \rangle
        \frac{\partial \phi}{\partial W} = \frac{\partial \phi}{\partial D}X^T
        \frac{\partial \phi}{\partial X} = W^T\frac{\partial \phi}{\partial D}
        """,
    ),
    Reference(
        "R8-inner",
        "inner",
        r"""
        f = a^T X b
        \frac{\partial f}{\partial X}
        """,
        r"""
        f = a^TXb
          = \langle a, Xb \rangle
        df = \langle a, dX\,b \rangle
          = \langle ab^T, dX \rangle
        \frac{\partial f}{\partial X} = ab^T
        """,
    ),
    Reference(
        "R9-inner",
        "inner",
        r"""
        f = a^T \exp(X b)
        \frac{\partial f}{\partial X}
        """,
        r"""
        f = a^T\exp(Xb)
          = \langle a, \exp(Xb) \rangle
        df = \langle a, \exp(Xb) \odot (dX b) \rangle
          = \langle (a \odot \exp(Xb))b^T, dX \rangle
        \frac{\partial f}{\partial X} = (a \odot \exp(Xb))b^T
        """,
    ),
    Reference(
        "R11-inner",
        "inner",
        r"""
        l = \|Xw - y\|^2
        \frac{\partial l}{\partial w} = 0
        """,
        r"""
        l = \langle Xw - y, Xw - y \rangle
        dl = 2\langle Xw - y, X dw \rangle
          = 2\langle X^T(Xw - y), dw \rangle
        \frac{\partial l}{\partial w} = 2X^T(Xw - y)
        \frac{\partial l}{\partial w} = 0
        X^TXw = X^Ty
        \hat w = (X^TX)^{-1}X^Ty
        """,
    ),
)

every_reference = pytest.mark.parametrize(
    "case", [*REFERENCES, *INNER], ids=[case.id for case in (*REFERENCES, *INNER)]
)


def derived(case: Reference) -> Derivation:
    text = "\n".join(line.strip() for line in case.given.replace(";", "\n").strip().splitlines())
    return derivtex.derive(text, notation=case.notation)


def names_of(derivation: Derivation) -> dict[str, Expr | Function]:
    """What the lines call things: the symbols, and every name the derivation gives."""
    names: dict[str, Expr | Function] = {}
    for line in derivation.lines:
        for side in (line.left, line.right):
            for node in [] if side is None else walk(side):
                if node.op in {"symbol", "named", "derivative", "partial", "family"}:
                    names[node.latex()] = node
    return names


def sides(line: Line) -> tuple[Expr | None, Expr]:
    return line.left, line.right


@every_reference
def test_lines(case: Reference) -> None:
    derivation = derived(case)
    names = names_of(derivation)
    joined = case.lines.strip().replace("\n            +", " +")
    expected = [line.strip() for line in joined.splitlines()]
    assert len(derivation.lines) >= len(expected)
    for number, (text, line) in enumerate(zip(expected, derivation.lines, strict=False), 1):
        left, _, right = text.partition("=")
        shown = f"line {number}: expected {text}, got {line.right.latex()}"
        assert (line.left is not None) == bool(left.strip()), shown
        if line.left is not None:
            assert parse_expression(left, names).latex() == line.left.latex(), shown
        wanted = parse_expression(right, names)
        assert wanted.latex() == line.right.latex(), shown
    rest = derivation.lines[len(expected) :]
    assert all(line.kind == "tidy" for line in rest), [line.right.latex() for line in rest]


@every_reference
def test_every_step_is_checked(case: Reference) -> None:
    verification = derived(case).verify()
    assert verification.ok, str(verification)
    assert len(verification.checks) > len(derived(case).lines)


@pytest.mark.parametrize("case", INNER, ids=[case.id for case in INNER])
def test_inner_products_are_written_as_such(case: Reference) -> None:
    """Angles and nabla, no colon: the comparison above is of what lines say, not of signs."""
    derivation = derived(case)
    for printed in (derivation.latex(reasons=True), derivation.text(reasons=True)):
        assert ":" not in printed.replace("gradient:", "")
        assert "partial" not in printed
        assert "∂" not in printed
    assert r"\langle" in derivation.latex()
    assert "⟨" in derivation.text()


def test_r4_reasons() -> None:
    """With reasons, the column of R4."""
    case = next(case for case in REFERENCES if case.id == "R4")
    rows = derived(case).latex(reasons="named").splitlines()
    assert [row.partition(r"\big(")[2].rpartition(r"\big)")[0] for row in rows[1:-1]] == [
        "",
        r"\text{differential of }D",
        r"\text{gradient wrt }D",
        r"\text{differential of }\phi",
        "",
        "",
        r"\text{gradient wrt }W",
        r"\text{gradient wrt }X",
    ]


def test_r5_highlight() -> None:
    """With highlighting, M and dM of R5 are red."""
    case = next(case for case in REFERENCES if case.id == "R5")
    rows = derived(case).latex(highlight=True)
    assert r"\color{red}{M}" in rows
    assert r"\color{red}{dM}" in rows


NETWORK = r"""
z^{[1]} = W^{[1]} x + b^{[1]}
g^{[1]}, g^{[2]} : \R \to \R
a^{[1]} = g^{[1]}(z^{[1]})
z^{[2]} = W^{[2]} a^{[1]} + b^{[2]}
a^{[2]} = g^{[2]}(z^{[2]})
\mathrm{Loss} : \R^n \times \R^n \to \R
L = \mathrm{Loss}(a^{[2]}, y)
\frac{\partial L}{\partial a^{[2]}}, \frac{\partial L}{\partial z^{[2]}}
\frac{\partial L}{\partial W^{[2]}}, \frac{\partial L}{\partial a^{[1]}}
\frac{\partial L}{\partial b^{[2]}}, \frac{\partial L}{\partial z^{[1]}}
\frac{\partial L}{\partial W^{[1]}}, \frac{\partial L}{\partial b^{[1]}}
"""
#: R12 to R16, each gradient by means of the one before it.
BACK_PROPAGATION = {
    r"\frac{\partial L}{\partial a^{[2]}}": r"\mathrm{Loss}'(a^{[2]}, y)",
    r"\frac{\partial L}{\partial z^{[2]}}": (
        r"\frac{\partial L}{\partial a^{[2]}} \odot g^{[2]\prime}(z^{[2]})"
    ),
    r"\frac{\partial L}{\partial W^{[2]}}": (
        r"\frac{\partial L}{\partial z^{[2]}}\left(a^{[1]}\right)^T"
    ),
    r"\frac{\partial L}{\partial a^{[1]}}": (
        r"\left(W^{[2]}\right)^T\frac{\partial L}{\partial z^{[2]}}"
    ),
    r"\frac{\partial L}{\partial b^{[2]}}": r"\frac{\partial L}{\partial z^{[2]}}",
    r"\frac{\partial L}{\partial z^{[1]}}": (
        r"\frac{\partial L}{\partial a^{[1]}} \odot g^{[1]\prime}(z^{[1]})"
    ),
    r"\frac{\partial L}{\partial W^{[1]}}": r"\frac{\partial L}{\partial z^{[1]}}x^T",
    r"\frac{\partial L}{\partial b^{[1]}}": r"\frac{\partial L}{\partial z^{[1]}}",
}


@pytest.mark.parametrize("notation", ["frobenius", "trace", "inner", "index"])
def test_back_propagation(notation: str) -> None:
    derivation = derivtex.derive(NETWORK, notation=notation)
    found = {
        line.left.latex(): line.right.latex()
        for line in derivation.lines
        if line.kind == "gradient" and line.left is not None
    }
    assert {left: found[left] for left in BACK_PROPAGATION} == BACK_PROPAGATION
    assert derivation.verify().ok
    assert Derivation.from_json(derivation.to_json()) == derivation


def test_the_gradient_of_an_unknown_function_is_read() -> None:
    """R12, `Loss'(a, y)`; of several arguments that vary, `∇₂ψ(u, v)`."""
    derivation = derivtex.derive(NETWORK)
    gradient = derivation.gradients["a^{[2]}"]
    loss = gradient.data[0]
    names = {"\\mathrm{Loss}": loss, **names_of(derivation)}
    assert parse_expression(gradient.latex(), names) is gradient
    several = derivtex.derive(
        r"""\psi : \R^n \times \R^m \to \R
        u = Ax
        v = Bx
        \frac{\partial \psi(u, v)}{\partial u}, \frac{\partial \psi(u, v)}{\partial v}"""
    )
    assert several.gradients["u"].latex() == r"\nabla_1\psi(u, v)"
    assert several.gradients["v"].latex() == r"\nabla_2\psi(u, v)"
    assert several.verify().ok
    assert Derivation.from_json(several.to_json()) == several


#: R17: one layer, l a symbol; nothing is known of L but that it depends on what the layer gives.
LAYER = r"""
g^{[l]} : \R \to \R
z^{[l]} = W^{[l]} a^{[l-1]} + b^{[l]}
a^{[l]} = g^{[l]}(z^{[l]})
\ell : \R^n \to \R
L = \ell(a^{[l]})
\frac{\partial L}{\partial a^{[l]}}, \frac{\partial L}{\partial z^{[l]}}
\frac{\partial L}{\partial W^{[l]}}, \frac{\partial L}{\partial b^{[l]}}
\frac{\partial L}{\partial a^{[l-1]}}
"""
FOUR_FORMULAS = {
    r"\frac{\partial L}{\partial z^{[l]}}": (
        r"\frac{\partial L}{\partial a^{[l]}} \odot g^{[l]\prime}(z^{[l]})"
    ),
    r"\frac{\partial L}{\partial W^{[l]}}": (
        r"\frac{\partial L}{\partial z^{[l]}}\left(a^{[l-1]}\right)^T"
    ),
    r"\frac{\partial L}{\partial b^{[l]}}": r"\frac{\partial L}{\partial z^{[l]}}",
    r"\frac{\partial L}{\partial a^{[l-1]}}": (
        r"\left(W^{[l]}\right)^T\frac{\partial L}{\partial z^{[l]}}"
    ),
}


@pytest.mark.parametrize("notation", ["frobenius", "trace", "inner"])
def test_a_layer_with_a_symbolic_number(notation: str) -> None:
    derivation = derivtex.derive(LAYER, notation=notation)
    found = {
        line.left.latex(): line.right.latex()
        for line in derivation.lines
        if line.kind == "gradient" and line.left is not None
    }
    assert {left: found[left] for left in FOUR_FORMULAS} == FOUR_FORMULAS
    assert derivation.verify().ok


def test_gradients_of_slots_are_read() -> None:
    """`∇φ(AX)` of one argument, `∇₂ψ(X, AX)` of several."""
    given = r"\phi : \R^{m \times n} \to \R; \psi : \R^{m \times n} \times \R^{m \times n} \to \R"
    for asked, expected in (
        (r"\phi(AX)", r"\nabla\phi(AX)"),
        (r"\psi(B, AX)", r"\nabla_2\psi(B, AX)"),
    ):
        derivation = derivtex.derive(
            "\n".join([*given.split("; "), f"f = {asked}", r"\nabla_X f"]), notation="trace"
        )
        (found,) = {
            node
            for line in derivation.lines
            for node in walk(line.right)
            if node.op == "partial" and node.latex() == expected
        }
        names = {found.data[0].name: found.data[0], **names_of(derivation)}
        assert parse_expression(expected, names).latex() == expected
