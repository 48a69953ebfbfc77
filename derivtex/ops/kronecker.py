"""The Kronecker product, and the two contractions that are its adjoints.

`G :₂ B` contracts the second factor of what is shaped like `A ⊗ B` with B, `G :₁ A` the first:

    (P ⊗ Q) :₂ B = (Q:B) P        (P ⊗ Q) :₁ A = (P:A) Q
"""

from __future__ import annotations

from typing import Any

from derivtex.errors import ShapeError
from derivtex.expr import Expr
from derivtex.op import Op, Same, declare, strict
from derivtex.op_syntax import FROBENIUS, HADAMARD, POSTFIX, PRODUCT, Call, Infix
from derivtex.ops.algebra import mul, split
from derivtex.ops.arrays import frobenius
from derivtex.ops.leaves import identity, is_zero, value_of, zeros
from derivtex.ops.matrices import commutation
from derivtex.ops.scalars import trace
from derivtex.ops.vectorised import vec
from derivtex.shapes import ONE, Dim, Shape


def _kron_shape(same: Same, *shapes: Shape) -> Shape:
    rows = columns = ONE
    for shape in shapes:
        rows, columns = rows.times(shape.rows), columns.times(shape.columns)
    return Shape(rows, columns)


def _one_product(arrays: list[Expr]) -> list[Expr]:
    return [kron(*arrays)] if len(arrays) > 1 else arrays


def _kron_simplify(args: tuple[Expr, ...]) -> Expr | None:
    """Scalars stand in front; `I ⊗ I = I`; `bᵀ ⊗ a = a ⊗ bᵀ = a bᵀ` for vectors."""
    arrays = [arg for arg in args if not arg.shape.is_scalar]
    if len(arrays) < len(args):
        return mul(*[arg for arg in args if arg.shape.is_scalar], *_one_product(arrays))
    if any(map(is_zero, args)):
        return zeros(_kron_shape(strict, *[arg.shape for arg in args]))
    if all(arg.op == "identity" for arg in args):
        return identity(_kron_shape(strict, *[arg.shape for arg in args]).rows)
    if len(args) == 2 and {args[0].shape.is_row, args[1].shape.is_row} == {True, False}:
        row, column = args if args[0].shape.is_row else (args[1], args[0])
        if column.shape.is_column:
            return mul(column, row)
    parts = [split(arg) for arg in args]
    outside = [factor for number_part, scalars, _ in parts for factor in (number_part, *scalars)]
    if all(value_of(factor) == 1 for factor in outside):
        return None
    return mul(*outside, kron(*[mul(*chain) for _, _, chain in parts]))


def _kron_value(np: Any, *arrays: Any) -> Any:
    result = arrays[0]
    for array in arrays[1:]:
        result = np.kron(result, array)
    return result


def _kron_adjoint(G: Expr, args: tuple[Expr, ...], i: int) -> Expr:
    """`G : (L ⊗ Z ⊗ R) = ((G :₂ R) :₁ L) : Z`."""
    if i + 1 < len(args):
        G = contract_second(G, kron(*args[i + 1 :]) if i + 2 < len(args) else args[i + 1])
    if i == 0:
        return G
    return contract_first(G, kron(*args[:i]) if i > 1 else args[0])


def _kron_vec(args: tuple[Expr, ...], i: int) -> Expr:
    """`vec(A ⊗ B) = (I ⊗ K ⊗ I)(I ⊗ vec B) vec A = (I ⊗ K ⊗ I)(vec A ⊗ I) vec B`.

    Magnus & Neudecker, theorem 3.10.
    """
    left = kron(*args[:-1]) if len(args) > 2 else args[0]
    A, B = left.shape, args[-1].shape
    K = commutation(Shape(B.columns, A.rows))
    between = kron(identity(A.columns), K, identity(B.rows))
    if i == len(args) - 1:
        return between @ kron(vec(left), identity(B.rows.times(B.columns)))
    M = between @ kron(identity(A.rows.times(A.columns)), vec(args[-1]))
    return M if len(args) == 2 else M @ _kron_vec(args[:-1], i)


kron: Op = declare(
    Op(
        "kron",
        "Kronecker product",
        Infix(r"\otimes", "⊗", HADAMARD, POSTFIX),
        _kron_shape,
        value=_kron_value,
        adjoint=_kron_adjoint,
        vec=_kron_vec,
        simplify=_kron_simplify,
        variadic=True,
        takes_more=True,
        sample=("m n", "p q"),
        further=(("m n", "p q", "r s"),),
        names=("kron",),
        source="Matrix Cookbook (506)",
    )
)


