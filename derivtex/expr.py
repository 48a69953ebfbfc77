"""The expression: one immutable, interned node `(op, args, data, shape)`.

Equal expressions are the same object, so `is` compares them and a dictionary keyed by node is a
dictionary keyed by meaning. Expressions are graphs that may be thousands of nodes deep: everything
here walks them with an explicit stack.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Hashable, Iterator, Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import ref

from derivtex.shapes import SCALAR, Shape
from derivtex.surface import BITS

if TYPE_CHECKING:
    import numpy as np

V = TypeVar("V")

# A dead reference stays until the next sweep: its key may come to mean something else, but what
# it gives is then None, and it is written over.
_interned: dict[Hashable, ref[Expr]] = {}
_lock = Lock()
#: So many are looked through for those that are gone, at least.
_MANY = 10_000
_sweep_at = _MANY

#: Filled by the operation table: how an operation builds its node from arguments.
CONSTRUCTORS: dict[str, Callable[..., Expr]] = {}


class _Unfinished:
    """A node while it is put together; then it becomes an `Expr`, which nothing can change."""

    __slots__ = ("__weakref__", "args", "data", "op", "shape", "size", "surface")

    op: str
    args: tuple[Expr, ...]
    data: Any
    shape: Shape
    size: int
    surface: int


class Expr(_Unfinished):
    """A node of an expression graph. Build one with an operation, never directly.

    `op` names the operation, `args` are its arguments, `data` is what the node says besides them
    (a symbol's name, a number's value), `shape` its rows and columns: of every scalar, the one
    object `SCALAR`.

    Two more are worked out from these. `surface` has a bit for each operation that the node is
    written with, so that a search knows where it need not look; `size` says how much there is to
    write, in nodes as a tree. What is only in the value of a defined name is not written.
    """

    __slots__ = ()

    def __new__(cls, op: str, args: tuple[Expr, ...], data: Hashable, shape: Shape) -> Expr:
        # The key holds ids of arguments, which the node keeps alive as long as it lives itself.
        # Without data, the shape follows from the arguments.
        key: Hashable
        if data is not None or not args:
            key = (op, *map(id, args), type(data), data, shape)
        elif len(args) == 2:
            key = (op, id(args[0]), id(args[1]))
        else:
            key = (op, *map(id, args))
        known = _interned.get(key)
        if known is not None:
            found = known()
            if found is not None:
                return found
        self: Any = _Unfinished()
        self.op = op
        self.args = args
        self.data = data
        self.shape = SCALAR if shape is SCALAR or shape == SCALAR else shape
        surface = BITS[op]
        size = 1
        if op != "named":
            for arg in args:
                surface |= arg.surface
                size += arg.size
        self.surface = surface
        self.size = size
        self.__class__ = Expr
        node: Expr = self
        own = ref(node)
        if known is None and _interned.setdefault(key, own) is own:
            if len(_interned) > _sweep_at:
                with _lock:
                    _sweep()
            return node
        with _lock:
            # Of two threads that met the same dead reference, one has been here already.
            now = _interned.get(key)
            found = None if now is known or now is None else now()
            if found is None:
                _interned[key] = own
                return node
        return found

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"an Expr is immutable: cannot set {name!r}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"an Expr is immutable: cannot delete {name!r}")

    def __copy__(self) -> Expr:
        return self

    def __deepcopy__(self, memo: object) -> Expr:
        return self

    def __reduce__(self) -> tuple[Callable[[Any], Expr], tuple[Any]]:
        # Pickle recurses; a flat table of nodes does not.
        return _upstairs("table", "from_table"), (_upstairs("table", "to_table")(self),)

    def __repr__(self) -> str:
        return f"<Expr {self.text()}>" if count(self, limit=200) < 200 else f"<Expr {self.op} …>"

    # Arithmetic, so that a rule reads like the line in a textbook: `-(Y @ dX @ Y)`.
    def __add__(self, other: Expr) -> Expr:
        return CONSTRUCTORS["add"](self, other)

    def __sub__(self, other: Expr) -> Expr:
        return CONSTRUCTORS["add"](self, -other)

    def __neg__(self) -> Expr:
        return CONSTRUCTORS["mul"](CONSTRUCTORS["number"](-1), self)

    def __matmul__(self, other: Expr) -> Expr:
        return CONSTRUCTORS["mul"](self, other)

    def __mul__(self, other: Expr) -> Expr:
        return CONSTRUCTORS["mul"](self, other)

    def __rmul__(self, number: int) -> Expr:
        return CONSTRUCTORS["mul"](CONSTRUCTORS["number"](number), self)

    @property
    def T(self) -> Expr:
        """The transpose."""
        return CONSTRUCTORS["transpose"](self)

    # How an expression shows itself is the business of floors above this one, fetched by name.
    def latex(self, **options: Any) -> str:
        """The expression as TeX."""
        tex: str = _upstairs("printers.latex", "expression_latex")(self, **options)
        return tex

    def text(self) -> str:
        """The expression as one line of Unicode."""
        line: str = _upstairs("printers.text", "expression_text")(self)
        return line

    def evaluate(self, values: Mapping[str, Any]) -> float | np.ndarray:
        """Its value for NumPy arrays given by plain or TeX name.

        Returns a float, an `(n,)` or an `(m, n)` array. Names that the expression does not use are
        ignored; a size that no array tells is given by its name. An unknown function is given as a
        callable, its derivatives as `g'` and `g''`, a gradient as `phi'` (of the second of several
        arguments, `psi'2`). Raises `DerivtexError` for a missing name or an array of the wrong
        shape.
        """
        value: float | np.ndarray = _upstairs("evaluate", "evaluate")(self, values)
        return value

    def to_sympy(self) -> Any:
        """The SymPy matrix expression; `UnsupportedError` where SymPy has none."""
        return _upstairs("sympy_bridge", "to_sympy")(self)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"


def interned(op: str, args: tuple[Expr, ...]) -> Expr | None:
    """The node without data that there is already, if there is one."""
    known = _interned.get(
        (op, id(args[0]), id(args[1])) if len(args) == 2 else (op, *map(id, args))
    )
    return None if known is None else known()


def _sweep() -> None:
    """Forget the nodes that are gone."""
    global _sweep_at
    for key in [key for key, known in _interned.items() if known() is None]:
        del _interned[key]
    _sweep_at = max(_MANY, 2 * len(_interned))


def _upstairs(module: str, name: str) -> Callable[..., Any]:
    function: Callable[..., Any] = getattr(importlib.import_module(f"derivtex.{module}"), name)
    return function


def outside_names(node: Expr) -> bool:
    """As `into` of `walk` and `fold`: a defined name is a leaf, its value is not visited."""
    return node.op != "named"


def walk(*roots: Expr, into: Callable[[Expr], bool] | None = None) -> Iterator[Expr]:
    """Each node below the roots once, arguments before what they are arguments of.

    Where `into` is given, a node for which it is false is a leaf.
    """
    seen: set[Expr] = set()
    # None stands where the arguments of the node that waits last have all been visited.
    stack: list[Expr | None] = [*reversed(roots)]
    waiting: list[Expr] = []
    while stack:
        node = stack.pop()
        if node is None:
            yield waiting.pop()
        elif node not in seen:
            seen.add(node)
            if node.args and (into is None or into(node)):
                waiting.append(node)
                stack.append(None)
                stack += node.args[::-1]
            else:
                yield node


def count(root: Expr, limit: int | None = None) -> int:
    """The number of distinct nodes, counted no further than `limit`."""
    number = 0
    for _ in walk(root):
        number += 1
        if number == limit:
            break
    return number


def fold(
    root: Expr,
    combine: Callable[[Expr, tuple[V, ...]], V],
    memo: dict[Expr, V] | None = None,
    into: Callable[[Expr], bool] | None = None,
) -> V:
    """Bottom-up value of a graph, each node once; `memo` may be shared between calls.

    Where `into` is given, a node for which it is false is a leaf, combined with no parts.
    """
    values = {} if memo is None else memo
    if root in values:
        return values[root]
    stack = [root]
    while stack:
        node = stack[-1]
        if node in values:
            stack.pop()
            continue
        args = node.args if into is None or into(node) else ()
        missing = []
        for arg in args:
            if arg not in values:
                if arg.args:
                    missing.append(arg)
                else:
                    values[arg] = combine(arg, ())
        if missing:
            stack.extend(reversed(missing))
        else:
            stack.pop()
            values[node] = combine(node, tuple([values[arg] for arg in args]))
    return values[root]


def rebuild(node: Expr, args: tuple[Expr, ...]) -> Expr:
    """The same operation on other arguments, through its constructor."""
    # Nodes are equal if they are the same: to compare the tuples takes no call a node.
    if not args or args == node.args:
        return node
    build = CONSTRUCTORS[node.op]
    return build(*args) if node.data is None else build(*args, data=node.data)


def replace(root: Expr, mapping: Mapping[Expr, Expr]) -> Expr:
    """`root` with every occurrence of a key replaced; the values of defined names are left."""
    if not mapping:
        return root
    memo = dict(mapping)
    return fold(root, rebuild, memo, into=outside_names)


Path = tuple[int, ...]


def at(root: Expr, path: Path) -> Expr:
    """The node that `path`, a tuple of argument positions, leads to."""
    for index in path:
        root = root.args[index]
    return root


def replace_at(root: Expr, path: Path, new: Expr) -> Expr:
    """`root` with the node at `path` replaced."""
    spine = [root]
    for index in path:
        spine.append(spine[-1].args[index])
    for node, index in zip(reversed(spine[:-1]), reversed(path), strict=True):
        new = rebuild(node, (*node.args[:index], new, *node.args[index + 1 :]))
    return new
