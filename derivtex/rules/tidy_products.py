"""Tidying products and transposes: symmetry used, powers merged, inverses cancelled."""

from __future__ import annotations

from fractions import Fraction
from operator import is_

from derivtex.expr import Expr, outside_names, walk
from derivtex.op import OPS
from derivtex.ops import identity, inverse, matrix_power, mul, number, split, transpose
from derivtex.ops.integers import integer, plus
from derivtex.ops.leaves import ONE, value_of
from derivtex.rule import rule
from derivtex.rules.generalised import penrose
from derivtex.rules.neighbours import first_pair
from derivtex.structure import is_symmetric, transposed, transposes
from derivtex.surface import bits
from derivtex.varying import Varying

_INVERSE = bits({"inverse"})
_REAL_POWERS = bits({"real_power", "sqrtm"})


@rule("symmetric", "S^T = S", given=r"S \in \mathbb{S}^n", on="transpose")
def symmetric(node: Expr, varying: Varying) -> Expr | None:
    """`Sᵀ = S` for what is symmetric by declaration or by its form, such as XᵀX."""
    inner = node.args[0]
    return inner if is_symmetric(inner) else None


@rule("skew-symmetric", "A^T = -A", given=r"A \in \R^{n \times n} \text{ skew}", on="transpose")
def skew(node: Expr, varying: Varying) -> Expr | None:
    """`Aᵀ = -A` for what was declared to be skew-symmetric."""
    A = node.args[0]
    return -A if A.op == "symbol" and "skew-symmetric" in A.data.structure else None


@rule(
    "orthogonal",
    "Q^TQ = I",
    given=r"Q \in \R^{n \times n} \text{ orthogonal}",
    needs="transpose",
    on="mul",
)
def orthogonal(node: Expr, varying: Varying) -> Expr | None:
    """`QᵀQ = QQᵀ = I` for what was declared to be orthogonal."""
    return first_pair(node, _unit)


def _unit(A: Expr, B: Expr) -> Expr | None:
    Q = A if A.op == "symbol" else B
    orthogonal = Q.op == "symbol" and "orthogonal" in Q.data.structure
    return identity(Q.shape.rows) if orthogonal and A is transpose(B) else None


@rule("transpose of a product", "(AB)^T = B^TA^T", on="transpose")
def transpose_inside(node: Expr, varying: Varying) -> Expr | None:
    """`(AB)ᵀ = BᵀAᵀ` and `(A + B)ᵀ = Aᵀ + Bᵀ` where fewer transposes are left; `(SA)ᵀ = AᵀS`."""
    inside = transposed(node.args[0])
    if inside is node:
        return None
    spare = inside.op == "mul"
    return inside if transposes(inside) < transposes(node) + spare else None


@rule(
    "inverse of the transpose",
    "(S^{-1})^T = S^{-1}",
    given=r"S \in \mathbb{S}_{++}^n",
    needs="inverse",
    on="transpose",
)
def transpose_of_inverse(node: Expr, varying: Varying) -> Expr | None:
    """`(A⁻¹)ᵀ = (Aᵀ)⁻¹` where the transpose then goes away inside."""
    if node.args[0].op != "inverse":
        return None
    A = node.args[0].args[0]
    inside = transposed(A)
    return inverse(inside) if transposes(inside) < 1 + transposes(A) else None


def _power_of(A: Expr) -> tuple[Expr, int | Fraction | Expr]:
    """A chain factor as a base and an exponent, a number or an integer expression.

    `X⁻ᵀ` is `Xᵀ` to the power -1, `X^{1/2}` is X to the power 1/2.
    """
    if A.op in {"symbol", "named"}:
        return A, 1
    if A.op == "transpose":
        base, exponent = _power_of(A.args[0])
        if base is not A.args[0]:
            return transpose(base), exponent
        return A, 1
    if A.op == "inverse":
        base, exponent = _power_of(A.args[0])
        return base, integer(-exponent) if isinstance(exponent, Expr) else -exponent
    if A.op == "matrix_power":
        base, exponent = _power_of(A.args[0])
        k = value_of(A.args[1])
        if isinstance(exponent, int) and k is None:
            return base, integer(number(exponent) @ A.args[1])
        if not isinstance(exponent, Expr) and k is not None:
            return base, exponent * k
    if A.op == "sqrtm":
        return A.args[0], Fraction(1, 2)
    if A.op == "real_power":
        value = value_of(A.args[1])
        return A.args[0], A.args[1] if value is None else value
    return A, 1


def _innermost(A: Expr) -> Expr:
    """What A is a power, a root, an inverse or a transpose of, in whatever order."""
    while A.op in {"transpose", "inverse", "matrix_power", "sqrtm", "real_power"}:
        A = A.args[0]
    return A


def _whole(k: int | Fraction | Expr) -> Expr:
    return k if isinstance(k, Expr) else number(k)


