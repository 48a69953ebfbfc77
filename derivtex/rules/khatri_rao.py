"""Sums of Kronecker products, and Khatri-Rao products, whose columns are Kronecker products of
those of their factors."""

from __future__ import annotations

from itertools import combinations

from derivtex.expr import Expr
from derivtex.op import OPS
from derivtex.ops import Diag, add, diag, hadamard, mul, split, transpose, vec
from derivtex.rule import rule
from derivtex.shapes import Shape
from derivtex.structure import transposed
from derivtex.varying import Varying


def _multiples(total: Expr, op: str) -> list[tuple[tuple[Expr, ...], Expr, Expr]] | None:
    """A sum of multiples of products of two, `kron` or `khatri_rao`: of each term the scalars and
    the factors."""
    found = []
    for term in total.args if total.op == "add" else (total,):
        coefficient, scalars, chain = split(term)
        if len(chain) != 1 or chain[0].op != op or len(chain[0].args) != 2:
            return None
        found.append(((coefficient, *scalars), *chain[0].args))
    return found


@rule(
    "Kronecker products with a common factor",
    r"A \otimes C + B \otimes C = (A + B) \otimes C",
    given=r"A, B \in \R^{m \times n}; C \in \R^{p \times q}",
    needs="kron",
    on="add",
)
def kronecker_common(node: Expr, varying: Varying) -> Expr | None:
    """`A ⊗ C + B ⊗ C = (A + B) ⊗ C` and `C ⊗ A + C ⊗ B = C ⊗ (A + B)`, other terms beside it."""
    multiples = [_multiples(term, "kron") for term in node.args]
    for first, second in combinations([i for i, found in enumerate(multiples) if found], 2):
        ((c, *left),), ((d, *right),) = multiples[first] or (), multiples[second] or ()
        for place in (0, 1):
            A, B = left[1 - place], right[1 - place]
            if left[place] is not right[place] or A.shape != B.shape:
                continue
            if c == d:
                factors, scalars = [add(A, B), left[place]], c
            else:
                factors, scalars = [add(mul(*c, A), mul(*d, B)), left[place]], ()
            merged = mul(*scalars, OPS["kron"](*factors[:: 1 if place else -1]))
            rest = [term for i, term in enumerate(node.args) if i not in {first, second}]
            return add(*rest[:first], merged, *rest[first:])
    return None


def _mixed(K: Expr, R: Expr, turned: bool = False) -> Expr | None:
    """`(A ⊗ B)(C * D) = AC * BD`, for each term of K; of Kᵀ where that is `turned`."""
    terms = _multiples(K, "kron")
    if terms is None or R.op != "khatri_rao" or len(R.args) != 2:
        return None
    if turned:
        terms = [(c, transposed(A), transposed(B)) for c, A, B in terms]
    C, D = R.args
    if any(A.shape.columns != C.shape.rows or B.shape.columns != D.shape.rows for _, A, B in terms):
        return None
    return add(*[mul(*c, OPS["khatri_rao"](mul(A, C), mul(B, D))) for c, A, B in terms])


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
    for i, (K, R) in enumerate(zip(node.args, node.args[1:], strict=False)):
        product = _mixed(K, R)
        if product is None and K.op == "transpose":
            turned = _mixed(R, K.args[0], turned=True)
            product = None if turned is None else transpose(turned)
        if product is not None:
            return mul(*node.args[:i], product, *node.args[i + 2 :])
    return None


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
    """`(A * B)ᵀ(C * D) = AᵀC ⊙ BᵀD` where the factors conform, also of a sum.

    Khatri & Rao (1968); Liu & Trenkler, Hadamard, Khatri-Rao, Kronecker and other matrix products
    (2008), section 2.
    """
    for i, (L, R) in enumerate(zip(node.args, node.args[1:], strict=False)):
        left = _multiples(L.args[0], "khatri_rao") if L.op == "transpose" else None
        right = _multiples(R, "khatri_rao")
        if left is None or right is None:
            continue
        pairs = [(*c, *d, A, B, C, D) for c, A, B in left for d, C, D in right]
        if all(A.shape.rows == C.shape.rows for *_, A, _, C, _ in pairs):
            total = add(
                *[
                    mul(*c, hadamard(mul(transposed(A), C), mul(transposed(B), D)))
                    for *c, A, B, C, D in pairs
                ]
            )
            return mul(*node.args[:i], total, *node.args[i + 2 :])
    return None


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
    for i, (K, v) in enumerate(zip(node.args, node.args[1:], strict=False)):
        turned = K.op == "transpose"
        product = K.args[0] if turned else K
        if product.op != "khatri_rao" or len(product.args) != 2:
            continue
        A, B = product.args
        if turned and v.op == "vec" and v.args[0].shape == Shape(B.shape.rows, A.shape.rows):
            new = diag(mul(transposed(B), v.args[0], A))
        elif not turned and v.shape.is_column and v.op != "vec":
            new = vec(mul(B, Diag(v), transposed(A)))
        else:
            continue
        return mul(*node.args[:i], new, *node.args[i + 2 :])
    return None
