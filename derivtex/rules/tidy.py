"""What makes the last line the one a person prefers: each rule leaves the value as it is."""

from __future__ import annotations

from derivtex.expr import Expr
from derivtex.ops import add, hadamard, identity, inverse, mul, number, split, transpose
from derivtex.ops.leaves import value_of
from derivtex.rule import rule
from derivtex.structure import is_symmetric, transposed, transposes
from derivtex.varying import Varying

ONE = number(1)


@rule("symmetric", "S^T = S", given=r"S \in \mathbb{S}^n")
def symmetric(node: Expr, varying: Varying) -> Expr | None:
    """`Sᵀ = S` for what is symmetric by declaration or by its form, such as XᵀX."""
    if node.op != "transpose":
        return None
    inner = node.args[0]
    return inner if is_symmetric(inner) else None


@rule("transpose of a product", "(AB)^T = B^TA^T")
def transpose_inside(node: Expr, varying: Varying) -> Expr | None:
    """`(AB)ᵀ = BᵀAᵀ` and `(A + B)ᵀ = Aᵀ + Bᵀ` where fewer transposes are left."""
    if node.op != "transpose":
        return None
    inside = transposed(node.args[0])
    return inside if transposes(inside) < transposes(node) else None


def number_and_rest(term: Expr) -> tuple[Expr, Expr]:
    """`2λAB` as `2` and `λAB`."""
    coefficient, scalars, chain = split(term)
    if coefficient is ONE:
        return ONE, term
    return coefficient, mul(*scalars, *chain) if scalars or chain else ONE


@rule("like terms", "2A + 3A = 5A")
def like_terms(node: Expr, varying: Varying) -> Expr | None:
    """Terms that differ by a number only, added up at the place of the first."""
    if node.op != "add":
        return None
    totals: dict[Expr, Expr] = {}
    for term in node.args:
        coefficient, rest = number_and_rest(term)
        known = totals.get(rest)
        totals[rest] = coefficient if known is None else add(known, coefficient)
    if len(totals) == len(node.args):
        return None
    return add(*[mul(coefficient, rest) for rest, coefficient in totals.items()])


@rule("common factor", "AB + AC = A(B + C)")
def common_factor(node: Expr, varying: Varying) -> Expr | None:
    """The factors that all terms begin or end with, and the scalars they share, taken out."""
    if node.op != "add" or len(node.args) < 2:
        return None
    parts = [split(term) for term in node.args]
    scalars = [s for s in parts[0][1] if all(s in other[1] for other in parts)]
    chains = [chain for _, _, chain in parts]
    left = _common_prefix(chains)
    right = _common_prefix([tuple(reversed(chain[left:])) for chain in chains])
    if node.shape.is_scalar and left + right > 0:
        left = right = 0
    if not scalars and left + right == 0:
        return None
    inner = []
    for coefficient, own, chain in parts:
        middle = chain[left : len(chain) - right]
        rest = [s for s in own if s not in scalars]
        if not middle and not node.shape.is_scalar:
            if not left + right:
                return None
            size = chain[left - 1].shape.columns if left else chain[-right].shape.rows
            middle = (identity(size),)
        inner.append(mul(coefficient, *rest, *middle))
    first = chains[0]
    total = add(*inner)
    return mul(*scalars, *first[:left], total, *first[len(first) - right :])


def _common_prefix(chains: list[tuple[Expr, ...]]) -> int:
    length = 0
    for factors in zip(*chains, strict=False):
        if any(factor is not factors[0] for factor in factors):
            break
        length += 1
    return length


@rule("inverse cancels", "A^{-1}AB = B", given=r"A \in \R^{n \times n} \text{ invertible}")
def cancel_inverse(node: Expr, varying: Varying) -> Expr | None:
    """`A⁻¹A = I` inside a chain."""
    if node.op != "mul":
        return None
    coefficient, scalars, chain = split(node)
    for i in range(len(chain) - 1):
        A, B = chain[i], chain[i + 1]
        if inverse_of(A) is B or inverse_of(B) is A:
            unit = identity(A.shape.rows)
            return mul(coefficient, *scalars, *chain[:i], unit, *chain[i + 2 :])
    return None


def inverse_of(A: Expr) -> Expr | None:
    if A.op == "transpose" and A.args[0].op == "inverse":
        return transpose(A.args[0].args[0])
    return A.args[0] if A.op == "inverse" else None


@rule("inverse of the transpose", "(A^{-1})^T = (A^T)^{-1}", given=r"A \in \R^{n \times n} \text{ invertible}")
def transpose_of_inverse(node: Expr, varying: Varying) -> Expr | None:
    """`(A⁻¹)ᵀ = (Aᵀ)⁻¹` where the transpose then goes away inside."""
    if node.op != "transpose" or node.args[0].op != "inverse":
        return None
    A = node.args[0].args[0]
    inside = transposed(A)
    return inverse(inside) if transposes(inside) < 1 + transposes(A) else None


@rule("numbers out of a Hadamard product", r"(2A) \odot B = 2(A \odot B)")
def hadamard_number(node: Expr, varying: Varying) -> Expr | None:
    """Numbers and scalar factors stand in front."""
    if node.op != "hadamard":
        return None
    scalars: list[Expr] = []
    cores: list[Expr] = []
    for arg in node.args:
        coefficient, own, chain = split(arg)
        scalars += [coefficient, *own]
        cores.append(mul(*chain) if chain else arg)
    if all(value_of(s) == 1 for s in scalars):
        return None
    return mul(*scalars, hadamard(*cores))


@rule("vectors gathered", "ab^TC^T = a(Cb)^T", given=r"a \in \R^m; b \in \R^n")
def gather(node: Expr, varying: Varying) -> Expr | None:
    """`a xᵀBᵀ = a (Bx)ᵀ` where fewer transposes are left."""
    if node.op != "mul" or not node.shape.is_matrix:
        return None
    coefficient, scalars, chain = split(node)
    cut = next((i for i, f in enumerate(chain, 1) if f.shape.columns == number(1).shape.columns), 0)
    row = chain[cut:]
    if not cut or len(row) < 2:
        return None
    column = mul(*[transpose(factor) for factor in reversed(row)])
    gathered = transpose(column)
    if transposes(gathered) >= transposes(mul(*row)):
        return None
    return mul(coefficient, *scalars, *chain[:cut], gathered)
