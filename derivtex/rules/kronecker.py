"""Kronecker products and vec before a scalar is differentiated, and in the result."""

from __future__ import annotations

from derivtex.expr import Expr
from derivtex.op import OPS
from derivtex.ops import (
    add,
    det,
    extent,
    frobenius,
    inverse,
    logdet,
    mul,
    power,
    split,
    symbol,
    trace,
    transpose,
    unvec,
    vec,
    zeros,
)
from derivtex.ops.matrices import commutation
from derivtex.rule import Rule, register, rule
from derivtex.rules.neighbours import first_pair
from derivtex.shapes import ONE, Shape, dim
from derivtex.structure import transposed
from derivtex.surface import bits
from derivtex.varying import Varying


@rule(
    "trace of a Kronecker product",
    r"\operatorname{tr}(A \otimes B) = \operatorname{tr}(A)\operatorname{tr}(B)",
    given=r"A \in \R^{n \times n}; B \in \R^{m \times m}",
    needs="kron",
    joins=True,
    on="trace",
)
def kronecker_trace(node: Expr, varying: Varying) -> Expr | None:
    """`tr(A ⊗ B) = tr A tr B` for square A and B."""
    if node.args[0].op != "kron":
        return None
    factors = node.args[0].args
    return mul(*map(trace, factors)) if all(A.shape.is_square for A in factors) else None


@rule(
    "inverse of a Kronecker product",
    r"(A \otimes B)^{-1} = A^{-1} \otimes B^{-1}",
    given=r"A \in \R^{n \times n} \text{ invertible}; B \in \R^{m \times m} \text{ invertible}",
    needs="kron",
    joins=True,
    on="inverse",
)
def kronecker_inverse(node: Expr, varying: Varying) -> Expr | None:
    """`(A ⊗ B)⁻¹ = A⁻¹ ⊗ B⁻¹` for square A and B: Matrix Cookbook (512)."""
    factors = _squares(node.args[0])
    return OPS["kron"](*map(inverse, factors)) if factors else None


@rule(
    "determinant of a Kronecker product",
    r"\log\det(A \otimes B) = q\log\det A + p\log\det B",
    given=r"A \in \R^{p \times p}; B \in \R^{q \times q}",
    needs="kron",
    joins=True,
    on="det logdet",
)
def kronecker_determinant(node: Expr, varying: Varying) -> Expr | None:
    """`det(A ⊗ B) = det(A)^q det(B)^p` for A p×p, B q×q, and its logarithm: Cookbook (515)."""
    factors = _squares(node.args[0])
    if not factors:
        return None
    A, B = factors
    p, q = extent(A.shape.rows), extent(B.shape.rows)
    if node.op == "det":
        return mul(power(det(A), q), power(det(B), p))
    return add(mul(q, logdet(A)), mul(p, logdet(B)))


def _squares(K: Expr) -> tuple[Expr, ...]:
    """The two square factors of a Kronecker product; none of what is no such product."""
    is_one = K.op == "kron" and len(K.args) == 2 and all(A.shape.is_square for A in K.args)
    return K.args if is_one else ()


@rule(
    "norm of a Kronecker product",
    r"\|A \otimes B\|_F^2 = \|A\|_F^2\|B\|_F^2",
    needs="kron",
    joins=True,
    on="norm norm_squared",
)
def kronecker_norm(node: Expr, varying: Varying) -> Expr | None:
    """`‖A ⊗ B‖ = ‖A‖ ‖B‖`, squared or not."""
    if node.args[0].op != "kron":
        return None
    return mul(*[OPS[node.op](A) for A in node.args[0].args])


@rule(
    "mixed product",
    r"(A \otimes B)(C \otimes D) = (AC) \otimes (BD)",
    given=(
        r"A \in \R^{m \times n}; B \in \R^{p \times q}; "
        r"C \in \R^{n \times r}; D \in \R^{q \times s}"
    ),
    needs="kron",
    joins=True,
    on="mul",
)
def kronecker_product(node: Expr, varying: Varying) -> Expr | None:
    """`(A ⊗ B)(C ⊗ D) = AC ⊗ BD` where the factors conform."""
    return first_pair(node, _mixed)


