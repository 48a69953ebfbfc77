"""What a superscript and a fence mean: powers, inverses, determinants and norms, by shape."""

from __future__ import annotations

from fractions import Fraction
from typing import NoReturn

from derivtex.errors import LimitError, ParseError, Span, UnsupportedError
from derivtex.language.norms import Norms
from derivtex.language.terms import Term
from derivtex.language.tree import Node
from derivtex.ops.leaves import value_of
from derivtex.shapes import SCALAR

#: Larger exponents would be written out, or make numbers that fill the memory.
MAX_EXPONENT = 1000

_SUPERSCRIPTS = {
    "*": "the adjugate or adjoint",
    r"\cdot": "the adjugate or adjoint",
    r"\star": "the adjugate or adjoint",
    "H": "the conjugate transpose (everything is real: write ^T)",
}


class Powers(Norms):
    """Readings of `x^p`, `|x|`, `\\|x\\|` and `\\sqrt x`."""

    def power(self, node: Node, args: tuple[Term, ...]) -> Term:
        base, exponent = args
        if base.op == "e" and exponent.shape.is_matrix:
            return self.operate("expm", node.span, exponent)
        if not exponent.shape.is_scalar:
            self.array_exponent(base, exponent)
        if base.op == "e":
            return Term("exp", (exponent,), SCALAR, node.span)
        value = self.exponent_value(exponent)
        if base.shape.is_scalar:
            if base.is_number and base.data == 0 and value is not None and value < 0:
                raise ParseError("division by zero", span=node.span)
            if base.op == "sqrt" and isinstance(value, int) and value % 2 == 0:
                half = Term("number", (), SCALAR, exponent.span, value // 2)
                return (
                    base.args[0]
                    if value == 2
                    else Term("power", (base.args[0], half), SCALAR, node.span)
                )
            return Term("power", args, SCALAR, node.span)
        if base.shape.is_vector:
            self.power_of_vector(node, base, value)
        if value == -1:
            return self.inverse(node.span, base)
        base = self.squared(node.span, base)
        whole = isinstance(value, int) or (value is None and self.is_whole(exponent))
        power = "matrix_power" if whole else "real_power"
        return Term(power, (base, exponent), base.shape, node.span)

    def is_whole(self, exponent: Term) -> bool:
        """Whether an exponent is made of whole numbers only."""
        pending = [exponent]
        while pending:
            term = pending.pop()
            if term.op == "symbol":
                if "integer" not in self.structure.get(term.data, ()):
                    return False
            elif term.op == "given":
                if "integer" not in getattr(term.data.data, "structure", ()):
                    return False
            elif term.op == "number":
                if not isinstance(term.data, int):
                    return False
            elif term.op not in {"index", "add", "mul", "negate"}:
                return False
            pending.extend(term.args)
        return True

    def exponent_value(self, exponent: Term) -> int | Fraction | None:
        """The number an exponent is, if it is one and not too large."""
        value = exponent.data if exponent.is_number else None
        if exponent.op == "given":
            value = value_of(exponent.data)
        if value is not None and (abs(value) > MAX_EXPONENT or Fraction(value).denominator > 1000):
            raise LimitError(f"the exponent is beyond {MAX_EXPONENT}", span=exponent.span)
        return value

    def inverse(self, span: Span, base: Term) -> Term:
        if base.shape.is_scalar:
            minus = Term("number", (), SCALAR, span, -1)
            return Term("power", (base, minus), SCALAR, span)
        base = self.squared(span, base)
        return Term("inverse", (base,), base.shape, span)

    def squared(self, span: Span, base: Term) -> Term:
        """The same term, made square."""
        if not self.is_square(base):
            self.misfit("inverse", span, (base,))
        return Term(
            base.op, base.args, self.unifier.resolve_shape(base.shape), base.span, base.data
        )

    def power_of_vector(self, node: Node, base: Term, value: int | Fraction | None) -> NoReturn:
        x = self.source(base.span)
        if base.op not in {"symbol", "named"} and not x.startswith("("):
            x = f"({x})"
        if value == -1:
            raise ParseError(
                f"{x} is a vector and has no inverse",
                span=node.span,
                hint=rf"elementwise: {x}^{{\circ -1}}",
            )
        power = "k" if value is None else str(value)
        readings = rf"{x}^T {x}, or elementwise {x}^{{\circ {power}}}"
        raise ParseError(
            f"{x} is a vector; a power of it could be two things",
            span=node.span,
            hint=f"write {readings}",
        )

    def array_exponent(self, base: Term, exponent: Term) -> NoReturn:
        text = self.source(exponent.span)
        if base.op == "e":
            raise ParseError(
                f"the exponent {text} is a vector",
                span=exponent.span,
                hint=rf"write \exp({text}) for the elementwise exponential",
            )
        raise ParseError(
            f"the exponent {text} is not a scalar",
            span=exponent.span,
            hint=r"T is a name here: write ^\top for the transpose" if text == "T" else None,
        )

    def elementwise_power(self, node: Node, args: tuple[Term, ...]) -> Term:
        base, exponent = args
        if not exponent.shape.is_scalar:
            self.array_exponent(base, exponent)
        self.exponent_value(exponent)
        return Term("power", args, base.shape, node.span)

    def unsupported_power(self, node: Node, args: tuple[Term, ...]) -> Term:
        if node.data == r"\dagger" and not args[0].shape.is_matrix:
            x = self.source(args[0].span)
            raise ParseError(
                f"the dagger of {x} could be its transpose or its pseudo-inverse",
                span=node.span,
                hint=f"write {x}^T or {x}^{{+}}",
            )
        if node.data in {"+", r"\dagger"}:
            return self.operate("pinv", node.span, *args)
        raise UnsupportedError(f"{_SUPERSCRIPTS[node.data]} is not derived yet", span=node.span)

    def root(self, node: Node, args: tuple[Term, ...]) -> Term:
        """`\\sqrt x`, `\\sqrt[3]{x}`."""
        base, *index = args
        if not index or (index[0].is_number and index[0].data == 2):
            return self.operate("sqrt", node.span, base)
        value = self.exponent_value(index[0])
        if not isinstance(value, int) or value <= 0:
            raise ParseError("the index of a root is a whole number", span=index[0].span)
        exponent = Term("number", (), SCALAR, node.span, Fraction(1, value))
        return Term("power", (base, exponent), base.shape, node.span)

    # --- fences ------------------------------------------------------------------------------

    def bars(self, node: Node, args: tuple[Term, ...]) -> Term:
        """`|X|`: the determinant of a matrix, else the absolute value of each entry."""
        (arg,) = args
        return self.operate("det" if arg.shape.is_matrix else "abs", node.span, arg)
