"""Back to matrices: sums over subscripts recognised as products, `Σ_t A_{it}B_{tj} = (AB)_{ij}`.

What a rule here recognises is removed from the graph that a term is, until nothing is summed over.
"""

from __future__ import annotations

from collections.abc import Callable

from derivtex.expr import Expr, rebuild
from derivtex.op import OPS, entrywise
from derivtex.ops import (
    Diag,
    add,
    diag,
    frobenius,
    hadamard,
    hadamard_quotient,
    map_function,
    mul,
    norm_squared,
    number,
    ones,
    power,
    symbol,
    trace,
    transpose,
)
from derivtex.ops.components import entry, free, has_components, subscript, sum_over
from derivtex.ops.leaves import value_of
from derivtex.rule import Rule, register
from derivtex.rules.index.terms import (
    Edge,
    Term,
    copies,
    gathered,
    ordered,
    reciprocal,
    term_of,
    together,
)
from derivtex.shapes import SCALAR, Shape, column, dim
from derivtex.structure import transposed
from derivtex.subscripts import Scope
from derivtex.symbols import Function
from derivtex.varying import Varying

# --- what is recognised --------------------------------------------------------------------------

Reduction = Callable[[Term, Varying], Term | None]


def inner(A: Expr, B: Expr, scope: Varying) -> Expr:
    """`A:B`, `xᵀy`; of one array with itself the squared norm, where xᵀx is not shorter."""
    if A is B:
        norm = norm_squared(A)
        known = isinstance(scope, Scope) and norm in scope.known
        if known or A.shape.is_matrix or A.op == "add":
            return norm
    return frobenius(A, B) if A.shape.is_matrix else transposed(A) @ B


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


# --- as rules ------------------------------------------------------------------------------------


def _rule(name: str, reduce: Reduction, sides: Callable[[], tuple[Expr, Expr]]) -> Rule:
    def rewrite(node: Expr, varying: Varying) -> Expr | None:
        if not has_components(node):
            return None
        term = term_of(node, varying)
        if term is None:
            return None
        reduced = reduce(term, varying)
        return None if reduced is None else reduced.written()

    return register(Rule(name, "", frozenset({"sum_over", "mul"}), rewrite, sides=sides))


_g = Function("g", (SCALAR,), SCALAR)
_m, _n = dim("m"), dim("n")
_A, _B = (symbol(name, Shape(_m, _n)) for name in "AB")
_C = symbol("C", Shape(_m, _m))
_x, _y = (symbol(name, column(_m)) for name in "xy")
_z, _D = symbol("x", column(_n)), symbol("B", Shape(_n, _m))
_t, _k = subscript("t", _n), subscript("j", _m)
_i, _j, _h = subscript("i", _m), subscript("j", _n), subscript("h", _m)


def _a(A: Expr, *ends: Expr) -> Expr:
    return entry(A, *ends)


RECOGNISED: tuple[Rule, ...] = (
    _rule(
        "Frobenius product recognised",
        frobenius_product,
        lambda: (
            sum_over(_i, sum_over(_j, _a(_A, _i, _j) @ _a(_B, _i, _j))),
            frobenius(_A, _B),
        ),
    ),
    _rule(
        "trace of a product recognised",
        trace_of_product,
        lambda: (sum_over(_i, sum_over(_t, _a(_A, _i, _t) @ _a(_D, _t, _i))), trace(_A @ _D)),
    ),
    _rule(
        "scalar product recognised",
        dot_product,
        lambda: (sum_over(_i, _a(_x, _i) @ _a(_y, _i)), transpose(_x) @ _y),
    ),
    _rule("trace recognised", trace_of, lambda: (sum_over(_i, _a(_C, _i, _i)), trace(_C))),
    _rule(
        "Hadamard product recognised",
        hadamard_product,
        lambda: (_a(_A, _i, _j) @ _a(_B, _i, _j), _a(hadamard(_A, _B), _i, _j)),
    ),
    _rule(
        "diagonal recognised",
        diagonal,
        lambda: (_a(_C, _i, _i) @ _a(_x, _h), _a(diag(_C), _i) @ _a(_x, _h)),
    ),
    _rule(
        "matrix times vector recognised",
        matrix_vector,
        lambda: (sum_over(_j, _a(_A, _i, _j) @ _a(_z, _j)), _a(_A @ _z, _i)),
    ),
    _rule(
        "matrix product recognised",
        matrix_product,
        lambda: (sum_over(_t, _a(_A, _i, _t) @ _a(_D, _t, _k)), _a(_A @ _D, _i, _k)),
    ),
    _rule(
        "row sums recognised",
        row_sum,
        lambda: (sum_over(_j, _a(_A, _i, _j)), _a(_A @ ones(column(_n)), _i)),
    ),
    _rule(
        "scaling recognised",
        scaled,
        lambda: (_a(_A, _i, _j) @ _a(_z, _j), _a(_A @ Diag(_z), _i, _j)),
    ),
)


