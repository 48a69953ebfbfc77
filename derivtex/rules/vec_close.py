"""What brings the vec of a gradient to the vec of one matrix: `(B ⊗ Aᵀ) vec(G) = vec(AᵀGBᵀ)`."""

from __future__ import annotations

from derivtex.expr import Expr
from derivtex.ops import add, hadamard, indexed_sum, mul, split, symbol, transpose, vec
from derivtex.ops.indices import free_indices
from derivtex.ops.matrices import commutation
from derivtex.rule import Rule, register, rule
from derivtex.rules.khatri_rao import khatri_rao_mixed, khatri_rao_rows, khatri_rao_vec
from derivtex.rules.kronecker import kronecker_transpose, kronecker_vec, vec_inner
from derivtex.rules.neighbours import first_pair
from derivtex.shapes import Shape, dim
from derivtex.structure import transposed
from derivtex.surface import bits
from derivtex.varying import Varying

#: What stands where vecs are: a sum of these is multiplied out.
_STACKED = bits({"kron", "commutation", "Diag", "khatri_rao"})
_VEC = bits({"vec"})


@rule(
    "Hadamard product by vec",
    r"\operatorname{Diag}(\operatorname{vec}(A))\operatorname{vec}(B) "
    r"= \operatorname{vec}(A \odot B)",
    given=r"A, B \in \R^{m \times n}",
    needs="vec Diag",
    on="mul",
)
def diagonal(node: Expr, varying: Varying) -> Expr | None:
    """`Diag(vec A) vec B = vec(A ⊙ B)`."""
    return first_pair(node, _entrywise)


def _entrywise(D: Expr, v: Expr) -> Expr | None:
    if D.op != "Diag" or D.args[0].op != "vec" or v.op != "vec":
        return None
    A, B = D.args[0].args[0], v.args[0]
    return vec(hadamard(A, B)) if A.shape == B.shape else None


def _commuted_sides() -> tuple[Expr, Expr]:
    A = symbol("A", Shape(dim("m"), dim("n")))
    return commutation(A.shape) @ vec(A), vec(transpose(A))


def _commuted(node: Expr, varying: Varying) -> Expr | None:
    """`K vec A = vec(Aᵀ)`: Magnus & Neudecker, section 3.7."""

    def turned(K: Expr, v: Expr) -> Expr | None:
        fits = K.op == "commutation" and v.op == "vec" and v.args[0].shape == K.data
        return vec(transposed(v.args[0])) if fits else None

    return first_pair(node, turned)


commuted = register(
    Rule(
        "commutation matrix and vec",
        "",
        frozenset({"mul"}),
        _commuted,
        sides=_commuted_sides,
        needs=bits({"commutation", "vec"}),
    )
)


def _transposed_sides() -> tuple[Expr, Expr]:
    shape = Shape(dim("m"), dim("n"))
    return transpose(commutation(shape)), commutation(shape.transposed)


def _transposed(node: Expr, varying: Varying) -> Expr | None:
    """`K_{mn}ᵀ = K_{nm}`."""
    K = node.args[0]
    return commutation(K.data.transposed) if K.op == "commutation" else None


commutation_transposed = register(
    Rule(
        "transpose of a commutation matrix",
        "",
        frozenset({"transpose"}),
        _transposed,
        sides=_transposed_sides,
        needs=bits({"commutation"}),
    )
)


@rule(
    "Kronecker product of vectors",
    r"b \otimes a = \operatorname{vec}(ab^T)",
    given=r"a \in \R^m; b \in \R^n",
    on="kron",
)
def outer(node: Expr, varying: Varying) -> Expr | None:
    """`b ⊗ a = vec(a bᵀ)` for columns: Magnus & Neudecker, section 2.4."""
    if len(node.args) != 2 or not all(arg.shape.is_column for arg in node.args):
        return None
    b, a = node.args
    return vec(mul(a, transpose(b)))


