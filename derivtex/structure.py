"""What follows from declared structure: which expressions are symmetric, what a transpose is."""

from __future__ import annotations

from collections import Counter

from derivtex.expr import Expr, fold
from derivtex.op import OPS
from derivtex.ops import add, indexed_sum, mul, transpose
from derivtex.ops.algebra import split
from derivtex.ops.blocks import blocks_of
from derivtex.shapes import SCALAR
from derivtex.surface import bits

_TRANSPOSES = bits({"transpose", "ones"})


def is_symmetric(e: Expr) -> bool:
    """Whether `eᵀ = e` follows from how `e` is made and what its symbols were declared to be."""
    return e.shape.is_square and fold(e, _symmetric)


def _symmetric(e: Expr, parts: tuple[bool, ...]) -> bool:
    if not e.shape.is_square:
        return False
    if e.shape is SCALAR:
        return True
    match e.op:
        case "index" | "infinity" | "factorial":
            return True
        case "family":
            return "symmetric" in e.data.structure
        case "number" | "identity" | "Diag" | "pi":
            return True
        case "ones" | "zeros":
            return True
        case "symbol":
            return "symmetric" in e.data.structure
        case "mul":
            return _palindrome(e, dict(zip(e.args, parts, strict=True)))
        case "add":
            return all(parts) or _paired(e, parts)
        case "apply" | "partial" | "function_jacobian":
            return False
        case "vstack":
            return _symmetric_blocks(blocks_of(e))
        case "function_hessian":
            return bool(e.data[1] == e.data[2])
        case "map":
            return parts[0]
        case "derivative":
            return parts[1]
        case "matrix_power" | "power":
            return parts[0]
        case _:
            return bool(parts) and all(parts) and OPS[e.op].keeps_symmetry


def _symmetric_blocks(rows: tuple[tuple[Expr, ...], ...]) -> bool:
    """`(A B; Bᵀ D)` with A and D symmetric, which themselves are not made of blocks."""
    if not rows or len(rows) != len(rows[0]):
        return False
    for i, row in enumerate(rows):
        if row[i].op == "vstack" or not is_symmetric(row[i]):
            return False
        if any(row[j] is not transpose(rows[j][i]) for j in range(i)):
            return False
    return True


def _paired(total: Expr, symmetric: tuple[bool, ...]) -> bool:
    """`A + S + Aᵀ`: each term that is not symmetric is there transposed as well."""
    rest: Counter[Expr] = Counter()
    for term, known in zip(total.args, symmetric, strict=True):
        if not known:
            rest.update(_transposes_of_terms(term))
    return all(rest[_turned(term)] == often for term, often in rest.items())


def _transposes_of_terms(term: Expr) -> tuple[Expr, ...]:
    """`(A + B)ᵀ` as `Aᵀ` and `Bᵀ`."""
    inner = term.args[0] if term.op == "transpose" else term
    return tuple(map(_turned, inner.args)) if inner.op == "add" else (term,)


def _turned(term: Expr) -> Expr:
    """`(cAB)ᵀ` as `cBᵀAᵀ`, and as `cBᵀS` for a symmetric S in the place of A."""
    coefficient, scalars, chain = split(term)
    turned = [f if _is_declared_symmetric(f) else transpose(f) for f in reversed(chain)]
    return mul(coefficient, *scalars, *turned)


def _is_declared_symmetric(A: Expr) -> bool:
    A = A.args[0] if A.op == "inverse" else A
    return A.op == "symbol" and "symmetric" in A.data.structure


def _palindrome(product: Expr, symmetric: dict[Expr, bool]) -> bool:
    """`AᵀSA` with S symmetric: each factor the transpose of the one as far from the other end.

    So are the projectors `AA⁺` and `A⁺A`.
    """
    _, _, chain = split(product)
    if len(chain) == 2 and (_is_pinv(*chain) or _is_pinv(*reversed(chain))):
        return True
    half = len(chain) // 2
    pairs = zip(chain[:half], reversed(chain), strict=False)
    ends = all(
        left is transpose(right) or (left is right and symmetric[left]) for left, right in pairs
    )
    return ends and (len(chain) % 2 == 0 or symmetric[chain[half]])


def _is_pinv(A: Expr, P: Expr) -> bool:
    return P.op == "pinv" and P.args[0] is A


def transposes(e: Expr) -> int:
    """How many transposes are written in `e`, `1ᵀ` among them (not inside what only has a name)."""
    if not e.surface & _TRANSPOSES:
        return 0
    found = 0
    pending, seen = [e], {e}
    while pending:
        node = pending.pop()
        found += node.op == "transpose" or (node.op == "ones" and node.shape.is_row)
        for arg in node.args if node.op != "named" else ():
            if arg.surface & _TRANSPOSES and arg not in seen:
                seen.add(arg)
                pending.append(arg)
    return found


def transposed(e: Expr) -> Expr:
    """`eᵀ`, the transpose carried inside where that leaves fewer of them: (AB)ᵀ = BᵀAᵀ."""
    if e.op == "transpose":
        return e.args[0]
    if is_symmetric(e):
        return e
    if _is_skew(e):
        return -e
    if e.op == "mul":
        coefficient, scalars, chain = split(e)
        return mul(coefficient, *scalars, *[transposed(factor) for factor in reversed(chain)])
    if e.op == "indexed_sum":
        body, *limits = e.args
        return indexed_sum(transposed(body), *limits)
    if e.op == "add":
        inside = add(*[transposed(term) for term in e.args])
        outside = transpose(e)
        # A symmetric term wants no transpose: (S - A)ᵀ = S - Aᵀ.
        spare = any(is_symmetric(term) or _is_skew(term) for term in e.args)
        return inside if transposes(inside) < transposes(outside) + spare else outside
    return transpose(e)


def _is_skew(e: Expr) -> bool:
    return e.op == "symbol" and "skew-symmetric" in e.data.structure


def transposed_terms(e: Expr) -> Expr:
    """`eᵀ`, the terms of a sum transposed one by one."""
    return add(*map(transposed, e.args)) if e.op == "add" else transposed(e)