@rule("powers of one matrix", "A^2A^3 = A^5", given=r"A \in \R^{n \times n}", on="mul")
def merge_powers(node: Expr, varying: Varying) -> Expr | None:
    """`A^j A^k = A^{j+k}`, with `A⁻¹A = I` as the case j = -1, k = 1."""
    coefficient, scalars, chain = split(node)
    bases = [_innermost(factor) for factor in chain]
    if not any(map(is_, bases, bases[1:])):
        return None
    powers = [_power_of(factor) for factor in chain]
    for i in range(len(chain) - 1):
        (A, j), (B, k) = powers[i], powers[i + 1]
        if A is not B or not A.shape.is_square:
            continue
        if isinstance(j, Expr) or isinstance(k, Expr):
            real = (chain[i].surface | chain[i + 1].surface) & _REAL_POWERS
            to_the = OPS["real_power"] if real else matrix_power
            merged = to_the(A, plus(_whole(j), _whole(k)))
            return mul(coefficient, *scalars, *chain[:i], merged, *chain[i + 2 :])
        merged = matrix_power(A, number(j + k))
        return mul(coefficient, *scalars, *chain[:i], merged, *chain[i + 2 :])
    return None


@rule(
    "inverse cancels",
    "(AB)^{-1}ABC = C",
    given=r"A, B \in \R^{n \times n} \text{ invertible}",
    needs="inverse",
    on="mul",
)
def cancel_inverse(node: Expr, varying: Varying) -> Expr | None:
    """`(AB)⁻¹ A B = I` inside a chain."""
    if not node.surface & _INVERSE:
        return None
    coefficient, scalars, chain = split(node)
    for i, factor in enumerate(chain):
        inner = _inverted(factor)
        if len(inner) < 2:
            continue
        for start in (i + 1, i - len(inner)):
            if start >= 0 and chain[start : start + len(inner)] == inner:
                low, high = min(i, start), max(i + 1, start + len(inner))
                unit = identity(factor.shape.rows)
                return mul(coefficient, *scalars, *chain[:low], unit, *chain[high:])
    return None


def _inverted(factor: Expr) -> tuple[Expr, ...]:
    """The chain whose inverse `factor` is, `AB` for `(AB)⁻¹`; none for that of a single matrix."""
    inverted = factor.args[0] if factor.op == "transpose" else factor
    if inverted.op != "inverse" or inverted.args[0].op != "mul":
        return ()
    product = inverted.args[0] if inverted is factor else transposed(inverted.args[0])
    coefficient, scalars, chain = split(product)
    return chain if coefficient is ONE and not scalars else ()


@rule(
    "inverse of a product",
    "(AB)^{-1} = B^{-1}A^{-1}",
    given=r"A, B \in \R^{n \times n} \text{ invertible}",
    needs="inverse",
    on="mul",
)
def inverse_inside(node: Expr, varying: Varying) -> Expr | None:
    """`(AB)⁻¹ = B⁻¹A⁻¹` for square factors, where less is left to write."""
    if not node.surface & _INVERSE:
        return None
    coefficient, scalars, chain = split(node)
    opened: list[Expr] = []
    for factor in chain:
        inner = _inverted(factor)
        if len(inner) > 1 and all(A.shape.is_square for A in inner):
            opened += [_inverse_factor(A) for A in reversed(inner)]
        else:
            opened.append(factor)
    if len(opened) == len(chain):
        return None
    best = cancelled(mul(coefficient, *scalars, *opened), varying)
    return best if best.size < node.size else None


def _inverse_factor(A: Expr) -> Expr:
    return transpose(inverse(A.args[0])) if A.op == "transpose" else inverse(A)


def cancelled(product: Expr, varying: Varying) -> Expr:
    """The product with all powers merged and all inverses cancelled."""
    while True:
        new = (
            merge_powers(product, varying)
            or cancel_inverse(product, varying)
            or orthogonal(product, varying)
            or penrose(product, varying)
        )
        if new is None:
            return product
        product = new


#: With these more can cancel than square matrices that two factors have in common.
_CANCELLING = bits({"inverse", "pinv", "sqrtm", "kron"})


def may_cancel(e: Expr) -> bool:
    """Whether something may cancel or combine once the sums in products are multiplied out.

    What stands side by side is tidy: that takes a square matrix which two factors share.
    """
    if e.surface & _CANCELLING:
        return True
    return any(_share(node.args) for node in walk(e, into=outside_names) if node.op == "mul")


def _share(factors: tuple[Expr, ...]) -> bool:
    known: set[Expr] = set()
    for factor in factors:
        squares = _square_matrices(factor)
        if not known.isdisjoint(squares):
            return True
        known |= squares
    return False


def _square_matrices(factor: Expr) -> set[Expr]:
    """What the products and sums in a factor are made of, where it is square."""
    found: set[Expr] = set()
    stack = [factor]
    while stack:
        e = _innermost(stack.pop())
        if e.op in {"mul", "add"}:
            stack += e.args
        elif e.shape.is_square and not e.shape.is_scalar:
            found.add(e)
    return found
