"""What is done to a gradient once it has been read off: projected, sized, put in given terms."""

from __future__ import annotations

from fractions import Fraction

from derivtex.derivation import Reason
from derivtex.errors import UnsupportedError
from derivtex.expr import Expr, outside_names, walk
from derivtex.ops import add, hadamard, identity, mul, number, sized
from derivtex.phases import Trail, exhaust
from derivtex.rules.identify import PROJECTION
from derivtex.structure import is_symmetric, transposed
from derivtex.surface import bits
from derivtex.tidying import STRUCTURE
from derivtex.varying import Varying


def project(trail: Trail, X: Expr, varying: Varying) -> Reason | None:
    """Within a structure, the gradient is the projection onto it."""
    if X.op != "symbol" or X.shape.is_scalar:
        return None
    structure = X.data.structure
    unsupported = structure & {"orthogonal", "lower triangular"}
    if unsupported:
        raise UnsupportedError(
            f"gradients with respect to a variable that is {', '.join(sorted(unsupported))} "
            "are not known yet",
            hint="declare it without the structure for the unconstrained gradient",
        )
    if not structure & {"symmetric", "diagonal", "skew-symmetric"}:
        return None
    exhaust(trail, STRUCTURE, varying)
    G = trail.current
    if "diagonal" in structure:
        trail.apply(PROJECTION, (), hadamard(G, identity(X.shape.rows)))
        return Reason("projection onto the diagonal matrices")
    half = number(Fraction(1, 2))
    if "skew-symmetric" in structure:
        trail.apply(PROJECTION, (), mul(half, add(G, mul(number(-1), transposed(G)))))
        return Reason("projection onto the skew-symmetric matrices")
    terms = G.args if G.op == "add" else (G,)
    kept = [term for term in terms if is_symmetric(term)]
    rest = [term for term in terms if not is_symmetric(term)]
    if not rest:
        return None
    averaged = mul(half, add(*rest, transposed(add(*rest))))
    trail.apply(PROJECTION, (), add(averaged, *kept))
    return Reason("projection onto the symmetric matrices")


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
    inner = {n for n in walk(Y.args[0]) if n.op not in {"symbol", "named", "number"}}
    return Y in nodes and bool(nodes & inner)
