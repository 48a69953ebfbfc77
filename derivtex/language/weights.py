"""Norms and inner products with a weight: `\\|x\\|_A^2` is xᵀAx, `\\langle x, y\\rangle_A` xᵀAy."""

from __future__ import annotations

from derivtex.errors import Span
from derivtex.language.products import Products
from derivtex.language.terms import Term
from derivtex.language.tree import Node
from derivtex.shapes import SCALAR
from derivtex.symbols import STRUCTURES


class Weights(Products):
    """Readings of a subscript that is a matrix; of a matrix X, `\\|X\\|_A^2` is tr(XᵀAX)."""

    def weighted_norm(self, node: Node, args: tuple[Term, ...]) -> Term:
        arg, weight = args
        self.take_for_definite(weight)
        return Term("sqrt", (self.weighted(arg, weight, arg, node.span),), SCALAR, node.span)

    def weighted_inner(self, node: Node, args: tuple[Term, ...]) -> Term:
        left, right, weight = args
        if not self.equal(left.shape, right.shape):
            self.clash("an inner product needs two of one shape", left, right, node.span)
        return self.weighted(left, weight, right, node.span)

    def weighted(self, left: Term, weight: Term, right: Term, span: Span) -> Term:
        product = self.chain((self.operate("transpose", span, left), weight, right), span)
        return product if product.shape.is_scalar else self.operate("trace", span, product)

    def take_for_definite(self, weight: Term) -> None:
        """What makes a norm is positive definite, where nothing else is said of it."""
        while weight.op in {"inverse", "transpose"}:
            (weight,) = weight.args
        if weight.op == "symbol" and weight.data in self.assumed:
            self.unifier.unify(weight.shape.rows, weight.shape.columns)
            self.structure[weight.data] = STRUCTURES["positive definite"]
