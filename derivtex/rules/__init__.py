"""The named rewrite rules, a file a family; each registers itself when its file is loaded.

A derivation loads those that it uses. `load_all` is for who wants all of them: the documentation,
the tests, and whoever prints a derivation that was made elsewhere.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages


def load_all() -> None:
    """Fill `derivtex.rule.RULES`."""
    for module in walk_packages(__path__, f"{__name__}."):
        import_module(module.name)
