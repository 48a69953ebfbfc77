"""Matrix-calculus derivations from TeX: each step named, each step checked numerically.

>>> import derivtex
>>> print(derivtex.derive(r"L = \\|Xw - y\\|^2", wrt="w").latex())  # doctest: +SKIP

The public names are loaded when they are first used: this import costs next to nothing.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from derivtex.api import derive, derive_all, parse, parse_problems
    from derivtex.derivation import Derivation, Line, Step
    from derivtex.errors import (
        DerivtexError,
        LimitError,
        ParseError,
        ShapeError,
        UnsupportedError,
    )
    from derivtex.expr import Expr
    from derivtex.notation import Notation
    from derivtex.printers.block import EQALIGN_MACRO
    from derivtex.problem import Problem
    from derivtex.verify import Verification

__version__ = "0.1.0"

__all__ = [
    "EQALIGN_MACRO",
    "Derivation",
    "DerivtexError",
    "Expr",
    "LimitError",
    "Line",
    "Notation",
    "ParseError",
    "Problem",
    "ShapeError",
    "Step",
    "UnsupportedError",
    "Verification",
    "__version__",
    "derive",
    "derive_all",
    "parse",
    "parse_problems",
]

#: Where each public name lives.
_HOMES = {
    "EQALIGN_MACRO": "printers.block",
    "Derivation": "derivation",
    "DerivtexError": "errors",
    "Expr": "expr",
    "LimitError": "errors",
    "Line": "derivation",
    "Notation": "notation",
    "ParseError": "errors",
    "Problem": "problem",
    "ShapeError": "errors",
    "Step": "derivation",
    "UnsupportedError": "errors",
    "Verification": "verify",
    "derive": "api",
    "derive_all": "api",
    "load_ipython_extension": "notebook",
    "parse": "api",
    "parse_problems": "api",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'derivtex' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"derivtex.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Package(ModuleType):
    """Importing the submodule `derivtex.parse` must not hide the function `derivtex.parse`."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
