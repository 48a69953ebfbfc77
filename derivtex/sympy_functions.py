"""The functions of a scalar that derivtex and SymPy share."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any


@cache
def elementwise() -> dict[str, Callable[[Any], Any]]:
    """Each operation of derivtex that is applied entry by entry, as SymPy writes it."""
    import sympy as s

    return {
        "exp": s.exp, "log": s.log, "sqrt": s.sqrt, "sin": s.sin, "cos": s.cos, "tan": s.tan,
        "cot": s.cot, "sec": s.sec, "csc": s.csc, "coth": s.coth,
        "sinh": s.sinh, "cosh": s.cosh, "tanh": s.tanh, "arcsin": s.asin, "arccos": s.acos,
        "arctan": s.atan, "sign": s.sign, "abs": s.Abs, "erf": s.erf,
        "sigmoid": lambda t: 1 / (1 + s.exp(-t)),
        "dsigmoid": lambda t: s.exp(-t) / (1 + s.exp(-t)) ** 2,
        "softplus": lambda t: s.log(1 + s.exp(t)),
        "relu": lambda t: s.Max(0, t),
        "step": lambda t: s.Heaviside(t, 0),
    }  # fmt: skip


def classes() -> dict[type, str]:
    """Those that are a class of SymPy by themselves, with their names here."""
    return {f: name for name, f in elementwise().items() if isinstance(f, type)}
