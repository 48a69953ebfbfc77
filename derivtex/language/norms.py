"""What a norm means, by its subscript and by the shape of what stands in it."""

from __future__ import annotations

from fractions import Fraction

from derivtex.errors import Span, UnsupportedError
from derivtex.language.by_letter import ByLetter
from derivtex.language.terms import Term
from derivtex.language.tree import Node
from derivtex.patterns import pattern
from derivtex.shapes import SCALAR
from derivtex.symbols import STRUCTURES

_NORMS = {
    "0": "the number of nonzero entries",
    "2,1": "the 2,1-norm",
}
_NUMBER = pattern(r"\d+(\.\d+)?|\d+/[1-9]\d*")


class Norms(ByLetter):
    """Readings of `\\|x\\|`."""

    def exponent_of_norm(self, kind: str, span: Span) -> Term | None:
        """The p of `\\|x\\|_p`: a number that is not zero, or the name of a scalar."""
        if _NUMBER.fullmatch(kind):
            value = Fraction(kind)
            return Term("number", (), SCALAR, span, value) if value else None
        if kind in {"p", "q"} and not self.is_known(kind):
            self.structure[kind] = STRUCTURES["positive"]
            return self.introduce(kind, SCALAR, span)
        known = self.name(Node("name", span, data=kind), ()) if self.is_known(kind) else None
        return known if known is not None and known.shape.is_scalar else None

    def norm(self, node: Node, args: tuple[Term, ...]) -> Term:
        (arg,) = args
        kind = node.data
        if (place := self.number_by_letter(arg)) is not None:
            self.refuse_number(place, "has no norm", "write |…|")
        if arg.shape.is_scalar and kind in {"", "1", "2", "F"}:
            return self.operate("abs", node.span, arg)
        if kind in {"", "F"} or (kind == "2" and not arg.shape.is_matrix):
            return self.operate("norm", node.span, arg)
        if kind in {"*", r"\cdot"}:
            return self.operate("nuclear_norm", node.span, arg)
        if kind == "2":
            return self.operate("spectral_norm", node.span, arg)
        if kind == "1":
            return self.operate("norm1", node.span, arg)
        if kind in {r"\max", "max"} or (kind == r"\infty" and not arg.shape.is_matrix):
            return self.operate("norm_max", node.span, arg)
        if kind == r"\infty":
            raise UnsupportedError(
                "the maximum norm of a matrix, its largest row sum, is not derived",
                span=node.span,
                hint=r"the largest of its entries is \|X\|_{\max}",
            )
        if (p := self.exponent_of_norm(kind, node.span)) is not None:
            if arg.shape.is_matrix:
                raise UnsupportedError(
                    f"the norm with subscript {kind} of a matrix is not derived",
                    span=node.span,
                    hint=rf"that of its entries is \|\operatorname{{vec}}(X)\|_{kind}",
                )
            return self.operate("norm_p", node.span, arg, p)
        what = _NORMS.get(kind, f"the norm with subscript {kind}")
        hint = r"known are \|x\|, \|x\|_1, \|x\|_p, \|x\|_\infty, \|X\|_F, \|X\|_2, \|X\|_*"
        raise UnsupportedError(f"{what} is not derived yet", span=node.span, hint=hint)
