"""How a notation restates a scalar before it is differentiated: norms, then the chain."""

from __future__ import annotations

from derivtex.expr import Expr
from derivtex.op import OPS
from derivtex.ops import frobenius, identity, mul, split, trace, transpose
from derivtex.rule import rule
from derivtex.varying import Varying


@rule("squared norm as Frobenius product", r"\|A\|_F^2 = A:A", joins=True, on="norm_squared")
def norm_frobenius(node: Expr, varying: Varying) -> Expr | None:
    """`‖A‖² = A:A`."""
    if not varying.depends(node):
        return None
    return frobenius(node.args[0], node.args[0])


@rule(
    "squared norm as trace", r"\|A\|_F^2 = \operatorname{tr}(A^TA)", joins=True, on="norm_squared"
)
def norm_trace(node: Expr, varying: Varying) -> Expr | None:
    """`‖A‖² = tr(AᵀA)`, and `aᵀa` for a vector."""
    if not varying.depends(node):
        return None
    (A,) = node.args
    product = mul(transpose(A), A)
    return product if A.shape.is_column else trace(product)


@rule(
    "Frobenius product in trace notation",
    r"A:B = \operatorname{tr}(B^TA)",
    joins=True,
    on="frobenius",
)
def frobenius_trace(node: Expr, varying: Varying) -> Expr | None:
    """`A:B = tr(AᵀB)`, and `aᵀb` for vectors."""
    if not varying.depends(node):
        return None
    A, B = node.args
    product = mul(transpose(A), B)
    return product if A.shape.is_column else trace(product)


def _active(chain: tuple[Expr, ...], varying: Varying) -> list[int]:
    return [index for index, factor in enumerate(chain) if varying.depends(factor)]


@rule("trace restated as Frobenius product", r"\operatorname{tr}(ABC) = A^T:BC", on="trace")
def trace_frobenius(node: Expr, varying: Varying) -> Expr | None:
    """`tr(P Z Q) = Pᵀ : Z Q` with P constant; `tr(XᵀAX) = X : AX` where X comes first."""
    if not varying.depends(node):
        return None
    (M,) = node.args
    coefficient, scalars, chain = split(M)
    active = _active(chain, varying)
    if not active or any(map(varying.depends, scalars)):
        return None
    first = active[0]
    if len(active) == 1 and first == 0:
        left, right = chain[1:], chain[:1]
        moved = frobenius(_transposed(left, M), mul(*right))
    elif first == 0:
        moved = frobenius(transpose(chain[0]), mul(*chain[1:]))
    else:
        moved = frobenius(_transposed(chain[:first], M), mul(*chain[first:]))
    return mul(coefficient, *scalars, moved)


def _transposed(factors: tuple[Expr, ...], square: Expr) -> Expr:
    if not factors:
        return identity(square.shape.rows)
    return mul(*[transpose(factor) for factor in reversed(factors)])


@rule("scalar restated as Frobenius product", r"a^TBc = ac^T:B", on="mul")
def scalar_frobenius(node: Expr, varying: Varying) -> Expr | None:
    """`aᵀ Z b = a bᵀ : Z` where what varies stands between constants, which go to the left."""
    found = _chain_that_varies(node, varying)
    if found is None:
        return None
    outside, chain, first, last = found
    if first == 0 or last == len(chain) - 1:
        return None
    outer = mul(transpose(chain[0]), transpose(chain[-1]))
    return mul(*outside, frobenius(outer, mul(*chain[1:-1])))


@rule("inner product restated as Frobenius product", "a^Tb = a:b", on="mul")
def inner_frobenius(node: Expr, varying: Varying) -> Expr | None:
    """`aᵀ z = a : z`, `xᵀAx = x : Ax`: a constant goes to the left."""
    found = _chain_that_varies(node, varying)
    if found is None:
        return None
    outside, chain, first, last = found
    if first > 0 and last < len(chain) - 1:
        return None
    if last == 0:
        return mul(*outside, frobenius(mul(*chain[1:]), transpose(chain[0])))
    return mul(*outside, frobenius(transpose(chain[0]), mul(*chain[1:])))


def _chain_that_varies(
    node: Expr, varying: Varying
) -> tuple[tuple[Expr, ...], tuple[Expr, ...], int, int] | None:
    """Of a scalar the factors before its chain, the chain, and the first and the last of those in
    it that vary; None where the others vary."""
    if not node.shape.is_scalar:
        return None
    coefficient, scalars, chain = split(node)
    active = _active(chain, varying)
    if not active or len(chain) < 2 or any(map(varying.depends, scalars)):
        return None
    return (coefficient, *scalars), chain, active[0], active[-1]


@rule("constants moved away", "A:BCD = B^TAD^T:C", on="frobenius")
def isolate(node: Expr, varying: Varying) -> Expr | None:
    """`G : P Z Q = PᵀGQᵀ : Z` where only Z varies, before anything is differentiated."""
    if varying.depends(node.args[0]):
        return None
    G, L = node.args
    if L.op not in {"mul", "transpose"}:
        return None
    active = _active(L.args, varying)
    if len(active) != 1 or L.args[active[0]].shape.is_scalar:
        return None
    return frobenius(OPS[L.op].transpose_move(G, L, active[0]), L.args[active[0]])
