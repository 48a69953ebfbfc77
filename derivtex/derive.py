"""From a problem to its derivation: the corridor the phases stand along.

Restate the definitions, differentiate, move until only differentials of names are left, collect,
and either put a definition in or read the gradients off. The work runs backwards through the
definitions, latest first, so a network of any depth is done layer by layer, each gradient by means
of the one before it, and never multiplied out.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import TYPE_CHECKING

from derivtex.assumed import without_implied
from derivtex.book import Book
from derivtex.constrained import Points
from derivtex.derivation import Derivation, Reason
from derivtex.descent import Descent
from derivtex.errors import LimitError, UnsupportedError
from derivtex.expr import Expr, walk
from derivtex.language.names import plain_name
from derivtex.moves import moves_of
from derivtex.notation import NOTATIONS, Detail, Symmetric
from derivtex.ops import derivative, named, zeros
from derivtex.ops.components import has_components
from derivtex.ops.indices import name_of
from derivtex.ops.leaves import is_whole
from derivtex.problem import Problem, Task
from derivtex.results import of_known_size
from derivtex.symbols import GradientName
from derivtex.varying import Varying

#: The terms of the longest sum that is derived.
MOST_ADDENDS = 1000

if TYPE_CHECKING:
    from derivtex.entries import Posed
    from derivtex.jacobian import Linearisation


def derive_problem(
    problem: Problem,
    notation: str = "frobenius",
    detail: Detail = "normal",
    intermediates: bool = True,
    symmetric: Symmetric = "projection",
) -> Derivation:
    """The derivation of a parsed problem; with `intermediates`, layers of networks get names.

    `symmetric` says what is called the gradient in a symmetric variable.

    Raises `UnsupportedError` where an operation has no rule, or the notation is not known.
    """
    if notation not in NOTATIONS:
        raise UnsupportedError(
            f"the notation {notation!r} is not known", hint=f"one of {', '.join(NOTATIONS)}"
        )
    posed: dict[Expr, Posed] = {}
    if any(has_components(definition.value) for definition in problem.definitions):
        from derivtex.entries import with_arrays

        problem, posed = with_arrays(problem)
    elif intermediates and all(task.kind == "gradient" for task in problem.tasks):
        from derivtex.intermediates import with_layers_named

        problem = with_layers_named(problem)
    book = Book(problem, moves_of(notation), symmetric)
    gradients: dict[str, Expr] = {}
    solutions: dict[str, Expr] = {}
    differentials: list[Expr] = []
    matrices: dict[str, list[Expr]] = {"jacobian": [], "hessian": []}
    for objective, tasks in _by_objective(problem.tasks):
        L = named(objective.data.name, objective) if objective.op == "apply" else objective
        if tasks[0].kind == "differential":
            differentials.append(_differential(book, L, tasks))
            continue
        if tasks[0].kind in {"jacobian", "hessian"}:
            matrices[tasks[0].kind] += _linearised(book, L, tasks)
            continue
        gradients |= _gradients(book, L, tasks)
        unknowns = [X for t in tasks if t.kind == "stationary" for X in t.variables]
        if unknowns:
            solutions |= _stationary(book, L, list(dict.fromkeys(unknowns)), gradients)
    book.explain([*gradients.values(), *differentials, *chain(*matrices.values())])
    book.introduce()
    if posed:
        from derivtex.entries import as_posed

        book.lines = as_posed(book.lines, posed)
    return Derivation(
        problem=problem,
        notation=notation,
        lines=tuple(book.lines),
        conditions=without_implied(book.conditions),
        gradients=gradients,
        solutions=solutions,
        differentials=tuple(differentials),
        jacobians=tuple(matrices["jacobian"]),
        hessians=tuple(matrices["hessian"]),
        detail=detail,
    )


def _by_objective(tasks: Iterable[Task]) -> list[tuple[Expr, list[Task]]]:
    groups: dict[tuple[Expr, str], list[Task]] = {}
    for task in tasks:
        kind = "gradient" if task.kind == "stationary" else task.kind
        groups.setdefault((task.objective, kind), []).append(task)
    return [(objective, group) for (objective, _), group in groups.items()]


def _of_bearable_length(nodes: Iterable[Expr]) -> tuple[Expr, ...]:
    """The nodes, if no sum among them is too long: each step writes it down as a whole."""
    kept = tuple(nodes)
    longest = max([len(node.args) for node in kept if node.op == "add"], default=0)
    if longest > MOST_ADDENDS:
        raise LimitError(
            f"a sum of {longest} terms; the limit is {MOST_ADDENDS}",
            hint=r"write it as a sum over an index, \sum_{i=1}^{N} x_i",
        )
    return kept


def _asked(tasks: list[Task]) -> list[Expr]:
    asked = list(dict.fromkeys(v for task in tasks for v in task.variables))
    for X in asked:
        if X.op == "named" and len(X.args) > 1:
            raise UnsupportedError(
                f"the derivative by {X.text()}, a member of a family that is defined, "
                "is not derived",
                hint=f"declare the family of {X.text()} instead of defining it",
            )
    return asked


def _key(variable: Expr) -> str:
    return plain_name(name_of(variable))


def _gradients(book: Book, L: Expr, tasks: list[Task]) -> dict[str, Expr]:
    """The gradients of L, all in one descent; zero, and said to be, where L does not depend."""
    asked = _asked(tasks)
    if L in asked:
        raise UnsupportedError(f"the gradient of {name_of(L)} with respect to itself is asked for")
    nodes = _of_bearable_length(walk(L))
    inside = frozenset(nodes)
    present = [v for v in asked if (v.args[0] if v.op == "member" else v) in inside]
    descent = _descent(book, L, present, nodes)
    descent.restate()
    if present:
        descent.descend()
    for variable in asked:
        if variable not in descent.found:
            reason = Reason("{} does not depend on {}", (L, variable))
            book.line("gradient", derivative(L, variable), zeros(variable.shape), reason)
    book.assume(nodes, descent.varying)
    found = {v: descent.found.get(v) or of_known_size(zeros(v.shape), v) for v in asked}
    book.gradients |= {(L, v): G for v, G in found.items()}
    return {_key(v): G for v, G in found.items()}


def _descent(book: Book, L: Expr, asked: list[Expr], nodes: tuple[Expr, ...]) -> Descent:
    if book.moves.name != "index":
        return Descent(book, L, asked, nodes)
    from derivtex.componentwise import ComponentDescent

    return ComponentDescent(book, L, asked, nodes)


def _differential(book: Book, L: Expr, tasks: list[Task]) -> Expr:
    """The differential alone, in the variables asked for or in everything that can vary."""
    nodes = _of_bearable_length(walk(L))
    variables = _asked(tasks) or [
        node for node in nodes if node.op in {"symbol", "family"} and not is_whole(node)
    ]
    if book.moves.name == "index":
        from derivtex.componentwise import total_differential

        return total_differential(book, L, variables, nodes)
    descent = Descent(book, L, variables, nodes)
    for node in (*book.definitions(L), L):
        book.line("definition", node, node.args[0], Reason("definition of {}", (node,)))
    result = descent.differential_alone()
    book.assume(nodes, descent.varying)
    return result


def _linearised(book: Book, F: Expr, tasks: list[Task]) -> list[Expr]:
    """The Jacobians of F; or its Hessians, which are the Jacobians of its gradients."""
    _of_bearable_length(walk(F))
    found = []
    for variable in _asked(tasks):
        if tasks[0].kind == "hessian":
            gradient = book.gradients.get((F, variable))
            if gradient is None or any(isinstance(n.data, GradientName) for n in walk(gradient)):
                gradient = _gradients(book, F, [Task("gradient", F, (variable,))])[_key(variable)]
            gradient = gradient.args[0] if gradient.op == "sized" else gradient
            name = GradientName(name_of(F), name_of(variable))
            found.append(_linearisation(book, named(name, gradient), variable).write())
            continue
        own = [F] if not found and (F in book.order or F.args[0].op != "apply") else []
        for node in (*book.definitions(F), *own):
            book.line("definition", node, node.args[0], Reason("definition of {}", (node,)))
        found.append(_linearisation(book, F, variable).write())
    book.assume(walk(F), Varying(_asked(tasks)))
    return found


def _linearisation(book: Book, F: Expr, X: Expr) -> Linearisation:
    # Loaded when one is asked for, like the rules it applies.
    if book.moves.name != "index":
        from derivtex.jacobian import Linearisation

        return Linearisation(book, F, X)
    from derivtex.component_jacobian import ComponentJacobian

    return ComponentJacobian(book, F, X)


def _stationary(
    book: Book, L: Expr, unknowns: list[Expr], gradients: dict[str, Expr]
) -> dict[str, Expr]:
    """The stationary points that have a closed form."""
    points = Points(L)
    points.solve(unknowns, {X: gradients[_key(X)] for X in unknowns})
    book.lines += points.lines
    book.conditions.update(dict.fromkeys(points.conditions))
    return {_key(X): e for X, e in points.solutions.items()}
