"""Statements: what a line declares, defines or asks.

A statement is a list of segments between commas, each told by the marks that stand in it outside
brackets: `\\in` declares, `:` with `\\to` declares a function, `=` defines, a derivative asks.
Names before a comma wait for the set that comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from derivtex.errors import DerivtexError, ParseError, Span
from derivtex.language.asks import is_ask, read_ask
from derivtex.language.cursor import Cursor, Template
from derivtex.language.declarations import read_declarations
from derivtex.language.script import HINT, Declared, Defined, Script, find
from derivtex.language.structures import consistent
from derivtex.language.tokens import Statement, Token, as_words


def read_script(statements: Sequence[Statement], source: str) -> Script:
    """Sort the statements of `source` out; names are known before any expression is read."""
    script = Script(source)
    rest: list[list[Token]] = []
    for statement in statements:
        rest.extend(read_declarations(script, statement))
    for name, (shape, structure, span) in script.declared.items():
        if structure:
            structure = consistent(name, shape, structure, span)
            script.declared[name] = Declared(shape, structure, span)
    _Definitions(script).read(rest)
    return script


class _Definitions:
    """The segments that declare nothing. Left sides first, so that every name is known."""

    def __init__(self, script: Script) -> None:
        self.script = script

    def read(self, parts: list[list[Token]]) -> None:
        d_is_a_name = self.script.vocabulary.knows("d") or any(
            len(part) > 1 and part[0].text == "d" and part[1].text == "=" for part in parts
        )
        asks: list[list[Token]] = []
        for part in parts:
            if is_ask(part, d_is_a_name):
                asks.append(part)
            elif find(part, "=") >= 0:
                self.definition(part)
            else:
                self.script.expressions.append(Defined(None, part, part[0].span.to(part[-1].span)))
        for part in asks:
            tokens = self.script.tokens(part)
            self.script.asks.extend(read_ask(tokens, self.script.vocabulary, d_is_a_name))

    def definition(self, part: list[Token]) -> None:
        script = self.script
        cut = find(part, "=")
        left, body = part[:cut], part[cut + 1 :]
        span = part[0].span.to(part[-1].span)
        if not left and body and not script.definitions:
            raise ParseError("an equation with an empty side", span=span, hint=HINT)
        if not left and body:
            raise ParseError(
                f"{script.definitions[-1].name} has another right side here",
                span=span,
                hint="leave it out: what follows from a definition is found, not stated",
            )
        if not left or not body:
            raise ParseError("an equation with an empty side", span=span, hint=HINT)
        second = find(body, "=")
        if second >= 0:
            raise ParseError(
                "two equations in one statement",
                span=body[second].span,
                hint="write one equation a statement",
            )
        name, formals = self.left_side(left)
        name_span = left[0].span.to(left[-1].span)
        if name in script.vocabulary.functions:
            self.body_of_function(name, formals, name_span, body)
        if name in script.vocabulary.defined:
            raise ParseError(
                f"{name} is defined twice", span=name_span, hint=script.hint_on_styles(name)
            )
        script.vocabulary.add(name)
        if formals:
            script.vocabulary.formals[name] = formals
        script.vocabulary.defined.add(name)
        script.definitions.append(Defined(name, body, span))

    def left_side(self, left: list[Token]) -> tuple[str, tuple[str, ...]]:
        """The name that an equation defines, and the arguments in `L(w) = …`."""
        script = self.script
        span = left[0].span.to(left[-1].span)
        cursor = Cursor(as_words(left), script.vocabulary)
        if not cursor.at_name():
            self.no_name(span)
        try:
            name = cursor.name(introduced=True)
        except DerivtexError:
            self.no_name(span)
        formals: list[str] = []
        if cursor.skip("("):
            while cursor.at_name():
                formals.append(cursor.name(introduced=True))
                if not (cursor.skip(",") or cursor.skip(";")):
                    break
            cursor.expect(")")
        if not cursor.done:
            self.no_name(span)
        if left[0].kind == "run":
            self.product_or_word(left[0])
        return name, tuple(formals)

    def no_name(self, span: Span) -> NoReturn:
        raise ParseError(
            "the left side of an equation must be a name",
            span=span,
            hint=r"an equation defines a name: L = …; only \frac{\partial L}{\partial w} = 0 asks",
        )

    def product_or_word(self, run: Token) -> None:
        """`WX = …` would make a word of what looks like a product of known letters."""
        known = [c for c in run.text if self.script.vocabulary.knows(c)]
        if run.text[0] == "d" and self.script.vocabulary.knows(run.text[1:]):
            raise ParseError(
                f"{run.text} is a differential; it is found, not defined", span=run.span
            )
        if known and f"\\mathrm{{{run.text}}}" not in self.script.declared:
            raise ParseError(
                f"{run.text} could be a product with {known[0]}, or a name",
                span=run.span,
                hint=rf"write \mathrm{{{run.text}}} = … for the name",
            )

    def body_of_function(
        self, name: str, formals: tuple[str, ...], span: Span, body: list[Token]
    ) -> None:
        """`f : … \\to \\R, f(x) = …`: the function is known after all; its name is its value.

        Where its values are arrays it can be applied to other arguments as well.
        """
        script = self.script
        function = script.vocabulary.functions.pop(name)
        if len(formals) != len(function.domain):
            arguments = ", ".join("xyzuvw"[i % 6] for i in range(len(function.domain)))
            raise ParseError(
                f"{name} is declared as a function",
                span=span,
                hint=f"write {name}({arguments}) = …",
            )
        for formal, shape in zip(formals, function.domain, strict=True):
            script.declare(formal, Declared(shape, frozenset(), span))
        script.declare(name, Declared(function.codomain, frozenset(), span))
        if not function.codomain.is_scalar:
            script.vocabulary.templates[name] = Template(formals, body)
