"""The matrix of a Jacobian from its entries: `∂F_{ij}/∂X_{dc} = A_{id}B_{cj}` is `Bᵀ ⊗ A`.

Columns are stacked, `vec(dF) = J vec(dX)`: row (j, i) and column (c, d) of J, the second subscript
of each the slower one.
"""

from __future__ import annotations

from derivtex.expr import Expr
from derivtex.ops import Diag, add, kron, mul, number, transpose, vec
from derivtex.ops.matrices import commutation
from derivtex.rules.index.terms import Edge, Term, array_of, term_of
from derivtex.shapes import ONE, Shape

Ends = tuple[Expr | None, Expr | None]


def kronecker(
    node: Expr, F: Shape, rows: tuple[Expr, ...], X: Shape, columns: tuple[Expr, ...]
) -> Expr | None:
    """J with these entries; None where they are those of no such matrix."""
    terms = [term_of(part) for part in (node.args if node.op == "add" else (node,))]
    matrices = [
        None if term is None or term.bound else _matrix(term, _ends(F, rows), X, _ends(X, columns))
        for term in terms
    ]
    known = [M for M in matrices if M is not None]
    return add(*known) if len(known) == len(matrices) else None


def _ends(shape: Shape, subscripts: tuple[Expr, ...]) -> Ends:
    """The subscripts of the rows and of the columns; None for a dimension of size 1."""
    places = iter(subscripts)
    first = None if shape.rows == ONE else next(places)
    return first, None if shape.columns == ONE else next(places)


def _matrix(term: Term, rows: Ends, X: Shape, columns: Ends) -> Expr | None:
    """One term: `D (P ⊗ Q) E`, or with the commutation matrix behind it."""
    (i, j), (d, c) = rows, columns
    left, right = _between(term, i, j), _between(term, d, c)
    inner = [edge for edge in term.edges if edge not in (*left, *right)]
    straight = _factors(inner, (j, c), (i, d))
    if straight is not None:
        J = straight
    else:
        crossed = _factors(inner, (j, d), (i, c))
        if crossed is None:
            return None
        J = crossed @ commutation(X)
    before = [Diag(vec(array_of(left, (i, j))))] if left and i and j else []
    after = [Diag(vec(array_of(right, (d, c))))] if right and d and c else []
    return mul(number(1), *term.scalars, *before, J, *after)


def _between(term: Term, i: Expr | None, j: Expr | None) -> list[Edge]:
    return [edge for edge in term.edges if len(edge.ends) == 2 and set(edge.ends) == {i, j}]


def _factors(edges: list[Edge], outer: Ends, inner: Ends) -> Expr | None:
    """`P ⊗ Q`, P with the entries between the outer subscripts, Q with those between the inner."""
    P = [edge for edge in edges if set(edge.ends) <= set(outer)]
    Q = [edge for edge in edges if set(edge.ends) <= set(inner)]
    if len(P) + len(Q) != len(edges):
        return None
    return kron(_with_ends(P, outer), _with_ends(Q, inner))


def _with_ends(edges: list[Edge], ends: Ends) -> Expr:
    row, column = ends
    present = tuple(end for end in ends if end is not None)
    if not present:
        return number(1)
    array = array_of(edges, present)
    return transpose(array) if row is None and column is not None else array
