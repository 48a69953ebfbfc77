"""Pass one: syntax to typed trees. Which operation is meant follows from the shapes.

Whether something is a scalar, a vector or a matrix is known as soon as it is read (from what was
declared or defined, else from its letter); sizes are unified over the whole problem.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NoReturn

from derivtex.errors import DerivtexError, ParseError
from derivtex.expr import Expr
from derivtex.language.blocks import Blocks
from derivtex.language.calls import Calls
from derivtex.language.cursor import Vocabulary
from derivtex.language.entries import Entries
from derivtex.language.terms import Term
from derivtex.language.tree import Node
from derivtex.language.weights import Weights
from derivtex.op import OPS
from derivtex.ops.elementwise import pi
from derivtex.shapes import SCALAR, Shape, column

#: What an exponent is made of that is a count.
_COUNTS = frozenset({"name", "number", "sum", "negate", "sequence", "fraction"})
#: What has integers in it that are not declared.
_WITH_INTEGERS = frozenset({"power", "elementwise power", "series", "factorial"})


class Inference(Calls, Weights, Blocks, Entries):
    """The names of a problem and the typed trees of its expressions."""

    def __init__(
        self, text: str, vocabulary: Vocabulary, given: Mapping[str, Expr] | None = None
    ) -> None:
        super().__init__(text)
        self.vocabulary = vocabulary
        self.given = given or {}
        self.names: dict[str, Term] = {}
        self.structure: dict[str, frozenset[str]] = {}

    def term(self, root: Node) -> Term:
        """The typed tree of an expression, built from its leaves with an explicit stack."""
        order: list[Node] = []
        stack = [root]
        while stack:
            node = stack.pop()
            order.append(node)
            stack += node.args
            if node.kind in _WITH_INTEGERS:
                self.note_integers(node)
        built: list[Term] = []
        for node in reversed(order):
            args: tuple[Term, ...] = ()
            if node.args:
                start = len(built) - len(node.args)
                args = tuple(built[start:])
                del built[start:]
            try:
                built.append(_MEANING[node.kind](self, node, args))
            except DerivtexError as error:
                if error.span is None:
                    error.span = node.span
                raise
        return built[0]

    def note_integers(self, node: Node) -> None:
        """Undeclared letters that stand as an exponent are integers: `X^k`, `2^{n-1}`."""
        if node.kind in {"series", "factorial"}:
            exponents = list(node.args[-2:] if node.kind == "series" else node.args)
        else:
            exponents = [node.args[1]] if node.args[0].kind != "e" else []
        while exponents:
            exponent = exponents.pop()
            if exponent.kind == "sequence" and any(a.kind not in _COUNTS for a in exponent.args):
                continue  # a product of arrays, `2^{x^Tx}`
            if exponent.kind in _COUNTS:
                self.check_exponent(exponent)
                exponents.extend(exponent.args)
            if exponent.kind == "name" and len(exponent.data) == 1:
                self.vocabulary.integers.add(exponent.data)

    def check_exponent(self, exponent: Node) -> None:
        """Refuse `A^{T-1}` and `A^{ij}`, where nothing says that T, i and j are whole numbers."""
        names = [arg.data for arg in exponent.args if arg.kind == "name"]
        new = [n for n in names if not self.vocabulary.knows(n) and n not in self.structure]
        text = self.source(exponent.span)
        if "T" in new and "T" not in self.vocabulary.integers | self.vocabulary.limits:
            raise ParseError(
                f"the exponent {text} could be a transpose, or a power with a number T",
                span=exponent.span,
                hint=r"write A^{-T}, or declare the number: T \in \N",
            )
        if exponent.kind == "sequence" and len(new) == len(exponent.args) > 1 and len(text) < 4:
            raise ParseError(
                f"{text} could be an exponent or two indices",
                span=exponent.span,
                hint=r"declare the numbers of a power: i, j \in \N; an entry is e_i^T A e_j",
            )

    # --- leaves ------------------------------------------------------------------------------

    def number(self, node: Node, args: tuple[Term, ...]) -> Term:
        return Term("number", (), SCALAR, node.span, node.data)

    def identity(self, node: Node, args: tuple[Term, ...]) -> Term:
        size = self.unifier.fresh() if node.data is None else node.data.rows
        return Term("identity", (), Shape(size, size), node.span)

    def filled(self, node: Node, args: tuple[Term, ...]) -> Term:
        shape = column(self.unifier.fresh()) if node.data is None else node.data
        return Term(node.kind, (), shape, node.span)

    def bare_e(self, node: Node, args: tuple[Term, ...]) -> Term:
        return Term("e", (), SCALAR, node.span)

    # --- sums and inner products -------------------------------------------------------------

    def sum(self, node: Node, args: tuple[Term, ...]) -> Term:
        first = next((arg for arg in args if not self.is_zero(arg)), args[0])
        terms = []
        for arg in args:
            if self.is_zero(arg) and arg.shape != first.shape:
                arg = Term("zeros", (), first.shape, arg.span)
            if arg.shape.is_scalar != first.shape.is_scalar:
                self.mixed_sum(node, *((arg, first) if arg.shape.is_scalar else (first, arg)))
            if not self.alike(first, arg):
                hint = self.hint_on_primes(first, arg)
                self.clash("terms of a sum have one shape", first, arg, node.span, hint)
            terms.append(arg)
        shape = self.unifier.resolve_shape(first.shape)
        return Term("add", tuple(terms), shape, node.span)

    def hint_on_primes(self, *terms: Term) -> str | None:
        """`x - x'` where x' is meant to be another vector."""
        inner = [term.args[0] if term.op == "negate" else term for term in terms]
        sources = (self.source(term.span) for term in inner if term.op == "transpose")
        name = next((source for source in sources if source.endswith("'")), None)
        if name is None:
            return None
        return rf"{name} is the transpose of {name[:-1]}; another name is \tilde {name[:-1]}"

    def transpose(self, node: Node, args: tuple[Term, ...]) -> Term:
        (arg,) = args
        if arg.is_number:
            hint = rf"for a vector of equal entries write \mathbf {arg.data}"
            raise ParseError(
                "a number has no transpose",
                span=node.span,
                hint=hint if arg.data in {0, 1} else None,
            )
        if arg.op == "given" and arg.data is pi:
            raise ParseError(
                r"\pi is the number π, and has no transpose",
                span=node.span,
                hint=r"if it is a vector here, declare it: \pi \in \R^n",
            )
        if (place := self.number_by_letter(arg)) is not None:
            self.refuse_number(place, "is transposed", "leave out the transpose")
        return self.operate("transpose", node.span, arg)

    def is_zero(self, term: Term) -> bool:
        return (term.is_number and term.data == 0) or term.op == "zeros"

    def mixed_sum(self, node: Node, scalar: Term, array: Term) -> NoReturn:
        text = self.source(scalar.span)
        if array.shape.is_matrix:
            hint = f"for a multiple of the identity write {text} I" if text != "1" else "write I"
        else:
            hint = r"for a vector with equal entries write " + (
                r"\mathbf 1" if text == "1" else rf"{text} \mathbf 1"
            )
        part = self.assumed_part(array)
        if part is not None and part.span != array.span:
            name = self.source(part.span)
            hint = rf"if {name} is a scalar, declare it: {name} \in \R; {hint}"
        elif array.shape.is_vector and self.is_assumed(scalar):
            hint = rf"if {text} is a vector, declare it: {text} \in \R^n; {hint}"
        elif self.is_assumed(array):
            name = self.source(array.span)
            hint = rf"if {name} is a scalar, declare it: {name} \in \R; {hint}"
        self.clash("a scalar cannot be added to an array", scalar, array, node.span, hint)

    def negate(self, node: Node, args: tuple[Term, ...]) -> Term:
        (arg,) = args
        if arg.is_number:
            return Term("number", (), SCALAR, node.span, -arg.data)
        return Term("negate", args, arg.shape, node.span)

    def inner(self, node: Node, args: tuple[Term, ...]) -> Term:
        left, right = args
        if not self.equal(left.shape, right.shape):
            self.clash("A:B needs two of one shape", left, right, node.span)
        return Term("frobenius", args, SCALAR, node.span)

    # --- what only derivations contain -------------------------------------------------------

    def differential(self, node: Node, args: tuple[Term, ...]) -> Term:
        return self.operate("differential", node.span, *args)

    def derivative(self, node: Node, args: tuple[Term, ...]) -> Term:
        f, x = node.data
        key = rf"\frac{{\partial {f}}}{{\partial {x}}}"
        if key in self.given:
            return Term("given", (), self.given[key].shape, node.span, self.given[key])
        for name in (f, x):
            if name not in self.given:
                raise ParseError(f"{name} in a derivative is not a known name", span=node.span)
        expr = OPS["derivative"](self.given[f], self.given[x])
        return Term("given", (), expr.shape, node.span, expr)