# --- Khatri-Rao product -------------------------------------------------------------------------


def _khatri_rao_shape(same: Same, A: Shape, B: Shape) -> Shape:
    return Shape(A.rows.times(B.rows), same(A.columns, B.columns))


def _khatri_rao_simplify(args: tuple[Expr, ...]) -> Expr | None:
    """Of two columns it is their Kronecker product."""
    return kron(*args) if args[0].shape.columns == ONE else None


def _khatri_rao_value(np: Any, A: Any, B: Any) -> Any:
    return np.einsum("ij,kj->ikj", A, B).reshape(-1, A.shape[1])


def _khatri_rao_adjoint(G: Expr, args: tuple[Expr, ...], i: int) -> Expr:
    """`A ∗ B = (A ⊗ B)(I ∗ I)`, and so `G : (A ∗ B) = G (I ∗ I)ᵀ :₂ B : A`."""
    A, B = args
    unit = identity(A.shape.columns)
    spread = G @ khatri_rao(unit, unit).T
    return contract_second(spread, B) if i == 0 else contract_first(spread, A)


#: Column by column, the Kronecker product of the columns.
khatri_rao: Op = declare(
    Op(
        "khatri_rao",
        "Khatri-Rao product",
        Call(r"\operatorname{khatrirao}", "khatrirao"),
        _khatri_rao_shape,
        value=_khatri_rao_value,
        adjoint=_khatri_rao_adjoint,
        simplify=_khatri_rao_simplify,
        variadic=True,
        keeps_symmetry=False,
        sample=("m n", "p n"),
        names=("khatrirao", "khatri_rao"),
        source="Khatri & Rao (1968)",
    )
)

# --- contractions -------------------------------------------------------------------------------


def _over(total: Dim, part: Dim) -> Dim:
    size = total.over(part)
    if size is None:
        unknown = any(symbol.startswith("?") for symbol in total.symbols + part.symbols)
        raise ShapeError(
            "the sizes of a contraction are not known"
            if unknown
            else f"{total} is no multiple of {part}",
            hint=r"G :_2 B is A where G = A \otimes B and B:B = 1: declare G and B",
        )
    return size


def _contracted(same: Same, G: Shape, B: Shape) -> Shape:
    return Shape(_over(G.rows, B.rows), _over(G.columns, B.columns))


def _contract_simplify(contract: Op, args: tuple[Expr, ...]) -> Expr | None:
    """A contraction with all of G is a Frobenius product, that of I is `tr(B) I`; scalars stand in
    front."""
    G, B = args
    shape = contract.shape(strict, G.shape, B.shape)
    if is_zero(G) or is_zero(B):
        return zeros(shape)
    if shape.is_scalar:
        return frobenius(G, B)
    if B.shape.is_scalar:
        return B @ G
    if G.op == "identity" and B.shape.is_square:
        return trace(B) @ identity(shape.rows)
    left, right = split(G), split(B)
    outside = [left[0], *left[1], right[0], *right[1]]
    if len(outside) == 2 and value_of(left[0]) == value_of(right[0]) == 1:
        return None
    return mul(*outside, contract(mul(*left[2]), mul(*right[2])))


def _first_value(np: Any, G: Any, A: Any) -> Any:
    (m, n), (rows, columns) = A.shape, G.shape
    return np.einsum("ikjl,ij->kl", G.reshape(m, rows // m, n, columns // n), A)


def _second_value(np: Any, G: Any, B: Any) -> Any:
    (p, q), (rows, columns) = B.shape, G.shape
    return np.einsum("ikjl,kl->ij", G.reshape(rows // p, p, columns // q, q), B)


contract_first: Op = declare(
    Op(
        "contract_first",
        "contraction of the first Kronecker factor",
        Infix(":_1", ":₁", FROBENIUS, PRODUCT),
        _contracted,
        value=_first_value,
        adjoint=lambda H, args, i: kron(args[1], H) if i == 0 else contract_second(args[0], H),
        simplify=lambda args: _contract_simplify(contract_first, args),
        variadic=True,
        sample=("mp nq", "m n"),
    )
)

contract_second: Op = declare(
    Op(
        "contract_second",
        "contraction of the second Kronecker factor",
        Infix(":_2", ":₂", FROBENIUS, PRODUCT),
        _contracted,
        value=_second_value,
        adjoint=lambda H, args, i: kron(H, args[1]) if i == 0 else contract_first(args[0], H),
        simplify=lambda args: _contract_simplify(contract_second, args),
        variadic=True,
        sample=("mp nq", "p q"),
    )
)
