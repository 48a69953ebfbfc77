"""One problem on its way from text to `Problem`."""

from __future__ import annotations

from typing import NoReturn

from derivtex.errors import ParseError, Span, UnsupportedError
from derivtex.expr import Expr
from derivtex.language.build import Builder
from derivtex.language.families import with_members
from derivtex.language.formula import build_formula, with_applications
from derivtex.language.names import plain_name
from derivtex.language.order import Parsed, ordered
from derivtex.language.questions import Asked, Questions
from derivtex.language.script import Defined
from derivtex.ops.leaves import named
from derivtex.problem import Applied, Definition, Kind, Problem, Task
from derivtex.symbols import STRUCTURES


class Reading(Questions):
    """One problem on its way from text to `Problem`."""

    def problem(self, wrt: str | None) -> Problem:
        self.declare()
        script = self.script
        if script.expressions and wrt is None:
            self.neither(script.expressions[0])
        given = sorted([*script.definitions, *script.expressions], key=lambda d: d.span)
        parsed = [Parsed(d, self.tree(d)) for d in given]
        parsed = with_applications(parsed, script.vocabulary)
        if script.vocabulary.families:
            parsed = self.read_entries(with_members(parsed, script.vocabulary))
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
        self.check_stars()
        tasks = [self.task(ask) for ask in script.asks]
        if wrt is not None:
            tasks.extend(self.tasks_of(wrt, alone))
        if not tasks:
            raise ParseError(
                "nothing is asked",
                span=Span(max(self.span.start, self.span.end - 1), self.span.end),
                hint=r"add \frac{\partial L}{\partial w}, or give the variable (wrt=…, -w …)",
            )
        variables = [variable for task in tasks for variable, _ in task.variables]
        if any("_" in name or "^" in name for name, _, _ in self.defined):
            from derivtex.language.neighbours import check_neighbours

            check_neighbours(parsed, variables, script.declared)
        return self.built(tasks)

    def check_stars(self) -> None:
        """`A^*` beside A could be the adjoint of it, which is no name."""
        infer = self.infer
        for name in infer.assumed:
            base = name.removesuffix("^*")
            if name == base or base not in infer.names or not infer.names[name].shape.is_matrix:
                continue
            raise ParseError(
                f"{name} could be a name, or the adjoint or the adjugate of {base}",
                span=infer.places[name],
                hint=rf"declare it, {name} \in \R^{{m \times n}}, or write {base}^T "
                rf"or \operatorname{{adj}}({base})",
            )

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

    def built(self, asked: list[Asked]) -> Problem:
        infer = self.infer
        for _, _, variables, _ in asked:
            for variable, span in variables:
                if variable not in infer.names and variable not in self.members:
                    self.no_variable(variable, span)
                if "integer" in infer.structure.get(variable, ()):
                    raise UnsupportedError(
                        f"{variable} is a whole number, as an exponent or a count is",
                        span=span,
                        hint=rf"if it is any number here, declare it: {variable} \in \R",
                    )
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
