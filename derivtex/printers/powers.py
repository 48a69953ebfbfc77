"""How norms, roots, inverses, transposes and powers are written."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from fractions import Fraction

from derivtex.expr import Expr
from derivtex.op import OPS
from derivtex.op_syntax import ATOM, POSTFIX, Call, Fence, Superscript
from derivtex.ops import transpose
from derivtex.ops.integers import minus
from derivtex.ops.leaves import number, value_of
from derivtex.printers.products import UNIT, ProductWriter
from derivtex.printers.signs import Piece

#: How an eigenvalue is written that has no letter of its own.
EIGENVALUE = Call(r"\operatorname{eig}", "eig")


class PowerWriter(ProductWriter):
    """Writes what stands in an exponent, or under a root, in one script."""

    @abstractmethod
    def piece(self, e: Expr) -> Piece: ...

    def write_norm_squared(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        syntax = OPS["norm"].syntax
        assert isinstance(syntax, Fence)
        norm = Piece(self.fence(syntax, parts[0].text, e.args[0]), ATOM)
        return self.raised(norm, "2")._replace(power=(norm, 2))

    def write_norm_p(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        """`‖x‖_p`."""
        syntax = OPS["norm"].syntax
        assert isinstance(syntax, Fence)
        norm = self.fence(syntax, parts[0].text, e.args[0])
        return Piece(self.subscripted(norm, parts[1].text), ATOM)

    def write_sqrt(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        return self.root(parts[0])

    def write_inverse(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        syntax = OPS["inverse"].syntax
        assert isinstance(syntax, Superscript)
        if _is_root(e.args[0]) and parts[0].power is not None:
            root, half = parts[0].power
            return self.raised(root, self._exponent(-half))._replace(power=(root, -half))
        return self.raised(parts[0], self.sign(syntax))._replace(power=(parts[0], -1))

    def write_transpose(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        """`Aᵀ`, and `A⁻ᵀ` for the transpose of an inverse."""
        (inner,) = parts
        if e.args[0].op == "selector":
            return self.upright_selector(e.args[0])
        if e.args[0].op == "inverse" and inner.power is not None:
            return self.raised(inner.power[0], self.inverse_transpose())
        syntax = OPS["transpose"].syntax
        assert isinstance(syntax, Superscript)
        return self.raised(inner, self.sign(syntax))

    def write_matrix_power(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        base, exponent = parts
        times = value_of(e.args[1])
        known = _is_root(e.args[0]) or e.args[0].op == "inverse"
        if times is not None and known and base.power is not None:
            root, once = base.power
            return self.raised(root, self._exponent(once * times))
        if times is None and (inverted := _inverted(e.args[0])) is not None:
            opposite = self.piece(minus(number(0), e.args[1]))
            return self.raised(self.piece(inverted), opposite.text)
        return self.raised(base, exponent.text)

    def write_real_power(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        value = value_of(e.args[1])
        return self.raised(parts[0], parts[1].text if value is None else self._exponent(value))

    def write_sqrtm(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        half = Fraction(1, 2)
        return self.raised(parts[0], self._exponent(half))._replace(power=(parts[0], half))

    def write_expm(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        return Piece(self.superscript("e", parts[0].text), POSTFIX)

    def _exponent(self, value: int | Fraction) -> str:
        return str(value).replace("-", self.minus)

    def write_power(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        """`x²`, `1/x`, and `x^{∘2}` for an array."""
        base, exponent = parts
        value = value_of(e.args[1])
        script = exponent.text if value is None else str(value).replace("-", self.minus)
        if not e.shape.is_scalar:
            return self.raised(base, self.circled(script))
        if value is None:
            return self.raised(base, script)
        if e.args[0].op == "norm_squared" and base.power is not None:
            base, value = base.power[0], 2 * value
        if value > 0:
            return self.to_the(base, value)
        return self.ratio(UNIT, self.to_the(base, -value))._replace(power=(base, value))

    def write_eigenvalue(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        """`λ_max(A)`, `λ₂(A)`; with an argument that has no name, `eig(A + B, 2)`."""
        place = value_of(e.args[1])
        extreme = {1: r"\lambda_{\max}", -1: r"\lambda_{\min}"}.get(place)
        if extreme is None and e.args[0].op not in {"symbol", "named"}:
            return Piece(self.call(self.sign(EIGENVALUE), self.listed(parts)), ATOM)
        index = parts[1].text
        script = index if len(index) == 1 else f"{{{index}}}"
        name = rf"\lambda_{script}" if extreme is None else extreme
        return Piece(self.call(self.letters(name), parts[0].text), ATOM)


def _inverted(e: Expr) -> Expr | None:
    """X for X⁻¹, Xᵀ for X⁻ᵀ."""
    if e.op == "inverse":
        return e.args[0]
    if e.op == "transpose" and e.args[0].op == "inverse":
        return transpose(e.args[0].args[0])
    return None


def _is_root(e: Expr) -> bool:
    """`X^{1/2}` or `X^{-1/2}`, whose powers are those of X."""
    return e.op == "sqrtm" or (e.op == "inverse" and e.args[0].op == "sqrtm")