# --- sums and functions of entries ---------------------------------------------------------------


def _sum(node: Expr, varying: Varying) -> Expr | None:
    """`A_{ij} + B_{ij} = (A + B)_{ij}`."""
    if node.op != "add" or not has_components(node):
        return None
    subscripts = ordered(node)
    if isinstance(varying, Scope) and set(subscripts) == set(varying.target):
        subscripts = varying.target
    if not 0 < len(subscripts) <= 2:
        return None
    A = gathered(node, subscripts)
    return None if A is None else entry(A, *subscripts)


SUM = register(
    Rule(
        "sum recognised",
        "",
        frozenset({"add"}),
        _sum,
        sides=lambda: (_a(_A, _i, _j) + _a(_B, _i, _j), _a(_A + _B, _i, _j)),
    )
)


def _function(node: Expr, varying: Varying) -> Expr | None:
    """`f(A_{ij}) = f(A)_{ij}`."""
    if OPS[node.op].component is not entrywise or not has_components(node):
        return None
    if copies(node) is not None or reciprocal(node) is not None:
        return None
    argument = node.args[0]
    subscripts = ordered(argument)
    if not 0 < len(subscripts) <= 2:
        return None
    A = gathered(argument, subscripts)
    if A is None:
        return None
    k = value_of(node.args[1]) if node.op == "power" else None
    if isinstance(k, int) and k < 0:
        return entry(hadamard_quotient(ones(A.shape), power(A, number(-k))), *subscripts)
    return entry(rebuild(node, (A, *node.args[1:])), *subscripts)


FUNCTION = register(
    Rule(
        "function of the entries recognised",
        "",
        frozenset(op.name for op in OPS.values() if op.component is entrywise),
        _function,
        sides=lambda: (
            map_function(_g, _a(_A, _i, _j)),
            _a(map_function(_g, _A), _i, _j),
        ),
    )
)


def _apart(node: Expr, varying: Varying) -> Expr | None:
    """`Σ_t (a + b) = Σ_t a + Σ_t b`, `c (a + b) = ca + cb`, where a + b is no matrix's entry."""
    if node.op == "sum_over" and node.args[1].op == "add":
        index, total = node.args
        return add(*[sum_over(index, term) for term in total.args]) if _is_wide(total) else None
    for place, factor in enumerate(node.args if node.op == "mul" else ()):
        if factor.op == "add" and _is_wide(factor):
            before, after = node.args[:place], node.args[place + 1 :]
            return add(*[mul(*before, term, *after) for term in factor.args])
    return None


def _is_wide(total: Expr) -> bool:
    return len(free(total)) > 2


APART = register(
    Rule(
        "sum taken apart",
        "",
        frozenset({"sum_over", "mul"}),
        _apart,
        sides=lambda: (
            sum_over(_i, _a(_A, _i, _j) + _a(_B, _i, _j)),
            sum_over(_i, _a(_A, _i, _j)) + sum_over(_i, _a(_B, _i, _j)),
        ),
        joins=True,
    )
)

GATHER: tuple[Rule, ...] = (*RECOGNISED, SUM, FUNCTION, APART)
