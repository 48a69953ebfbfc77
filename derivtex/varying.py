"""What varies in a derivation, and where in an expression the differentials are."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from derivtex.expr import Expr, Path, fold, outside_names
from derivtex.ops import differential, zeros

Test = Callable[[Expr], bool]


class Varying:
    """The variables, every expression that depends on one of them, and every differential."""

    def __init__(self, variables: Iterable[Expr]) -> None:
        self.variables = tuple(variables)
        self._depends: dict[Expr, bool] = dict.fromkeys(self.variables, True)
        self._holds: dict[Expr, bool] = {}

    def depends(self, e: Expr) -> bool:
        """Whether `e` depends on a variable."""
        known = self._depends.get(e)
        return fold(e, _any, self._depends) if known is None else known

    def differential(self, e: Expr) -> Expr:
        """`d e`, which is zero for a constant."""
        return differential(e) if self.depends(e) else zeros(e.shape)

    def holds(self, e: Expr) -> bool:
        """Whether a differential stands in `e`."""
        known = self._holds.get(e)
        return fold(e, _holds, self._holds, into=outside_names) if known is None else known

    def place(self, e: Expr) -> int:
        """The position of the argument of `e` that holds the differential."""
        return next(index for index, arg in enumerate(e.args) if self.holds(arg))


def _any(node: Expr, parts: tuple[bool, ...]) -> bool:
    return any(parts)


def _holds(node: Expr, parts: tuple[bool, ...]) -> bool:
    return node.op == "differential" or any(parts)


class Search:
    """Finds nodes with a property; what it has looked at in vain it does not look at again."""

    def __init__(self, test: Test) -> None:
        self.test = test
        self._in_vain: set[Expr] = set()

    def path(self, root: Expr) -> Path | None:
        """The path to the first node with the property, an outer one before those inside it."""
        in_vain, test = self._in_vain, self.test
        if root in in_vain:
            return None
        if test(root):
            return ()
        path: list[int] = []
        stack = [(root, iter(enumerate(root.args if root.op != "named" else ())))]
        while stack:
            node, children = stack[-1]
            for index, child in children:
                if child in in_vain:
                    continue
                path.append(index)
                if test(child):
                    return tuple(path)
                stack.append((child, iter(enumerate(child.args if child.op != "named" else ()))))
                break
            else:
                in_vain.add(node)
                stack.pop()
                if path:
                    path.pop()
        return None
