"""Functions of a number that are given by a formula, applied entry by entry: their values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from derivtex.expr import Expr, fold, walk
from derivtex.op import OPS
from derivtex.ops.leaves import function_of
from derivtex.symbols import Function

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]

Apply = Callable[[Expr, tuple[Any, ...]], Any]

_STEP = 1e-3
_STENCIL = ((-2, 1 / 12), (-1, -8 / 12), (1, 8 / 12), (2, -1 / 12))


def entrywise(np: Any, body: Expr, values: dict[Expr, Any], apply: Apply) -> Array:
    """The value of a scalar expression for each entry of the arrays that its letters stand for.

    `apply(node, parts)` is the value of a function applied to `parts`.
    """

    def combine(node: Expr, parts: tuple[Any, ...]) -> Any:
        match node.op:
            case "number":
                return np.full((1, 1), float(node.data))
            case "pi":
                return np.full((1, 1), np.pi)
            case "named":
                return parts[0]
            case "mul":
                return OPS["hadamard"].formula()(np, *parts)
            case "power":
                return parts[0] ** parts[1]
            case "map":
                return apply(node, parts)
        return OPS[node.op].formula()(np, *parts)

    value: Array = fold(body, combine, values)
    return value


def formula_value(np: Any, function: Function, body: Expr, parts: Any, apply: Apply) -> Array:
    """`body`, a formula of the function or of its derivative, with its arguments `parts`."""
    letters = (function.formula.formal, *function.formula.parameters)
    value = entrywise(np, body, dict(zip(letters, parts, strict=True)), apply)
    result: Array = value + np.zeros_like(parts[0])
    return result


def functions_of(nodes: Iterable[Expr]) -> Iterator[Function]:
    """The unknown functions, and those with a formula, in the nodes and in these formulas."""
    seen: set[Function] = set()
    pending = list(nodes)
    while pending:
        node = pending.pop()
        function = function_of(node)
        if function is not None and function not in seen:
            seen.add(function)
            yield function
            if function.formula is not None:
                pending.extend(walk(function.formula.body))


class Differences:
    """A function with a formula, whose derivatives are difference quotients of fourth order.

    So the formula of a derivative does not check itself.
    """

    def __init__(self, np: Any, function: Function, functions: dict[str, Any]) -> None:
        self.np = np
        self.function = function
        self.functions = functions

    def derivative(self, order: int, *parts: Array) -> Array:
        if order == 0:
            return formula_value(
                self.np, self.function, self.function.formula.body, parts, self._apply
            )
        X, *parameters = parts
        total: Array = self.np.zeros_like(X)
        for place, weight in _STENCIL:
            total = total + weight * self.derivative(order - 1, X + place * _STEP, *parameters)
        return total / _STEP

    def _apply(self, node: Expr, parts: tuple[Any, ...]) -> Any:
        function, order = node.data
        return self.functions[function.name].derivative(order, *parts)
