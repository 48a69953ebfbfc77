"""Pass two: typed trees to expressions, through the operation table, every size now known."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derivtex import expr
from derivtex.errors import DerivtexError, LimitError, ParseError
from derivtex.expr import Expr
from derivtex.language.indexed import Indexed
from derivtex.language.member_names import index_letters
from derivtex.language.terms import Term, walk
from derivtex.op import OPS
from derivtex.ops import indices, leaves
from derivtex.ops.components import subscript, sum_over
from derivtex.ops.functions import apply_function, map_function
from derivtex.ops.partials import function_jacobian, partial
from derivtex.shapes import column, dim
from derivtex.symbols import Family, Function, attach

#: Bits of a number that may come of multiplying numbers out.
MAX_BITS = 10_000
#: What a function needs of a constant, where not every number will do.
DOMAINS: dict[str, tuple[str, Callable[[int | Fraction], bool]]] = {
    "log": ("a positive number", lambda value: value > 0),
    "sqrt": ("a number that is not negative", lambda value: value >= 0),
    "arcsin": ("a number between −1 and 1", lambda value: -1 <= value <= 1),
    "arccos": ("a number between −1 and 1", lambda value: -1 <= value <= 1),
}


#: The size of a subscript until the sum over it is built.
_RUNS = dim("?")


class Builder:
    """Builds each typed tree once; `names` maps what is defined or declared to its node."""

    def __init__(self, typing: Indexed, structure: dict[str, frozenset[str]]) -> None:
        self.typing = typing
        self.structure = structure
        self.names: dict[str, Expr] = {}
        #: Functions that have a formula.
        self.functions: dict[str, Function] = {}
        self.families: dict[str, Expr] = {}
        self.templates: dict[str, Expr] = {}

    def symbol(self, name: str, term: Term) -> Expr:
        """The node of a symbol, of its final shape."""
        found = self.names.get(name)
        if found is None:
            shape = self.typing.final(term.shape)
            found = leaves.symbol(name, shape, self.structure.get(name, frozenset()))
            self.names[name] = found
        return found

    def family(self, key: str) -> Expr:
        """The node of a family, its members of their final shape."""
        found = self.families.get(key)
        if found is None:
            term = self.typing.families[key]
            structure = self.structure.get(key, frozenset())
            shape = self.typing.final(term.shape)
            first = self.typing.first.get(key, 1)
            found = indices.family(term.data.base, shape, term.data.place, structure, first)
            self.families[key] = found
        return found

    def define_family(self, key: str, term: Term) -> Expr:
        """The definition of every member of a family, under the index it was written with."""
        script = self.typing.families[key].data
        found = indices.defined_member(
            Family(script.base, script.place),
            self.build(term),
            *map(indices.index, index_letters(script)),
        )
        self.templates[key] = found
        self.names[attach(script.base, script.place, script.text)] = found
        return found

    def build(self, root: Term) -> Expr:
        """The expression of a typed tree."""
        done: dict[int, Expr] = {}
        for term in walk(root):
            args = [done[id(arg)] for arg in term.args] if term.args else []
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
            expression: Expr = term.data
            return expression
        if op == "number":
            return leaves.number(term.data)
        if op == "identity":
            return leaves.identity(self.typing.final(term.shape).rows)
        if op in {"ones", "zeros"}:
            shape = self.typing.final(term.shape)
            return leaves.ones(shape) if op == "ones" else leaves.zeros(shape)
        if op == "index":
            return indices.index(term.data)
        if op == "extent":
            return indices.extent(term.data)
        if op == "infinity":
            return indices.INFINITY
        if op == "member":
            if term.data in self.templates:
                return indices.instance(self.templates[term.data], *args)
            return indices.member(self.family(term.data), *args)
        if op == "place":
            return subscript(term.data, _RUNS)
        if op == "sum_over":
            return self.sum_over_entries(term, args[0])
        if op == "indexed_product":
            return OPS[op](*args, data=term.data)
        if op == "negate":
            return -args[0]
        if op == "map":
            function, order = term.data
            function = self.functions.get(function.name, function)
            parameters = function.formula.parameters if function.formula is not None else ()
            return map_function(function, args[0], order, parameters)
        if op == "partial":
            function, index, style = term.data
            return partial(function, index, *args, style=style)
        if op == "function_jacobian":
            function, index = term.data
            return function_jacobian(function, index, *args)
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
        elif op in DOMAINS:
            self.within(term, args[0])
        return self.checked(term, OPS[op](*args))

    def sum_over_entries(self, term: Term, body: Expr) -> Expr:
        """A sum over a subscript, which knows its size, in the place of the index."""
        letter, size = term.data
        runs = subscript(letter, self.typing.final(column(size)).rows)
        return sum_over(runs, expr.replace(body, {subscript(letter, _RUNS): runs}))

    def within(self, term: Term, arg: Expr) -> None:
        """Refuse a function of a constant outside its domain."""
        wanted, holds = DOMAINS[term.op]
        value = 0 if arg.op == "zeros" else leaves.value_of(arg)
        if value is not None and not holds(value):
            title = OPS[term.op].title.removeprefix("elementwise ")
            raise ParseError(f"the {title} needs {wanted}, and this is {value}", span=term.span)

    def bound(self, term: Term, base: Expr, exponent: Expr) -> None:
        """Refuse a power that is no number, or would fill the memory, before it is worked out."""
        value, power = leaves.value_of(base), leaves.value_of(exponent)
        if value == 0 and (power is None or power < 0):
            message = "0 to a power that is not known" if power is None else "division by zero"
            raise ParseError(message, span=term.span)
        if value is not None and value < 0 and not _is_integer(exponent):
            raise ParseError("a negative number to a power that is no integer", span=term.span)
        if value is not None and power is not None and _bits(value) * abs(power) > MAX_BITS:
            raise LimitError("the number is too large", span=term.span)

    def checked(self, term: Term, node: Expr) -> Expr:
        factor = node.args[0] if node.op in {"mul", "add"} else node
        value = leaves.value_of(factor)
        if value is not None and _bits(value) > MAX_BITS:
            raise LimitError("the number is too large", span=term.span)
        return node


def _is_integer(exponent: Expr) -> bool:
    """Whether an exponent is made of integers only."""
    for node in expr.walk(exponent):
        value = leaves.value_of(node)
        known = "integer" in node.data.structure if node.op == "symbol" else True
        if not known or (value is not None and value != int(value)):
            return False
    return True


def _bits(value: int | Fraction) -> int:
    whole = Fraction(value)
    return max(whole.numerator.bit_length(), whole.denominator.bit_length())
