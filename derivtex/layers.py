"""What the layers of a network are, in an expression.

A layer is what a function that is not linear is applied to, if a product stands in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from derivtex.expr import Expr, fold, outside_names, walk
from derivtex.op import OPS, keeps
from derivtex.ops import add, split, transpose
from derivtex.ops.indices import BINDERS
from derivtex.ops.leaves import value_of
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


def may_be_nested(value: Expr) -> bool:
    surface = value.args[0].surface if value.op == "named" else value.surface
    return bool(surface & _PRODUCTS and surface & _FUNCTIONS and not surface & _INDICES)


def is_flat(value: Expr) -> bool:
    """Whether no activation can be in another one: there is a single one."""
    nodes = walk(value, into=outside_names)
    return sum(node.op in _ACTIVATIONS for node in nodes) < 2


# --- what is a layer -----------------------------------------------------------------------------


def layers_of(root: Expr, varying: Varying) -> Iterator[Layer]:
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


def is_worth_a_name(root: Expr, layers: tuple[Layer, ...], asked: tuple[Expr, ...]) -> bool:
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
