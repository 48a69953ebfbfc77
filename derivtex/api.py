"""From text, or a SymPy expression, to derivations, with every error put in its place."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any, Literal, NamedTuple, get_args

from derivtex.derivation import Derivation, Line, Reason
from derivtex.derive import derive_problem
from derivtex.errors import DerivtexError, ParseError, Span, UnsupportedError
from derivtex.expr import Expr
from derivtex.notation import DETAILS, NOTATIONS, SYMMETRIC, Detail, Symmetric
from derivtex.ops import sized
from derivtex.parse import parse, parse_problems
from derivtex.problem import Problem
from derivtex.structure import transposed

__all__ = ["derive", "derive_all", "parse", "parse_problems"]

Layout = Literal["denominator", "numerator"]


def derive(
    problem: Any,
    wrt: Any = None,
    *,
    notation: str = "frobenius",
    detail: Detail = "normal",
    layout: Layout = "denominator",
    intermediates: bool = True,
    symmetric: Symmetric = "projection",
    filename: str | None = None,
) -> Derivation:
    """The derivation of one problem.

    problem    the text of an expression file with one problem, a single expression in TeX, or a
               SymPy expression
    wrt        the variable, where the text does not ask for anything itself: its name, or its
               SymPy symbol beside a SymPy expression; several as "x, y" or as a list
    notation   frobenius, trace, inner or index
    detail     brief, normal or full
    layout     denominator, where a gradient has its variable's shape; or numerator, where a last
               line transposes it
    intermediates
               whether the layers of a network that is one nested expression get names, each its
               gradient, where that is shorter
    symmetric  what the gradient in a symmetric variable is: projection, ½(G + Gᵀ), the gradient
               within the symmetric matrices; or entries, G + Gᵀ - G ⊙ I, the derivatives in the
               entries on and below the diagonal, which is no gradient to go along
    filename   what an error calls the text

    Raises `DerivtexError`, which says where the mistake is.
    """
    _one_of("layout", layout, get_args(Layout))
    how = _How(notation, detail, intermediates, symmetric)
    found = _derive_one(problem, _names(wrt), how, filename)
    return _in_numerator_layout(found) if layout == "numerator" else found


class _How(NamedTuple):
    """How a derivation is written: the options of `derive`."""

    notation: str
    detail: Detail
    intermediates: bool
    symmetric: Symmetric


def _derive_one(problem: Any, wrt: str | None, how: _How, filename: str | None) -> Derivation:
    if not isinstance(problem, str):
        posed = _from_sympy(problem, wrt)
        return _derive(posed, posed.text, how, filename)
    results = parse_problems(problem, filename, wrt)
    if not results:
        raise ParseError("there is no problem here").located(problem, filename)
    if len(results) > 1:
        raise DerivtexError(
            f"here are {len(results)} problems, and `derive` takes one",
            hint="use derivtex.derive_all, which gives a derivation or an error for each",
        ).located(problem, filename)
    (result,) = results
    if isinstance(result, DerivtexError):
        raise result
    return _derive(result, problem, how, filename)


def derive_all(
    text: str,
    *,
    wrt: Any = None,
    notation: str = "frobenius",
    detail: Detail = "normal",
    intermediates: bool = True,
    symmetric: Symmetric = "projection",
    filename: str | None = None,
) -> list[Derivation | DerivtexError]:
    """For each problem of an expression file its derivation, or the error that stopped it."""
    how = _How(notation, detail, intermediates, symmetric)
    results: list[Derivation | DerivtexError] = []
    for problem in parse_problems(text, filename, _names(wrt)):
        if isinstance(problem, DerivtexError):
            results.append(problem)
            continue
        try:
            results.append(_derive(problem, text, how, filename))
        except DerivtexError as error:
            results.append(error)
    return results


_CHOICES: dict[str, tuple[str, ...]] = {
    "notation": NOTATIONS,
    "detail": DETAILS,
    "symmetric": SYMMETRIC,
}


def _derive(problem: Problem, text: str, how: _How, filename: str | None) -> Derivation:
    """Derive; an error that has no place of its own is put where the question is.

    An option is not in the text: what is wrong with one has no place.
    """
    for option, choices in _CHOICES.items():
        _one_of(option, getattr(how, option), choices)
    try:
        derivation = derive_problem(problem, *how)
        if not problem.functions:
            return derivation
        from derivtex.formulas import with_formulas  # for these alone

        return with_formulas(derivation)
    except DerivtexError as error:
        if error.span is None:
            error.span = _question(problem)
        error.located(text, filename)
        raise


def _question(problem: Problem) -> Span | None:
    """What was asked; where that stands in no text, the last definition."""
    places = [task.span for task in problem.tasks]
    places += [definition.span for definition in reversed(problem.definitions)]
    return next((span for span in places if span.end > span.start), None)


def _one_of(option: str, value: object, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise UnsupportedError(
            f"the {option} {value!r} is not known", hint=f"one of {', '.join(choices)}"
        )


def _names(wrt: Any) -> str | None:
    """Variables, by name or as SymPy symbols, one or a list of them, as names between commas."""
    if wrt is None:
        return None
    return ", ".join([_name(v) for v in (wrt if isinstance(wrt, list | tuple) else [wrt])])


def _name(variable: Any) -> str:
    name = getattr(variable, "name", variable)
    if not isinstance(name, str):
        raise DerivtexError(
            f"{name!r} is no variable",
            hint='wrt is a name, as in wrt="x", or several, as in wrt="x, y" or wrt=["x", "y"]',
        )
    return name


def _from_sympy(expression: Any, wrt: Any) -> Problem:
    # Nothing is a SymPy expression while SymPy is not loaded.
    sympy = sys.modules.get("sympy")
    if sympy is None or not isinstance(expression, sympy.Basic):
        raise TypeError(
            f"derive takes a problem's text or a SymPy expression, not {type(expression).__name__}"
        )
    from derivtex.sympy_bridge import problem_from_sympy

    return problem_from_sympy(expression, wrt)


# --- numerator layout ----------------------------------------------------------------------------

_TRANSPOSED = Reason("numerator layout: the transpose")


def _in_numerator_layout(derivation: Derivation) -> Derivation:
    """The derivation with a line below each gradient that transposes it."""
    tasks = derivation.problem.tasks
    if any(task.kind == "stationary" for task in tasks):
        raise UnsupportedError(
            "a stationary point is derived in denominator layout alone",
            hint="ask for the gradient, or leave layout out",
        )
    variables = {X for task in tasks if task.kind == "gradient" for X in task.variables}
    left: Expr | None = None
    last: dict[Expr, int] = {}
    for index, line in enumerate(derivation.lines):
        left = line.left or left
        if left is not None and left.op == "derivative" and left.args[1] in variables:
            last[left] = index
    below = {index: left for left, index in last.items() if not left.shape.is_scalar}
    lines: list[Line] = []
    for index, line in enumerate(derivation.lines):
        lines.append(line)
        if index in below:
            lines.append(Line("gradient", below[index].T, _transposed(line.right), _TRANSPOSED))
    gradients = {name: _transposed(G) for name, G in derivation.gradients.items()}
    return replace(derivation, lines=tuple(lines), gradients=gradients)


def _transposed(G: Expr) -> Expr:
    return sized(_transposed(G.args[0]), G.args[1]) if G.op == "sized" else transposed(G)
