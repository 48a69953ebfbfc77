"""The value of an expression for arrays that a user gives by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from derivtex.entrywise import functions_of
from derivtex.errors import DerivtexError
from derivtex.expr import Expr, count, walk
from derivtex.given import GivenFunction, Sizes, extent, fitted, given_members, of_structure
from derivtex.language.names import plain_name, tex_name
from derivtex.op import OPS
from derivtex.ops.components import free
from derivtex.ops.leaves import is_whole, unsized
from derivtex.ops.matrix_functions import PRINCIPAL
from derivtex.shapes import summands
from derivtex.symbols import GradientName
from derivtex.valuation import Valuation

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]


class _Finding(Valuation):
    """A valuation that says which inverse does not exist."""

    def combine(self, e: Expr, parts: tuple[Array, ...]) -> Array:
        try:
            return super().combine(e, parts)
        except self.np.linalg.LinAlgError as error:
            (*_, A) = e.args
            what = A.text() if count(A, limit=30) < 30 else "the matrix"
            wrong = f"{what} is singular"
            condition = OPS[e.op].condition
            if condition == PRINCIPAL:
                wrong = f"it is not so that {condition.format(e.args[0].text())}"
            raise DerivtexError(f"the {OPS[e.op].title} has no value here: {wrong}") from error


def evaluate(e: Expr, values: Mapping[str, Any]) -> float | np.ndarray[Any, Any]:
    """The value of `e` for NumPy arrays given by plain or TeX name.

    A vector is an `(n,)` array (or `(n, 1)`), a scalar a number. A name that a problem defines
    may be given; otherwise it is computed. A size that none of these tells, as of a gradient I, is
    given by its name, `{"n": 3}`, or by any array that has it. Returns a float, an `(n,)` or an
    `(m, n)` array.

    An unknown function is given as callables, which take and return what `evaluate` does:

    g            the function itself, where `e` has it; an elementwise one takes an array
    g', g''      the derivatives of an elementwise function
    phi'         the gradient of a scalar function, of its argument's shape
    psi'1, psi'2 the gradients of a scalar function of several arguments; each takes them all
    phi''        the Hessian of a scalar function; psi''12 the Jacobian of psi'1 in the second one
    f', f'2      the Jacobian of a function with values in vectors, that in the second argument

    A family is given by its name without the index, `{"x": [x_1, x_2, x_3]}`: as a list, which
    begins with the first index that a sum gives it (1 where no sum says), as a mapping by index, or
    as a callable that takes the index. The number of terms is the length of the list where it is
    not given; beyond the end of a list, in an infinite sum, members are zero.

    Raises `DerivtexError` for a missing value, `ShapeError` for one of the wrong shape.
    """
    import numpy as np

    if not isinstance(values, Mapping):
        raise DerivtexError(
            f"the values are given by name, not as {type(values).__name__}",
            hint="evaluate({'X': X, 'w': w})",
        )
    given = {tex_name(str(name)): value for name, value in values.items()}
    sizes = Sizes(given)
    bare = unsized(e)
    used = [*walk(bare, into=lambda n: not _is_given_name(n, given))]
    functions = {
        function.name: GivenFunction(function.name, given, np)
        for function in functions_of(used)
        if function.formula is None
    }
    symbols, overrides = _given_values(np, used, given, sizes)
    if bare is not e:
        _measure(np, e, given, sizes)
    sizes.ask(symbol for node in used for size in node.shape for symbol in size.symbols)
    for node in used:
        if _may_be_a_size(node, given):
            if node.data.name not in sizes:
                raise DerivtexError(f"a value is missing for {plain_name(node.data.name)}")
            symbols[node] = np.full((1, 1), float(sizes[node.data.name]))
    array = _Finding(sizes, symbols, functions, overrides)(bare)
    if e.shape.is_scalar:
        if free(e):
            raise DerivtexError(
                "an entry has a value for each of its subscripts",
                hint="evaluate the whole: the gradient, not its entry",
            )
        return float(array.item())
    return array[:, 0] if e.shape.is_column else array


def _given_values(
    np: Any, used: list[Expr], given: Mapping[str, Any], sizes: Sizes
) -> tuple[dict[Expr, Any], dict[Expr, Any]]:
    """The values of what has no definition, and of the defined names that are given all the same;
    `sizes` learns what their arrays tell."""
    symbols: dict[Expr, Any] = {}
    overrides: dict[Expr, Any] = {}
    for node in used:
        if node.op == "family":
            symbols[node] = given_members(np, node, given, sizes, used)
    # A number that is a quantity of the problem as well as a size must be right as both.
    sizes.ask(node.data.name for node in used if node.op == "symbol" and node.shape.is_scalar)
    # A product of sizes tells one of them where the others are known.
    for node in sorted(used, key=_how_mixed):
        if node.op == "extent":
            symbols[node] = np.full((1, 1), float(sizes.count(node.data)))
        elif node.op == "symbol" and not _may_be_a_size(node, given):
            name = node.data.name
            if name not in given:
                raise DerivtexError(f"a value is missing for {plain_name(name)}")
            array = fitted(np, name, given[name], node.shape, sizes)
            symbols[node] = of_structure(np, name, array, node.data.structure)
        elif _is_given_name(node, given):
            overrides[node] = fitted(np, node.data, given[node.data], node.shape, sizes)
    return symbols, overrides


def _may_be_a_size(node: Expr, given: Mapping[str, Any]) -> bool:
    """A whole number that is not given: the arrays may tell it."""
    return is_whole(node) and node.data.name not in given


def _measure(np: Any, e: Expr, given: Mapping[str, Any], sizes: Sizes) -> None:
    """Learn sizes from the values of names that do no more than tell them."""
    for node in walk(e):
        name = node.data.name if node.op == "symbol" else node.data
        if node.op in {"symbol", "named"} and name in given and not node.shape.is_scalar:
            sizes.fit(plain_name(name), node.shape, extent(np, given[name], node.shape))


def _how_mixed(node: Expr) -> int:
    """Of how many sizes the rows or the columns are made: a product or a sum tells the last."""
    return max(sum(len(part.symbols) for part in summands(size)) for size in node.shape)


def _is_given_name(node: Expr, given: Mapping[str, Any]) -> bool:
    return node.op == "named" and not isinstance(node.data, GradientName) and node.data in given
