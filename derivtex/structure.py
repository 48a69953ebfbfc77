"""What follows from declared structure: which expressions are symmetric, what a transpose is."""

from __future__ import annotations

from collections import Counter

from derivtex.expr import Expr, fold, outside_names, walk
from derivtex.op import OPS
from derivtex.ops import add, indexed_sum, mul, transpose
from derivtex.ops.algebra import split
from derivtex.ops.blocks import blocks_of
from derivtex.ops.leaves import is_ones, value_of
from derivtex.surface import bits

_TRANSPOSES = bits({"transpose", "ones"})


def is_symmetric(e: Expr) -> bool:
    """Whether `eᵀ = e` follows from how `e` is made and what its symbols were declared to be."""
    return e.shape.is_square and fold(e, _symmetric)


def _symmetric(e: Expr, parts: tuple[bool, ...]) -> bool:
    if not e.shape.is_square:
        return False
    if e.shape.is_scalar:
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


def is_positive(e: Expr) -> bool:
    """Whether every entry of `e` is positive by how `e` is made: exp(x), 1 + x⊙x, σ(x)."""
    return fold(e, _sign) == 2


def _sign(e: Expr, parts: tuple[int, ...]) -> int:
    """2 for positive, 1 for not negative, 0 for anything."""
    known = OPS[e.op].entries if e.op in OPS else None
    if known is not None:
        return 2 if known == "positive" else 1
    match e.op:
        case "pi" | "ones" | "factorial":
            return 2
        case "number":
            return 2 if e.data > 0 else int(e.data == 0)
        case "symbol":
            return 2 * ("positive" in e.data.structure)
        case "add" if _is_complement(e):
            return 2
        case "add":
            return 0 if 0 in parts else max(parts)
        case "mul" | "hadamard" | "hadamard_quotient" if all(parts):
            return min(parts)
        case "mul" if e.shape.is_scalar and _is_square(e):
            return 1
        case "det" | "trace" if is_definite(e.args[0]):
            return 2
        case "hadamard" if len(set(e.args)) == 1 and len(e.args) % 2 == 0:
            return 1
        case "power":
            p = value_of(e.args[1])
            return max(parts[0], int(isinstance(p, int) and p % 2 == 0))
        case "named" | "transpose" | "sized" | "sum" | "indexed_sum" | "member":
            return parts[0]
        case "family":
            return 2 * ("positive" in e.data.structure)
        case "indexed_product":
            return parts[0] if e.shape.is_scalar else 0
        case "frobenius":
            return 1 if e.args[0] is e.args[1] else min(parts)
    return 0


def _is_complement(e: Expr) -> bool:
    """`1 - σ(z)`."""
    coefficient, scalars, chain = split(e.args[-1])
    parts = (*scalars, *chain)
    return (
        len(e.args) == 2
        and is_ones(e.args[0])
        and value_of(coefficient) == -1
        and len(parts) == 1
        and _meant(parts[0]).op == "sigmoid"
    )


def _meant(e: Expr) -> Expr:
    """What is called by a name."""
    return e.args[0] if e.op == "named" else e


def _is_square(e: Expr) -> bool:
    """`xᵀx` or `xᵀAx` with A positive definite, or a positive multiple of it."""
    coefficient, scalars, chain = split(e)
    if value_of(coefficient) < 0 or len(chain) not in {2, 3} or not all(map(is_positive, scalars)):
        return False
    return chain[0] is transpose(chain[-1]) and (len(chain) == 2 or is_definite(chain[1]))


def is_definite(e: Expr) -> bool:
    """Whether `e` is symmetric positive definite by declaration or by how it is made."""
    return e.shape.is_square and fold(e, _regular) == _DEFINITE


def is_invertible(e: Expr) -> bool:
    """Whether `e` is invertible by declaration or by how it is made."""
    return e.shape.is_square and fold(e, _regular) >= _INVERTIBLE


_INVERTIBLE, _DEFINITE = 1, 2


def _regular(e: Expr, parts: tuple[int, ...]) -> int:
    match e.op:
        case "symbol":
            structure = e.data.structure
            if "positive definite" in structure:
                return _DEFINITE
            return _INVERTIBLE if "invertible" in structure else 0
        case "identity":
            return _DEFINITE
        case "chol":
            return _INVERTIBLE
        case "inverse":
            return max(parts[0], _INVERTIBLE)
        case "sqrtm" | "transpose" | "named" | "matrix_power" | "real_power":
            return parts[0]
        case "expm":
            return _DEFINITE if is_symmetric(e.args[0]) else _INVERTIBLE
        case "add":
            definite = [part == _DEFINITE for part in parts]
            rest = [term for term, known in zip(e.args, definite, strict=True) if not known]
            return _DEFINITE if any(definite) and all(map(_is_gram, rest)) else 0
        case "mul":
            return _regular_product(e, dict(zip(e.args, parts, strict=True)))
    return 0


def _is_gram(term: Expr) -> bool:
    """`c AᵀA` with a positive c: symmetric, and not negative on any vector."""
    coefficient, scalars, chain = split(term)
    half = len(chain) // 2
    around = zip(chain[:half], reversed(chain), strict=False)
    if len(chain) % 2 or not all(map(is_positive, (coefficient, *scalars))):
        return False
    return half > 0 and all(A is transposed(B) for A, B in around)


def _regular_product(product: Expr, known: dict[Expr, int]) -> int:
    """`c ABC` is invertible with its factors, and `AᵀSA` definite with S; c has to be positive."""
    coefficient, scalars, chain = split(product)
    if not chain or not all(map(is_positive, (coefficient, *scalars))):
        return 0
    if not all(known[factor] >= _INVERTIBLE for factor in chain):
        return 0
    middle, before = chain[len(chain) // 2], chain[: len(chain) // 2]
    around = zip(before, reversed(chain), strict=False)
    congruent = len(chain) % 2 == 1 and all(A is transposed(B) for A, B in around)
    return _DEFINITE if congruent and known[middle] == _DEFINITE else _INVERTIBLE


def transposes(e: Expr) -> int:
    """How many transposes are written in `e`, `1ᵀ` among them (not inside what only has a name)."""
    if not e.surface & _TRANSPOSES:
        return 0
    return sum(
        node.op == "transpose" or (node.op == "ones" and node.shape.is_row)
        for node in walk(e, into=outside_names)
    )


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
