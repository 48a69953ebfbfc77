"""What has been written of a derivation so far: its lines, its letters, what it assumes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, count

from derivtex.assumed import condition
from derivtex.derivation import Line, LineKind, Reason, Step
from derivtex.errors import UnsupportedError
from derivtex.expr import Expr, outside_names, walk
from derivtex.moves import Moves
from derivtex.notation import Symmetric
from derivtex.op import OPS
from derivtex.ops import named, symbol
from derivtex.ops.indices import free_indices, name_of
from derivtex.ops.leaves import value_of
from derivtex.phases import Trail
from derivtex.problem import Problem
from derivtex.rules.identify import CALLED_BY_LETTER
from derivtex.shapes import Shape
from derivtex.structure import is_symmetric
from derivtex.surface import bits
from derivtex.symbols import Family
from derivtex.varying import Varying

#: Operations whose values are called by letters.
LETTERED = bits(op.name for op in OPS.values() if op.letter is not None)
#: Operations whose meaning is said at the end, where they are left in the result.
EXPLAINED = bits(op.name for op in OPS.values() if op.meaning is not None)


class Book:
    """One derivation under way. Only lines are ever added; nothing written is changed."""

    def __init__(self, problem: Problem, moves: Moves, symmetric: Symmetric = "projection") -> None:
        self.problem = problem
        self.moves = moves
        self.symmetric = symmetric
        self.lines: list[Line] = []
        self.conditions: dict[Reason, None] = {}
        self.order = {d.expr: i for i, d in enumerate(problem.definitions)}
        self._families = {d.data: d for d in self.order if isinstance(d.data, Family)}
        #: What gradients of unknown functions are called.
        self.unknown: dict[Expr, Expr] = {}
        #: The gradients that lines were written for, by their objective and variable.
        self.gradients: dict[tuple[Expr, Expr], Expr] = {}
        self._restated: set[Expr] = set()
        self._letters = chain("GHKPQR", (f"G^{{({i})}}" for i in count(1)))
        self._taken = {name_of(e) for e in problem.symbols.values()}
        self._generic: dict[tuple[str, Shape], Expr] = {}
        self._called = {d.args[0]: d for d in self.order if len(d.args) == 1}
        self._introduced: set[tuple[Expr, Expr]] = set()

    def line(
        self,
        kind: LineKind,
        left: Expr | None,
        right: Expr,
        reason: Reason,
        steps: tuple[Step, ...] = (),
        varying: tuple[Expr, ...] = (),
    ) -> None:
        """Write a line; `left` is None where it is the left side of the line before.

        Where a letter was introduced in between, the left side is said again.
        """
        if left is None and self.lines and self.lines[-1].kind == "name":
            sides = (line.left for line in reversed(self.lines) if line.kind != "name")
            left = next((side for side in sides if side is not None), None)
        self.lines.append(Line(kind, left, right, reason, steps, varying))

    def definitions(self, L: Expr) -> Iterator[Expr]:
        """The definitions that L is made of and that are not restated yet, in their order."""
        if not self.order.keys() - {L}:
            return
        used = {self.definition(node) for node in walk(L) if node is not L} & self.order.keys()
        for node in sorted(used, key=self.order.__getitem__):
            if node not in self._restated:
                self._restated.add(node)
                yield node

    def introduce(self) -> None:
        """Put what was defined, and only results are called by, before all other lines."""
        said = {line.left for line in self.lines}
        missing = [Y for Y in self.order if Y not in said]
        if not missing:
            return
        rights = (line.right for line in self.lines)
        written = {
            self.definition(node)
            for node in walk(*rights, into=outside_names)
            if node.op == "named"
        }
        missing = [Y for Y in missing if Y in written]
        self.lines[:0] = [
            Line("definition", Y, Y.args[0], Reason("definition of {}", (Y,))) for Y in missing
        ]

    def definition(self, node: Expr) -> Expr:
        """The name that was defined, for a member of a defined family at any index."""
        return self._families.get(node.data, node) if node.op == "named" else node

    def rank(self, node: Expr) -> int:
        """The place of its definition among all."""
        return self.order.get(self.definition(node), -1)

    def letter(self) -> str:
        """The next free letter for a gradient that nothing is known about."""
        return next(letter for letter in self._letters if self.take(letter))

    def take(self, name: str) -> bool:
        """Whether this name is free; from now on it is not."""
        free = name not in self._taken
        self._taken.add(name)
        return free

    # --- letters for values ---------------------------------------------------------------------

    def call_by_letters(self, trail: Trail) -> None:
        """Call by its letter what has one, once a line has said what the letter stands for."""
        while (node := _lettered(trail.current)) is not None:
            letter = OPS[node.op].letter
            assert letter is not None
            args = node.args if node.data is None else (node,)
            equation = letter.equation(self._call, *args)
            if equation not in self._introduced:
                self._introduced.add(equation)
                args = (self._call(node),) if "{}" in letter.words else ()
                self.line("name", *equation, Reason(letter.words, args))
            trail.put(CALLED_BY_LETTER, {node: self._call(node)})

    def _call(self, node: Expr) -> Expr:
        """The letter for the value of `node`: the preferred one, or with the next free index."""
        if node not in self._called:
            letter = OPS[node.op].letter
            assert letter is not None
            own = letter.preferred
            if node.shape.is_matrix and len(own) == 1:
                own = own.upper()
            preferred = [own]
            if letter.indexed_by is not None:
                preferred = _indexed(letter.preferred, node.args[letter.indexed_by])
            others = (f"{own}_{i}" for i in count(1))
            name = next(name for name in chain(preferred, others) if name not in self._taken)
            self._taken.add(name)
            self._called[node] = named(name, node)
        return self._called[node]

    # --- what is left in a result ---------------------------------------------------------------

    def explain(self, results: Iterable[Expr]) -> None:
        """Say, once each, what the operations mean that a reader of the results may not know."""
        if not any(line.right.surface & EXPLAINED for line in self.lines):
            return
        explained: set[str] = set()
        pending = list(walk(*results, into=_is_read))
        for node in pending:
            meaning = OPS[node.op].meaning if node.op in OPS else None
            if meaning is None or node.op in explained:
                continue
            equation = meaning(self._arguments(node))
            if equation is not None:
                left, right = equation
                self.line("name", left, right, Reason(OPS[node.op].title))
                explained.add(node.op)
                pending += walk(left, right, into=_is_read)

    def _arguments(self, node: Expr) -> tuple[Expr, ...]:
        """Arguments to say with what an operation means: X if it is applied to X or Xᵀ, else and
        for all further arguments free letters."""
        first, *others = node.args
        X = first.args[0] if first.op == "transpose" else first
        if X.op not in {"symbol", "named"}:
            X = self._letter_for(X, "XYZABCMN")
        generic = [e if e.shape.is_scalar else self._letter_for(e, "EFHKUVSR") for e in others]
        return (X, *generic)

    def _letter_for(self, e: Expr, letters: str) -> Expr:
        """A symbol of the shape of `e`, the same for all of this shape."""
        if (letters, e.shape) not in self._generic:
            names = chain(letters, (f"{letters[0]}_{i}" for i in count(1)))
            name = next(name for name in names if self.take(name))
            self._generic[letters, e.shape] = symbol(name, e.shape)
        return self._generic[letters, e.shape]

    # --- assumptions ----------------------------------------------------------------------------

    def assume(self, nodes: Iterable[Expr], varying: Varying) -> None:
        """Write down what the differentials assumed of these nodes, all that they were taken of.

        Raises `UnsupportedError` where an operation needs more than is known of its argument.
        """
        for node in nodes:
            self._check_needs(node)
            found = self._assumption(node)
            if found is None or not (varying.depends(node) or node.op == "inverse"):
                continue
            needed = condition(*found)
            if needed is not None:
                self.conditions.setdefault(needed)

    def _check_needs(self, node: Expr) -> None:
        needs = OPS[node.op].needs if node.op in OPS else None
        if needs == "symmetric" and not is_symmetric(node.args[0]):
            raise UnsupportedError(
                f"the {OPS[node.op].title} needs a symmetric matrix, and nothing says that "
                f"{node.args[0].text()} is one",
                hint=r"declare it: A \in \mathbb{S}^n",
            )

    def _assumption(self, node: Expr) -> tuple[str, Expr] | None:
        """What an operation assumes, and of what; a scalar that divides is not zero."""
        if node.op == "power" and node.shape.is_scalar:
            exponent = value_of(node.args[1])
            divides = exponent is not None and exponent < 0
            return ("{} is not zero", node.args[0]) if divides else None
        if node.op == "indexed_product" and node.shape.is_scalar:
            return "{} is not zero", node.args[0]
        return OPS[node.op].assumption(node) if node.op in OPS else None


def _is_read(node: Expr) -> bool:
    """Whether what a node is made of can be read in the lines, not only in a definition."""
    return node.op != "named" or not isinstance(node.data, str)


def _lettered(e: Expr) -> Expr | None:
    """Something in `e` that is called by a letter; what runs with an index has one for each."""
    if not e.surface & LETTERED:
        return None
    for node in walk(e, into=outside_names):
        known = OPS[node.op].letter is not None if node.op in OPS else False
        if known and not free_indices(node):
            return node
    return None


def _indexed(letter: str, index: Expr) -> list[str]:
    """`v_k`, `v_2`; of the largest and the smallest the letter itself, unless it is taken."""
    if index.op in {"symbol", "index"}:
        name = name_of(index)
        return [f"{letter}_{name}" if len(name) == 1 else f"{letter}_{{{name}}}"]
    place = value_of(index)
    if place in {1, -1}:
        return [letter, rf"{letter}_{{\max}}" if place == 1 else rf"{letter}_{{\min}}"]
    return [f"{letter}_{place}"] if isinstance(place, int) and place < 10 else [letter]
