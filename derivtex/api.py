"""From text, or a SymPy expression, to derivations, with every error put in its place."""

from __future__ import annotations

import sys
from typing import Any

from derivtex.derivation import Derivation, Detail
from derivtex.derive import derive_problem
from derivtex.errors import DerivtexError, ParseError, Span
from derivtex.parse import parse, parse_problems
from derivtex.problem import Problem

__all__ = ["derive", "derive_all", "parse", "parse_problems"]


def derive(
    problem: Any,
    wrt: Any = None,
    *,
    notation: str = "frobenius",
    detail: Detail = "normal",
    filename: str | None = None,
) -> Derivation:
    """The derivation of one problem.

    problem    the text of an expression file with one problem, a single expression in TeX, or a
               SymPy expression
    wrt        the variable, where the text does not ask for anything itself: its name, or its
               SymPy symbol beside a SymPy expression
    notation   frobenius or trace
    detail     brief, normal or full
    filename   what an error calls the text

    Raises `DerivtexError`, which says where the mistake is.
    """
    if not isinstance(problem, str):
        posed = _from_sympy(problem, wrt)
        return _derive(posed, posed.text, notation, detail, filename)
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
    return _derive(result, problem, notation, detail, filename)


def derive_all(
    text: str,
    *,
    wrt: str | None = None,
    notation: str = "frobenius",
    detail: Detail = "normal",
    filename: str | None = None,
) -> list[Derivation | DerivtexError]:
    """For each problem of an expression file its derivation, or the error that stopped it."""
    results: list[Derivation | DerivtexError] = []
    for problem in parse_problems(text, filename, wrt):
        if isinstance(problem, DerivtexError):
            results.append(problem)
            continue
        try:
            results.append(_derive(problem, text, notation, detail, filename))
        except DerivtexError as error:
            results.append(error)
    return results


def _derive(
    problem: Problem, text: str, notation: str, detail: Detail, filename: str | None
) -> Derivation:
    """Derive; an error that has no place of its own is put where the question is."""
    try:
        return derive_problem(problem, notation, detail)
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


def _from_sympy(expression: Any, wrt: Any) -> Problem:
    # Nothing is a SymPy expression while SymPy is not loaded.
    sympy = sys.modules.get("sympy")
    if sympy is None or not isinstance(expression, sympy.Basic):
        raise TypeError(
            f"derive takes a problem's text or a SymPy expression, not {type(expression).__name__}"
        )
    from derivtex.sympy_bridge import problem_from_sympy

    return problem_from_sympy(expression, wrt)
