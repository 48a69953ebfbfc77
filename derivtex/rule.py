"""Named rewrite rules: a statement, which is printed as the reason and tested, and how it acts.

A rule is a pure function from a node, and what varies, to what may stand in the node's place, or
None where it does not apply. Its statement is TeX in derivtex's own language, or, for a rule that
the operation table makes, the two sides themselves; the tests evaluate both sides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from derivtex.expr import Expr
from derivtex.surface import bits
from derivtex.varying import Varying

Rewrite = Callable[[Expr, Varying], Expr | None]
Sides = Callable[[], tuple[Expr, Expr]]


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """`statement` is an equation in TeX, `given` declares its letters where that is needed.

    `on` are the operations of the nodes that it can rewrite, `needs` those that have to be found in
    such a node, as `bits`: so it is not tried in vain.

    A rule that `joins` is no idea of its own: in the normal detail it stands in the line of the
    rule that follows it.
    """

    name: str
    statement: str
    on: frozenset[str]
    rewrite: Rewrite
    given: str = ""
    sides: Sides | None = None
    joins: bool = False
    needs: int = 0

    def __call__(self, node: Expr, varying: Varying) -> Expr | None:
        if node.op not in self.on or node.surface & self.needs != self.needs:
            return None
        return self.rewrite(node, varying)


RULES: dict[str, Rule] = {}


def register(rule: Rule) -> Rule:
    """Put a rule into the registry; its name must be new."""
    if rule.name in RULES:
        raise ValueError(f"the rule {rule.name!r} is declared twice")
    RULES[rule.name] = rule
    return rule


def rule(
    name: str, statement: str, *, on: str, needs: str = "", given: str = "", joins: bool = False
) -> Callable[[Rewrite], Rule]:
    """Declare the decorated function to be the rule `name`, which says `statement`."""

    def wrap(rewrite: Rewrite) -> Rule:
        operations, needed = frozenset(on.split()), bits(needs.split())
        return register(
            Rule(name, statement, operations, rewrite, given, joins=joins, needs=needed)
        )

    return wrap
