"""SymPy's matrix expressions to expressions of derivtex.

Each class of SymPy that is understood has one row in a table; any other is an error that names it.
The graph is walked with an explicit stack, and text is never handed to SymPy.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, reduce
from typing import Any

from derivtex.errors import UnsupportedError
from derivtex.expr import Expr, walk
from derivtex.language.lexicon import ACCENTS, LETTERS
from derivtex.language.names import plain_name, tex_name
from derivtex.op import OPS
from derivtex.ops import (
    Diag,
    add,
    apply_function,
    det,
    diag,
    hadamard,
    identity,
    inverse,
    kron,
    map_function,
    matrix_power,
    mul,
    number,
    ones,
    power,
    symbol,
    trace,
    transpose,
    zeros,
)
from derivtex.ops.elementwise import pi
from derivtex.ops.leaves import value_of
from derivtex.shapes import ONE, SCALAR, Dim, Shape, dim
from derivtex.symbols import Function
from derivtex.sympy_functions import classes, elementwise

Read = Callable[[Any, tuple[Expr, ...]], Expr]

_NAME = re.compile(r"\\?[A-Za-z][A-Za-z0-9 ^_{}()\[\],+*'\\-]*")
_MACROS = LETTERS | set(ACCENTS.values()) | {"\\mathrm"}


def from_sympy(expression: Any) -> Expr:
    """The expression of derivtex that equals a SymPy expression.

    Raises `UnsupportedError` for what is not understood.
    """
    values: dict[Any, Expr] = {}
    read = _read(expression, values)
    symbols: dict[Expr, Any] = {}
    for node, value in values.items():
        if value.op == "symbol" and symbols.setdefault(value, node) != node:
            raise UnsupportedError(
                f"two symbols are called {value.data.name}, and are not one to SymPy",
                hint="give each a name of its own; a Dummy is never the symbol of its name",
            )
    return distinct(read)


def distinct(e: Expr) -> Expr:
    """`e`, in which no two quantities go by one name: they would be printed alike."""
    known: dict[str, tuple[Any, Shape]] = {}
    for node in walk(e):
        match node.op:
            case "symbol":
                meant = node.data, node.shape
            case "apply" | "map":
                function = node.data if node.op == "apply" else node.data[0]
                meant = function, function.codomain
            case _:
                continue
        name = plain_name(meant[0].name)
        first = known.setdefault(name, meant)
        if first != meant:
            raise UnsupportedError(
                f"two quantities are called {name}: {_described(*first)}, {_described(*meant)}",
                hint="give each a name of its own",
            )
    return e


def _described(data: Any, shape: Shape) -> str:
    if isinstance(data, Function):
        return "a function"
    words = [*sorted(data.structure), "number" if shape.is_scalar else f"{shape} array"]
    return " ".join(words)


# --- the walk -----------------------------------------------------------------------------------


def _read(root: Any, values: dict[Any, Expr]) -> Expr:
    """Arguments before what they are arguments of; `values` holds what is known already."""
    stack: list[tuple[Any, bool]] = [(root, False)]
    while stack:
        node, done = stack.pop()
        if node in values:
            continue
        read, parts = _row(node)
        if done:
            values[node] = read(node, tuple([values[part] for part in parts]))
        else:
            stack.append((node, True))
            stack.extend((part, False) for part in parts)
    return values[root]


def _row(node: Any) -> tuple[Read, tuple[Any, ...]]:
    """How a node is read, and the parts of it that are read before."""
    leaves, inner = _tables()
    for cls in type(node).__mro__:
        if cls in leaves:
            return leaves[cls], ()
        if cls in inner:
            return inner[cls], node.args
        if cls.__name__ == "ElementwiseApplyFunction":
            return _read_applied, (node.expr,)
    raise UnsupportedError(f"SymPy's {type(node).__name__} is not understood: {node}"[:200])


# --- leaves -------------------------------------------------------------------------------------


def _size(size: Any) -> Dim:
    """A number, a symbol, or a product of them."""
    result = ONE
    for factor in size.as_ordered_factors():
        if factor.is_Integer and factor > 0:
            result = result.times(Dim(int(factor)))
        elif factor.is_Symbol:
            result = result.times(dim(_name(factor.name)))
        else:
            raise UnsupportedError(f"the size {size} is not a product of numbers and symbols")
    return result


def _shape(node: Any) -> Shape:
    rows, columns = node.shape
    return Shape(_size(rows), _size(columns))


def _name(name: str) -> str:
    tex = tex_name(name)
    macros = re.findall(r"\\[A-Za-z]*", tex)
    braces = re.sub(r"[^{}]", "", tex)
    while "{}" in braces:
        braces = braces.replace("{}", "")
    if _NAME.fullmatch(tex) is None or braces or not _MACROS.issuperset(macros):
        raise UnsupportedError(f"{name!r} is no name that can be written in TeX")
    return tex


def _read_symbol(node: Any, parts: tuple[Expr, ...]) -> Expr:
    if node.is_Matrix:
        return symbol(_name(node.name), _shape(node))
    if not node.is_commutative:
        raise UnsupportedError(f"{node} does not commute", hint="use a MatrixSymbol with its shape")
    words = {"integer": node.is_integer, "positive": node.is_positive}
    structure = frozenset(word for word, holds in words.items() if holds)
    return symbol(_name(node.name), SCALAR, structure)


def _read_rational(node: Any, parts: tuple[Expr, ...]) -> Expr:
    from fractions import Fraction

    return number(Fraction(int(node.p), int(node.q)))


def _read_float(node: Any, parts: tuple[Expr, ...]) -> Expr:
    raise UnsupportedError(f"{node} is not exact", hint="use sympy.Rational or sympy.nsimplify")


# --- operations ---------------------------------------------------------------------------------


def _broadcast(parts: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """Scalars beside arrays, as they stand in a function that is applied entry by entry."""
    shape = next((part.shape for part in parts if not part.shape.is_scalar), SCALAR)
    return tuple(part @ ones(shape) if part.shape.is_scalar else part for part in parts)


def _read_mul(node: Any, parts: tuple[Expr, ...]) -> Expr:
    """A product of scalars, or of entries."""
    scalars = [part for part in parts if part.shape.is_scalar]
    arrays = [part for part in parts if not part.shape.is_scalar]
    return mul(*scalars, hadamard(*arrays)) if arrays else mul(*scalars)


def _read_pow(node: Any, parts: tuple[Expr, ...]) -> Expr:
    base, exponent = parts
    if not exponent.shape.is_scalar:
        raise UnsupportedError(f"the power {node} has an array for exponent")
    p = value_of(exponent)
    if p is not None and abs(p) * 2 == 1:
        root = OPS["sqrt"](base)
        return root if p > 0 else power(root, number(-1))
    return power(base, exponent)


def _read_matrix_power(node: Any, parts: tuple[Expr, ...]) -> Expr:
    base, exponent = parts
    if base.shape.is_scalar:
        return _read_pow(node, parts)
    if value_of(exponent) is not None and not isinstance(value_of(exponent), int):
        raise UnsupportedError(f"{node} is no whole power of a matrix")
    return matrix_power(base, exponent)


def _read_log(node: Any, parts: tuple[Expr, ...]) -> Expr:
    (x,) = parts
    return OPS["logdet"](x.args[0]) if x.op == "det" else OPS["log"](x)


def _read_extremum(name: str) -> Read:
    """The larger, or the smaller, of scalars."""
    return lambda node, parts: reduce(OPS[name], parts)


def _read_unknown(node: Any, parts: tuple[Expr, ...]) -> Expr:
    """`φ(X, …)`; with one scalar argument it applies entry by entry."""
    name = _name(node.func.__name__)
    if len(parts) == 1 and (parts[0].shape.is_scalar or node.args[0].is_Symbol):
        return map_function(Function(name, (SCALAR,), SCALAR), parts[0])
    return apply_function(Function(name, tuple(part.shape for part in parts), SCALAR), *parts)


def _read_applied(node: Any, parts: tuple[Expr, ...]) -> Expr:
    """A function entry by entry: one with a name here, or its body with the array put in."""
    (X,) = parts
    (t,) = node.function.signature
    body = node.function.expr
    for name, function in elementwise().items():
        if function(t) == body:
            return OPS[name](X)
    result = _read(body, {t: X})
    return _broadcast((result, X))[0]


def _checked(build: Callable[..., Expr]) -> Read:
    return lambda node, parts: build(*parts)


@cache
def _tables() -> tuple[dict[type, Read], dict[type, Read]]:
    """How SymPy's classes are read: those without parts, and those with."""
    import sympy as s
    from sympy.core.function import AppliedUndef
    from sympy.matrices.expressions.diagonal import DiagMatrix, DiagonalMatrix, DiagonalOf

    leaves: dict[type, Read] = {
        s.Symbol: _read_symbol,
        s.MatrixSymbol: _read_symbol,
        s.Rational: _read_rational,
        s.Float: _read_float,
        type(s.pi): lambda node, _: pi,
        type(s.E): lambda node, _: OPS["exp"](number(1)),
        s.Identity: lambda node, _: identity(_size(node.shape[0])),
        s.OneMatrix: lambda node, _: ones(_shape(node)),
        s.ZeroMatrix: lambda node, _: zeros(_shape(node)),
    }
    inner: dict[type, Read] = {
        s.Add: lambda node, parts: add(*_broadcast(parts)),
        s.MatAdd: _checked(add),
        s.Mul: _read_mul,
        s.MatMul: _checked(mul),
        s.Pow: _read_pow,
        s.MatPow: _read_matrix_power,
        s.HadamardPower: _read_pow,
        s.HadamardProduct: _checked(hadamard),
        s.KroneckerProduct: _checked(kron),
        s.Transpose: _checked(transpose),
        s.Inverse: lambda node, parts: inverse(parts[0]),
        s.Trace: lambda node, parts: parts[0] if parts[0].shape.is_scalar else trace(parts[0]),
        s.Determinant: _checked(det),
        DiagMatrix: _checked(Diag),
        DiagonalOf: _checked(diag),
        DiagonalMatrix: lambda node, parts: Diag(diag(parts[0])),
        s.Max: _read_extremum("maximum"),
        s.Min: _read_extremum("minimum"),
        s.Heaviside: lambda node, parts: OPS["step"](parts[0]),
        s.log: _read_log,
        AppliedUndef: _read_unknown,
    }
    return leaves, {cls: _checked(OPS[name]) for cls, name in classes().items()} | inner
