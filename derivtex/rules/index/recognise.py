"""What is recognised in a term in components: products, traces, diagonals, sums of rows.

Each takes what it recognises from the graph that the term is, with the sums that are done with.
"""

from __future__ import annotations

from collections.abc import Callable

from derivtex.expr import Expr
from derivtex.ops import Diag, diag, frobenius, norm_squared, ones, trace, transpose
from derivtex.rules.index.terms import Edge, Term, together
from derivtex.shapes import column
from derivtex.structure import transposed, transposes
from derivtex.subscripts import Scope
from derivtex.varying import Varying

Reduction = Callable[[Term, Varying], Term | None]


def inner(A: Expr, B: Expr, scope: Varying) -> Expr:
    """`A:B`, `xᵀy`; of one array with itself the squared norm, where xᵀx is not shorter."""
    if A is B:
        norm = norm_squared(A)
        known = isinstance(scope, Scope) and norm in scope.known
        if known or A.shape.is_matrix or A.op == "add":
            return norm
    if A.shape.is_matrix:
        return frobenius(A, B)
    product, turned = transposed(A) @ B, transposed(B) @ A
    return turned if transposes(turned) < transposes(product) else product


def _pair(term: Term) -> tuple[Edge, Edge] | None:
    """Two matrices between the same subscripts, which nothing else is on, summed over both."""
    for A in term.edges:
        if A.is_vector or A.ends[0] is A.ends[1] or not set(A.ends) <= set(term.bound):
            continue
        match [edge for edge in term.edges if set(edge.ends) & set(A.ends)]:
            case [first, second] if set(first.ends) == set(second.ends):
                return first, second
    return None


def frobenius_product(term: Term, scope: Varying) -> Term | None:
    """`Σ_i Σ_j A_{ij}B_{ij} = A:B`."""
    pair = _pair(term)
    if pair is None or pair[0].ends != pair[1].ends:
        return None
    A, B = pair
    return term.without([A, B], A.ends).times(inner(A.array, B.array, scope))


def trace_of_product(term: Term, scope: Varying) -> Term | None:
    """`Σ_i Σ_j A_{ij}B_{ji} = tr(AB)`."""
    pair = _pair(term)
    if pair is None or pair[0].ends == pair[1].ends:
        return None
    A, B = pair
    return term.without([A, B], A.ends).times(trace(A.array @ B.array))


def dot_product(term: Term, scope: Varying) -> Term | None:
    """`Σ_i x_i y_i = xᵀy`."""
    for index in term.bound:
        match term.at(index):
            case [x, y] if x.is_vector and y.is_vector:
                scalar = inner(x.array, y.array, scope)
                return term.without([x, y], (index,)).times(scalar)
    return None


def trace_of(term: Term, scope: Varying) -> Term | None:
    """`Σ_i A_{ii} = tr A`."""
    for index in term.bound:
        match term.at(index):
            case [A] if not A.is_vector and A.ends[0] is A.ends[1]:
                return term.without([A], (index,)).times(trace(A.array))
    return None


def hadamard_product(term: Term, scope: Varying) -> Term | None:
    """`A_{ij}B_{ij} = (A ⊙ B)_{ij}`, all of them between the same subscripts at once."""
    for place, A in enumerate(term.edges):
        if not A.is_vector and A.ends[0] is A.ends[1]:
            continue
        # Not A_{ii} with x_i: that is a diagonal first.
        same = [
            edge
            for edge in term.edges
            if set(edge.ends) == set(A.ends) and edge.is_vector == A.is_vector
        ]
        # Σ_t A_{it}B_{it} is the diagonal of ABᵀ.
        summed = [i for i in A.ends if i in term.bound and len(term.at(i)) == 2]
        if len(same) > 1 and (A.is_vector or len(same) > 2 or not summed):
            arrays = [B.array if B.is_vector else B.towards(A.ends[0]) for B in same]
            return term.without(same).plus(together(arrays), *A.ends, at=place)
    return None


def diagonal(term: Term, scope: Varying) -> Term | None:
    """`A_{ii} = diag(A)_i`."""
    for place, A in enumerate(term.edges):
        if not A.is_vector and A.ends[0] is A.ends[1]:
            return term.without([A]).plus(diag(A.array), A.ends[0], at=place)
    return None


def matrix_vector(term: Term, scope: Varying) -> Term | None:
    """`Σ_t A_{it}x_t = (Ax)_i`."""
    for index in reversed(term.bound):
        edges = term.at(index)
        vectors = [edge for edge in edges if edge.is_vector]
        if len(edges) == 2 and len(vectors) == 1:
            (x,) = vectors
            A = edges[0] if edges[1] is x else edges[1]
            i = A.other(index)
            place = term.edges.index(A)
            return _less(term, [A, x], index).plus(A.towards(i) @ x.array, i, at=place)
    return None


def _less(term: Term, edges: list[Edge], index: Expr) -> Term:
    return term.without(edges, (index,))


def matrix_product(term: Term, scope: Varying) -> Term | None:
    """`Σ_t A_{it}B_{tj} = (AB)_{ij}`."""
    for index in term.bound:
        match term.at(index):
            case [A, B] if not A.is_vector and not B.is_vector:
                i, j = A.other(index), B.other(index)
                target = scope.target if isinstance(scope, Scope) else ()
                if target and (i is target[-1] or j is target[0]) and i is not j:
                    A, B, i, j = B, A, j, i
                product = A.towards(i) @ B.towards(index)
                place = min(term.edges.index(A), term.edges.index(B))
                return _less(term, [A, B], index).plus(product, i, j, at=place)
    return None


def row_sum(term: Term, scope: Varying) -> Term | None:
    """`Σ_t A_{it} = (A𝟏)_i`, and `Σ_t x_t = 𝟏ᵀx`."""
    for index in reversed(term.bound):
        one = ones(column(index.data.size))
        match term.at(index):
            case []:
                return _less(term, [], index).times(transpose(one) @ one)
            case [x] if x.is_vector:
                return _less(term, [x], index).times(transpose(one) @ x.array)
            case [A] if A.ends[0] is not A.ends[1]:
                i = A.other(index)
                place = term.edges.index(A)
                return _less(term, [A], index).plus(A.towards(i) @ one, i, at=place)
    return None


def scaled(term: Term, scope: Varying) -> Term | None:
    """`x_t A_{ti} = (Diag(x)A)_{ti}`, where more than one matrix meets in t."""
    for index in term.bound:
        edges = term.at(index)
        vectors = [edge for edge in edges if edge.is_vector]
        if len(vectors) == 1 and len(edges) > 2:
            (x,) = vectors
            A = next(edge for edge in edges if edge is not x)
            place = term.edges.index(A)
            product = A.towards(A.other(index)) @ Diag(x.array)
            without = term.without([A, x])
            return without.plus(product, A.other(index), index, at=min(place, len(without.edges)))
    return None
