"""Nodes from rows of JSON, each row judged by what its operation takes."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any, NoReturn

from derivtex.errors import DerivtexError
from derivtex.expr import Expr
from derivtex.language.lexicon import ACCENTS, LETTERS, STYLES, UPRIGHT
from derivtex.op import strict
from derivtex.ops import OPS
from derivtex.ops.components import subscript
from derivtex.ops.indexed import Order
from derivtex.ops.leaves import number
from derivtex.ops.matrices import commutation
from derivtex.shapes import ONE, Dim, Shape
from derivtex.symbols import Family, Formula, Function, GradientName, Subscript, Symbol

#: Leaves with nothing but a shape.
_BARE = frozenset({"identity", "ones", "zeros", "pi", "infinity"})
#: Nodes that say something besides their arguments.
_WITH_DATA = frozenset(
    {"symbol", "number", "named", "apply", "map", "commutation", "index", "extent", "family",
     "indexed_product", "subscript", "selector", "partial", "function_jacobian", "function_hessian"}
)  # fmt: skip
#: The derivatives of unknown functions, and by how many arguments each is.
_DERIVATIVES = {"partial": 1, "function_jacobian": 1, "function_hessian": 2}

_SIGNS = re.compile(r"[A-Za-z0-9_^{}\[\]()',*+\-|:. \\]{1,200}")
_MACRO = re.compile(r"\\([A-Za-z]+)?")
_MACROS = frozenset(
    macro[1:]
    for macro in (
        LETTERS | ACCENTS.keys() | STYLES | UPRIGHT | {r"\prime", r"\star", r"\max", r"\min"}
    )
)


def malformed(what: str) -> NoReturn:
    raise DerivtexError(f"the JSON of a derivation is malformed: {what}")


def decode_node(row: Any, nodes: list[Expr]) -> Expr:
    """The node of a row, its arguments among the `nodes` of the rows above it."""
    match row:
        case [str(op), list(rows), data, shape]:
            pass
        case _:
            malformed("a node is a list of operation, arguments, data and shape")
    if op not in OPS and op not in _BARE:
        malformed(f"there is no operation {op[:40]!r}")
    if not all(type(i) is int and 0 <= i < len(nodes) for i in rows):
        malformed("an argument of a node stands above it in the table")
    args = tuple([nodes[i] for i in rows])
    node = _build(op, args, _decode_data(data), decode_shape(shape))
    if node.shape != decode_shape(shape):
        malformed(f"a node {op} of shape {node.shape} is said to have another one")
    return node


def _build(op: str, args: tuple[Expr, ...], data: Any, shape: Shape) -> Expr:
    """The node, if its arguments and its data are what the operation has."""
    match op, data:
        case ("symbol", Symbol()) if not args:
            return Expr(op, (), data, shape)
        case ("number", int() | Fraction()) if not args:
            return number(data)
        case ("named", Family()) if len(args) > 1 and all(i.shape.is_scalar for i in args[1:]):
            return Expr(op, args, data, args[0].shape)
        case ("index" | "extent", str()) if not args:
            return Expr(op, (), data, shape)
        case ("family", Family()) if not args:
            return Expr(op, (), data, shape)
        case ("member", None) if len(args) > 1 and args[0].op == "family":
            return OPS[op].node(args)
        case ("indexed_sum" | "integral", None) if len(args) == 4 and args[1].op == "index":
            return OPS[op].node(args)
        case ("indexed_product", Order()) if len(args) == 4 and args[1].op == "index":
            return OPS[op].node(args, data)
        case ("named", str() | GradientName()) if len(args) == 1:
            return Expr(op, args, data, args[0].shape)
        case (_, (Function(), int(), *_)) if op in _DERIVATIVES and _is_derivative(op, args, data):
            return OPS[op].node(args, data)
        case ("apply", Function(domain=domain)) if len(domain) == len(args):
            return OPS[op].node(args, data)
        case ("map", (Function(formula=formula), int(order))) if order >= 0:
            parameters = () if formula is None else formula.parameters
            if len(args) == 1 + len(parameters):
                return OPS[op].node(args, data)
        case ("selector", (tuple() as sizes, int())) if not isinstance(sizes, Function):
            if not args:
                return OPS[op].node(args, data)
        case ("commutation", Shape() as of) if not args:
            return commutation(of)
        case ("subscript", Subscript(letter, size)) if not args:
            return subscript(letter, size)
        case ("entry" | "delta" | "sum_over" | "direct", None):
            if _is_component(op, args):
                return OPS[op].node(args)
            malformed(f"the arguments of a node {op} are not those of this operation")
        case (_, None) if op in _BARE:
            fits = {
                "identity": shape.is_square,
                "pi": shape.is_scalar,
                "infinity": shape.is_scalar,
                "ones": not shape.is_matrix,
            }
            if fits.get(op, True) and not args:
                return Expr(op, (), None, shape)
        case (_, None) if op not in _WITH_DATA | {"member", "indexed_sum", "integral"}:
            if OPS[op].takes(len(args)):
                return _shaped(op, args)
    malformed(f"the arguments or the data of a node {op} are not those of this operation")


def _is_derivative(op: str, args: tuple[Expr, ...], data: Any) -> bool:
    """Whether the data of a derivative of an unknown function say in which of its arguments."""
    function, *places = data
    if op == "partial" and isinstance(places[-1], str):
        del places[-1]
    known = all(type(i) is int and 0 <= i < len(args) for i in places) and places == sorted(places)
    scalar = op == "function_jacobian" or function.codomain.is_scalar
    return (
        known and scalar and len(places) == _DERIVATIVES[op] and len(function.domain) == len(args)
    )


def _is_component(op: str, args: tuple[Expr, ...]) -> bool:
    """Whether these are an array and its subscripts, a subscript and a body, and so on."""
    places = [arg.op == "subscript" for arg in args]
    match op:
        case "entry":
            sizes = [arg.data.size for arg in args[1:] if arg.op == "subscript"]
            return places.count(False) == 1 and sizes == [d for d in args[0].shape if d != ONE]
        case "delta":
            return places == [True, True]
        case "sum_over":
            return places == [True, False]
    scalars = len(args) == 2 and all(arg.shape.is_scalar for arg in args)
    return scalars and args[1].op in {"entry", "symbol", "named"}


def _shaped(op: str, args: tuple[Expr, ...]) -> Expr:
    try:
        OPS[op].shape(strict, *[arg.shape for arg in args])
    except TypeError:
        malformed(f"{len(args)} arguments are not what {op} takes")
    return OPS[op].node(args)


def _decode_data(data: Any) -> Any:
    match data:
        case None:
            return None
        case {"symbol": str(tex), "structure": list(words), **rest} if not rest:
            if all(type(word) is str for word in words):
                return Symbol(name(tex), frozenset(words))
        case {"family": [str(tex), str(place), int(first)], "structure": list(words), **rest}:
            known = place in {"_", "^", "^[", "^("} and all(type(word) is str for word in words)
            if known and not rest:
                return Family(name(tex), place, frozenset(words), first)
        case {"descending": bool(descending), "dots": bool(dots), **rest} if not rest:
            return Order(descending, dots)
        case {"subscript": str(tex), "size": size, **rest} if not rest:
            return Subscript(name(tex), _decode_dim(size))
        case {"blocks": list(sizes), "index": int(index), **rest} if not rest:
            if type(index) is int and 0 <= index < len(sizes):
                return tuple([_decode_dim(size) for size in sizes]), index
        case {"of": shape, **rest} if not rest:
            return decode_shape(shape)
        case {"name": str(tex), **rest} if not rest:
            return name(tex)
        case {"gradient": [str(f), str(x)], **rest} if not rest:
            return GradientName(name(f), name(x))
        case {"number": str(digits), **rest} if not rest:
            if re.fullmatch(r"-?[0-9]{1,400}(/[1-9][0-9]{0,399})?", digits):
                value = Fraction(digits)
                return value.numerator if value.denominator == 1 else value
        case {"function": function, "index": index, **rest} if not rest:
            if type(index) is int:
                return _decode_function(function), index
        case {"function": function, "index": index, "style": style, **rest} if not rest:
            if type(index) is int and (style == "slot" or (style == "prime" and index == 0)):
                return _decode_function(function), index, style
        case {"function": function, "index": int(index), "by": int(by), **rest} if not rest:
            if type(index) is type(by) is int:
                return _decode_function(function), index, by
        case {"function": function, **rest} if not rest:
            return _decode_function(function)
    malformed("data that no node has")


def _decode_function(data: Any) -> Function:
    match data:
        case [str(tex), list(domain), codomain]:
            shapes = tuple([decode_shape(shape) for shape in domain])
            return Function(name(tex), shapes, decode_shape(codomain))
        case [str(tex), list(domain), codomain, formula]:
            shapes = tuple([decode_shape(shape) for shape in domain])
            return Function(name(tex), shapes, decode_shape(codomain), _decode_formula(formula))
    malformed("a function is a list of name, domain and codomain")


def _decode_formula(data: Any) -> Formula:
    match data:
        case [list(rows), *letters] if len(letters) > 1:
            nodes: list[Expr] = []
            try:
                for row in rows:
                    nodes.append(decode_node(row, nodes))
            except RecursionError:
                malformed("formulas within formulas, too many of them")
            if all(type(i) is int and 0 <= i < len(nodes) for i in letters):
                formal, *parameters, body = [nodes[i] for i in letters]
                if all(e.shape.is_scalar for e in (formal, *parameters, body)):
                    return Formula(formal, body, tuple(parameters))
    malformed("a formula is a table of scalar expressions, and which of them is what")


def decode_shape(data: Any) -> Shape:
    match data:
        case [rows, columns]:
            return Shape(_decode_dim(rows), _decode_dim(columns))
    malformed("a shape has rows and columns")


def _decode_dim(data: Any) -> Dim:
    match data:
        case [coefficient, *symbols] if type(coefficient) is int and coefficient > 0:
            if all(type(symbol) is str for symbol in symbols) and symbols == sorted(symbols):
                return Dim(coefficient, tuple(name(s.removeprefix("?")) and s for s in symbols))
    malformed("a size is a list of a positive number and names")


def name(tex: str) -> str:
    """`tex` if it is no more than a name, whatever reads it as TeX later."""
    known = all(macro in _MACROS for macro in _MACRO.findall(tex))
    if known and _SIGNS.fullmatch(tex) and tex.strip() and _is_balanced(tex):
        return tex
    malformed(f"{tex[:40]!r} is no name")


def _is_balanced(tex: str) -> bool:
    depth = 0
    for sign in tex:
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            return False
    return depth == 0
