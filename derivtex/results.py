"""What is done to a gradient once it has been read off: projected, sized, put in given terms."""

from __future__ import annotations

from fractions import Fraction

from derivtex.derivation import Reason
from derivtex.expr import Expr, outside_names, walk
from derivtex.ops import add, hadamard, identity, mul, number, sized, tril, triu
from derivtex.phases import Trail, exhaust
from derivtex.rules.identify import PROJECTION
from derivtex.structure import is_symmetric, transposed
from derivtex.surface import bits
from derivtex.tidying import STRUCTURE
from derivtex.varying import Varying

#: Structures whose variables have a gradient of their own.
_PROJECTED = frozenset(
    {
        "symmetric",
        "diagonal",
        "skew-symmetric",
        "lower triangular",
        "upper triangular",
        "orthogonal",
    }
)
_HALF = number(Fraction(1, 2))


def project(trail: Trail, X: Expr, varying: Varying) -> Reason | None:
    """Within a structure, the gradient is the projection onto it."""
    if X.op != "symbol" or X.shape.is_scalar:
        return None
    structure = X.data.structure & _PROJECTED
    if not structure:
        return None
    exhaust(trail, STRUCTURE, varying)
    G = trail.current
    projected, reason = _projected(G, X, structure)
    if projected is G:
        return None
    trail.apply(PROJECTION, (), projected)
    return reason


def _projected(G: Expr, X: Expr, structure: frozenset[str]) -> tuple[Expr, Reason]:
    """The projection of G onto the matrices with the structure, or onto those tangent at X."""
    lower, upper = "lower triangular" in structure, "upper triangular" in structure
    if "diagonal" in structure or (lower and upper) or ("symmetric" in structure and lower | upper):
        return hadamard(G, identity(X.shape.rows)), Reason("projection onto the diagonal matrices")
    if "orthogonal" in structure:
        # Edelman, Arias & Smith, The geometry of algorithms with orthogonality constraints (1998).
        projected = mul(_HALF, add(G, mul(number(-1), X, transposed(G), X)))
        return projected, Reason(
            "projection onto the directions tangent to the orthogonal matrices"
        )
    if "skew-symmetric" in structure:
        projected = mul(_HALF, add(G, mul(number(-1), transposed(G))))
        return projected, Reason("projection onto the skew-symmetric matrices")
    if lower:
        return tril(G), Reason("projection onto the lower triangular matrices")
    if upper:
        return triu(G), Reason("projection onto the upper triangular matrices")
    terms = G.args if G.op == "add" else (G,)
    kept = [term for term in terms if is_symmetric(term)]
    rest = [term for term in terms if not is_symmetric(term)]
    if not rest:
        return G, Reason("{} is symmetric", (G,))
    averaged = mul(_HALF, add(*rest, transposed(add(*rest))))
    return add(averaged, *kept), Reason("projection onto the symmetric matrices")


def by_entries(G: Expr) -> Expr:
    """`G + Gᵀ - G ⊙ I`: the derivatives in the entries of a symmetric matrix, from the gradient G
    of the same function with all entries free.

    Matrix Cookbook (138); Magnus & Neudecker, section 3.8.
    """
    unit = identity(G.shape.rows)
    return add(G, transposed(G), mul(number(-1), hadamard(G, unit)))


#: What has a size of its own.
_SIZED = bits({"identity", "ones", "zeros", "commutation"})


def of_known_size(G: Expr, X: Expr) -> Expr:
    """G, with X as a witness where no symbol in G tells its size."""
    if not G.surface & _SIZED:
        return G
    known = {s for node in walk(G) if node.op == "symbol" for d in node.shape for s in d.symbols}
    needed = {s for node in walk(G) for d in node.shape for s in d.symbols}
    return G if needed <= known else sized(G, X)


def mixes(e: Expr, Y: Expr) -> bool:
    """Whether both Y and a part of what Y is stand in `e`, as in `Y ⊙ σ'(WX)` with Y = σ(WX)."""
    nodes = set(walk(e, into=outside_names))
    inner = {n for n in walk(Y.args[0]) if any(not arg.shape.is_scalar for arg in n.args)}
    return Y in nodes and bool(nodes & inner)
