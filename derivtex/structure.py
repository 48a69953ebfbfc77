"""What follows from declared structure: which expressions are symmetric, what a transpose is."""

from __future__ import annotations

from derivtex.expr import Expr, fold, outside_names, walk
from derivtex.ops import add, mul, transpose
from derivtex.ops.algebra import split
from derivtex.surface import bits

_TRANSPOSE = bits({"transpose"})


def is_symmetric(e: Expr) -> bool:
    """Whether `eᵀ = e` follows from how `e` is made and what its symbols were declared to be."""
    return e.shape.is_square and fold(e, _symmetric)


def _symmetric(e: Expr, parts: tuple[bool, ...]) -> bool:
    if not e.shape.is_square:
        return False
    match e.op:
        case "number" | "identity" | "Diag" | "pi":
            return True
        case "ones" | "zeros":
            return True
        case "symbol":
            return e.shape.is_scalar or "symmetric" in e.data.structure
        case "mul":
            return e.shape.is_scalar or _palindrome(e, dict(zip(e.args, parts, strict=True)))
        case "partial" | "apply":
            return e.shape.is_scalar
        case "map":
            return parts[0]
        case "derivative":
            return e.shape.is_scalar or parts[1]
        case "matrix_power" | "power":
            return parts[0]
        case _:
            return bool(parts) and all(parts)


def _palindrome(product: Expr, symmetric: dict[Expr, bool]) -> bool:
    """`AᵀSA` with S symmetric: each factor the transpose of the one as far from the other end."""
    _, _, chain = split(product)
    half = len(chain) // 2
    pairs = zip(chain[:half], reversed(chain), strict=False)
    ends = all(
        left is transpose(right) or (left is right and symmetric[left]) for left, right in pairs
    )
    return ends and (len(chain) % 2 == 0 or symmetric[chain[half]])


def size(e: Expr) -> int:
    """How much there is to write: the nodes of `e` as a tree, a defined name counted as one."""
    return fold(e, lambda node, parts: 1 + sum(parts), into=outside_names)


def transposes(e: Expr) -> int:
    """How many transposes are written in `e` (not inside what only has a name)."""
    if not e.surface & _TRANSPOSE:
        return 0
    return sum(node.op == "transpose" for node in walk(e, into=outside_names))


def transposed(e: Expr) -> Expr:
    """`eᵀ`, the transpose carried inside where that leaves fewer of them: (AB)ᵀ = BᵀAᵀ."""
    if is_symmetric(e):
        return e
    if e.op == "mul":
        coefficient, scalars, chain = split(e)
        return mul(coefficient, *scalars, *[transposed(factor) for factor in reversed(chain)])
    if e.op == "add":
        inside = add(*[transposed(term) for term in e.args])
        outside = transpose(e)
        return inside if transposes(inside) < transposes(outside) else outside
    return transpose(e)
