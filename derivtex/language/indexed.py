"""What sums over an index and members of families are, by shape."""

from __future__ import annotations

from fractions import Fraction

from derivtex.errors import ParseError, ShapeError, Span, UnsupportedError
from derivtex.language.by_letter import ByLetter
from derivtex.language.member_names import Script
from derivtex.language.terms import Term, walk
from derivtex.language.tree import Node
from derivtex.op import OPS
from derivtex.shapes import SCALAR, Shape


def _distance(place: Term, index: str) -> int | None:
    """-1 for the place `t-1` of the index t; None for a place that is not told by it alone."""
    shift, found = 0, 0
    pending = [(place, 1)]
    while pending:
        term, sign = pending.pop()
        if term.op in {"add", "negate"}:
            turn = -1 if term.op == "negate" else 1
            pending += [(arg, sign * turn) for arg in term.args]
        elif term.op == "index" and term.data == index:
            found += sign
        elif term.is_number:
            shift += sign * int(term.data)
        else:
            return None
    return shift if found == 1 else None


def _number_of(number: int) -> str:
    return "one index" if number == 1 else f"{number} indices"


class Indexed(ByLetter):
    """Readings of `\\sum_{i=1}^N`, `\\prod`, `x_i` and `k!`."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        #: The families of the problem, each as its members are.
        self.families: dict[str, Term] = {}
        #: Functions that were said what they are, each with its arguments and its value.
        self.applied: list[tuple[str, tuple[Term, ...], Term]] = []
        #: How many indices each of them has, and whether a definition says so.
        self.counts: dict[str, tuple[int, bool]] = {}
        #: The first index that a sum gives each of them.
        self.first: dict[str, int] = {}
        #: Those that are vectors by convention only.
        self.assumed_families: list[str] = []

    def series(self, node: Node, args: tuple[Term, ...]) -> Term:
        body, lower, upper = args
        op, name, order = node.data
        for limit in (lower, upper) if op != "integral" else ():
            self.whole(limit)
        if lower.op == "infinity":
            raise ParseError("a sum begins at a number", span=lower.span)
        if lower.is_number and upper.is_number and upper.data < lower.data:
            raise ParseError(
                f"a {OPS[op].title.split()[0]} over nothing: from {lower.data} to {upper.data}",
                span=node.span,
            )
        shape = body.shape
        if op == "indexed_product":
            if upper.op == "infinity":
                raise ParseError("an infinite product is not derived", span=node.span)
            if not shape.is_scalar and not self.unifier.unify(shape.rows, shape.columns):
                raise ShapeError(
                    f"a product over an index is of square matrices, but {self.describe(body)}",
                    span=body.span,
                    hint=r"what does not run stands outside: (\prod_{i=1}^{N} A_i) b",
                )
        if lower.is_number and op != "integral":
            self.begin(body, name, lower.data)
        index = Term("index", (), SCALAR, node.span, name)
        return Term(op, (body, index, lower, upper), shape, node.span, order)

    def begin(self, body: Term, index: str, first: int) -> None:
        """Note where a sum begins to run through the families in its body."""
        for term in walk(body):
            for place in term.args if term.op == "member" else ():
                shift = _distance(place, index)
                if shift is not None:
                    least = first + shift
                    self.first[term.data] = min(least, self.first.get(term.data, least))

    def whole(self, term: Term) -> None:
        """An index, a limit or a factorial is of a whole number."""
        fraction = isinstance(term.data, Fraction) and term.is_number
        if not term.shape.is_scalar or fraction:
            raise ParseError(f"{self.source(term.span)} is no whole number", span=term.span)

    def member(self, node: Node, args: tuple[Term, ...]) -> Term:
        script: Script = node.data
        for arg in args:
            self.whole(arg)
        known = self.families.get(script.key)
        if known is None:
            known = self.introduce_family(script, node.span)
        self.as_many(node, script, len(args))
        return Term("member", args, self.unifier.resolve_shape(known.shape), node.span, script.key)

    def as_many(self, node: Node, script: Script, indices: int) -> None:
        """Note how many indices a member has; all of a family have as many."""
        before, defined = self.counts.setdefault(script.key, (indices, False))
        if before == indices:
            return
        if defined and indices == before + 1:
            raise UnsupportedError(
                f"an entry of a member of {script.base}, by an index more, is not read",
                span=node.span,
                hint="write it with the whole, as in y_i^T p_i, or with a unit vector, e_k^T p_i",
            )
        raise ParseError(
            f"{script.base} has {_number_of(indices)} here, and {_number_of(before)} elsewhere",
            span=node.span,
            hint="all members of a family have as many indices",
        )

    def introduce_family(self, script: Script, span: Span, shape: Shape | None = None) -> Term:
        """A family from here on; of the usual shape for its letter where nothing else is said."""
        if shape is None:
            shape = self.usual_shape(script.base)
            self.assumed.add(script.key)
            if shape.is_vector:
                self.assumed_families.append(script.key)
            if script.key in self.scalar_families:
                shape = SCALAR
        term = Term("family", (), shape, span, script)
        self.families[script.key] = term
        self.places.setdefault(script.base, span)
        return term

    def applied_function(self, node: Node, args: tuple[Term, ...]) -> Term:
        """`f(U)` for `f(X) = …` is its value; what it is the value of is kept."""
        value, *arguments = args
        self.applied.append((node.data, tuple(arguments), value))
        return value

    def factorial(self, node: Node, args: tuple[Term, ...]) -> Term:
        (arg,) = args
        self.whole(arg)
        return Term("factorial", args, SCALAR, node.span)
