"""Named rewrite rules: a statement, which is printed as the reason and tested, and how it acts.

A rule is a pure function from a node, and what varies, to what may stand in the node's place, or
None where it does not apply. Its statement is TeX in derivtex's own language, or, for a rule that
the operation table makes, the two sides themselves; the tests evaluate both sides.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from derivtex.expr import Expr
from derivtex.surface import bits
from derivtex.varying import Varying

Rewrite = Callable[[Expr, Varying], Expr | None]
Sides = Callable[[], tuple[Expr, Expr]]


class Rule(NamedTuple):
    """`statement` is an equation in TeX, `given` declares its letters where that is needed.

    `on` are the operations of the nodes that it can rewrite; `needs` are those that all have to be
    found in such a node, `some` those of which one has to be, as `bits`: so it is not tried in
    vain.

    A rule that `joins` is no idea of its own: in the normal detail it stands in the line of the
    rule that follows it. Rules of one `move` are one idea, for different shapes: they stand in one
    line. A rule that goes `by_name` states what it does to one operation of many: as a reason it is
    called by its name.
    """

    name: str
    statement: str
    on: frozenset[str]
    rewrite: Rewrite
    given: str = ""
    sides: Sides | None = None
    joins: bool = False
    needs: int = 0
    some: int = -1
    move: str = ""
    by_name: bool = False

    def __call__(self, node: Expr, varying: Varying) -> Expr | None:
        if node.op not in self.on or not self.can_be_in(node.surface):
            return None
        return self.rewrite(node, varying)

    def is_as(self, other: Rule) -> bool:
        """Whether the two are one idea."""
        return self is other or (self.move != "" and self.move == other.move)

    def can_be_in(self, surface: int) -> bool:
        """Whether the rule may apply to something that is written with these operations."""
        return surface & self.needs == self.needs and surface & self.some != 0


# Not equal by what is in it, as other tuples are: a rule is equal to itself alone. The body of a
# named tuple cannot say so to mypy, and a dataclass takes four times as long to make.
Rule.__eq__ = object.__eq__  # type: ignore[method-assign]
Rule.__hash__ = object.__hash__  # type: ignore[method-assign]

#: What a notation does next with a scalar that has one differential; None where it is done.
NextMove = Callable[[Expr, Varying], Rule | None]

RULES: dict[str, Rule] = {}


def register(rule: Rule) -> Rule:
    """Put a rule into the registry; its name must be new."""
    if rule.name in RULES:
        raise ValueError(f"the rule {rule.name!r} is declared twice")
    RULES[rule.name] = rule
    return rule


def rule(
    name: str,
    statement: str,
    *,
    on: str,
    needs: str = "",
    some: str = "",
    given: str = "",
    joins: bool = False,
    move: str = "",
    by_name: bool = False,
) -> Callable[[Rewrite], Rule]:
    """Declare the decorated function to be the rule `name`, which says `statement`."""

    def wrap(rewrite: Rewrite) -> Rule:
        return register(
            Rule(
                name,
                statement,
                frozenset(on.split()),
                rewrite,
                given,
                joins=joins,
                needs=bits(needs.split()),
                some=bits(some.split()) if some else -1,
                move=move,
                by_name=by_name,
            )
        )

    return wrap