#: What each kind of node means.
_MEANING: dict[str, Callable[[Inference, Node, tuple[Term, ...]], Term]] = {
    "number": Inference.number,
    "name": Inference.name,
    "identity": Inference.identity,
    "ones": Inference.filled,
    "zeros": Inference.filled,
    "pi": lambda self, node, args: Term("given", (), SCALAR, node.span, pi),
    "e": Inference.bare_e,
    "sum": Inference.sum,
    "negate": Inference.negate,
    "inner": Inference.inner,
    "contract first": lambda self, node, args: self.operate("contract_first", node.span, *args),
    "contract second": lambda self, node, args: self.operate("contract_second", node.span, *args),
    "sequence": Inference.sequence,
    "fraction": Inference.fraction,
    "transpose": Inference.transpose,
    "power": Inference.power,
    "elementwise power": Inference.elementwise_power,
    "unsupported power": Inference.unsupported_power,
    "root": Inference.root,
    "norm": Inference.norm,
    "weighted norm": Inference.weighted_norm,
    "weighted inner": Inference.weighted_inner,
    "bars": Inference.bars,
    "call": Inference.call,
    "apply": Inference.apply,
    "slot gradient": Inference.slot_gradient,
    "blocks": Inference.blocks,
    "differential": Inference.differential,
    "derivative": Inference.derivative,
    "index": lambda self, node, args: Term("index", (), SCALAR, node.span, node.data),
    "applied": Inference.applied_function,
    "extent": lambda self, node, args: Term("extent", (), SCALAR, node.span, node.data),
    "infinity": lambda self, node, args: Term("infinity", (), SCALAR, node.span),
    "series": Inference.series,
    "member": Inference.member,
    "entry": Inference.entry,
    "factorial": Inference.factorial,
}
