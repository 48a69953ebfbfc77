"""Rewriting in components: as `exhaust` does, but a rule knows below which sums it is applied."""

from __future__ import annotations

from collections.abc import Callable

from derivtex.expr import Expr, Path
from derivtex.ops.components import has_components
from derivtex.phases import Trail
from derivtex.rule import Rule
from derivtex.rules.index.slopes import slope_rule
from derivtex.subscripts import Scope

#: What may stand in a node's place, and by which rule.
Choice = Callable[[Expr, Scope], tuple[Rule, Expr] | None]


def by_rules(rules: tuple[Rule, ...]) -> Choice:
    """The first of these rules that applies."""

    def choose(node: Expr, scope: Scope) -> tuple[Rule, Expr] | None:
        for rule in rules:
            new = rule(node, scope)
            if new is not None and new is not node:
                return rule, new
        return None

    return choose


def slopes(node: Expr, scope: Scope) -> tuple[Rule, Expr] | None:
    """The derivative by an entry, taken."""
    return slope_rule(node, scope) if node.op == "direct" else None


def sweep(
    trail: Trail, choose: Choice, scope: Scope, *, in_blocks: bool = False
) -> tuple[str, ...]:
    """Rewrite, outermost places first, until nothing applies; the rules that are ideas of their
    own. With `in_blocks`, only in sums and functions that stand among the factors of a term."""
    used: dict[str, None] = {}
    while (found := _first(trail.current, choose, scope, in_blocks)) is not None:
        rule, new, path = found
        if not rule.joins:
            used[rule.name] = None
        trail.apply(rule.name, path, new)
    return tuple(used)


def _first(
    root: Expr, choose: Choice, scope: Scope, in_blocks: bool
) -> tuple[Rule, Expr, Path] | None:
    blocks = _blocks(root) if in_blocks else {root}
    stack: list[tuple[Expr, Path, tuple[Expr, ...], bool]] = [(root, (), (), False)]
    while stack:
        node, path, around, within = stack.pop()
        within = within or node in blocks
        if within:
            found = choose(node, scope.at(node, around))
            if found is not None:
                return (*found, path)
        if node.op in {"named", "entry"}:
            continue
        below = (*around, node.args[0]) if node.op == "sum_over" else around
        stack += [
            (arg, (*path, index), below, within)
            for index, arg in reversed(list(enumerate(node.args)))
        ]
    return None


def _blocks(root: Expr) -> set[Expr]:
    """The factors that are no entries: a sum in parentheses, a function of entries."""
    factors: set[Expr] = set()
    stack = [*root.args] if root.op == "add" else [root]
    while stack:
        node = stack.pop()
        if node.op in {"mul", "sum_over"}:
            stack.extend(node.args)
        elif node.op not in {"entry", "delta", "subscript"} and has_components(node):
            factors.add(node)
    return factors
