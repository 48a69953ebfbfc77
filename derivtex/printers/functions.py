"""How unknown functions are written, and their gradients, Hessians and Jacobians."""

from __future__ import annotations

from collections.abc import Sequence

from derivtex.expr import Expr
from derivtex.op_syntax import ATOM, POSTFIX
from derivtex.printers.signs import Piece, Signs


class FunctionWriter(Signs):
    """Writes what is declared to be a function, and its derivatives."""

    def write_apply(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        return Piece(self.call(self.letters(e.data.name), self.listed(parts)), ATOM)

    def write_map(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        return Piece(self.call(self.derived(*e.data), parts[0].text), ATOM)

    def write_partial(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        """`∂φ/∂D` where the argument has a name, else `∇φ(WX)`, or `∇₂φ(a, WX)`; or `φ'(a, WX)`."""
        function, index, *style = e.data
        f = self.letters(function.name)
        if style == ["prime"]:
            return Piece(self.call(self.derived(function, 1), self.listed(parts)), ATOM)
        D = e.args[index]
        if not style and _is_named(e, D):
            return self.gradient(f, parts[index].text)
        slot = self.slot_gradient(f, index + 1 if len(e.args) > 1 else None)
        return Piece(self.call(slot, self.listed(parts)), POSTFIX)

    def write_function_hessian(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        """`∂²φ/∂x∂xᵀ`, `∂²φ/∂x∂s` where the arguments have names, else `∇²φ(Ax)`."""
        function, index, by = e.data
        f = self.letters(function.name)
        X, Z = e.args[index], e.args[by]
        if _is_named(e, X) and _is_named(e, Z) and not (X.shape.is_matrix or Z.shape.is_matrix):
            x, z = parts[index].text, parts[by].text
            if X is Z:
                return self.second_derivative(f, x, row=X.shape.is_column)
            return self.mixed(f, x, self._turned(z, Z))
        slots = f"{index + 1}{by + 1}" if len(e.args) > 1 else None
        return Piece(self.call(self.slot_hessian(f, slots), self.listed(parts)), POSTFIX)

    def write_function_jacobian(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        """`∂f/∂xᵀ` where the argument has a name, else `f'(Ax)`, or `∂₂f(x, Az)`."""
        function, index = e.data
        f = self.letters(function.name)
        X = e.args[index]
        if _is_named(e, X) and not (X.shape.is_matrix or function.codomain.is_matrix):
            return self.fraction(f, self._turned(parts[index].text, X))
        if len(e.args) == 1:
            return Piece(self.call(self.derived(function, 1), parts[0].text), ATOM)
        return Piece(self.call(self.slot_derivative(f, index + 1), self.listed(parts)), POSTFIX)

    def _turned(self, x: str, X: Expr) -> str:
        """`xᵀ` below the fraction bar, for a column."""
        return self.superscript(x, self.transpose_sign) if X.shape.is_column else x


def _is_named(e: Expr, X: Expr) -> bool:
    """Whether an argument of `e` has a name that says which one it is."""
    return X.op in {"named", "symbol"} and e.args.count(X) == 1