def _mixed(left: Expr, right: Expr) -> Expr | None:
    if not left.op == right.op == "kron" or len(left.args) != len(right.args):
        return None
    pairs = list(zip(left.args, right.args, strict=True))
    conform = all(A.shape.columns == B.shape.rows for A, B in pairs)
    return OPS["kron"](*[mul(A, B) for A, B in pairs]) if conform else None


@rule(
    "transpose of a Kronecker product",
    r"(A \otimes B)^T = A^T \otimes B^T",
    needs="kron",
    joins=True,
    on="transpose",
)
def kronecker_transpose(node: Expr, varying: Varying) -> Expr | None:
    """`(A ⊗ B)ᵀ = Aᵀ ⊗ Bᵀ`."""
    if node.args[0].op != "kron":
        return None
    return OPS["kron"](*map(transpose, node.args[0].args))


@rule(
    "Kronecker product and vec",
    r"(A \otimes B)\operatorname{vec}(X) = \operatorname{vec}(BXA^T)",
    given=r"A \in \R^{m \times n}; B \in \R^{p \times q}; X \in \R^{q \times n}",
    needs="kron vec",
    joins=True,
    on="mul",
)
def kronecker_vec(node: Expr, varying: Varying) -> Expr | None:
    """`(A ⊗ B) vec(X) = vec(B X Aᵀ)` where the factors conform: Magnus & Neudecker, theorem 2.2."""
    return first_pair(node, _of_vec)


def _of_vec(K: Expr, v: Expr) -> Expr | None:
    if K.op != "kron" or v.op != "vec" or len(K.args) != 2:
        return None
    (A, B), (X,) = K.args, v.args
    conform = B.shape.columns == X.shape.rows and A.shape.columns == X.shape.columns
    return vec(mul(B, X, transposed(A))) if conform else None


@rule(
    "inner product of vecs",
    r"\operatorname{vec}(A)^T\operatorname{vec}(B) = A:B",
    given=r"A, B \in \R^{m \times n}",
    needs="vec",
    joins=True,
    on="mul frobenius",
)
def vec_inner(node: Expr, varying: Varying) -> Expr | None:
    """`vec(A)ᵀ vec(B) = vec(A) : vec(B) = A : B`, norms as well."""
    if node.op == "frobenius":
        a, b = node.args
        coefficient: tuple[Expr, ...] = ()
    else:
        number_part, scalars, chain = split(node)
        if len(chain) != 2 or not node.shape.is_scalar:
            return None
        a, b = transpose(chain[0]), chain[1]
        coefficient = (number_part, *scalars)
    if a.op != "vec" or b.op != "vec" or a.args[0].shape != b.args[0].shape:
        return None
    return mul(*coefficient, frobenius(a.args[0], b.args[0]))


@rule(
    "norm of a vec",
    r"\|\operatorname{vec}(A)\| = \|A\|_F",
    needs="vec",
    joins=True,
    on="norm norm_squared",
)
def vec_norm(node: Expr, varying: Varying) -> Expr | None:
    """`‖vec(A)‖ = ‖A‖`, squared or not."""
    return OPS[node.op](node.args[0].args[0]) if node.args[0].op == "vec" else None


#: Before the differential.
KRONECKER = (
    kronecker_transpose,
    kronecker_product,
    kronecker_inverse,
    kronecker_determinant,
    kronecker_trace,
    kronecker_norm,
    kronecker_vec,
    vec_inner,
    vec_norm,
)


# --- tidying -------------------------------------------------------------------------------------


@rule(
    "contraction of a Kronecker product",
    r"(A \otimes B) :_2 C = (B:C)A",
    given=r"A \in \R^{m \times n}; B, C \in \R^{p \times q}",
    needs="kron",
    on="contract_first contract_second",
)
def contract_kronecker(node: Expr, varying: Varying) -> Expr | None:
    """`(A ⊗ B) :₂ C = (B:C) A` and `(A ⊗ B) :₁ C = (A:C) B`."""
    K, C = node.args
    if K.op != "kron" or len(K.args) != 2:
        return None
    A, B = K.args if node.op == "contract_second" else reversed(K.args)
    return mul(frobenius(B, C), A) if B.shape == C.shape else None


