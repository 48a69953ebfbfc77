"""Pass two: typed trees to expressions, through the operation table, every size now known."""

from __future__ import annotations

from fractions import Fraction

from derivtex.errors import DerivtexError, LimitError, ParseError
from derivtex.expr import Expr
from derivtex.language.terms import Term, Typing, walk
from derivtex.op import OPS
from derivtex.ops import leaves
from derivtex.ops.functions import apply_function, map_function

#: Bits of a number that may come of multiplying numbers out.
MAX_BITS = 10_000


class Builder:
    """Builds each typed tree once; `names` maps what is defined or declared to its node."""

    def __init__(self, typing: Typing, structure: dict[str, frozenset[str]]) -> None:
        self.typing = typing
        self.structure = structure
        self.names: dict[str, Expr] = {}

    def symbol(self, name: str, term: Term) -> Expr:
        """The node of a symbol, of its final shape."""
        found = self.names.get(name)
        if found is None:
            shape = self.typing.final(term.shape)
            found = leaves.symbol(name, shape, self.structure.get(name, frozenset()))
            self.names[name] = found
        return found

    def build(self, root: Term) -> Expr:
        """The expression of a typed tree."""
        done: dict[int, Expr] = {}
        for term in walk(root):
            args = [done[id(arg)] for arg in term.args]
            try:
                done[id(term)] = self.node(term, args)
            except DerivtexError as error:
                if error.span is None:
                    error.span = term.span
                raise
        return done[id(root)]

    def node(self, term: Term, args: list[Expr]) -> Expr:
        op = term.op
        if op == "symbol":
            return self.symbol(term.data, term)
        if op == "named":
            return self.names[term.data]
        if op == "given":
            return term.data  # type: ignore[no-any-return]
        if op == "number":
            return leaves.number(term.data)
        if op == "identity":
            return leaves.identity(self.typing.final(term.shape).rows)
        if op in {"ones", "zeros"}:
            shape = self.typing.final(term.shape)
            return leaves.ones(shape) if op == "ones" else leaves.zeros(shape)
        if op == "negate":
            return -args[0]
        if op == "map":
            function, order = term.data
            return map_function(function, args[0], order)
        if op == "apply":
            return apply_function(term.data, *args)
        if op == "e":
            raise ParseError(
                "e without an exponent",
                span=term.span,
                hint=r"declare e if it is a quantity: e \in \R^n",
            )
        if op == "power":
            self.bound(term, *args)
        return self.checked(term, OPS[op](*args))

    def bound(self, term: Term, base: Expr, exponent: Expr) -> None:
        """Refuse a number whose power would fill the memory, before it is worked out."""
        value, power = leaves.value_of(base), leaves.value_of(exponent)
        if value is not None and power is not None and _bits(value) * abs(power) > MAX_BITS:
            raise LimitError("a number that is too large", span=term.span)

    def checked(self, term: Term, node: Expr) -> Expr:
        factor = node.args[0] if node.op in {"mul", "add"} else node
        value = leaves.value_of(factor)
        if value is not None and _bits(value) > MAX_BITS:
            raise LimitError("a number that is too large", span=term.span)
        return node


def _bits(value: int | Fraction) -> int:
    whole = Fraction(value)
    return max(whole.numerator.bit_length(), whole.denominator.bit_length())
