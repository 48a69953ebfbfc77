"""The questions of a problem: what is derived, with respect to what."""

from __future__ import annotations

from typing import NamedTuple, NoReturn

from derivtex.errors import ParseError, Span, UnsupportedError
from derivtex.language.asks import Ask
from derivtex.language.cursor import Cursor
from derivtex.language.family_draft import FamilyDraft
from derivtex.language.member_names import scripts
from derivtex.language.names import base_of, tex_name
from derivtex.language.order import Parsed
from derivtex.language.script import Defined
from derivtex.language.spelling import nearest
from derivtex.language.syntax import parse_tokens
from derivtex.language.terms import Term
from derivtex.language.tokens import Token
from derivtex.patterns import pattern
from derivtex.problem import Kind

#: What these names are unless they are declared; `I` is the identity.
#: Between variables; those of a name stand in braces.
_COMMA = pattern(r",(?![^{]*\})")
_CONSTANTS = {"e": "Euler's number", r"\pi": "the number π"}
_OF_A_SCALAR = {"hessian": "Hessian", "stationary": "gradient"}


class Asked(NamedTuple):
    """A question whose objective is read: a definition's name, or an unknown function's value."""

    kind: Kind
    objective: str | Term
    variables: tuple[tuple[str, Span], ...]
    span: Span


class Questions(FamilyDraft):
    """A problem under way, and the objectives and variables that it asks for."""

    def task(self, ask: Ask) -> Asked:
        objective = self.objective(self.script.tokens(ask.objective), ask)
        self.take_members(ask.variables)
        return Asked(self.kind_of(ask.kind, objective), objective, ask.variables, ask.span)

    def kind_of(self, kind: Kind, objective: str | Term) -> Kind:
        """The derivative of what is no scalar is its Jacobian."""
        term = self.infer.names[objective] if isinstance(objective, str) else objective
        return "jacobian" if kind == "gradient" and not term.shape.is_scalar else kind

    def objective(self, tokens: list[Token], ask: Ask) -> str | Term:
        """What is derived: a name, an unknown function's value, or an expression, named here."""
        vocabulary = self.script.vocabulary
        key = tuple(token.text for token in tokens)
        if key in self.inline:
            return self.inline[key]
        tokens = self.without_arguments(tokens)
        node = parse_tokens(tokens, vocabulary)
        if node.kind == "name":
            known = self.infer.names.get(node.data)
            if known is None or known.op != "named":
                self.undefined(node.data, node.span)
            self.scalar(known, ask, str(node.data))
            return str(node.data)
        if node.kind == "apply":
            term = self.infer.term(node)
            self.scalar(term, ask, self.infer.source(node.span))
            return term
        span = tokens[0].span.to(tokens[-1].span)
        defined = Defined(None, tokens, span)
        if vocabulary.families:
            (parsed,) = self.read_entries([Parsed(defined, node)])
            node = parsed.body
        name = self.define(defined, node)
        self.scalar(self.infer.names[name], ask, self.infer.source(span))
        self.inline[key] = name
        return name

    def without_arguments(self, tokens: list[Token]) -> list[Token]:
        """`L(w, b)` as the objective, for an `L` that is defined: it says what L depends on."""
        texts = [t.text for t in tokens]
        if (
            "(" not in texts
            or texts[-1] != ")"
            or any(
                t.kind == "mark" and t.text not in {",", ";", "_", "^", "{", "}", "[", "]"}
                for t in tokens[texts.index("(") + 1 : -1]
            )
        ):
            return tokens
        cursor = Cursor(tokens, self.script.vocabulary)
        if not cursor.at_name() or (
            cursor.token.kind == "word" and cursor.token.text not in self.script.vocabulary.words
        ):
            return tokens
        known = self.infer.names.get(cursor.name())
        if known is None or known.op != "named" or not cursor.at("("):
            return tokens
        place = cursor.position
        formals = self.script.vocabulary.formals.get(str(known.data), ())
        actual = self.arguments(cursor)
        if not (actual <= set(formals) or actual >= set(formals)):
            raise UnsupportedError(
                f"{known.data} at other arguments than ({', '.join(formals)})",
                span=tokens[place].span.to(tokens[-1].span),
                hint="derive it at its own arguments, and put the others in then",
            )
        return tokens[:place]

    def arguments(self, cursor: Cursor) -> set[str]:
        """The names in the parentheses that open here."""
        names = set()
        while not cursor.done:
            if cursor.at_name():
                names.add(cursor.name())
            else:
                cursor.next()
        return names

    def scalar(self, term: Term, ask: Ask, text: str) -> None:
        """A Hessian and a stationary point are of a scalar."""
        if ask.kind in {"hessian", "stationary"} and not term.shape.is_scalar:
            raise UnsupportedError(
                f"the {_OF_A_SCALAR[ask.kind]} of {text}, which is "
                f"{self.infer.shape_text(term.shape)}, is no matrix",
                span=ask.span,
                hint=f"ask for the Jacobian, or for the differential d({text})",
            )

    def undefined(self, name: str, span: Span) -> NoReturn:
        close = nearest(name, [n for n, _, _ in self.defined])
        raise ParseError(
            f"{name} is not defined",
            span=span,
            hint=f"did you mean {close[0]}?" if close else f"say what it is: {name} = …",
        )

    def tasks_of(self, wrt: str, alone: list[str]) -> list[Asked]:
        """The questions that `wrt` puts to the last definition and to what stands `alone`."""
        if not self.defined:
            raise ParseError("nothing is defined that could be derived", span=self.span)
        return [
            self.task_of(wrt, *d) for d in self.defined if d[0] in alone or d is self.defined[-1]
        ]

    def task_of(self, wrt: str, name: str, term: Term, span: Span) -> Asked:
        variables = []
        for variable in _COMMA.split(wrt):
            if not variable.strip():
                raise ParseError("wrt is the name of a variable", span=None)
            variables.append((tex_name(variable), span))
        self.take_members(variables)
        ask = Ask("gradient", (), tuple(variables), span)
        self.scalar(term, ask, name)
        return Asked(self.kind_of("gradient", name), name, tuple(variables), span)

    def no_variable(self, variable: str, span: Span) -> NoReturn:
        if variable in _CONSTANTS or base_of(variable) == "I":
            what = _CONSTANTS.get(variable, "the identity")
            shape = "" if variable in _CONSTANTS else r"^{n \times n}"
            raise ParseError(
                f"{variable} is {what}, not a variable",
                span=span,
                hint=rf"if it is one here, declare it: {variable} \in \R{shape}",
            )
        whole = next((s.base for s in scripts(variable) if s.base in self.infer.names), None)
        if whole is not None and not self.infer.names[whole].shape.is_scalar:
            raise UnsupportedError(
                f"{variable} does not occur, and entries of {whole} are no variables here",
                span=span,
                hint=f"ask for the gradient in {whole}, whose entries they are",
            )
        close = nearest(variable, self.infer.names)
        raise ParseError(
            f"{variable} does not occur in the problem",
            span=span,
            hint=f"did you mean {close[0]}?"
            if close
            else rf"if nothing depends on it, declare it: {variable} \in \R^n",
        )
