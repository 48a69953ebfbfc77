"""Derivatives by an entry: sums, products, and what the operation table says of the rest.

`∂e/∂x` is `direct(e, x)`, with x an entry `X_{dc}` or a scalar. For an operation f the table has
`d f(Z) = L(dZ)`; the entry of that, with `∂Z_{kl}/∂x` for `dZ_{kl}`, is `∂f(Z)_{ij}/∂x`.
"""

from __future__ import annotations

from functools import partial

from derivtex.errors import UnsupportedError
from derivtex.expr import Expr, fold, outside_names, rebuild, walk
from derivtex.op import OPS, Op
from derivtex.ops import add, differential, mul, number, symbol
from derivtex.ops.components import components, delta, direct, entry, subscript, sum_over
from derivtex.rule import Rule, register
from derivtex.rules.index.entries import ENTRIES, composed
from derivtex.shapes import ONE, Shape, dim
from derivtex.specimen import specimen
from derivtex.subscripts import Scope, names_in
from derivtex.varying import DIFFERENTIALS, Varying

_A, _B = (symbol(name, Shape(dim("m"), dim("n"))) for name in "AB")
_i, _j = subscript("i", dim("m")), subscript("j", dim("n"))
_d, _c = subscript("d", dim("m")), subscript("c", dim("n"))
_x = entry(_A, _d, _c)


def base(x: Expr) -> Expr:
    """The variable that x is, or is an entry of."""
    return x.args[0] if x.op == "entry" else x


def occurs(X: Expr, e: Expr) -> bool:
    """Whether X is written in `e`; the values of names are not looked into."""
    return any(node is X for node in walk(e, into=lambda n: n is not X and outside_names(n)))


# --- the calculus of scalars ---------------------------------------------------------------------


def _constant(node: Expr, varying: Varying) -> Expr | None:
    """`∂e/∂x = 0` where X is not written in e, or in what e is a name of."""
    e, x = node.args
    f = base(e)
    if f.op == "named" and f is not base(x):
        e = f.args[0]
    return None if occurs(base(x), e) else number(0)


CONSTANT = register(
    Rule(
        "derivative of a constant",
        "",
        frozenset({"direct"}),
        _constant,
        sides=lambda: (direct(entry(_B, _i, _j), _x), number(0)),
        joins=True,
    )
)


def _own(node: Expr, varying: Varying) -> Expr | None:
    """`∂X_{ij}/∂X_{dc} = δ_{id}δ_{jc}`, and `∂s/∂s = 1`."""
    e, x = node.args
    if base(e) is not base(x) or e.op not in {"entry", "symbol", "named"}:
        return None
    pairs = zip(e.args[1:], x.args[1:], strict=True) if e.op == "entry" else ()
    return mul(number(1), *[delta(i, d) for i, d in pairs])


OWN = register(
    Rule(
        "derivative by an entry of its own",
        "",
        frozenset({"direct"}),
        _own,
        sides=lambda: (direct(entry(_A, _i, _j), _x), delta(_i, _d) @ delta(_j, _c)),
    )
)


def _sum(node: Expr, varying: Varying) -> Expr | None:
    e, x = node.args
    if e.op == "add":
        return add(*[direct(term, x) for term in e.args if occurs(base(x), term)])
    return sum_over(e.args[0], direct(e.args[1], x)) if e.op == "sum_over" else None


SUM = register(
    Rule(
        "derivative of a sum by an entry",
        "",
        frozenset({"direct"}),
        _sum,
        sides=lambda: (
            direct(sum_over(_i, entry(_A, _i, _j)), _x),
            sum_over(_i, direct(entry(_A, _i, _j), _x)),
        ),
    )
)


def _product(node: Expr, varying: Varying) -> Expr | None:
    """`∂(ab)/∂x = ∂a/∂x b + a ∂b/∂x`, of scalar factors."""
    e, x = node.args
    if e.op != "mul" or not all(arg.shape.is_scalar for arg in e.args):
        return None
    terms = [
        mul(*e.args[:k], direct(factor, x), *e.args[k + 1 :])
        for k, factor in enumerate(e.args)
        if occurs(base(x), factor)
    ]
    return add(*terms) if terms else number(0)


PRODUCT = register(
    Rule(
        "derivative of a product by an entry",
        "",
        frozenset({"direct"}),
        _product,
        sides=lambda: (
            direct(entry(_A, _i, _j) @ entry(_B, _i, _j), _x),
            direct(entry(_A, _i, _j), _x) @ entry(_B, _i, _j),
        ),
    )
)


def _inside(node: Expr, varying: Varying) -> Expr | None:
    """`∂(AB)_{ij}/∂x = ∂(Σ_t A_{it}B_{tj})/∂x`."""
    e, x = node.args
    A = composed(e)
    if A is None or A.op not in ENTRIES or not occurs(base(x), A):
        return None
    assert isinstance(varying, Scope)
    return direct(components(e, varying.letter), x)


