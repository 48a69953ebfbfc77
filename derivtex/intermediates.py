"""Names for the layers of a network that is given as one nested expression.

`‖W₂σ(W₁x + b₁) + b₂ - y‖²` is derived as a person does it: with `z₁ = W₁x + b₁`, `a₁ = σ(z₁)` and
`z₂ = W₂a₁ + b₂`, each gradient by means of the one before it, instead of written out on every line.

A layer is what a function that is not linear is applied to, if a product stands in it. Layers get
names where one is inside another, or is multiplied by a variable that is not inside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from derivtex.expr import Expr, fold, outside_names, replace, walk
from derivtex.language.names import base_of, braced, plain_name
from derivtex.op import OPS, keeps
from derivtex.ops import add, named, split, transpose
from derivtex.ops.indices import BINDERS
from derivtex.ops.leaves import value_of
from derivtex.patterns import pattern
from derivtex.problem import Definition, Problem
from derivtex.surface import bits
from derivtex.varying import Varying

#: Between layers: functions from arrays to arrays of the same shape.
_ACTIVATIONS = frozenset(
    op.name
    for op in OPS.values()
    if op.name == "map" or (op.shape is keeps and op.value is not None and op.adjoint is None)
)
#: After the last layer: functions from arrays to numbers.
_LOSSES = frozenset({"norm", "norm_squared", "norm1", "apply", "logsumexp", "power", "frobenius"})
#: Of these the argument is a residual, `z - y`.
_DISTANCES = frozenset({"norm", "norm_squared", "norm1", "power", "frobenius", "mul"})
_PRODUCTS, _INDICES, _FUNCTIONS = bits({"mul"}), bits(BINDERS | {"index"}), bits(_ACTIVATIONS)
#: What the value before an activation is called, and the value after it.
_BEFORE, _AFTER = "zusqprc", "ahvgmko"
_NUMBERING = pattern(r"_\d|_\{\d+\}|\^\{[\[(].*[\])]\}")


class Layer(NamedTuple):
    """`argument`, of a function, is `before + inside + after`; `inside` is what gets a name.

    With `negative`, it is `before - inside + after`. `value`, the activation of the argument, gets
    a name too, unless it is None.
    """

    argument: Expr
    inside: Expr
    value: Expr | None = None
    before: tuple[Expr, ...] = ()
    after: tuple[Expr, ...] = ()
    negative: bool = False

    def called(self, name: Expr) -> Expr:
        """The argument with the name put in."""
        terms = (*self.before, -name if self.negative else name, *self.after)
        return add(*terms) if len(terms) > 1 else terms[0]


def with_layers_named(problem: Problem) -> Problem:
    """The problem with a definition for each layer, where that makes its derivation shorter."""
    if any(task.kind != "gradient" for task in problem.tasks):
        return problem
    nested = [d.expr for d in problem.definitions if _may_be_nested(d.value)]
    objectives = [task.objective for task in problem.tasks if task.objective.op == "apply"]
    nested += [e for e in objectives if _may_be_nested(e)]
    if not nested:
        return problem
    asked = tuple(dict.fromkeys(v for task in problem.tasks for v in task.variables))
    varying = Varying(asked)
    layers: dict[Expr, tuple[Layer, ...]] = {}
    for e in dict.fromkeys(nested):
        value = e.args[0] if e.op == "named" else e
        if len(asked) == 1 and _is_flat(value):
            continue
        found = tuple(_layers(value, varying))
        if _is_worth_a_name(value, found, asked):
            layers[e] = found
    names = _names([layer for found in layers.values() for layer in found], problem, varying)
    return _rewritten(problem, layers, names) if names else problem


def _may_be_nested(value: Expr) -> bool:
    surface = value.args[0].surface if value.op == "named" else value.surface
    return bool(surface & _PRODUCTS and surface & _FUNCTIONS and not surface & _INDICES)


def _is_flat(value: Expr) -> bool:
    """Whether no activation can be in another one: there is a single one."""
    nodes = walk(value, into=outside_names)
    return sum(node.op in _ACTIVATIONS for node in nodes) < 2


# --- what is a layer -----------------------------------------------------------------------------


def _layers(root: Expr, varying: Varying) -> Iterator[Layer]:
    """The layers in an expression, inner ones first."""
    parents: dict[Expr, set[Expr]] = {}
    for node in walk(root, into=outside_names):
        for arg in node.args if node.op != "named" else ():
            parents.setdefault(arg, set()).add(node)
    found: dict[Expr, Layer] = {}

    def holds_product(node: Expr, parts: tuple[bool, ...]) -> bool:
        """Whether a product that varies stands in the node, outside of layers."""
        if not varying.depends(node):
            return False
        for argument in _arguments(node):
            if argument not in found and parts[node.args.index(argument)]:
                layer = _residual(argument) if node.op in _DISTANCES else _whole(argument)
                activated = node.op in _ACTIVATIONS and _goes_on_linearly(node, parents)
                found[argument] = layer._replace(value=node if activated else None)
        if node.op in _ACTIVATIONS | _LOSSES:
            return False
        return any(parts) or (node.op == "mul" and len(split(node)[2]) > 1)

    fold(root, holds_product, into=outside_names)
    yield from found.values()


def _arguments(node: Expr) -> tuple[Expr, ...]:
    """The arguments of a function that layers may be; of `EᵀE` and `E:E` that is E."""
    match node.op:
        case "apply":
            return node.args
        case "power":
            return node.args[:1] if node.shape.is_scalar else ()
        case "frobenius":
            return node.args[:1] if node.args[0] is node.args[1] else ()
        case "mul":
            chain = split(node)[2]
            square = len(chain) == 2 and chain[0] is transpose(chain[1])
            return chain[1:] if square and chain[1].op == "add" else ()
    return node.args[:1] if node.op in _ACTIVATIONS | _LOSSES else ()


def _goes_on_linearly(node: Expr, parents: dict[Expr, set[Expr]]) -> bool:
    """Whether an activation is multiplied on the way to the next function, or there is a loss next.

    What the next function is applied to at once may cancel with it, as in log σ(z); and what is
    multiplied last of all, as in vᵀσ(z), is short as it is.
    """
    pending, seen = [(node, False)], {node}
    while pending:
        part, multiplied = pending.pop()
        for parent in parents.get(part, ()):
            if parent.op in _LOSSES or (parent.op in _ACTIVATIONS and multiplied):
                return True
            if parent.op in _ACTIVATIONS or parent in seen:
                continue
            if parent.op not in {"add", "transpose"} and not parent.shape.is_scalar:
                return True
            seen.add(parent)
            pending.append((parent, multiplied or len(_factors(parent)) > 1))
    return False


def _whole(argument: Expr) -> Layer:
    """All of it, without a minus sign: Wa in exp(-Wa)."""
    if argument.op == "mul" and _is_negative(argument):
        return Layer(argument, -argument, negative=True)
    return Layer(argument, argument)


def _factors(node: Expr) -> tuple[Expr, ...]:
    """The factors of a product, without its number: of -x, x alone."""
    if node.op != "mul":
        return (node,)
    return node.args if value_of(node.args[0]) is None else node.args[1:]


def _residual(argument: Expr) -> Layer:
    """`Wa + b` in the residuals `Wa + b - y` and `y - Wa - b`: the terms of the product's sign."""
    if argument.op != "add":
        return _whole(argument)
    terms = argument.args
    first = next((i for i, t in enumerate(terms) if len(split(t)[2]) > 1), 0)
    negative = _is_negative(terms[first])
    alike = [t for t in terms if _is_negative(t) == negative]
    inside = [-t for t in alike] if negative else alike
    before, after = ([t for t in part if t not in alike] for part in (terms[:first], terms[first:]))
    whole = add(*inside) if len(inside) > 1 else inside[0]
    return Layer(argument, whole, None, tuple(before), tuple(after), negative)


