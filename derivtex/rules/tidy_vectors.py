"""Tidying Hadamard products, diagonals and vectors."""

from __future__ import annotations

from typing import NamedTuple

from derivtex.expr import Expr, rebuild
from derivtex.ops import (
    Diag,
    diag,
    extent,
    hadamard,
    mul,
    ones,
    split,
    trace,
    transpose,
)
from derivtex.ops.leaves import value_of
from derivtex.rule import rule
from derivtex.rules.neighbours import first_pair
from derivtex.shapes import ONE as ONE_SIZE
from derivtex.structure import transposed, transposes
from derivtex.varying import Varying


@rule(
    "numbers out of a Hadamard product",
    r"(2A) \odot B = 2(A \odot B)",
    needs="mul",
    on="hadamard hadamard_quotient",
)
def hadamard_number(node: Expr, varying: Varying) -> Expr | None:
    """Numbers and scalar factors of a Hadamard product or quotient stand in front."""
    scalars: list[Expr] = []
    cores: list[Expr] = []
    for index, arg in enumerate(node.args):
        coefficient, own, chain = split(arg)
        outside = bool(chain) and not (node.op == "hadamard_quotient" and index == 1)
        scalars += [coefficient, *own] if outside else []
        cores.append(mul(*chain) if outside else arg)
    if all(value_of(s) == 1 for s in scalars):
        return None
    return mul(*scalars, rebuild(node, tuple(cores)))


@rule("like factors together", r"A \odot B \odot A = A \odot A \odot B", on="hadamard")
def hadamard_together(node: Expr, varying: Varying) -> Expr | None:
    """Equal factors of a Hadamard product stand side by side."""
    together = tuple(sorted(node.args, key=node.args.index))
    return None if together == node.args else rebuild(node, together)


@rule(
    "rows scaled",
    r"(a\mathbf{1}^T) \odot B = \operatorname{Diag}(a)B",
    given=r"a \in \R^m; B \in \R^{m \times n}",
    needs="ones",
    on="hadamard",
)
def scale_rows(node: Expr, varying: Varying) -> Expr | None:
    """`(a1ᵀ) ⊙ B = Diag(a) B` and `(1bᵀ) ⊙ B = B Diag(b)`."""
    if not node.shape.is_matrix:
        return None
    for i, arg in enumerate(node.args):
        coefficient, scalars, chain = split(arg)
        if len(chain) < 2:
            continue
        rest = hadamard(*node.args[:i], *node.args[i + 1 :])
        if chain[-1].op == "ones":
            a = mul(coefficient, *scalars, *chain[:-1])
            return mul(Diag(a), rest) if a.shape.is_column else None
        if chain[0].op == "ones":
            b = transposed(mul(coefficient, *scalars, *chain[1:]))
            return mul(rest, Diag(b)) if b.shape.is_column else None
    return None


@rule(
    "diagonal of an outer product",
    r"\operatorname{diag}(ab^T) = a \odot b",
    given=r"a, b \in \R^n",
    on="diag",
)
def outer_diagonal(node: Expr, varying: Varying) -> Expr | None:
    """`diag(a bᵀ) = a ⊙ b`."""
    outer = outer_product(node.args[0])
    if outer is None:
        return None
    b = mul(*[transpose(factor) for factor in reversed(outer.row)])
    return mul(*outer.scalars, hadamard(mul(*outer.column), b))


class Outer(NamedTuple):
    """The factors of `c a bᵀ`: those of c, of the column a, and of the row bᵀ."""

    scalars: tuple[Expr, ...]
    column: tuple[Expr, ...]
    row: tuple[Expr, ...]


def outer_product(e: Expr) -> Outer | None:
    """What the outer product `e` is made of; None where it is none."""
    coefficient, scalars, chain = split(e)
    cut = next((i for i, f in enumerate(chain, 1) if f.shape.columns == ONE_SIZE), 0)
    if not 0 < cut < len(chain):
        return None
    return Outer((coefficient, *scalars), chain[:cut], chain[cut:])


@rule(
    "trace of an outer product",
    r"\operatorname{tr}(ab^T) = b^Ta",
    given=r"a, b \in \R^n",
    on="trace",
)
def outer_trace(node: Expr, varying: Varying) -> Expr | None:
    """`tr(a bᵀ) = bᵀa`."""
    outer = outer_product(node.args[0])
    return None if outer is None else mul(*outer.scalars, *outer.row, *outer.column)


@rule(
    "transpose under the diagonal",
    r"\operatorname{diag}(A^T) = \operatorname{diag}(A)",
    needs="transpose",
    on="diag",
)
def diagonal_transposed(node: Expr, varying: Varying) -> Expr | None:
    """`diag(Aᵀ) = diag(A)`."""
    A = node.args[0]
    return diag(A.args[0]) if A.op == "transpose" else None


@rule(
    "transpose under the trace",
    r"\operatorname{tr}(A^T) = \operatorname{tr}(A)",
    needs="transpose",
    on="trace",
)
def trace_transposed(node: Expr, varying: Varying) -> Expr | None:
    """`tr(Aᵀ) = tr(A)`."""
    A = node.args[0]
    return trace(A.args[0]) if A.op == "transpose" else None


