"""What a softmax is by its entries, called by its name."""

from __future__ import annotations

from derivtex.expr import Expr
from derivtex.op import OPS
from derivtex.ops import mul, ones, power, split, symbol, transpose
from derivtex.ops.leaves import MINUS_ONE
from derivtex.rule import Rule, register, rule
from derivtex.shapes import column, dim
from derivtex.varying import Varying


@rule(
    "softmax recognised",
    r"\frac{1}{\mathbf 1^T\exp(x)}\exp(x) = \operatorname{softmax}(x)",
    given=r"x \in \R^n",
    needs="exp power ones",
    on="mul",
)
def softmax(node: Expr, varying: Varying) -> Expr | None:
    """`exp(x)/(1ᵀ exp(x)) = softmax(x)`, in a product too, `aᵀ exp(x)/(1ᵀ exp(x))`."""
    coefficient, scalars, chain = split(node)
    for place, e in enumerate(chain):
        if e.op != "exp" or not e.shape.is_column:
            continue
        total = power(mul(transpose(ones(e.shape)), e), MINUS_ONE)
        if total in scalars:
            rest = [factor for factor in scalars if factor is not total]
            p = OPS["softmax"](*e.args)
            return mul(coefficient, *rest, *chain[:place], p, *chain[place + 1 :])
    return None


def _logarithm(node: Expr, varying: Varying) -> Expr | None:
    """`log(softmax(x))`, entry by entry, as the operation that it is."""
    (p,) = node.args
    return OPS["log_softmax"](*p.args) if p.op == "softmax" else None


def _sides() -> tuple[Expr, Expr]:
    x = symbol("x", column(dim("n")))
    return OPS["log"](OPS["softmax"](x)), OPS["log_softmax"](x)


log_softmax = register(
    Rule("logarithm of a softmax", "", frozenset({"log"}), _logarithm, sides=_sides, joins=True)
)

SOFTMAX = (softmax, log_softmax)