def _is_negative(term: Expr) -> bool:
    value = value_of(split(term)[0])
    return value is not None and value < 0


# --- where names are worth it --------------------------------------------------------------------


def _is_worth_a_name(root: Expr, layers: tuple[Layer, ...], asked: tuple[Expr, ...]) -> bool:
    """Whether an activation is in another layer, or multiplied by a variable outside of it."""
    arguments = {layer.argument for layer in layers}
    for layer in layers:
        if layer.value is None or layer.argument.shape.is_scalar:
            continue
        others = set(asked).difference(walk(layer.argument))
        for node in walk(root, into=outside_names):
            around = node in arguments and not node.shape.is_scalar
            if not around and (node.op not in {"mul", "hadamard"} or others.isdisjoint(walk(node))):
                continue
            if node is not layer.argument and layer.value in set(walk(node, into=outside_names)):
                return True
    return False


# --- names ---------------------------------------------------------------------------------------


def _names(layers: list[Layer], problem: Problem, varying: Varying) -> dict[Expr, str]:
    """A name for what each layer names; none where all letters are taken."""
    taken = {base_of(_name(e)) for e in problem.symbols.values()}
    taken |= {
        (node.data if node.op == "apply" else node.data[0]).name
        for node in walk(*(task.objective for task in problem.tasks))
        if node.op in {"apply", "map", "partial"}
    }
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