INSIDE = register(
    Rule(
        "derivative in components",
        "",
        frozenset({"direct"}),
        _inside,
        sides=lambda: (
            direct(entry(_A @ _B.T, _i, subscript("h", dim("m"))), _x),
            direct(
                sum_over(_j, entry(_A, _i, _j) @ entry(_B, subscript("h", dim("m")), _j)),
                _x,
            ),
        ),
    )
)


# --- the rest: by the operation table ------------------------------------------------------------


def _table(op: Op, node: Expr, varying: Varying) -> Expr | None:
    """`∂f(Z)_{ij}/∂x` from the column `differential`."""
    e, x = node.args
    f = e.args[0] if e.op == "entry" else e
    if f.op != op.name or not occurs(base(x), f):
        return None
    assert isinstance(varying, Scope)
    terms = [
        in_components(
            entry(op.differentiate(f, index, differential(Z)), *e.args[1:])
            if e.op == "entry"
            else op.differentiate(f, index, differential(Z)),
            x,
            varying,
        )
        for index, Z in enumerate(f.args)
        if occurs(base(x), Z)
    ]
    return add(*terms)


def in_components(dF: Expr, x: Expr, scope: Scope) -> Expr:
    """An entry of a differential, with `∂Z_{kl}/∂x` for `dZ_{kl}`.

    Only what holds the differential is written in components.
    """
    current = dF
    while (node := _next(current)) is not None:
        if node.op == "differential":
            new = direct(node.args[0], x)
        elif node.op == "entry" and node.args[0].op == "differential":
            new = direct(entry(node.args[0].args[0], *node.args[1:]), x)
        else:
            new = components(node, scope.beside(current).letter)
        current = _put(current, node, new)
    return current


def _next(e: Expr) -> Expr | None:
    """An outermost entry, or a scalar made of arrays, with a differential in it."""
    stack = [e]
    while stack:
        node = stack.pop()
        if not node.surface & DIFFERENTIALS:
            continue
        if node.op in {"entry", "differential"} or composed(node) is not None:
            return node
        stack.extend(reversed(node.args))
    return None


def _put(e: Expr, old: Expr, new: Expr) -> Expr:
    def put(node: Expr, parts: tuple[Expr, ...]) -> Expr:
        return new if node is old else rebuild(node, parts) if parts else node

    return fold(e, put, into=lambda node: node is not old and outside_names(node))


def _table_sides(op: Op) -> tuple[Expr, Expr]:
    args = specimen(op)
    f = op(*args, data=op.sample_data)
    index = next(k for k, arg in enumerate(args) if arg.op == "symbol")
    X = args[index]
    letters = iter("ijdc")
    e = entry(f, *[subscript(next(letters), size) for size in f.shape if size != ONE])
    x = entry(X, *[subscript(next(letters), size) for size in X.shape if size != ONE])
    scope = Scope([X], names_in(e) | names_in(x))
    right = _table(op, direct(e, x), scope)
    assert right is not None
    return direct(e, x), right


def _by_table(op: Op) -> bool:
    """Whether the entries of all that the differential passes through are known.

    A function of symmetric matrices alone has no derivative by one entry.
    """
    if not op.is_differentiable or op.name in {"add", "mul", "transpose"}:
        return False
    if op.needs is not None or not op.sample:
        return False
    args = specimen(op)
    f = op(*args, data=op.sample_data)
    index = next(k for k, arg in enumerate(args) if arg.op == "symbol")
    passed = walk(op.differentiate(f, index, differential(args[index])))
    return all(
        OPS[node.op].component is not None
        for node in passed
        if node.surface & DIFFERENTIALS and node.op != "differential"
    )


#: For each operation with a differential, but those that the rules above are for.
TABLE: dict[str, Rule] = {
    op.name: register(
        Rule(
            f"derivative of the {op.title} by an entry",
            "",
            frozenset({"direct"}),
            partial(_table, op),
            sides=partial(_table_sides, op),
        )
    )
    for op in OPS.values()
    if _by_table(op)
}

_CALCULUS = (CONSTANT, OWN, SUM, PRODUCT)


def slope_rule(node: Expr, varying: Varying) -> tuple[Rule, Expr] | None:
    """The rule that takes this derivative, and what it gives; an error where nothing is known."""
    e, _ = node.args
    for rule in _CALCULUS:
        new = rule(node, varying)
        if new is not None:
            return rule, new
    f = e.args[0] if e.op == "entry" else e
    if f.op == "named":
        return None
    if f.op in ENTRIES and composed(e) is not None:
        return INSIDE, _known(INSIDE(node, varying))
    if f.op not in TABLE:
        raise UnsupportedError(
            f"no derivative by an entry is known for the {OPS[f.op].title}",
            hint="derive it in another notation: frobenius, trace or inner",
        )
    return TABLE[f.op], _known(TABLE[f.op](node, varying))


def _known(new: Expr | None) -> Expr:
    assert new is not None
    return new
