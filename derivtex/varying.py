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
        return fold(e, _any, self._depends)

    def differential(self, e: Expr) -> Expr:
        """`d e`, which is zero for a constant."""
        return differential(e) if self.depends(e) else zeros(e.shape)

    def holds(self, e: Expr) -> bool:
        """Whether a differential stands in `e`."""
        return fold(e, _holds, self._holds, into=outside_names)

    def place(self, e: Expr) -> int:
        """The position of the argument of `e` that holds the differential."""
        return next(index for index, arg in enumerate(e.args) if self.holds(arg))


def _any(node: Expr, parts: tuple[bool, ...]) -> bool:
    return any(parts)


def _holds(node: Expr, parts: tuple[bool, ...]) -> bool:
    return node.op == "differential" or any(parts)


class Search:
    """Finds nodes with a property; what it has looked at once it does not look at again."""

    def __init__(self, test: Test) -> None:
        self.test = test
        self._found: dict[Expr, bool] = {}

    def _combine(self, node: Expr, parts: tuple[bool, ...]) -> bool:
        return any(parts) or self.test(node)

    def path(self, root: Expr) -> Path | None:
        """The path to the outermost node with the property, the first one in reading order."""
        if not fold(root, self._combine, self._found, into=outside_names):
            return None
        path: list[int] = []
        while not self.test(root):
            index = next(i for i, arg in enumerate(root.args) if self._found[arg])
            path.append(index)
            root = root.args[index]
        return tuple(path)
