"""A term in components as a graph: each entry is an edge between two subscripts, or a weight on
one; some subscripts are summed over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from derivtex.expr import Expr
from derivtex.ops import (
    Diag,
    add,
    diag,
    hadamard,
    hadamard_quotient,
    identity,
    mul,
    number,
    ones,
    power,
    split,
    transpose,
)
from derivtex.ops.components import entry, free, has_components, subscript, sum_over
from derivtex.ops.leaves import value_of
from derivtex.shapes import column
from derivtex.structure import transposed
from derivtex.subscripts import Scope, renamed
from derivtex.varying import Varying

#: x_i² is taken for x_i x_i up to this exponent.
_COPIES = 2


class Edge(NamedTuple):
    """`A_{ij}`, a matrix between two subscripts, or `x_i`, a column on one."""

    array: Expr
    ends: tuple[Expr, ...]

    @property
    def is_vector(self) -> bool:
        return len(self.ends) == 1

    def towards(self, row: Expr) -> Expr:
        """The matrix with this subscript for its rows."""
        return self.array if self.ends[0] is row else transposed(self.array)

    def other(self, end: Expr) -> Expr:
        return self.ends[1] if self.ends[0] is end else self.ends[0]


class Term(NamedTuple):
    """`c Σ_t Σ_h … A_{it}x_t …`: scalars, the subscripts summed over, and the entries."""

    scalars: tuple[Expr, ...]
    bound: tuple[Expr, ...]
    edges: tuple[Edge, ...]

    def at(self, index: Expr) -> list[Edge]:
        return [edge for edge in self.edges if index in edge.ends]

    def without(self, edges: list[Edge], bound: tuple[Expr, ...] = ()) -> Term:
        kept = list(self.edges)
        for edge in edges:
            kept.remove(edge)
        left = tuple(index for index in self.bound if index not in bound)
        return Term(self.scalars, left, tuple(kept))

    def plus(self, array: Expr, *ends: Expr, at: int | None = None) -> Term:
        edges = list(self.edges)
        edges.insert(len(edges) if at is None else at, Edge(array, ends))
        return self._replace(edges=tuple(edges))

    def times(self, scalar: Expr) -> Term:
        return self._replace(scalars=(*self.scalars, scalar))

    def written(self) -> Expr:
        body = mul(number(1), *[entry(edge.array, *edge.ends) for edge in self.edges])
        for index in reversed(self.bound):
            body = sum_over(index, body)
        return mul(number(1), *self.scalars, body)


def term_of(node: Expr, scope: Varying | None = None) -> Term | None:
    """What `node` is a product of; None where a factor is no entry yet."""
    scalars: list[Expr] = []
    bound: list[Expr] = []
    edges: list[Edge] = []
    seen = {index.data.name for index in free(node)}
    stack = [node]
    while stack:
        e = stack.pop()
        if not has_components(e):
            scalars.append(e)
        elif e.op == "sum_over":
            index, body = e.args
            if index.data.name in seen:
                if not isinstance(scope, Scope):
                    return None
                # Letters taken on the way here are in no node yet.
                here = scope.at(node, [subscript(name, index.data.size) for name in seen])
                fresh = here.letter(index.data.size)
                index, body = fresh, renamed(body, index, fresh)
            seen.add(index.data.name)
            bound.append(index)
            stack.append(body)
        elif e.op == "mul":
            # A chain of arrays in it, xᵀAx, is one scalar.
            coefficient, factors, chain = split(e)
            stack.extend(reversed([coefficient, *factors, *([mul(*chain)] if chain else [])]))
        elif e.op == "entry":
            edges.append(_edge(e))
        elif e.op == "delta":
            edges.append(Edge(identity(e.args[0].data.size), e.args))
        elif (k := copies(e)) is not None:
            stack.extend([e.args[0]] * k)
        elif (below := reciprocal(e)) is not None:
            edges.append(below)
        else:
            return None
    return Term(tuple(scalars), tuple(bound), tuple(edges))


def _edge(e: Expr) -> Edge:
    A = e.args[0]
    return Edge(transposed(A) if A.shape.is_row else A, e.args[1:])


def copies(e: Expr) -> int | None:
    k = value_of(e.args[1]) if e.op == "power" else None
    return k if isinstance(k, int) and 1 < k <= _COPIES else None


def reciprocal(e: Expr) -> Edge | None:
    """`1/x_i` as an entry of `1 ⊘ x`."""
    k = value_of(e.args[1]) if e.op == "power" else None
    if not isinstance(k, int) or k >= 0 or e.args[0].op != "entry":
        return None
    X = _edge(e.args[0])
    return Edge(hadamard_quotient(ones(X.array.shape), power(X.array, number(-k))), X.ends)


def together(arrays: list[Expr]) -> Expr:
    """The Hadamard product of these, equal ones as a power, reciprocals below a quotient."""
    above: dict[Expr, int] = {}
    below: list[Expr] = []
    for A in arrays:
        if A.op == "hadamard_quotient" and A.args[0] is ones(A.shape):
            below.append(A.args[1])
        else:
            above[A] = above.get(A, 0) + 1
    shape = arrays[0].shape
    parts = [power(A, number(k)) for A, k in above.items()] or [ones(shape)]
    numbers = [split(part) for part in parts]
    outside = [factor for c, s, _ in numbers for factor in (c, *s)]
    inside = [mul(*chain) if chain else ones(shape) for _, _, chain in numbers]
    product = hadamard(*inside) if len(inside) > 1 else inside[0]
    if below:
        product = hadamard_quotient(product, hadamard(*below) if len(below) > 1 else below[0])
    return mul(*outside, product)


# --- arrays from terms ---------------------------------------------------------------------------


def gathered(node: Expr, subscripts: tuple[Expr, ...]) -> Expr | None:
    """M with `M_{ij} = node`; None where a sum is left, or what is no entry.

    With one subscript it is a column, with none the scalar itself.
    """
    terms = [term_of(part) for part in (node.args if node.op == "add" else (node,))]
    arrays = [None if term is None else _array(term, subscripts) for term in terms]
    known = [array for array in arrays if array is not None]
    return add(*known) if len(known) == len(arrays) else None


def _array(term: Term, subscripts: tuple[Expr, ...]) -> Expr | None:
    if term.bound or any(end not in subscripts for edge in term.edges for end in edge.ends):
        return None
    scalars = (number(1), *term.scalars)
    return mul(*scalars, array_of(term.edges, subscripts)) if subscripts else mul(*scalars)


def array_of(edges: Iterable[Edge], subscripts: tuple[Expr | None, ...]) -> Expr:
    """The array whose entries, with one or two subscripts, are the product of these."""
    ends = [index for index in subscripts if index is not None]
    kept = [
        Edge(diag(e.array), e.ends[:1]) if len(e.ends) == 2 and e.ends[0] is e.ends[1] else e
        for e in edges
    ]
    weights = [_weight(kept, index) for index in ends]
    if len(ends) == 1:
        return ones(column(ends[0].data.size)) if weights[0] is None else weights[0]
    (d, c), (x, y) = ends, weights
    matrices = [edge.towards(d) for edge in kept if len(edge.ends) == 2]
    if not matrices:
        left = ones(column(d.data.size)) if x is None else x
        right = ones(column(c.data.size)) if y is None else y
        return left @ transpose(right)
    M = matrices[0] if len(matrices) == 1 else together(matrices)
    if M.op == "hadamard" and any(part.op == "identity" for part in M.args):
        # A ⊙ I
        M = Diag(diag(hadamard(*[part for part in M.args if part.op != "identity"])))
    before = () if x is None else (Diag(x),)
    after = () if y is None else (Diag(y),)
    return mul(*before, M, *after)


def _weight(edges: list[Edge], index: Expr) -> Expr | None:
    """The vector of all that stands at one subscript alone."""
    found = [edge.array for edge in edges if edge.ends == (index,)]
    return together(found) if found else None


def ordered(node: Expr) -> tuple[Expr, ...]:
    """The free subscripts, in the order in which they are written."""
    left = free(node)
    found: dict[Expr, None] = {}
    for index in _written(node):
        if index in left:
            found[index] = None
    return tuple(found)


def _written(node: Expr) -> Iterator[Expr]:
    stack = [node]
    while stack:
        e = stack.pop()
        if e.op == "subscript":
            yield e
        elif has_components(e):
            stack.extend(reversed(e.args))
