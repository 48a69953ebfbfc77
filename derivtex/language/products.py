"""What a row of factors means: which products, in which order, and where scalars stand."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NoReturn

from derivtex.errors import ParseError, ShapeError, Span, UnsupportedError
from derivtex.language.quotients import Quotients
from derivtex.language.terms import Term
from derivtex.language.tree import Node
from derivtex.shapes import SCALAR, Shape

_ARRAY_PRODUCTS = {r"\odot": "hadamard", r"\otimes": "kron", r"\times": "cross"}


class Products(Quotients):
    """Readings of `a b c` and `A b \\odot c`."""

    def sequence(self, node: Node, args: tuple[Term, ...]) -> Term:
        factors, products = self.divided(args, node.data)
        if not products:
            return factors[0]
        if all(product == "" for product in products):
            return self.chain(factors, node.span)
        scalars, factors, products = self.without_scalars(factors, products)
        if not products:
            body = factors[0]
        elif all(product == "" for product in products):
            body = self.chain(factors, node.span)
        else:
            body = self.mixed(factors, products, node.span)
        return self.chain([*scalars, body], node.span) if scalars else body

    # --- the matrix product ------------------------------------------------------------------

    def chain(self, factors: Sequence[Term], span: Span) -> Term:
        """The product of scalars and matrices; `A x^T y` is A times the scalar x^T y."""
        self.check_last(factors)
        pieces = self.pieces(factors)
        arrays = [piece for piece in pieces if not piece.shape.is_scalar]
        for left, right in pairwise(arrays):
            if not self.fits(left, right):
                self.no_product(left, right, span)
        if not arrays:
            return Term("mul", tuple(pieces), SCALAR, span)
        shape = Shape(arrays[0].shape.rows, arrays[-1].shape.columns)
        return Term("mul", tuple(pieces), self.unifier.resolve_shape(shape), span)

    def check_last(self, factors: Sequence[Term]) -> None:
        """`X β` and `x^T β` end in a number where a vector would be multiplied."""
        *before, last = factors
        if not before or before[-1].shape.columns == SCALAR.columns:
            return
        place = self.number_by_letter(last)
        if place is not None:
            self.refuse_number(
                place, f"stands behind {self.source(before[-1].span)}", "write it in front"
            )

    def pieces(self, factors: Sequence[Term]) -> list[Term]:
        """Factors with each inner scalar product, `x^T y` in `A x^T y z`, made one factor."""
        runs: list[list[Term]] = [[]]
        last: Term | None = None
        for factor in factors:
            if factor.shape.is_scalar:
                runs[-1].append(factor)
                continue
            if last is not None and _breaks(last.shape, factor.shape):
                runs.append([])
            runs[-1].append(factor)
            last = factor
        if len(runs) == 1:
            return list(factors)
        pieces: list[Term] = []
        for run in runs:
            arrays = [f for f in run if not f.shape.is_scalar]
            if len(arrays) > 1 and arrays[0].shape.is_row and arrays[-1].shape.is_column:
                pieces.append(self.chain(run, run[0].span.to(run[-1].span)))
            else:
                pieces.extend(run)
        return pieces

    def fits(self, left: Term, right: Term) -> bool:
        if self.unifier.unify(left.shape.columns, right.shape.rows):
            return True
        return self.fit_by_factors(left, "columns", right, "rows")

    def no_product(self, left: Term, right: Term, span: Span) -> NoReturn:
        hint = None
        a, b = self.source(left.span), self.source(right.span)
        if left.shape.is_column and right.shape.is_column:
            hint = (
                rf"write {a}^T {b} (a scalar), {a} {b}^T (a matrix) or {a} \odot {b} (elementwise)"
            )
        self.clash("these cannot be multiplied", left, right, span, hint)

    # --- elementwise and Kronecker products ---------------------------------------------------

    def without_scalars(
        self, factors: list[Term], products: list[str]
    ) -> tuple[list[Term], list[Term], list[str]]:
        """Scalars that stand beside a factor commute with all products: take them in front."""
        scalars: list[Term] = []
        groups = _groups(factors, products)
        kept: list[list[Term]] = []
        for group in groups:
            pieces = self.pieces(group)
            arrays = [piece for piece in pieces if not piece.shape.is_scalar]
            if arrays:
                scalars += [piece for piece in pieces if piece.shape.is_scalar]
                kept.append(arrays)
            else:
                kept.append(pieces)
        between = [product for product in products if product]
        flat: list[Term] = []
        joined: list[str] = []
        for i, group in enumerate(kept):
            if i:
                joined.append(between[i - 1])
            flat += group
            joined += [""] * (len(group) - 1)
        return scalars, flat, joined

    def mixed(self, factors: list[Term], products: list[str], span: Span) -> Term:
        """`A b \\odot c`: both readings are tried, and exactly one has to fit."""
        marks = [product for product in products if product]
        if marks.count(r"\times") > 1:
            raise ParseError(
                "a cross product of three is not the same in the other order",
                span=span,
                hint=r"write (a \times b) \times c or a \times (b \times c)",
            )
        if {r"\otimes", r"\times"} & set(marks) and len(set(marks)) > 1:
            raise ParseError(
                "elementwise, Kronecker and cross products without parentheses",
                span=span,
                hint=r"write (A \odot B) \otimes C or A \odot (B \otimes C)",
            )
        if "" not in products:
            return self.arrays(factors, marks, span)
        readings = (self.product_inside, self.product_outside)
        fitting = []
        failures = []
        for reading in readings:
            point = self.unifier.mark()
            try:
                reading(factors, products, span)
            except (ShapeError, ParseError) as error:
                failures.append(error)
            else:
                fitting.append(reading)
            self.unifier.undo(point)
        if not fitting:
            raise failures[0]
        if len(fitting) == 2:
            inside = self.spelled(_groups(factors, products), "", marks)
            outside = self.spelled(_clusters(factors, products), marks[0], [])
            raise ParseError(
                "this can be read in two ways", span=span, hint=f"write {inside} or {outside}"
            )
        return fitting[0](factors, products, span)

    def product_inside(self, factors: list[Term], products: list[str], span: Span) -> Term:
        """`(A b) \\odot c`."""
        parts = [
            group[0] if len(group) == 1 else self.chain(group, _span(group))
            for group in _groups(factors, products)
        ]
        return self.arrays(parts, [product for product in products if product], span)

    def product_outside(self, factors: list[Term], products: list[str], span: Span) -> Term:
        """`A (b \\odot c)`."""
        marks = iter([product for product in products if product])
        parts = []
        for group in _clusters(factors, products):
            between = [next(marks) for _ in group[1:]]
            parts.append(self.arrays(group, between, _span(group)) if between else group[0])
        return self.chain(parts, span)

    def spelled(self, groups: list[list[Term]], inner: str, outer: list[str]) -> str:
        """A reading with the parentheses that make it the only one."""
        joint = f" {inner} " if inner else " "
        parts = []
        for group in groups:
            text = joint.join(self.source(term.span) for term in group)
            parts.append(text if len(group) == 1 else f"({text})")
        between = [f" {mark} " for mark in outer] or [" "] * (len(parts) - 1)
        return "".join(p + q for p, q in zip(parts, [*between, ""], strict=True))

    def arrays(self, factors: list[Term], marks: list[str], span: Span) -> Term:
        """Elementwise or Kronecker products alone, from the left."""
        divided = False
        for factor, mark in zip(factors[1:], marks, strict=True):
            if mark == r"\odot" and divided:
                raise ParseError(
                    "what is divided by what is not clear",
                    span=span,
                    hint=r"write (a \oslash b) \odot c or a \oslash (b \odot c)",
                )
            if mark == r"\times" and not (factors[0].shape.is_column and factor.shape.is_column):
                raise UnsupportedError(
                    "the cross product is one of two vectors of \\R^3",
                    span=span,
                    hint=r"the matrix product is A B or A \cdot B",
                )
            divided = divided or mark == r"\oslash"
            if mark != r"\otimes" and not self.equal(factors[0].shape, factor.shape):
                scalar = factors[0].shape.is_scalar or factor.shape.is_scalar
                self.clash(
                    "an elementwise product needs two of one shape",
                    factors[0],
                    factor,
                    span,
                    r"a scalar is multiplied without \odot" if scalar else None,
                )
        # `a \odot b \oslash c`: products first, then the quotients.
        divisors = [f for f, mark in zip(factors[1:], marks, strict=True) if mark == r"\oslash"]
        group = factors[: len(factors) - len(divisors)]
        result = group[0]
        if len(group) > 1:
            result = self.operate(_ARRAY_PRODUCTS[marks[0]], _span(group), *group)
        for divisor in divisors:
            result = self.operate("hadamard_quotient", span, result, divisor)
        return Term(result.op, result.args, result.shape, span, result.data)


def _span(terms: Sequence[Term]) -> Span:
    return terms[0].span.to(terms[-1].span)


def _breaks(left: Shape, right: Shape) -> bool:
    """Whether the inner sizes cannot agree, one being 1 and the other not."""
    return (left.columns == SCALAR.columns) != (right.rows == SCALAR.rows)


def _groups(factors: Sequence[Term], products: Sequence[str]) -> list[list[Term]]:
    """Factors between marks, those that stand side by side together."""
    groups = [[factors[0]]]
    for factor, product in zip(factors[1:], products, strict=True):
        if product:
            groups.append([factor])
        else:
            groups[-1].append(factor)
    return groups


def _clusters(factors: Sequence[Term], products: Sequence[str]) -> list[list[Term]]:
    """Factors that marks join together, those that stand side by side apart."""
    clusters = [[factors[0]]]
    for factor, product in zip(factors[1:], products, strict=True):
        if product:
            clusters[-1].append(factor)
        else:
            clusters.append([factor])
    return clusters
