"""Expressions to SymPy's matrix expressions; the way back is in `sympy_reader`.

A vector is an n×1 `MatrixSymbol`, a size a positive integer `Symbol`. What SymPy takes for a 1×1
matrix (`x.T*A*x`) is a scalar here, and goes over as its trace.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from derivtex.errors import LimitError, ParseError, UnsupportedError
from derivtex.expr import Expr, fold, walk
from derivtex.language.names import plain_name, tex_name
from derivtex.op import OPS
from derivtex.ops import derivative, jacobian, named
from derivtex.ops.leaves import unsized
from derivtex.problem import Definition, Problem, Task
from derivtex.shapes import Dim
from derivtex.sympy_functions import elementwise
from derivtex.sympy_reader import distinct, from_sympy

__all__ = ["from_sympy", "problem_from_sympy", "to_sympy"]

#: SymPy compares, prints and differentiates recursively.
MAX_DEPTH = 100

Build = Callable[[Expr, tuple[Any, ...]], Any]


def problem_from_sympy(expression: Any, wrt: Any) -> Problem:
    """The gradient of a SymPy expression in `wrt`, as a problem.

    `wrt` is a name, several with commas between them, or a SymPy symbol.
    """
    if wrt is None:
        raise ParseError("nothing is asked", hint="give the variable: wrt='X'")
    objective = from_sympy(expression)
    symbols = {plain_name(e.data.name): e for e in walk(objective) if e.op == "symbol"}
    names = re.split(r",(?![^{]*\})", str(getattr(wrt, "name", wrt)))
    asked = [plain_name(tex_name(name)) for name in names]
    for name in asked:
        if name not in symbols:
            raise ParseError(
                f"{name} does not occur in the expression",
                hint=f"its symbols: {', '.join(symbols)}",
            )
    free = next(f for f in ("f", "g", "h", "L", *map("f_{}".format, range(99))) if f not in symbols)
    f, variables = named(free, objective), tuple([symbols[name] for name in asked])
    asks = derivative if f.shape.is_scalar else jacobian
    questions = ", ".join(asks(f, X).latex() for X in variables)
    text = f"{free} = {objective.latex()}\n{questions}"
    task = Task("gradient" if objective.shape.is_scalar else "jacobian", f, variables)
    return Problem(text, None, (Definition(f),), (task,), {**symbols, free: f})


def to_sympy(e: Expr) -> Any:
    """`e` as a SymPy expression.

    Defined names are put in. Raises `UnsupportedError` where SymPy has no such operation, or would
    print two quantities alike, and `LimitError` where `e` is nested deeper than SymPy can go.
    """
    e = distinct(unsized(e))
    depth = fold(e, _depth)
    if depth > MAX_DEPTH:
        raise LimitError(f"an expression {depth} deep; for SymPy the limit is {MAX_DEPTH}")
    return fold(e, _convert)


def _depth(node: Expr, depths: tuple[int, ...]) -> int:
    return 1 + max(depths, default=0)


def _convert(node: Expr, parts: tuple[Any, ...]) -> Any:
    build = _builders().get(node.op)
    if build is None:
        title = OPS[node.op].title if node.op in OPS else node.op
        raise UnsupportedError(f"SymPy has nothing for the {title}")
    return build(node, parts)


def dimension(size: Dim) -> Any:
    """A size as a number or a positive integer symbol."""
    import sympy

    symbols = [sympy.Symbol(plain_name(s), integer=True, positive=True) for s in size.symbols]
    return sympy.Mul(sympy.Integer(size.coefficient), *symbols)


def _shape(node: Expr) -> tuple[Any, Any]:
    return dimension(node.shape.rows), dimension(node.shape.columns)


def _symbol(node: Expr, parts: tuple[Any, ...]) -> Any:
    import sympy

    name = plain_name(node.data.name)
    if not node.shape.is_scalar:
        return sympy.MatrixSymbol(name, *_shape(node))
    assumed = {word: True for word in ("integer", "positive") if word in node.data.structure}
    return sympy.Symbol(name, **assumed)


def _number(node: Expr, parts: tuple[Any, ...]) -> Any:
    import sympy

    return sympy.Rational(node.data.numerator, node.data.denominator)


def _add(node: Expr, parts: tuple[Any, ...]) -> Any:
    import sympy

    if node.shape.is_scalar:
        return sympy.Add(*parts)
    return sympy.MatAdd(*parts).doit(deep=False)


def _mul(node: Expr, parts: tuple[Any, ...]) -> Any:
    import sympy

    pairs = list(zip(node.args, parts, strict=True))
    scalar = sympy.Mul(*[part for arg, part in pairs if arg.shape.is_scalar])
    chain = [part for arg, part in pairs if not arg.shape.is_scalar]
    if not chain:
        return scalar
    product = _product(*chain)
    if node.shape.is_scalar:
        return scalar * sympy.Trace(product)
    return product if scalar == 1 else scalar * product


def _product(*chain: Any) -> Any:
    import sympy

    return chain[0] if len(chain) == 1 else sympy.MatMul(*chain).doit(deep=False)


def _power(node: Expr, parts: tuple[Any, ...]) -> Any:
    import sympy

    return sympy.Pow(*parts) if node.shape.is_scalar else sympy.HadamardPower(*parts)


def _hadamard(*factors: Any) -> Any:
    import sympy

    return sympy.HadamardProduct(*factors)


def _sum(node: Expr, array: Any) -> Any:
    """`1ᵀ A 1`, for SymPy has no sum of the entries."""
    import sympy

    m, n = _shape(node)
    return sympy.Trace(_product(sympy.OneMatrix(1, m), array, sympy.OneMatrix(n, 1)))


def _elementwise(function: Callable[[Any], Any]) -> Build:
    def build(node: Expr, parts: tuple[Any, ...]) -> Any:
        (x,) = parts
        return function(x) if node.shape.is_scalar else x.applyfunc(as_lambda(function))

    return build


def as_lambda(function: Callable[[Any], Any]) -> Any:
    import sympy

    t = sympy.Symbol("t")
    return sympy.Lambda(t, function(t))


def _apply(node: Expr, parts: tuple[Any, ...]) -> Any:
    import sympy

    if not node.shape.is_scalar:
        raise UnsupportedError(f"SymPy has no function with values in {node.shape}")
    return sympy.Function(plain_name(node.data.name))(*parts)


def _map(node: Expr, parts: tuple[Any, ...]) -> Any:
    import sympy

    function, order = node.data
    if order:
        raise UnsupportedError("SymPy has nothing for the derivative of an unknown function here")
    return _elementwise(sympy.Function(plain_name(function.name)))(node, parts)


@cache
def _builders() -> dict[str, Build]:
    """What each operation becomes."""
    import sympy as s
    from sympy.matrices.expressions.diagonal import DiagMatrix, DiagonalOf

    builders: dict[str, Build] = {
        "symbol": _symbol,
        "number": _number,
        "pi": lambda e, _: s.pi,
        "named": lambda e, p: p[0],
        "identity": lambda e, _: s.Identity(dimension(e.shape.rows)),
        "ones": lambda e, _: s.OneMatrix(*_shape(e)),
        "zeros": lambda e, _: s.ZeroMatrix(*_shape(e)),
        "add": _add,
        "mul": _mul,
        "transpose": lambda e, p: s.Transpose(p[0]).doit(deep=False),
        "inverse": lambda e, p: s.Inverse(p[0]),
        "matrix_power": lambda e, p: s.MatPow(*p),
        "power": _power,
        "hadamard": lambda e, p: _hadamard(*p),
        "hadamard_quotient": lambda e, p: _hadamard(p[0], s.HadamardPower(p[1], -1)),
        "kron": lambda e, p: s.KroneckerProduct(*p),
        "frobenius": lambda e, p: s.Trace(_product(s.Transpose(p[0]).doit(deep=False), p[1])),
        "trace": lambda e, p: p[0] if e.args[0].shape.is_scalar else s.Trace(p[0]),
        "det": lambda e, p: s.Determinant(p[0]),
        "logdet": lambda e, p: s.log(s.Determinant(p[0])),
        "norm": lambda e, p: s.sqrt(_squared(s, e, p[0])),
        "norm_squared": lambda e, p: _squared(s, e, p[0]),
        "norm1": lambda e, p: _norm1(s, e, p[0]),
        "sum": lambda e, p: _sum(e.args[0], p[0]),
        "diag": lambda e, p: DiagonalOf(p[0]),
        "Diag": lambda e, p: DiagMatrix(p[0]),
        "maximum": lambda e, p: s.Max(*_scalars(e, p)),
        "minimum": lambda e, p: s.Min(*_scalars(e, p)),
        "apply": _apply,
        "map": _map,
    }
    builders |= {name: _elementwise(function) for name, function in elementwise().items()}
    return builders


def _scalars(e: Expr, parts: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments of a function that SymPy has of numbers alone."""
    if not e.shape.is_scalar:
        raise UnsupportedError(f"SymPy has nothing for the {OPS[e.op].title} of matrices")
    return parts


def _squared(s: Any, e: Expr, x: Any) -> Any:
    return x**2 if e.args[0].shape.is_scalar else s.Trace(_product(x.T, x))


def _norm1(s: Any, e: Expr, x: Any) -> Any:
    return s.Abs(x) if e.args[0].shape.is_scalar else _sum(e.args[0], x.applyfunc(s.Abs))
