"""What varies in a derivation, and where in an expression the differentials are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from typing import Any

from derivtex.expr import Expr, Path, fold
from derivtex.ops import differential, zeros
from derivtex.surface import bits

Test = Callable[[Expr], bool]

DIFFERENTIALS = bits({"differential"})


class Varying:
    """The variables, every expression that depends on one of them, and every differential."""

    def __init__(self, variables: Iterable[Expr]) -> None:
        self.variables = tuple(variables)
        self._depends: dict[Expr, bool] = dict.fromkeys(self.variables, True)
        #: What was looked at in vain: for a rule, the nodes that it cannot rewrite; for rules that
        #: are used together, the nodes in which none of them can rewrite anything.
        self.in_vain: defaultdict[Hashable, set[Expr]] = defaultdict(set)

    def depends(self, e: Expr) -> bool:
        """Whether `e` depends on a variable."""
        known = self._depends.get(e)
        return fold(e, _any, self._depends) if known is None else known

    def differential(self, e: Expr) -> Expr:
        """`d e`, which is zero for a constant."""
        return differential(e) if self.depends(e) else zeros(e.shape)

    def holds(self, e: Expr) -> bool:
        """Whether a differential stands in `e`."""
        return e.surface & DIFFERENTIALS != 0

    def place(self, e: Expr) -> int:
        """The position of the argument of `e` that holds the differential."""
        for index, arg in enumerate(e.args):
            if arg.surface & DIFFERENTIALS:
                return index
        raise ValueError("no differential stands here")


def _any(node: Expr, parts: tuple[bool, ...]) -> bool:
    return any(parts)


class Where(dict[int, Any]):
    """Whether it is worth while to look into a node, by its `surface`; here, for some operations.

    A dictionary, as it is asked for every node of every search and there are few answers.
    """

    def __init__(self, ops: int) -> None:
        super().__init__()
        self._ops = ops

    def __missing__(self, surface: int) -> Any:
        return self.setdefault(surface, surface & self._ops != 0)


class Search:
    """Finds nodes with a property; what it has looked at in vain it does not look at again.

    `where` says, of what a node is written with, whether the property can be found in it.
    """

    def __init__(self, test: Test, where: Where, in_vain: set[Expr] | None = None) -> None:
        self.test = test
        self._where = where
        self._in_vain = set() if in_vain is None else in_vain

    def path(self, root: Expr) -> Path | None:
        """The path to the first node with the property, an outer one before those inside it."""
        in_vain, test, where = self._in_vain, self.test, self._where
        if root in in_vain or not where[root.surface]:
            return None
        stack: list[tuple[Expr, Way]] = [(root, ())]
        while stack:
            node, way = stack.pop()
            if node in in_vain:
                continue
            if test(node):
                path = _unrolled(way)
                # Around it there may be more to find, when this node is replaced.
                for index in path:
                    in_vain.discard(root)
                    root = root.args[index]
                return path
            in_vain.add(node)
            if node.args and node.op != "named":
                index = len(node.args)
                for arg in reversed(node.args):
                    index -= 1
                    if arg not in in_vain and where[arg.surface]:
                        stack.append((arg, (index, way)))
        return None


#: Where a differential stands.
AT_DIFFERENTIALS = Where(DIFFERENTIALS)

#: A path from its end: the last index, and the way to there.
Way = tuple[()] | tuple[int, "Way"]


def _unrolled(way: Way) -> Path:
    path = []
    while way:
        index, way = way
        path.append(index)
    return tuple(reversed(path))
