r"""Results inline: ``:gradient:`\|Xw-y\|^2; w```. What follows ``;`` is the variable."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Literal

from docutils import nodes
from docutils.parsers.rst.states import Inliner
from docutils.utils import unescape
from sphinx.util.docutils import SphinxRole

from .cache import key_of
from .domain import domain_of
from .inline import Result, write_inline
from .nodes import inline_math
from .report import report_check, warn
from .settings import resolve
from .writing import Failure

_SEMICOLON = re.compile(r"(?<!\\);")  # the one of `\;` is a space


class ResultRole(SphinxRole):
    """Derives an expression and prints one of its results."""

    def __init__(self, kind: Literal["gradient", "differential"]) -> None:
        super().__init__()
        self.kind: Literal["gradient", "differential"] = kind

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
        expression, *variable = _SEMICOLON.split(self.tex, maxsplit=1)
        wrt = variable[0].strip() if variable else None
        found: Result | Failure = domain_of(self.env).cache.get(
            self.env.docname,
            key_of(self.kind, expression, wrt, settings),
            lambda: write_inline(self.kind, expression.strip(), wrt, settings),
        )
        if isinstance(found, Failure):
            warn(found.message, found.subtype, self.get_location())
            problem = nodes.literal(self.tex, self.tex)
            message = nodes.emphasis("", f"({found.brief})")
            classes = ["derivation-error"]
            return [nodes.inline("", "", problem, nodes.Text(" "), message, classes=classes)], []
        report_check(found.worst, settings.check, self.get_location())
        return [inline_math(found.tex, found.text)], []
