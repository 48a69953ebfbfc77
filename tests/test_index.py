"""Index notation: the reference derivations by components, Jacobians, letters, what it refuses.

Lines are TeX as printed, compared without the spaces that TeX does not print.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pytest

import derivtex
from derivtex.derivation import Derivation
from derivtex.expr import Expr, walk
from derivtex.op import OPS, Op
from derivtex.ops.components import components, entry, subscript
from derivtex.parse import parse_expression
from derivtex.printers.json import from_json, to_json
from derivtex.sample import PLANS
from derivtex.shapes import ONE, SCALAR
from derivtex.specimen import specimens
from derivtex.subscripts import Scope
from derivtex.verify import Point
from tests.forms import canonical


def derived(text: str) -> Derivation:
    return derivtex.derive(text.replace("; ", "\n"), notation="index")


def tight(tex: str) -> str:
    return "".join(tex.split()).replace(r"\,", "").replace(r"\left", "").replace(r"\right", "")


# --- the reference derivations -------------------------------------------------------------------


@dataclass(frozen=True)
class Reference:
    id: str
    given: str
    lines: str


REFERENCES = (
    Reference(
        "R1",
        r"Y = X^T W; L = \|Y\|_F^2; \frac{\partial L}{\partial W}",
        r"""
        Y = X^TW
        Y_{ij} = \sum_t X_{ti}W_{tj}
        L = \|Y\|_F^2
          = \sum_i \sum_j Y_{ij}^2
        \frac{\partial L}{\partial Y_{dc}} = 2\sum_i \sum_j Y_{ij}\delta_{id}\delta_{jc}
          = 2Y_{dc}
        \frac{\partial L}{\partial Y} = 2Y
        \frac{\partial L}{\partial W_{dc}} = \sum_i \sum_j
            \frac{\partial L}{\partial Y_{ij}}\frac{\partial Y_{ij}}{\partial W_{dc}}
          = \sum_i \sum_j
            \frac{\partial L}{\partial Y_{ij}}\sum_t X_{ti}\delta_{td}\delta_{jc}
          = \sum_i \frac{\partial L}{\partial Y_{ic}}X_{di}
          = (X\frac{\partial L}{\partial Y})_{dc}
        \frac{\partial L}{\partial W} = X\frac{\partial L}{\partial Y}
          = 2XY
        """,
    ),
    Reference(
        "R4",
        r"D = W X; \phi : \R^{m \times n} \to \R; "
        r"\frac{\partial \phi(D)}{\partial W}, \frac{\partial \phi(D)}{\partial X}",
        r"""
        D = WX
        D_{ij} = \sum_t W_{it}X_{tj}
        \frac{\partial \phi}{\partial W_{dc}} = \sum_i \sum_j
            \frac{\partial \phi}{\partial D_{ij}}\frac{\partial D_{ij}}{\partial W_{dc}}
          = \sum_i \sum_j
            \frac{\partial \phi}{\partial D_{ij}}\sum_t X_{tj}\delta_{id}\delta_{tc}
          = \sum_j \frac{\partial \phi}{\partial D_{dj}}X_{cj}
          = (\frac{\partial \phi}{\partial D}X^T)_{dc}
        \frac{\partial \phi}{\partial W} = \frac{\partial \phi}{\partial D}X^T
        \frac{\partial \phi}{\partial X_{dc}} = \sum_i \sum_j
            \frac{\partial \phi}{\partial D_{ij}}\frac{\partial D_{ij}}{\partial X_{dc}}
          = \sum_i \sum_j
            \frac{\partial \phi}{\partial D_{ij}}\sum_t W_{it}\delta_{td}\delta_{jc}
          = \sum_i \frac{\partial \phi}{\partial D_{ic}}W_{id}
          = (W^T\frac{\partial \phi}{\partial D})_{dc}
        \frac{\partial \phi}{\partial X} = W^T\frac{\partial \phi}{\partial D}
        """,
    ),
    Reference(
        "R6",
        r"F = A X B; \frac{\partial F}{\partial X}",
        r"""
        F = AXB
        F_{ij} = \sum_t \sum_h A_{it}X_{th}B_{hj}
        \frac{\partial F_{ij}}{\partial X_{dc}} =
            \sum_t \sum_h A_{it}B_{hj}\delta_{td}\delta_{hc}
          = A_{id}B_{cj}
        \frac{\partial \operatorname{vec}(F)}{\partial \operatorname{vec}(X)^T} = B^T \otimes A
        """,
    ),
    Reference(
        "R8",
        r"f = a^T X b; \frac{\partial f}{\partial X}",
        r"""
        f = a^TXb
          = \sum_i \sum_j a_iX_{ij}b_j
        \frac{\partial f}{\partial X_{dk}} = \sum_i \sum_j a_ib_j\delta_{id}\delta_{jk}
          = a_db_k
        \frac{\partial f}{\partial X} = ab^T
        """.replace("dk}", "dc}")
        .replace("jk}", "jc}")
        .replace("b_k", "b_c"),
    ),
    Reference(
        "R11",
        r"l = \|Xw - y\|^2; \frac{\partial l}{\partial w} = 0",
        r"""
        l = \|Xw - y\|^2
          = \sum_i (\sum_j X_{ij}w_j - y_i)^2
        \frac{\partial l}{\partial w_k} =
            2\sum_i (\sum_j X_{ij}w_j - y_i)\sum_j X_{ij}\delta_{jk}
          = 2\sum_i X_{ik}(\sum_j X_{ij}w_j - y_i)
          = 2\sum_i X_{ik}(Xw - y)_i
          = 2(X^T(Xw - y))_k
        \frac{\partial l}{\partial w} = 2X^T(Xw - y)
        \frac{\partial l}{\partial w} = 0
        X^TXw = X^Ty
        \hat w = (X^TX)^{-1}X^Ty
        """,
    ),
)

every_reference = pytest.mark.parametrize("case", REFERENCES, ids=[case.id for case in REFERENCES])


@every_reference
def test_lines(case: Reference) -> None:
    derivation = derived(case.given)
    expected = case.lines.strip().replace("\n            ", " ").splitlines()
    found = [
        ("" if line.left is None else line.left.latex()) + "=" + line.right.latex()
        for line in derivation.lines
    ]
    assert [tight(line) for line in found] == [tight(line) for line in expected]


@every_reference
def test_every_step_is_checked(case: Reference) -> None:
    verification = derived(case.given).verify()
    assert verification.ok, str(verification)


@every_reference
def test_json_and_reasons(case: Reference) -> None:
    derivation = derived(case.given)
    again = from_json(to_json(derivation))
    assert again == derivation
    for detail in ("brief", "normal", "full"):
        assert again.latex(reasons=True, detail=detail)
        assert again.text(reasons=True, detail=detail)


# --- the column `component` ----------------------------------------------------------------------

WITH_COMPONENTS = [op for op in OPS.values() if op.component is not None]
NODES = [(op, args) for op in WITH_COMPONENTS for args in specimens(op)]


@pytest.mark.parametrize(("op", "args"), NODES, ids=[f"{op.name}-{len(a)}" for op, a in NODES])
def test_entries_are_those_of_the_value(op: Op, args: tuple[Expr, ...]) -> None:
    A = op(*args, data=op.sample_data)
    sizes = [size for size in A.shape if size != ONE]
    places = [subscript(i, size) for i, size in zip("ij", sizes, strict=False)]
    # As it stands: the constructor would take a scalar factor out.
    node = entry.node((A, *places), None) if places else A
    written = components(node, Scope([], ()).at(node).letter)
    assert written is not node or not any(e.shape != SCALAR for e in args)
    at = Point(list(walk(node, written)), np.random.default_rng(0), np, PLANS[0])
    values = np.broadcast_arrays(at(node), at(written))
    np.testing.assert_allclose(*values, rtol=1e-10)


# --- Jacobians and Hessians ----------------------------------------------------------------------

JACOBIANS = (
    (r"y = Ax; \frac{\partial y}{\partial x}", "A"),
    (r"y = \operatorname{softmax}(Wx); \frac{\partial y}{\partial x}", None),
    (r"y = Wx; \frac{\partial y}{\partial W}", None),
    (r"y = A\sigma(Bx); \frac{\partial y}{\partial x}", r"A\operatorname{Diag}(\sigma'(Bx))B"),
    (r"F = X^{-1}; \frac{\partial F}{\partial X}", r"-X^{-T} \otimes X^{-1}"),
    (r"F = X^T; \frac{\partial F}{\partial X}", None),
    (r"F = \sigma(AX^TB); \frac{\partial F}{\partial X}", None),
    (r"F = AXB + CX^TD; \frac{\partial F}{\partial X}", None),
    (r"F = X^TX; \frac{\partial F}{\partial X}", None),
    (r"F = xx^T; \frac{\partial F}{\partial x}", None),
    (r"t \in \R; F = tA + t^2B; \frac{\partial F}{\partial t}", "A + 2tB"),
    (r"t \in \R; y = \exp(tx); \frac{\partial y}{\partial t}", None),
    (r"f = x^TAx; \nabla_x^2 f", "A + A^T"),
    (r"f = \log(1 + x^TAx); \nabla_x^2 f", None),
    (r"f = \operatorname{tr}(AXBX^T); \nabla_X^2 f", None),
    (r"t \in \R; f = \log(1 + t^2); \nabla_t^2 f", None),
)


@pytest.mark.parametrize(("text", "wanted"), JACOBIANS)
def test_jacobians(text: str, wanted: str | None) -> None:
    derivation = derived(text)
    verification = derivation.verify()
    assert verification.ok, str(verification)
    (J,) = (*derivation.jacobians, *derivation.hessians)
    if wanted is not None:
        names = {
            (e.data.name if e.op == "symbol" else e.data): e
            for e in derivation.problem.symbols.values()
        }
        assert canonical(parse_expression(wanted, names)) is canonical(J), J.latex()


@pytest.mark.parametrize(
    "text",
    [
        r"L = \|Xw - y\|^2; dL",
        r"f = x^TAx; df",
        r"t \in \R; f = \exp(t)a^Tx; df",
        r"Y = AXB; L = \log(1 + \|Y\|_F^2) + a^TXb; dL",
    ],
)
def test_differentials(text: str) -> None:
    derivation = derived(text)
    assert derivation.verify().ok, str(derivation.verify())
    assert derivation.lines[-1].right is derivation.differential


# --- letters -------------------------------------------------------------------------------------


def letters(derivation: Derivation) -> set[str]:
    sides = [line.right for line in derivation.lines]
    return {node.data.name for node in walk(*sides) if node.op == "subscript"}


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        (r"i \in \R; L = i\|Xw - y\|^2; \nabla_w L", "i"),
        (r"L = \|Xj - t\|^2; \nabla_j L", "jt"),
        (r"k \in \R; L = x^TAx + k; \nabla_x L", "k"),
        (r"d \in \R^n; c \in \R^m; L = c^TXd; \nabla_X L", "dc"),
        (r"b_{ij} \in \R^n; L = b_{ij}^TAx; \nabla_x L", "bij"),
    ],
)
def test_a_letter_in_use_is_no_subscript(text: str, taken: str) -> None:
    derivation = derived(text)
    assert derivation.verify().ok, str(derivation.verify())
    assert letters(derivation)
    assert not letters(derivation) & set(taken)


def test_sums_below_each_other_have_letters_of_their_own() -> None:
    """No subscript is bound where it is free or bound already."""
    for text in (
        r"L = (a^Tx)(x^TBx)(c^TXd); \nabla_x L",
        r"L = \|A\sigma(B\sigma(Cx))\|^2; \nabla_x L",
        r"f = \operatorname{tr}(XAXBXC); \nabla_X f",
        r"f = \log(1 + x^TAx); \nabla_x^2 f",
    ):
        derivation = derived(text)
        assert derivation.verify().ok, text
        for line in derivation.lines:
            pending = [(line.right, frozenset[str]())]
            while pending:
                node, bound = pending.pop()
                if node.op == "sum_over":
                    name = node.args[0].data.name
                    assert name not in bound, line.right.latex()
                    bound = bound | {name}
                if node.op != "named":
                    pending += [(arg, bound) for arg in node.args]


def test_entries_are_numbers() -> None:
    """Bold letters are for arrays; colour is for what varies, in its entries as well."""
    bold = derived(r"f = a^TXb; \nabla_X f").latex(
        notation=derivtex.Notation(bold=True), highlight=True
    )
    assert r"a_i{\color{red}{X}}_{ij}b_j" in bold
    assert r"\boldsymbol{a}^T" in bold


@pytest.mark.parametrize(
    ("op", "args"),
    [
        ("entry", [0]),
        ("entry", [0, 0]),
        ("delta", [0, 0]),
        ("sum_over", [0, 0]),
        ("direct", [0, 0]),
    ],
)
def test_json_that_is_made_wrong_is_refused(op: str, args: list[int]) -> None:
    document = json.loads(to_json(derived(r"f = a^TXb; \nabla_X f")))
    array = next(i for i, row in enumerate(document["nodes"]) if row[3] != [[1], [1]])
    row = next(row for row in document["nodes"] if row[0] == "sum_over")
    row[0], row[1] = op, [array for _ in args]
    with pytest.raises(derivtex.DerivtexError, match="malformed"):
        from_json(json.dumps(document))


# --- how long it takes ---------------------------------------------------------------------------


def product(count: int) -> str:
    """The trace of a product of as many matrices."""
    names = [rf"B_{{{k}}}" for k in range(count)]
    declared = "; ".join(rf"{name} \in \R^{{n \times n}}" for name in names)
    return rf"{declared}; f = \operatorname{{tr}}({' '.join(names)}); \nabla_{{B_{{3}}}} f"


def test_a_long_product_is_contracted_factor_by_factor() -> None:
    """Multiplied out first, twenty subscripts would be an array of 2²⁰ entries, and more."""
    derivation = derived(product(20))
    assert derivation.verify().ok


def test_more_subscripts_than_anybody_reads_are_refused() -> None:
    with pytest.raises(derivtex.LimitError, match="24 subscripts"):
        derived(product(40))


def test_full_detail_reads_off_once() -> None:
    """An array is never said to equal its entry."""
    derivation = derived(r"f = a^TXb; \nabla_X f")
    text = derivation.text(detail="full")
    assert "∂f/∂X = abᵀ" in text
    assert "∂f/∂X = a" not in text.replace("∂f/∂X = abᵀ", "")


# --- what it refuses -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (r"f = a^T(X \otimes Y)b; \nabla_X f", "Kronecker product"),
        (r"x_i \in \R^n; f = \sum_{i=1}^N (w^Tx_i)^2; \nabla_w f", "sums over a family"),
        (r"X \in \R^{n \times n}; f = \operatorname{tr}(e^{X}); \nabla_X f", "matrix exponential"),
        (r"f = a^T\operatorname{vec}(X); \nabla_X f", "vec"),
        (r"Y = AX; dY", "not written in components"),
        (r"\delta \in \R^{m \times n}; f = a^T\delta b; \nabla_\delta f", "Kronecker's delta"),
        (r"f = \operatorname{tr}(X^{30}); \nabla_X f", "exponents 2 to"),
    ],
)
def test_refused(text: str, message: str) -> None:
    with pytest.raises(derivtex.DerivtexError, match=message):
        derived(text)


def test_a_sum_that_is_no_product_is_refused() -> None:
    """A_{ik}B_{kj} by x_k: all three are free, and no Kronecker product has such entries."""
    with pytest.raises(derivtex.UnsupportedError, match="not those of a matrix"):
        derived(r"F = A\operatorname{Diag}(x)B; \frac{\partial F}{\partial x}")