@rule(
    "diagonal part",
    r"A^T \odot I = A \odot I",
    given=r"A \in \R^{n \times n}",
    needs="identity transpose",
    on="hadamard",
)
def diagonal_part(node: Expr, varying: Varying) -> Expr | None:
    """On the diagonal a transpose changes nothing."""
    if all(arg.op != "identity" for arg in node.args):
        return None
    if all(arg.op != "transpose" for arg in node.args):
        return None
    return hadamard(*[arg.args[0] if arg.op == "transpose" else arg for arg in node.args])


@rule(
    "trace of the identity",
    r"\operatorname{tr}(I_n) = n",
    given=r"A \in \R^{n \times n}",
    needs="identity",
    on="trace",
)
def identity_trace(node: Expr, varying: Varying) -> Expr | None:
    """`tr(I) = n`, the size that has the name n."""
    (A,) = node.args
    coefficient, scalars, chain = split(A)
    if len(chain) != 1 or chain[0].op != "identity":
        return None
    return mul(coefficient, *scalars, extent(chain[0].shape.rows))


@rule(
    "Hadamard quotient undone",
    r"a^T(b \oslash a) = \mathbf{1}^Tb",
    given=r"a, b \in \R^n; a > 0",
    needs="hadamard_quotient",
    on="mul",
)
def undo_quotient(node: Expr, varying: Varying) -> Expr | None:
    """`aᵀ(b ⊘ a) = 1ᵀb`, and `(b ⊘ a)ᵀa` as well."""
    return first_pair(node, _undone)


def _undone(row: Expr, column: Expr) -> Expr | None:
    if not row.shape.is_row or not column.shape.is_column:
        return None
    for quotient, other in ((column, transpose(row)), (transpose(row), column)):
        if quotient.op == "hadamard_quotient" and quotient.args[1] is other:
            return ones(row.shape) @ quotient.args[0]
    return None


@rule(
    "diagonal matrix times a vector",
    r"\operatorname{Diag}(a)b = a \odot b",
    given=r"a, b \in \R^n",
    needs="Diag",
    on="mul",
)
def diagonal_vector(node: Expr, varying: Varying) -> Expr | None:
    """`Diag(a) b = a ⊙ b`, where b is a name at the end of the product."""
    if not node.shape.is_column or len(node.args) < 2:
        return None
    *before, D, b = node.args
    if D.op != "Diag" or b.op not in {"symbol", "named", "member"}:
        return None
    return mul(*before, hadamard(D.args[0], b))


@rule(
    "diagonal of scaled rows",
    r"\operatorname{diag}(\operatorname{Diag}(a)B) = a \odot \operatorname{diag}(B)",
    given=r"a \in \R^n; B \in \R^{n \times n}",
    needs="Diag",
    on="diag",
)
def diagonal_scaled(node: Expr, varying: Varying) -> Expr | None:
    """`diag(Diag(a) B) = a ⊙ diag(B)`, and `diag(B Diag(a)) = a ⊙ diag(B)`."""
    coefficient, scalars, chain = split(node.args[0])
    if len(chain) < 2:
        return None
    for D, rest in ((chain[0], chain[1:]), (chain[-1], chain[:-1])):
        if D.op == "Diag":
            return mul(coefficient, *scalars, hadamard(D.args[0], diag(mul(*rest))))
    return None


@rule(
    "inner product in front",
    "ab^Tc = (b^Tc)a",
    given=r"a \in \R^m; b, c \in \R^n",
    needs="transpose",
    on="mul",
)
def scalar_in_front(node: Expr, varying: Varying) -> Expr | None:
    """`a bᵀc = (bᵀc) a`: a row and the column after it make a scalar."""
    coefficient, scalars, chain = split(node)
    if len(chain) < 3 or varying.holds(node):
        return None
    for start, row in enumerate(chain):
        if row.shape.rows != ONE_SIZE:
            continue
        for end in range(start + 1, len(chain)):
            if chain[end].shape.columns == ONE_SIZE and end - start + 1 < len(chain):
                inner = mul(*chain[start : end + 1])
                return mul(coefficient, *scalars, inner, *chain[:start], *chain[end + 1 :])
    return None


@rule(
    "vectors gathered",
    "ab^TC^T = a(Cb)^T",
    given=r"a \in \R^m; b \in \R^n",
    needs="transpose",
    on="mul",
)
def gather(node: Expr, varying: Varying) -> Expr | None:
    """`a xᵀBᵀ = a (Bx)ᵀ` where fewer transposes are left; that of an inverse costs nothing."""
    if not node.shape.is_matrix:
        return None
    outer = outer_product(node)
    if outer is None or len(outer.row) < 2:
        return None
    scalars, column, row = outer
    gathered = transpose(mul(*[transpose(factor) for factor in reversed(row)]))
    free = sum(factor.op == "transpose" and factor.args[0].op == "inverse" for factor in row)
    if transposes(gathered) >= transposes(mul(*row)) - free:
        return None
    return mul(*scalars, *column, gathered)
