"""Sums of Kronecker products, and Khatri-Rao products, whose columns are Kronecker products of
those of their factors."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

from derivtex.expr import Expr
from derivtex.op import OPS
from derivtex.ops import Diag, add, diag, hadamard, mul, split, transpose, vec
from derivtex.rule import rule
from derivtex.rules.neighbours import first_pair
from derivtex.shapes import Shape
from derivtex.structure import transposed
from derivtex.varying import Varying


class _Multiple(NamedTuple):
    """A multiple of a product of two, of `A ⊗ B` or `A * B`."""

    scalars: tuple[Expr, ...]
    A: Expr
    B: Expr


def _multiple(term: Expr, op: str) -> _Multiple | None:
    coefficient, scalars, chain = split(term)
    if len(chain) != 1 or chain[0].op != op or len(chain[0].args) != 2:
        return None
    return _Multiple((coefficient, *scalars), *chain[0].args)


def _multiples(total: Expr, op: str) -> list[_Multiple]:
    """The terms of a sum of multiples of such products; none where it is no such sum."""
    terms = [_multiple(term, op) for term in (total.args if total.op == "add" else (total,))]
    return [term for term in terms if term is not None] if all(terms) else []


@rule(
    "Kronecker products with a common factor",
    r"A \otimes C + B \otimes C = (A + B) \otimes C",
    given=r"A, B \in \R^{m \times n}; C \in \R^{p \times q}",
    needs="kron",
    on="add",
)
def kronecker_common(node: Expr, varying: Varying) -> Expr | None:
    """`A ⊗ C + B ⊗ C = (A + B) ⊗ C` and `C ⊗ A + C ⊗ B = C ⊗ (A + B)`, other terms beside it."""
    for i, j in combinations(range(len(node.args)), 2):
        one, other = _multiple(node.args[i], "kron"), _multiple(node.args[j], "kron")
        merged = None if one is None or other is None else _merged(one, other)
        if merged is not None:
            return add(*node.args[:i], merged, *node.args[i + 1 : j], *node.args[j + 1 :])
    return None


def _merged(one: _Multiple, other: _Multiple) -> Expr | None:
    """The sum of two multiples of Kronecker products with a common factor, as one."""
    alike = one.scalars == other.scalars
    outside = one.scalars if alike else ()
    c, d = ((), ()) if alike else (one.scalars, other.scalars)
    if one.B is other.B and one.A.shape == other.A.shape:
        return mul(*outside, OPS["kron"](add(mul(*c, one.A), mul(*d, other.A)), one.B))
    if one.A is other.A and one.B.shape == other.B.shape:
        return mul(*outside, OPS["kron"](one.A, add(mul(*c, one.B), mul(*d, other.B))))
    return None


@rule(
    "Kronecker times Khatri-Rao product",
    r"(A \otimes B)\operatorname{khatrirao}(C, D) = \operatorname{khatrirao}(AC, BD)",
    given=(
        r"A \in \R^{m \times n}; B \in \R^{p \times q}; "
        r"C \in \R^{n \times r}; D \in \R^{q \times r}"
    ),
    needs="kron khatri_rao",
    on="mul",
)
def khatri_rao_mixed(node: Expr, varying: Varying) -> Expr | None:
    """`(A ⊗ B)(C * D) = AC * BD` where the factors conform; also transposed, and of a sum."""
    return first_pair(node, _mixed)


def _mixed(K: Expr, R: Expr) -> Expr | None:
    if R.op == "khatri_rao":
        return _times(_multiples(K, "kron"), R)
    if K.op == "transpose" and K.args[0].op == "khatri_rao":
        turned = [_Multiple(c, transposed(A), transposed(B)) for c, A, B in _multiples(R, "kron")]
        product = _times(turned, K.args[0])
        return None if product is None else transpose(product)
    return None


def _times(terms: list[_Multiple], R: Expr) -> Expr | None:
    """The sum of Kronecker products times the Khatri-Rao product R."""
    if not terms or len(R.args) != 2:
        return None
    C, D = R.args
    if any(A.shape.columns != C.shape.rows or B.shape.columns != D.shape.rows for _, A, B in terms):
        return None
    return add(*[mul(*c, OPS["khatri_rao"](mul(A, C), mul(B, D))) for c, A, B in terms])


@rule(
    "Khatri-Rao products side by side",
    r"\operatorname{khatrirao}(A, B)^T\operatorname{khatrirao}(C, D) = (A^TC) \odot (B^TD)",
    given=(
        r"A \in \R^{m \times p}; B \in \R^{n \times p}; "
        r"C \in \R^{m \times q}; D \in \R^{n \times q}"
    ),
    needs="khatri_rao transpose",
    on="mul",
)
def khatri_rao_gram(node: Expr, varying: Varying) -> Expr | None:
    """`(A * B)ᵀ(C * D) = AᵀC ⊙ BᵀD` where the factors conform, also of sums.

    Liu & Trenkler, Hadamard, Khatri-Rao, Kronecker and other matrix products (2008), section 2.
    """
    return first_pair(node, _gram)


def _gram(L: Expr, R: Expr) -> Expr | None:
    if L.op != "transpose":
        return None
    both = [
        (left, right)
        for left in _multiples(L.args[0], "khatri_rao")
        for right in _multiples(R, "khatri_rao")
    ]
    if not both or any(left.A.shape.rows != right.A.shape.rows for left, right in both):
        return None
    return add(
        *[
            mul(*c, *d, hadamard(mul(transposed(A), C), mul(transposed(B), D)))
            for (c, A, B), (d, C, D) in both
        ]
    )


@rule(
    "Khatri-Rao product of rows",
    r"\operatorname{khatrirao}(a^T, b^T) = (a \odot b)^T",
    given=r"a, b \in \R^n",
    on="khatri_rao",
)
def khatri_rao_rows(node: Expr, varying: Varying) -> Expr | None:
    """Of rows, the Khatri-Rao product is the Hadamard product."""
    if not all(arg.shape.is_row for arg in node.args):
        return None
    return transpose(hadamard(*[transposed(arg) for arg in node.args]))


@rule(
    "Khatri-Rao product and vec",
    r"\operatorname{khatrirao}(A, B)^T\operatorname{vec}(X) = \operatorname{diag}(B^TXA)",
    given=r"A \in \R^{n \times p}; B \in \R^{m \times p}; X \in \R^{m \times n}",
    needs="khatri_rao",
    on="mul",
)
def khatri_rao_vec(node: Expr, varying: Varying) -> Expr | None:
    """`(A * B)ᵀ vec(X) = diag(BᵀXA)`, and `(A * B) x = vec(B Diag(x) Aᵀ)` for a column x."""
    return first_pair(node, _with_vec)


def _with_vec(K: Expr, v: Expr) -> Expr | None:
    turned = K.op == "transpose"
    product = K.args[0] if turned else K
    if product.op != "khatri_rao" or len(product.args) != 2:
        return None
    A, B = product.args
    if turned and v.op == "vec" and v.args[0].shape == Shape(B.shape.rows, A.shape.rows):
        return diag(mul(transposed(B), v.args[0], A))
    if not turned and v.shape.is_column and v.op != "vec":
        return vec(mul(B, Diag(v), transposed(A)))
    return None
