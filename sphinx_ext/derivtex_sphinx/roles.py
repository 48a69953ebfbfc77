r"""Results inline: ``:gradient:`\|Xw-y\|^2; w```. What follows ``;`` is the variable."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from docutils import nodes
from docutils.parsers.rst.states import Inliner
from docutils.utils import unescape
from sphinx.util.docutils import SphinxRole

import derivtex

from .report import check, warn_of
from .settings import resolve


class ResultRole(SphinxRole):
    """Derives an expression and prints one of its results."""

    def __init__(self, result: Callable[[derivtex.Derivation], derivtex.Expr]) -> None:
        super().__init__()
        self.result = result

    def __call__(
        self,
        name: str,
        rawtext: str,
        text: str,
        lineno: int,
        inliner: Inliner,
        options: dict[str, Any] | None = None,
        content: Sequence[str] = (),
    ) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        # Sphinx drops the backslashes from a role's text; here they are TeX.
        self.tex = unescape(text, restore_backslashes=True)
        return super().__call__(name, rawtext, text, lineno, inliner, options, content)

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        settings = resolve({}, self.config, complain=lambda message: None)
        expression, variable = split_variable(self.tex)
        try:
            derivation = derivtex.derive(
                expression,
                wrt=variable,
                notation=settings.notation,
                detail=settings.detail,
            )
            latex = self.result(derivation).latex()
        except derivtex.DerivtexError as err:
            warn_of(err, self.get_location())
            problem = nodes.literal(self.tex, self.tex)
            message = nodes.emphasis(err.message, f"({err.message})")
            classes = ["derivation-error"]
            return [nodes.inline("", "", problem, nodes.Text(" "), message, classes=classes)], []
        check(derivation, settings.check, self.get_location())
        return [nodes.math(self.rawtext, latex)], []


def split_variable(tex: str) -> tuple[str, str | None]:
    r"""``\|x\|^2; x`` is an expression and its variable; the ``;`` of ``\;`` is a space."""
    expression, *variable = re.split(r"(?<!\\);", tex, maxsplit=1)
    return expression.strip(), variable[0].strip() if variable else None
