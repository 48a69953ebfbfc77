"""Functions that are applied: those of the operation table, and those that a problem declares."""

from __future__ import annotations

from derivtex.errors import ParseError, ShapeError, UnsupportedError
from derivtex.language.by_letter import acts_on_entries
from derivtex.language.powers import Powers
from derivtex.language.terms import Term
from derivtex.language.tree import Node
from derivtex.op import OPS
from derivtex.ops.partials import function_jacobian_shape
from derivtex.shapes import SCALAR


class Calls(Powers):
    """`tr(X)`, `max(ε, x)`, `g'(x)`, `∇₂ψ(x, y)`."""

    def call(self, node: Node, args: tuple[Term, ...]) -> Term:
        op = OPS[node.data]
        if not op.takes(len(args)):
            count = max(1, len(op.sample))
            raise ParseError(
                f"the {op.title} takes {count} argument{'s' * (count > 1)}, not {len(args)}",
                span=node.span,
                hint=op.usage,
            )
        name = node.data
        (first, *_) = args
        place = self.number_by_letter(first) if first.shape.is_scalar else None
        if place is not None and not acts_on_entries(name):
            self.refuse_number(place, f"the {op.title} is of an array", "leave the function out")
        if name in {"diag", "Diag"}:
            name = "Diag" if first.shape.is_vector else "diag"
        if name == "log":
            if first.op == "abs" and first.args[0].op == "det":
                first = first.args[0]
            if first.op == "det":
                return Term("logdet", first.args, SCALAR, node.span)
            if first.op == "softmax":
                return self.operate("log_softmax", node.span, *first.args)
        if name == "inverse":
            return self.inverse(node.span, first)
        if name in {"maximum", "minimum"}:
            args = self.of_one_shape(args)
        return self.operate(name, node.span, *args)

    def of_one_shape(self, args: tuple[Term, ...]) -> tuple[Term, ...]:
        """A number beside an array stands for the array of such entries: `max(ε, x)`."""
        array = next((arg for arg in args if not arg.shape.is_scalar), None)
        if array is None:
            return args
        ones = Term("ones", (), array.shape, array.span)
        return tuple(
            Term("mul", (arg, ones), array.shape, arg.span) if arg.shape.is_scalar else arg
            for arg in args
        )

    def apply(self, node: Node, args: tuple[Term, ...]) -> Term:
        """A declared function: entry by entry where its type is `\\R \\to \\R`."""
        name, order = node.data
        function = self.vocabulary.functions[name]
        if len(args) != len(function.domain):
            raise ParseError(
                f"{name} takes {len(function.domain)} arguments, not {len(args)}", span=node.span
            )
        if function.elementwise and len(args) == 1:
            return Term("map", args, args[0].shape, node.span, (function, order))
        if order > 1 or (order and not function.codomain.is_scalar and len(args) > 1):
            raise UnsupportedError(
                f"the derivative {name}{'′' * order} of a function of arrays is not known",
                span=node.span,
            )
        args = tuple(
            Term("zeros", (), shape, arg.span) if arg.is_number and arg.data == 0 else arg
            for arg, shape in zip(args, function.domain, strict=True)
        )
        for arg, shape in zip(args, function.domain, strict=True):
            if not self.equal(arg.shape, shape):
                raise ShapeError(
                    f"{name} takes an argument of shape {shape}, but {self.describe(arg)}",
                    span=arg.span,
                )
        if order and not function.codomain.is_scalar:
            shape = function_jacobian_shape(function, args[0].shape)
            return Term("function_jacobian", args, shape, node.span, (function, 0))
        if order:
            return Term("partial", args, args[0].shape, node.span, (function, 0, "prime"))
        return Term("apply", args, function.codomain, node.span, function)

    def slot_gradient(self, node: Node, args: tuple[Term, ...]) -> Term:
        """`∇₂ψ(x, y)`."""
        name, index = node.data
        applied = self.apply(Node("apply", node.span, node.args, (name, 0)), args)
        if not applied.shape.is_scalar:
            raise UnsupportedError(
                f"{name} has values in {applied.shape}: its derivative is a Jacobian",
                span=node.span,
                hint=f"{name}'(x) is the Jacobian of a function of one argument",
            )
        if not 0 <= index < len(args):
            raise ParseError(f"{name} has no such argument", span=node.span)
        data = (self.vocabulary.functions[name], index, "slot")
        return Term("partial", args, args[index].shape, node.span, data)
