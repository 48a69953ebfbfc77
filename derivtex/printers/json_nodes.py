"""Nodes as rows of JSON, `[op, [argument rows], data, shape]`."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from derivtex.expr import Expr, walk
from derivtex.ops.indexed import Order
from derivtex.shapes import Dim, Shape
from derivtex.symbols import Family, Formula, Function, GradientName, Subscript, Symbol


def encode_node(node: Expr, args: list[int]) -> list[Any]:
    return [node.op, args, _encode_data(node.data), _encode_shape(node.shape)]


def _encode_data(data: Any) -> Any:
    match data:
        case None:
            return None
        case Symbol(name, structure):
            return {"symbol": name, "structure": sorted(structure)}
        case Subscript(name, size):
            return {"subscript": name, "size": _encode_dim(size)}
        case Shape():
            return {"of": _encode_shape(data)}
        case Family(base, place, structure, first):
            return {"family": [base, place, first], "structure": sorted(structure)}
        case Order(descending, dots):
            return {"descending": descending, "dots": dots}
        case Function():
            return {"function": _encode_function(data)}
        case GradientName(f, x):
            return {"gradient": [f, x]}
        case (Function() as function, int(index)):
            return {"function": _encode_function(function), "index": index}
        case (tuple() as sizes, int(index)) if not isinstance(sizes, Function):
            return {"blocks": [_encode_dim(size) for size in sizes], "index": index}
        case (Function() as function, int(index), int(by)):
            return {"function": _encode_function(function), "index": index, "by": by}
        case (Function() as function, int(index), str(style)):
            return {"function": _encode_function(function), "index": index, "style": style}
        case str():
            return {"name": data}
        case int() | Fraction():
            return {"number": str(data)}
    raise TypeError(f"a node with data {data!r} has no JSON")


def _encode_function(function: Function) -> list[Any]:
    domain = [_encode_shape(shape) for shape in function.domain]
    record = [function.name, domain, _encode_shape(function.codomain)]
    return record if function.formula is None else [*record, _encode_formula(function.formula)]


def _encode_formula(formula: Formula) -> list[Any]:
    """A table of nodes; the formal, the parameters and the body by their rows."""
    letters = (formula.formal, *formula.parameters, formula.body)
    number: dict[Expr, int] = {}
    rows: list[Any] = []
    for node in walk(*letters):
        number[node] = len(rows)
        rows.append(encode_node(node, [number[arg] for arg in node.args]))
    return [rows, *[number[letter] for letter in letters]]


def _encode_shape(shape: Shape) -> list[Any]:
    return [_encode_dim(size) for size in shape]


def _encode_dim(size: Dim) -> list[Any]:
    return [size.coefficient, *size.symbols]