@rule(
    "vecs together",
    r"\operatorname{vec}(A) + \operatorname{vec}(B) = \operatorname{vec}(A + B)",
    given=r"A, B \in \R^{m \times n}",
    needs="vec",
    on="add indexed_sum",
)
def together(node: Expr, varying: Varying) -> Expr | None:
    """`a vec(A) + b vec(B) = vec(aA + bB)` where every term is one, and the same of `Σᵢ`."""
    if node.op == "indexed_sum":
        body, *limits = node.args
        coefficient, scalars, chain = split(body)
        if len(chain) != 1 or chain[0].op != "vec":
            return None
        return vec(indexed_sum(mul(coefficient, *scalars, chain[0].args[0]), *limits))
    parts = [split(term) for term in node.args]
    if any(len(chain) != 1 or chain[0].op != "vec" for _, _, chain in parts):
        return None
    if len({chain[0].args[0].shape for _, _, chain in parts}) != 1:
        return None
    return vec(add(*[mul(c, *scalars, chain[0].args[0]) for c, scalars, chain in parts]))


@rule(
    "distributed over a sum",
    r"(A + B)^Tc = A^Tc + B^Tc",
    on="mul transpose",
)
def spread(node: Expr, varying: Varying) -> Expr | None:
    """`(A + B)c = Ac + Bc`, `(A + B)ᵀ = Aᵀ + Bᵀ` for a sum of Kronecker products and the like."""
    if node.op == "transpose":
        (total,) = node.args
        if total.op != "add" or not total.surface & _STACKED:
            return None
        return add(*map(transposed, total.args))
    for i, total in enumerate(node.args):
        if not total.surface & _STACKED or total.shape.is_scalar:
            continue
        before, after = node.args[:i], node.args[i + 1 :]
        if total.op == "add":
            return add(*[mul(*before, term, *after) for term in total.args])
        if total.op == "indexed_sum" and not any(
            total.args[1] in free_indices(factor) for factor in (*before, *after)
        ):
            return indexed_sum(mul(*before, total.args[0], *after), *total.args[1:])
    return None


@rule(
    "diagonal matrix in a product",
    r"\operatorname{Diag}(a)Bc = a \odot (Bc)",
    given=r"a \in \R^m; B \in \R^{m \times n}; c \in \R^n",
    needs="Diag",
    on="mul",
)
def diagonal_times(node: Expr, varying: Varying) -> Expr | None:
    """`Diag(a) B c = a ⊙ (Bc)`, and `cᵀ Diag(a) = (c ⊙ a)ᵀ` for a row."""
    coefficient, scalars, chain = split(node)
    for i, D in enumerate(chain):
        if D.op != "Diag" or D.args[0].surface & _VEC:
            continue
        a = D.args[0]
        after = next((j for j in range(i + 1, len(chain)) if chain[j].shape.is_column), len(chain))
        if after < len(chain):
            column = hadamard(a, mul(*chain[i + 1 : after + 1]))
            return mul(coefficient, *scalars, *chain[:i], column, *chain[after + 1 :])
        if i and mul(*chain[:i]).shape.is_row:
            row = transpose(hadamard(transposed(mul(*chain[:i])), a))
            return mul(coefficient, *scalars, row, *chain[i + 1 :])
    return None


#: What brings the vec of a gradient to the vec of one matrix.
CLOSE_VEC = (
    diagonal_times,
    spread,
    kronecker_transpose,
    commutation_transposed,
    outer,
    kronecker_vec,
    khatri_rao_mixed,
    khatri_rao_rows,
    khatri_rao_vec,
    vec_inner,
    diagonal,
    commuted,
    together,
)


def closed(g: Expr, varying: Varying) -> Expr:
    """The column g, as the vec of a matrix where it is one."""
    while True:
        new = next((new for rule in CLOSE_VEC if (new := rule(g, varying)) is not None), None)
        if new is None:
            return g
        g = new
