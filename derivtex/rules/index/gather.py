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
from derivtex.rules.index.recognise import (
    Reduction,
    diagonal,
    dot_product,
    frobenius_product,
    hadamard_product,
    matrix_product,
    matrix_vector,
    row_sum,
    scaled,
    trace_of,
    trace_of_product,
)
from derivtex.rules.index.terms import copies, gathered, ordered, reciprocal, term_of
from derivtex.shapes import SCALAR, Shape, column, dim
from derivtex.subscripts import Scope
from derivtex.symbols import Function
from derivtex.varying import Varying

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
    if not has_components(node):
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
    if any(map(has_components, node.args[1:])):  # x_i to the power y_i
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
