"""The phases of a derivation: each takes a right side and gives the next ones, step by step.

A phase never searches for a goal. It applies the rules it names, outermost place first, until none
applies; all terms of a sum take the same move in the same line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from derivtex.derivation import Step
from derivtex.errors import LimitError
from derivtex.expr import Expr, Path, at, replace_at
from derivtex.op import OPS
from derivtex.ops.leaves import is_zero
from derivtex.rule import NextMove, Rule
from derivtex.rules.collect import core_path
from derivtex.rules.differential import DIFFERENTIAL, is_compound, linearity, needs_linearity
from derivtex.rules.indexed import SUMS, sum_out
from derivtex.surface import bits
from derivtex.varying import AT_DIFFERENTIALS, Search, Varying, Where

#: A sum of more terms is no derivation that anybody reads.
MOST_TERMS = 500


class Trail:
    """A right side under way, and the steps that led to it since the last line."""

    def __init__(self, current: Expr, steps: Iterable[Step] = ()) -> None:
        self.current = current
        self.steps = list(steps)

    def apply(self, rule_name: str, path: Path, new: Expr) -> None:
        """Put `new` at `path` and write the step down."""
        after = replace_at(self.current, path, new)
        if after is not self.current:
            self.steps.append(Step(rule_name, path, self.current, after))
            self.current = after

    def put(self, rule_name: str, new: Mapping[Expr, Expr]) -> None:
        """Put something new wherever one of the keys stands, a step for each place."""
        search = Search(new.__contains__, _where(frozenset(e.op for e in new)))
        while (path := search.path(self.current)) is not None:
            self.apply(rule_name, path, new[at(self.current, path)])

    def take(self) -> tuple[Step, ...]:
        """The steps since the last line."""
        steps, self.steps = tuple(self.steps), []
        return steps

    def terms(self) -> Iterator[tuple[Path, Expr]]:
        """The terms of the sum, with their paths; a term may be rewritten while it is visited.

        A zero has none.
        """
        index = 0
        while not is_zero(self.current):
            is_sum = self.current.op == "add"
            terms = self.current.args if is_sum else (self.current,)
            if index >= len(terms):
                return
            yield ((index,) if is_sum else ()), terms[index]
            index += 1


@cache
def _where(ops: frozenset[str]) -> Where:
    return Where(bits(ops))


class Rules(Where):
    """Rules that are used together: by the `surface` of a node, those that may rewrite something
    in it, for each operation that it is written with."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        super().__init__(0)
        self._rules = [(rule, bits(rule.on)) for rule in rules]

    def __missing__(self, surface: int) -> Any:
        possible: dict[str, tuple[Rule, ...]] = {}
        for rule, on in self._rules:
            if surface & on and rule.can_be_in(surface):
                possible.update({op: (*possible.get(op, ()), rule) for op in rule.on})
        return self.setdefault(surface, possible)


_rules = cache(Rules)


def exhaust(trail: Trail, rules: tuple[Rule, ...], varying: Varying) -> tuple[str, ...]:
    """Apply the rules wherever they apply until none does; the names of those that did."""
    together = _rules(rules)
    if not together[trail.current.surface]:
        return ()
    used: dict[str, None] = {}
    in_vain = varying.in_vain
    last: tuple[Rule, Expr] | None = None

    def applies(node: Expr) -> bool:
        nonlocal last
        for rule in together[node.surface].get(node.op, ()):
            if node in in_vain[rule]:
                continue
            new = rule.rewrite(node, varying)
            if new is not None:
                last = rule, new
                return True
            in_vain[rule].add(node)
        return False

    search = Search(applies, together, in_vain[rules])
    while (path := search.path(trail.current)) is not None:
        assert last is not None
        rule, new = last
        used[rule.name] = None
        trail.apply(rule.name, path, new)
    return tuple(used)


def expand_differentials(trail: Trail, varying: Varying, spell: tuple[Rule, ...] = ()) -> None:
    """Take differentials until only those of names are left, a sum of terms with one each."""
    compound = Search(is_compound, AT_DIFFERENTIALS)
    while (path := compound.path(trail.current)) is not None:
        node = at(trail.current, path)
        f = node.args[0]
        if f.op not in DIFFERENTIAL:
            OPS[f.op].differentiate(f, 0, node)  # the error that names what is missing
        rule = DIFFERENTIAL[f.op]
        new = rule(node, varying)
        assert new is not None, rule.name
        trail.apply(rule.name, path, new)
    sums = Search(lambda node: needs_linearity(node, varying), AT_DIFFERENTIALS)
    while (path := sums.path(trail.current)) is not None:
        new = linearity(at(trail.current, path), varying)
        assert new is not None
        trail.apply(linearity.name, path, new)
        if trail.current.op == "add" and len(trail.current.args) > MOST_TERMS:
            raise LimitError(
                f"the differential has more than {MOST_TERMS} terms",
                hint="give parts of the problem names, with definitions",
            )
    exhaust(trail, spell, varying)


def _move_of(core: Expr, next_move: NextMove, varying: Varying) -> Rule | None:
    """What moves a scalar with one differential: a sum comes out of it in any notation."""
    if core.op == "differential":
        return None
    if core.surface & SUMS and sum_out(core, varying) is not None:
        return sum_out
    return next_move(core, varying)


def is_finished(trail: Trail, next_move: NextMove, varying: Varying) -> bool:
    """Whether no term has a move left."""
    cores = (at(term, core_path(term, varying)) for _, term in trail.terms())
    return all(_move_of(core, next_move, varying) is None for core in cores)


def move_round(trail: Trail, next_move: NextMove, varying: Varying) -> tuple[str, ...]:
    """One move in every term that can make it; the names of the rules that moved them.

    Rules that join are applied on the way, in the same line.
    """
    chosen: Rule | None = None
    used: dict[str, None] = {}
    for path, term in trail.terms():
        while True:
            inner = core_path(term, varying)
            core = at(term, inner)
            rule = _move_of(core, next_move, varying)
            if rule is None or not (rule.joins or chosen is None or rule.is_as(chosen)):
                break
            new = rule(core, varying)
            assert new is not None, rule.name
            trail.apply(rule.name, (*path, *inner), new)
            if not rule.joins:
                chosen = rule
                used[rule.name] = None
                break
            term = at(trail.current, path)
    return tuple(used)


# --- restating a scalar before it is differentiated ----------------------------------------------


def places(term: Expr, varying: Varying) -> Iterator[tuple[Path, Expr]]:
    """Where a term may be restated: itself, and the one scalar factor of it that varies."""
    yield (), term
    if term.op == "mul":
        active = [i for i, arg in enumerate(term.args) if varying.depends(arg)]
        if len(active) == 1 and term.args[active[0]].shape.is_scalar:
            yield (active[0],), term.args[active[0]]


def restate(trail: Trail, rules: tuple[Rule, ...], varying: Varying) -> tuple[str, ...]:
    """Apply the first rule that fits to each term of the sum; the names of those applied."""
    if not _rules(rules)[trail.current.surface]:
        return ()
    used: dict[str, None] = {}
    for path, term in trail.terms():
        fitting = (
            (rule, inner, new)
            for inner, node in places(term, varying)
            for rule in rules
            if (new := rule(node, varying)) is not None
        )
        for rule, inner, new in fitting:
            used[rule.name] = None
            trail.apply(rule.name, (*path, *inner), new)
            break
    return tuple(used)
