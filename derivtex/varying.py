"""What varies in a derivation, and where in an expression the differentials are."""

from __future__ import annotations

from collections.abc import Callable, Iterable

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


class Search:
    """Finds nodes with a property; what it has looked at in vain it does not look at again.

    `ops` are the operations of the nodes that can have it, as `bits`: it looks for no others.
    """

    def __init__(self, test: Test, ops: int) -> None:
        self.test = test
        self._ops = ops
        self._in_vain: set[Expr] = set()

    def path(self, root: Expr) -> Path | None:
        """The path to the first node with the property, an outer one before those inside it."""
        in_vain, test, ops = self._in_vain, self.test, self._ops
        stack: list[tuple[Expr, Way]] = [(root, ())] if root.surface & ops else []
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
            if node.op != "named":
                inside: list[tuple[Expr, Way]] = [
                    (arg, (index, way))
                    for index, arg in enumerate(node.args)
                    if arg.surface & ops and arg not in in_vain
                ]
                stack += reversed(inside)
        return None


#: A path from its end: the last index, and the way to there.
Way = tuple[()] | tuple[int, "Way"]


def _unrolled(way: Way) -> Path:
    path = []
    while way:
        index, way = way
        path.append(index)
    return tuple(reversed(path))
