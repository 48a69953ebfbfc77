r"""Macros that the mathematics of a project shares: ``derivtex_macros`` for MathJax and LaTeX.

A value is what the macro stands for, or a pair of that and the number of its arguments:
``{"E": r"\mathbb{E}", "norm": [r"\left\|#1\right\|", 1]}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config

from .report import warn
from .typography import as_notation

_NAME = re.compile(r"[A-Za-z]+")


def share_macros(app: Sphinx, config: Config) -> None:
    """Hand the macros to MathJax and to LaTeX; a project's own settings win."""
    macros = dict(_macros(app, config))
    if not macros:
        return
    for name in ("mathjax3_config", "mathjax4_config"):
        if name in config and _is_version(config, name):
            settings = dict(getattr(config, name) or {})
            tex = dict(settings.get("tex", {}))
            tex["macros"] = {**_for_mathjax(macros), **tex.get("macros", {})}
            setattr(config, name, {**settings, "tex": tex})
    preamble = "".join(f"{line}\n" for line in _for_latex(macros))
    elements = config.latex_elements
    config.latex_elements = {**elements, "preamble": elements.get("preamble", "") + preamble}
    if "imgmath_latex_preamble" in config:
        config.imgmath_latex_preamble += preamble


def _is_version(config: Config, name: str) -> bool:
    """One of the two is read; a project that sets one has said which."""
    if "mathjax4_config" not in config:
        return name == "mathjax3_config"
    return (name == "mathjax3_config") == bool(config.mathjax3_config)


def check_values(app: Sphinx, config: Config) -> None:
    """The values whose inside Sphinx does not look at."""
    notation, wrong = as_notation(config.derivtex_typography)
    config.derivtex_typography = notation
    for message in wrong:
        warn(message, "config", _place(app, "derivtex_typography"))


def _macros(app: Sphinx, config: Config) -> Iterator[tuple[str, tuple[str, int]]]:
    """The macros that are well made, as replacement and number of arguments."""
    macros: Any = config.derivtex_macros
    if not isinstance(macros, dict):
        return  # Sphinx has warned
    for name, value in macros.items():
        match [value] if isinstance(value, str) else value:
            case [str(text)] if _NAME.fullmatch(str(name)):
                yield name, (text, 0)
            case [str(text), int(count)] if _NAME.fullmatch(str(name)) and 0 <= count <= 9:
                yield name, (text, count)
            case _:
                warn(
                    f"derivtex_macros: {name!r} is no name of letters with a text, "
                    "or with a text and a number of arguments",
                    "config",
                    _place(app, "derivtex_macros"),
                )


def _for_mathjax(macros: dict[str, tuple[str, int]]) -> dict[str, Any]:
    return {name: [text, count] if count else text for name, (text, count) in macros.items()}


def _for_latex(macros: dict[str, tuple[str, int]]) -> Iterator[str]:
    for name, (text, count) in macros.items():
        arguments = f"[{count}]" if count else ""
        # The project's macro wins over one of a package, and over none.
        yield rf"\providecommand{{\{name}}}{{}}\renewcommand{{\{name}}}{arguments}{{{text}}}"


def _place(app: Sphinx, name: str) -> str:
    """Where a project sets a value: the line in its conf.py, or the first where none does."""
    path = app.confdir / "conf.py"
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []
    number = next((n for n, line in enumerate(lines, 1) if line.startswith(name)), 1)
    return f"{path}:{number}"
