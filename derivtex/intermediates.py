"""Names for the layers of a network that is given as one nested expression.

`‖W₂σ(W₁x + b₁) + b₂ - y‖²` is derived as a person does it: with `z₁ = W₁x + b₁`, `a₁ = σ(z₁)` and
`z₂ = W₂a₁ + b₂`, each gradient by means of the one before it, instead of written out on every line.

A layer is what a function that is not linear is applied to, if a product stands in it. Layers get
names where one is inside another, or is multiplied by a variable that is not inside it.
"""

from __future__ import annotations

from collections.abc import Iterable

from derivtex.expr import Expr, replace, walk
from derivtex.language.names import base_of, braced, plain_name
from derivtex.layers import Layer, is_flat, is_worth_a_name, layers_of, may_be_nested
from derivtex.ops import named
from derivtex.ops.leaves import function_of
from derivtex.patterns import pattern
from derivtex.problem import Definition, Problem
from derivtex.varying import Varying

#: What the value before an activation is called, and the value after it.
_BEFORE, _AFTER = "zusqprc", "ahvgmko"
_NUMBERING = pattern(r"_\d|_\{\d+\}|\^\{[\[(].*[\])]\}")


def with_layers_named(problem: Problem) -> Problem:
    """A problem of gradients with a definition for each layer, where that makes it shorter."""
    nested = [d.expr for d in problem.definitions if may_be_nested(d.value)]
    objectives = [task.objective for task in problem.tasks if task.objective.op == "apply"]
    nested += [e for e in objectives if may_be_nested(e)]
    if not nested:
        return problem
    asked = tuple(dict.fromkeys(v for task in problem.tasks for v in task.variables))
    varying = Varying(asked)
    layers: dict[Expr, tuple[Layer, ...]] = {}
    for e in dict.fromkeys(nested):
        value = e.args[0] if e.op == "named" else e
        if len(asked) == 1 and is_flat(value):
            continue
        found = tuple(layers_of(value, varying))
        if is_worth_a_name(value, found, asked):
            layers[e] = found
    names = _names([layer for found in layers.values() for layer in found], problem, varying)
    return _rewritten(problem, layers, names) if names else problem


# --- names ---------------------------------------------------------------------------------------


def _names(layers: list[Layer], problem: Problem, varying: Varying) -> dict[Expr, str]:
    """A name for what each layer names; none where all letters are taken."""
    taken = {base_of(_name(e)) for e in problem.symbols.values()}
    nodes = walk(*(task.objective for task in problem.tasks))
    taken |= {function.name for function in map(function_of, nodes) if function is not None}
    numbers = _numbers(layers, varying)
    names: dict[Expr, str] = {}
    for letters, parts in (
        (_BEFORE, [layer.inside for layer in layers]),
        (_AFTER, [layer.value for layer in layers]),
    ):
        shown = [part for part in parts if part is not None]
        free = [x for x in letters if not {_cased(x, part) for part in shown} & taken]
        if shown and not free:
            return {}
        for part, number in zip(parts, numbers, strict=True):
            if part is not None:
                names[part] = _cased(free[0], part) + number
    return names


def _cased(letter: str, e: Expr) -> str:
    return letter.upper() if e.shape.is_matrix else letter


def _name(e: Expr) -> str:
    return e.data.name if e.op in {"symbol", "family"} else str(e.data)


def _numbers(layers: list[Layer], varying: Varying) -> list[str]:
    """The numbers of the layers, as the variables in them are numbered; else 1, 2, …"""
    if len(layers) == 1:
        return [""]
    numbers: list[str] = []
    inner: set[Expr] = set()
    for layer in layers:
        own = [
            e
            for e in walk(layer.inside, into=lambda e: e.op != "named" and e not in inner)
            if e.op == "symbol" and e in varying.variables
        ]
        found = {_name(symbol).removeprefix(base_of(_name(symbol))) for symbol in own}
        numbers.append(found.pop() if len(found) == 1 else "")
        inner.add(layer.argument)
    usual = all(_NUMBERING.fullmatch(number) for number in numbers)
    if usual and len(set(numbers)) == len(numbers):
        return numbers
    return [f"_{braced(str(i))}" for i in range(1, len(layers) + 1)]


# --- the problem with these names ----------------------------------------------------------------


def _rewritten(
    problem: Problem, layers: dict[Expr, tuple[Layer, ...]], names: dict[Expr, str]
) -> Problem:
    """The problem with the layers defined before what they stand in."""
    new: dict[Expr, Expr] = {}
    definitions: list[Definition] = []

    def define(e: Expr, definition: Definition) -> Expr:
        name = named(names[e], replace(e, new))
        definitions.append(Definition(name, definition.span))
        return name

    def introduce(found: Iterable[Layer], definition: Definition) -> None:
        for layer in found:
            if layer.argument not in new:
                new[layer.argument] = layer.called(define(layer.inside, definition))
                new[layer.argument] = replace(new[layer.argument], new)
            if layer.value is not None and layer.value not in new:
                new[layer.value] = define(layer.value, definition)

    for definition in problem.definitions:
        introduce(layers.get(definition.expr, ()), definition)
        value = replace(definition.value, new)
        if value is not definition.value:
            new[definition.expr] = named(definition.name, value)
        definitions.append(Definition(new.get(definition.expr, definition.expr), definition.span))
    for task in problem.tasks:
        introduce(layers.get(task.objective, ()), Definition(task.objective, task.span))
    symbols = {name: new.get(e, e) for name, e in problem.symbols.items()}
    symbols |= {plain_name(d.name): d.expr for d in definitions}
    tasks = tuple(
        task._replace(
            objective=replace(task.objective, new),
            variables=tuple(new.get(v, v) for v in task.variables),
        )
        for task in problem.tasks
    )
    return problem._replace(definitions=tuple(definitions), tasks=tasks, symbols=symbols)
