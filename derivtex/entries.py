"""Sums over entries, as a problem may pose them, gathered into products of arrays.

`Σ_i x_i log x_i` is `xᵀ log x`: the rules of index notation that lead back to matrices tell, a step
each, and from there on the derivation is that of the arrays.
"""

from __future__ import annotations

from typing import NamedTuple

from derivtex.derivation import Line, Reason, Step
from derivtex.errors import UnsupportedError
from derivtex.expr import Expr, rebuild, replace, walk
from derivtex.ops.components import has_components
from derivtex.ops.indices import name_of
from derivtex.ops.leaves import function_of
from derivtex.phases import Trail, exhaust
from derivtex.problem import Problem
from derivtex.rule import RULES
from derivtex.rules.index.gather import GATHER
from derivtex.rules.softmax import SOFTMAX
from derivtex.subscripts import Scope, letters_of
from derivtex.sweep import by_rules, sweep

_RECOGNISE = by_rules(GATHER)


class Posed(NamedTuple):
    """What a definition is as it was posed, and the steps and rules from there to its arrays."""

    value: Expr
    steps: tuple[Step, ...]
    rules: tuple[str, ...]


def with_arrays(problem: Problem) -> tuple[Problem, dict[Expr, Posed]]:
    """The problem with its sums over entries gathered; what was posed, by the new definition.

    Raises `UnsupportedError` for what is no product of arrays.
    """
    nodes = list(walk(*[d.expr for d in problem.definitions], *problem.symbols.values()))
    names = [name_of(e) for e in nodes if e.op in {"symbol", "named"}]
    names += [function.name for function in map(function_of, nodes) if function is not None]
    asked = [X for task in problem.tasks for X in task.variables]
    scope = Scope(asked, letters_of(names), nodes)
    new: dict[Expr, Expr] = {}
    posed: dict[Expr, Posed] = {}
    definitions = []
    for definition in problem.definitions:
        trail = Trail(replace(definition.value, new))
        value, rules = trail.current, sweep(trail, _RECOGNISE, scope)
        if trail.steps:
            rules += tuple(r for r in exhaust(trail, SOFTMAX, scope) if not RULES[r].joins)
        if has_components(trail.current):
            raise UnsupportedError(
                f"the sums over entries in {definition.name} are no products of arrays",
                span=definition.span,
                hint="write it with the arrays: products, elementwise functions, sums",
            )
        old = definition.expr
        if len(old.args) > 1 and trail.current is not old.args[0]:
            raise UnsupportedError(
                "sums over entries in the definition of every member of a family",
                span=definition.span,
                hint="define the family without them, or all with the arrays",
            )
        found = rebuild(old, (trail.current, *old.args[1:]))
        definitions.append(definition._replace(expr=found))
        if found is not old:
            new[old] = found
        if trail.steps:
            posed[found] = Posed(value, trail.take(), rules)
    tasks = tuple(
        task._replace(
            objective=replace(task.objective, new),
            variables=tuple(replace(X, new) for X in task.variables),
        )
        for task in problem.tasks
    )
    symbols = {name: replace(e, new) for name, e in problem.symbols.items()}
    gathered = problem._replace(definitions=tuple(definitions), tasks=tasks, symbols=symbols)
    return gathered, posed


def as_posed(lines: list[Line], posed: dict[Expr, Posed]) -> list[Line]:
    """The lines with each definition as it was posed, then what it is by means of arrays.

    Where components are what is wanted, the way to arrays and back is none.
    """
    result: list[Line] = []
    skip = False
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        known = posed.get(line.left) if line.kind == "definition" and line.left else None
        if skip or known is None:
            if not skip:
                result.append(line)
            skip = False
            continue
        steps = (*known.steps, *line.steps)
        result.append(line._replace(right=known.value, steps=()))
        if following is not None and following.right is known.value:
            skip = True
            continue
        result.append(
            line._replace(
                kind="restate", left=None, reason=Reason("", (), known.rules), steps=steps
            )
        )
    return result