@rule(
    "sum of unvecs",
    r"\operatorname{unvec}_{m \times n}(a) + \operatorname{unvec}_{m \times n}(b) "
    r"= \operatorname{unvec}_{m \times n}(a + b)",
    given=r"a, b \in \R^{mn}",
    needs="unvec",
    on="add",
)
def unvec_sum(node: Expr, varying: Varying) -> Expr | None:
    """`unvec(a) + unvec(b) = unvec(a + b)`, numbers carried in."""
    parts = [(split(term), term) for term in node.args]
    inside = [
        mul(number_part, *scalars, chain[0].args[0])
        for (number_part, scalars, chain), _ in parts
        if len(chain) == 1 and chain[0].op == "unvec"
    ]
    if len(inside) < 2:
        return None
    rest = [term for (_, _, chain), term in parts if len(chain) != 1 or chain[0].op != "unvec"]
    return add(unvec(add(*inside), zeros(node.shape)), *rest)


def _commuted_sides() -> tuple[Expr, Expr]:
    a, B = symbol("a", Shape(dim("m"), ONE)), symbol("B", Shape(dim("p"), dim("q")))
    swapped = OPS["kron"](transpose(a), B) @ commutation(Shape(dim("m"), dim("q")))
    return swapped, OPS["kron"](B, transpose(a))


def _commuted(node: Expr, varying: Varying) -> Expr | None:
    """`(A ⊗ B)K = K(B ⊗ A)`, where one of the two commutation matrices is of a vector.

    Magnus & Neudecker, theorem 3.9.
    """
    return first_pair(node, _swapped)


def _swapped(left: Expr, right: Expr) -> Expr | None:
    product, K = (left, right) if right.op == "commutation" else (right, left)
    if K.op != "commutation" or product.op != "kron" or len(product.args) != 2:
        return None
    A, B = product.args
    sizes = [M.shape.columns if K is left else M.shape.rows for M in (A, B)]
    return OPS["kron"](B, A) if ONE in sizes else None


commuted = register(
    Rule(
        "Kronecker product commuted",
        "",
        frozenset({"mul"}),
        _commuted,
        sides=_commuted_sides,
        needs=bits({"commutation", "kron"}),
    )
)


def _through_sides() -> tuple[Expr, Expr]:
    m, n, p, q = map(dim, "mnpq")
    A, B = symbol("A", Shape(m, n)), symbol("B", Shape(p, q))
    C, D = symbol("C", Shape(q, m)), symbol("D", Shape(n, p))
    kron = OPS["kron"]
    left = kron(A, B) @ commutation(Shape(n, q)) @ kron(C, D)
    return left, commutation(Shape(m, p)) @ kron(B @ C, A @ D)


def _through(node: Expr, varying: Varying) -> Expr | None:
    """`(A ⊗ B)K(C ⊗ D) = K(BC ⊗ AD)`, and so of a sum of Kronecker products before K.

    Magnus & Neudecker, theorem 3.9.
    """
    for i in range(len(node.args) - 2):
        total, K, last = node.args[i : i + 3]
        if K.op != "commutation" or last.op != "kron" or len(last.args) != 2:
            continue
        terms = total.args if total.op == "add" else (total,)
        moved = [new for term in terms if (new := _moved_through(term, K, last)) is not None]
        shapes = {shape for shape, _ in moved}
        if len(moved) == len(terms) and len(shapes) == 1:
            products = add(*[product for _, product in moved])
            return mul(*node.args[:i], commutation(*shapes), products, *node.args[i + 3 :])
    return None


def _moved_through(term: Expr, K: Expr, last: Expr) -> tuple[Shape, Expr] | None:
    """Of what shape K is before `BC ⊗ AD`, and that."""
    coefficient, scalars, chain = split(term)
    if len(chain) != 1 or chain[0].op != "kron" or len(chain[0].args) != 2:
        return None
    (A, B), (C, D) = chain[0].args, last.args
    fits = B.shape.columns == C.shape.rows and A.shape.columns == D.shape.rows
    if not fits or K.data != Shape(A.shape.columns, B.shape.columns):
        return None
    product = mul(coefficient, *scalars, OPS["kron"](mul(B, C), mul(A, D)))
    return Shape(A.shape.rows, B.shape.rows), product


through = register(
    Rule(
        "commutation matrix to the front",
        "",
        frozenset({"mul"}),
        _through,
        sides=_through_sides,
        needs=bits({"commutation", "kron"}),
    )
)
