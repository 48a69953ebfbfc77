"""Taking the differential: one rule an operation, read from the table, and linearity."""

from __future__ import annotations

from functools import partial

from derivtex.expr import Expr, rebuild, walk
from derivtex.op import OPS, Op
from derivtex.ops import add, differential, mul, number, split, zeros
from derivtex.ops.leaves import is_whole, value_of
from derivtex.rule import Rule, register, rule
from derivtex.specimen import specimen
from derivtex.varying import Varying

#: What a differential is not expanded of: names, and members of families.
NAMES = frozenset({"symbol", "named", "member", "family"})


def is_compound(e: Expr) -> bool:
    """A differential that a rule can still expand; `dX` and `dY` of names cannot be."""
    return e.op == "differential" and e.args[0].op not in NAMES


def expand(e: Expr, varying: Varying) -> Expr:
    """`d f(X, Y, …)`: the sum of what each varying argument contributes, by the table.

    Equal arguments of a commutative operation contribute alike: d(A:A) = 2A:dA.
    """
    (f,) = e.args
    op = OPS[f.op]
    terms = []
    for index in sorted(range(len(f.args)), key=lambda i: _divides(f.args[i])):
        arg = f.args[index]
        times = 1
        if op.commutative:
            times = f.args.count(arg)
            if arg in f.args[index + 1 :]:
                continue
        if varying.depends(arg):
            term = op.differentiate(f, index, varying.differential(arg))
            terms.append(mul(number(times), term))
    return add(*terms) if terms else zeros(f.shape)


def _divides(arg: Expr) -> bool:
    """Whether a factor stands below the fraction bar: what is above is differentiated first."""
    exponent = value_of(arg.args[1]) if arg.op == "power" and arg.shape.is_scalar else None
    return exponent is not None and exponent < 0


def _rewrite(op: Op, node: Expr, varying: Varying) -> Expr | None:
    applies = node.op == "differential" and node.args[0].op == op.name
    return expand(node, varying) if applies else None


def _sides(op: Op) -> tuple[Expr, Expr]:
    args = specimen(op)
    left = differential(op(*args, data=op.sample_data))
    if op.example is None:
        return left, expand(left, Varying(arg for arg in args if arg.op == "symbol"))
    inside = [node for node in walk(*args) if node.op in {"symbol", "family"}]
    return left, expand(left, Varying(node for node in inside if not is_whole(node)))


#: For each operation with a differential, the rule that takes it.
DIFFERENTIAL: dict[str, Rule] = {
    op.name: register(
        Rule(
            f"differential of the {op.title}",
            "",
            frozenset({"differential"}),
            partial(_rewrite, op),
            sides=partial(_sides, op),
        )
    )
    for op in OPS.values()
    if op.is_differentiable
}


def needs_linearity(node: Expr, varying: Varying) -> bool:
    """A linear operation with a sum, or a negative multiple, of differentials as its argument."""
    if node.op in {"add", "differential", "named"} or not varying.holds(node):
        return False
    if node.op == "mul":
        return any(arg.op == "add" and varying.holds(arg) for arg in node.args)
    outside = _has_number if node.op == "indexed_sum" else _is_negative
    return any((arg.op == "add" or outside(arg)) and varying.holds(arg) for arg in node.args)


def _has_number(e: Expr) -> bool:
    return e.op == "mul" and value_of(e.args[0]) is not None


def _is_negative(e: Expr) -> bool:
    value = value_of(e.args[0]) if e.op == "mul" else None
    return value is not None and value < 0


@rule(
    "linearity",
    r"\operatorname{tr}(A - 2B) = \operatorname{tr}(A) - 2\operatorname{tr}(B)",
    on=" ".join(OPS),
    by_name=True,
)
def linearity(node: Expr, varying: Varying) -> Expr | None:
    """`L(A + B) = L(A) + L(B)` and `L(cA) = c L(A)` for the argument with the differential."""
    if not needs_linearity(node, varying):
        return None
    index = varying.place(node)
    arg = node.args[index]

    def put(part: Expr) -> Expr:
        return rebuild(node, (*node.args[:index], part, *node.args[index + 1 :]))

    if arg.op == "add":
        return add(*[put(term) for term in arg.args])
    coefficient, scalars, chain = split(arg)
    return mul(coefficient, put(mul(*scalars, *chain)))
