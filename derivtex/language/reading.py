"""One problem on its way from text to `Problem`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple, NoReturn

from derivtex.errors import ParseError, Span, UnsupportedError
from derivtex.expr import Expr
from derivtex.language.asks import Ask
from derivtex.language.build import Builder
from derivtex.language.cursor import Cursor
from derivtex.language.families import family_of, with_members
from derivtex.language.formula import FormulaRead, build_formula, read_formula, with_applications
from derivtex.language.functions import known_words
from derivtex.language.infer import Inference
from derivtex.language.names import base_of, plain_name, tex_name
from derivtex.language.order import Parsed, ordered
from derivtex.language.script import Defined
from derivtex.language.script import Script as Statements
from derivtex.language.series import Script, letters_of, scripts
from derivtex.language.spelling import nearest
from derivtex.language.statements import read_script
from derivtex.language.syntax import Parser, parse_tokens
from derivtex.language.terms import Term
from derivtex.language.tex import read
from derivtex.language.tokens import Token
from derivtex.language.tree import Node, run
from derivtex.ops.leaves import named
from derivtex.problem import Applied, Definition, Kind, Problem, Task
from derivtex.shapes import SCALAR
from derivtex.symbols import STRUCTURES, attach

#: What these names are unless they are declared; `I` is the identity.
_CONSTANTS = {"e": "Euler's number", r"\pi": "the number π"}
_OF_A_SCALAR = {"hessian": "Hessian", "stationary": "gradient"}
_FREE = ("f", "g", "h", "L", *(f"f_{i}" for i in range(1, 1000)))


class Asked(NamedTuple):
    """A question whose objective is read: a definition's name, or an unknown function's value."""

    kind: Kind
    objective: str | Term
    variables: tuple[tuple[str, Span], ...]
    span: Span


class Reading:
    """One problem on its way from text to `Problem`."""

    def __init__(
        self,
        text: str,
        start: int,
        end: int,
        title: str | None,
        scalars: frozenset[str] = frozenset(),
    ) -> None:
        self.chunk = text[start:end].strip()
        self.title = title
        self.span = Span(start, end)
        statements = read(text, known_words(), start, end)
        if not statements:
            raise ParseError("there is no problem here", span=Span(start, end))
        self.statements = statements
        self.script: Statements = read_script(statements, self.chunk)
        self.infer = Inference(text, self.script.vocabulary)
        self.infer.scalar_families = scalars
        self.defined: list[tuple[str, Term, Span]] = []
        self.members: dict[str, Term] = {}
        self.templates: dict[str, int] = {}
        self.inline: dict[tuple[str, ...], str] = {}
        #: Functions with a formula, each with the number of definitions before it.
        self.formulas: list[tuple[int, FormulaRead]] = []

    def problem(self, wrt: str | None) -> Problem:
        self.declare()
        script = self.script
        if script.expressions and wrt is None:
            self.neither(script.expressions[0])
        given = sorted([*script.definitions, *script.expressions], key=lambda d: d.span)
        parsed = [Parsed(d, self.tree(d.body)) for d in given]
        parsed = with_applications(parsed, script.vocabulary)
        if script.vocabulary.families:
            parsed = with_members(parsed, script.vocabulary)
            self.declare_families()
            self.declare_entries(parsed)
        alone: list[str] = []
        for known in ordered(parsed, script.hint_on_styles):
            if known.family is not None:
                self.define_family(known.defined, known.body, known.family)
                continue
            name = self.define(known.defined, known.body)
            if known.defined.name is None:
                alone.append(name)
        tasks = [self.task(ask) for ask in script.asks]
        if wrt is not None:
            tasks.extend(self.tasks_of(wrt, alone))
        if not tasks:
            raise ParseError(
                "nothing is asked",
                span=Span(max(self.span.start, self.span.end - 1), self.span.end),
                hint=r"add \frac{\partial L}{\partial w}, or give the variable (wrt=…, -w …)",
            )
        return self.built(tasks)

    def neither(self, expression: Defined) -> NoReturn:
        if expression.body[0].text[0] == "d" and self.script.vocabulary.knows("d"):
            raise ParseError(
                "d is a quantity here, so this is no differential",
                span=expression.span,
                hint=r"ask with \nabla_x L or \frac{\partial L}{\partial x}, or rename d",
            )
        raise ParseError(
            "neither a declaration, nor a definition, nor a question",
            span=expression.span,
            hint="an expression by itself needs the variable (wrt=…, -w …)",
        )

    # --- pass one ----------------------------------------------------------------------------

    def declare(self) -> None:
        infer, vocabulary = self.infer, self.script.vocabulary
        infer.used_sizes.update(vocabulary.integers)
        for name, declared in self.script.declared.items():
            infer.structure[name] = declared.structure
            infer.introduce(name, declared.shape, declared.span)
        for name, (structure, span) in vocabulary.positive.items():
            infer.introduce(name, infer.usual_shape(name), span)
            infer.structure[name] = structure
        infer.places.update(self.script.functions)

    def declare_families(self) -> None:
        """What was said of `x_i` is said of every member of the family, now that it is one."""
        infer = self.infer
        for name, declared in self.script.declared.items():
            script = family_of(name, self.script.vocabulary)
            if script is not None:
                del infer.names[name]
                infer.introduce_family(script, declared.span, declared.shape)
                infer.structure[script.key] = declared.structure

    def declare_entries(self, parsed: Sequence[Parsed]) -> None:
        """`y_i` of a `y \\in \\R^N` that stands with an index only is a number for each i.

        Where y also stands as a whole, `y_i` could be its entry or the member of a family.
        """
        infer, whole = self.infer, self.names_in(parsed)
        for script in self.script.vocabulary.families.values():
            array = self.script.declared.get(script.base)
            if array is None or array.shape.is_scalar or script.key in infer.families:
                continue
            indices = len(letters_of(script.text))
            if script.base not in whole and indices == 1 + array.shape.is_matrix:
                del infer.names[script.base]
                infer.introduce_family(script, array.span, SCALAR)
                infer.structure[script.key] = array.structure & STRUCTURES["positive"]
                continue
            entry = attach(script.base, script.place, script.text or "i")
            raise UnsupportedError(
                f"{entry} could be an entry of {script.base}, or a member of a family",
                span=array.span,
                hint=rf"for the family declare {entry} \in \R^n; of an array use the entries only, "
                rf"\nabla_{{{entry}}} L, or the whole, x^T x",
            )

    def names_in(self, parsed: Sequence[Parsed]) -> set[str]:
        """The names that stand in the definitions, or are asked for."""
        found = {name for ask in self.script.asks for name, _ in ask.variables}
        pending = [p.body for p in parsed]
        while pending:
            node = pending.pop()
            pending.extend(node.args)
            if node.kind == "name":
                found.add(node.data)
        return found

    def tree(self, body: Sequence[Token]) -> Node:
        return parse_tokens(self.script.tokens(body), self.script.vocabulary)

    def define(self, defined: Defined, body: Node) -> str:
        """Take a definition in, and its value's shape for the name; returns the name."""
        infer = self.infer
        if defined.name in self.script.vocabulary.applied:
            self.formulas.append(
                (len(self.defined), read_formula(self.script, infer, defined, body))
            )
            return str(defined.name)
        term = infer.term(body)
        name = defined.name or self.free_name()
        declared = infer.names.get(name)
        if declared is not None and not infer.equal(declared.shape, term.shape):
            infer.clash(
                f"{name} was declared of another shape", declared, term, defined.span,
                self.script.hint_on_styles(name),
            )  # fmt: skip
        infer.names[name] = Term(
            "named", (), infer.unifier.resolve_shape(term.shape), defined.span, name
        )
        infer.places[name] = defined.span
        self.script.vocabulary.add(name)
        self.defined.append((name, term, defined.span))
        return name

    def define_family(self, defined: Defined, body: Node, script: Script) -> None:
        """Take the definition of every member of a family in."""
        infer = self.infer
        term = infer.term(body)
        declared = infer.families.get(script.key)
        if declared is not None and not infer.equal(declared.shape, term.shape):
            why = f"{defined.name} was declared of another shape"
            infer.clash(why, declared, term, defined.span)
        infer.introduce_family(script, defined.span, infer.unifier.resolve_shape(term.shape))
        self.templates[script.key] = len(self.defined)
        self.defined.append((script.key, term, defined.span))

    def free_name(self) -> str:
        """A name for an expression that has none: no letter of the problem."""
        taken = {name for name, _, _ in self.defined}
        for token in chain.from_iterable(self.statements):
            if token.kind == "letter":
                taken.add(token.text)
            elif token.kind == "run":
                taken.update((token.text, *token.text))
        return next(name for name in _FREE if name not in taken)

    def task(self, ask: Ask) -> Asked:
        objective = self.objective(self.script.tokens(ask.objective), ask)
        self.take_members(ask.variables)
        return Asked(self.kind_of(ask.kind, objective), objective, ask.variables, ask.span)

    def take_members(self, variables: Sequence[tuple[str, Span]]) -> None:
        """The variables that are members of a family, with their indices."""
        families = self.script.vocabulary.families
        for name, _ in variables:
            if any(script.key in families for script in scripts(name)):
                (tokens,) = read(name, known_words())
                reader = Parser(self.script.tokens(tokens), self.script.vocabulary)
                reader.free = True
                self.members[name] = self.infer.term(run(reader.expression()))

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
        name = self.define(Defined(None, tokens, span), node)
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
        return tokens[: cursor.position]

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
        for variable in re.split(r",(?![^{]*\})", wrt):
            if not variable.strip():
                raise ParseError("wrt is the name of a variable", span=None)
            variables.append((tex_name(variable), span))
        self.take_members(variables)
        ask = Ask("gradient", (), tuple(variables), span)
        self.scalar(term, ask, name)
        return Asked(self.kind_of("gradient", name), name, tuple(variables), span)

    # --- pass two ----------------------------------------------------------------------------

    def built(self, asked: list[Asked]) -> Problem:
        infer = self.infer
        for _, _, variables, _ in asked:
            for variable, span in variables:
                if variable not in infer.names and variable not in self.members:
                    self.no_variable(variable, span)
        for name in self.script.vocabulary.limits:
            if "integer" in infer.structure.get(name, ()):
                # A sum up to N has N terms, one at least.
                infer.structure[name] |= STRUCTURES["positive"]
        builder = Builder(infer, infer.structure)
        for name, term in infer.names.items():
            if term.op == "symbol":
                builder.symbol(name, term)
        definitions = []
        formulas = list(self.formulas)
        for place, (name, term, span) in enumerate(self.defined):
            while formulas and formulas[0][0] <= place:
                build_formula(builder, formulas.pop(0)[1])
            if name in self.templates:
                definitions.append(Definition(builder.define_family(name, term), span))
                continue
            builder.names[name] = named(name, builder.build(term))
            definitions.append(Definition(builder.names[name], span))
        for _, formula in formulas:
            build_formula(builder, formula)
        tasks: dict[tuple[Kind, Expr], Task] = {}
        for kind, objective, variables, span in asked:
            what = (
                builder.names[objective] if isinstance(objective, str) else builder.build(objective)
            )
            wanted = tuple(
                builder.names[name] if name in builder.names else builder.build(self.members[name])
                for name, _ in variables
            )
            before = tasks.get((kind, what))
            if before is not None:
                wanted = tuple(dict.fromkeys(before.variables + wanted))
                span = before.span
            tasks[kind, what] = Task(kind, what, wanted, span)
        symbols = {plain_name(name): node for name, node in builder.names.items()}
        symbols |= {plain_name(f.data.name): f for f in builder.families.values()}
        return Problem(
            self.chunk,
            self.title,
            tuple(definitions),
            tuple(tasks.values()),
            symbols,
            functions=tuple(builder.functions.values()),
            applied=tuple(
                Applied(f, tuple(map(builder.build, arguments)), builder.build(value))
                for f, arguments, value in infer.applied
            ),
        )

    def no_variable(self, variable: str, span: Span) -> NoReturn:
        if variable in _CONSTANTS or base_of(variable) == "I":
            what = _CONSTANTS.get(variable, "the identity")
            shape = "" if variable in _CONSTANTS else r"^{n \times n}"
            raise ParseError(
                f"{variable} is {what}, not a variable",
                span=span,
                hint=rf"if it is one here, declare it: {variable} \in \R{shape}",
            )
        close = nearest(variable, self.infer.names)
        raise ParseError(
            f"{variable} does not occur in the problem",
            span=span,
            hint=f"did you mean {close[0]}?"
            if close
            else rf"if nothing depends on it, declare it: {variable} \in \R^n",
        )
