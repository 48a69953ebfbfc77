"""Matrix functions of what commutes: `L_f(X, E) = f'(X) E`, and products of exponentials."""

from __future__ import annotations

from itertools import combinations

from derivtex.expr import Expr
from derivtex.ops import add, frobenius, mul, split, trace
from derivtex.ops.matrix_functions import FRECHET, expm
from derivtex.rule import rule
from derivtex.structure import transposed
from derivtex.surface import bits
from derivtex.varying import Varying

_NAMES = " ".join(FRECHET)
_FRECHET = bits(FRECHET)
#: What is made of one matrix by these alone commutes with all that is made so of the same matrix.
_POLYNOMIAL = frozenset(
    {"add", "mul", "matrix_power", "inverse", "identity", "zeros", "named"}
    | {row.f.name for row in FRECHET.values()}
)


def commute(X: Expr, *others: Expr) -> bool:
    """Whether these commute with X for how they are made: of X, or all of one other matrix."""
    made_of = _generators(others, X)
    return made_of <= {X} or len(made_of | _generators((X,))) == 1


def _generators(matrices: tuple[Expr, ...], atom: Expr | None = None) -> set[Expr]:
    """The matrices that these are polynomials, powers, inverses and functions of; `atom` is one."""
    found: set[Expr] = set()
    stack = list(matrices)
    while stack:
        e = stack.pop()
        if e.shape.is_scalar:
            continue
        made = e.op in _POLYNOMIAL and all(a.shape.is_square or a.shape.is_scalar for a in e.args)
        if made and e is not atom:
            stack.extend(e.args)
        else:
            found.add(e)
    return found


@rule(
    "Fréchet derivative in a direction that commutes",
    r"L_{\exp}(cA, A) = Ae^{cA}",
    given=r"A \in \R^{n \times n}; c \in \R",
    on=_NAMES,
)
def commuting(node: Expr, varying: Varying) -> Expr | None:
    """`L_f(X, E) = E f'(X)` where XE = EX."""
    function = FRECHET[node.op]
    (X, *parameters), directions = function.parts(node)
    if len(directions) > 1 or not commute(X, *directions):
        return None
    return mul(directions[0], function.derivative(X, *parameters))


def _of_first_order(L: Expr) -> tuple[Expr, Expr, Expr] | None:
    """X, `f'(X)` and E of an `L_f(X, E)`."""
    if L.op not in FRECHET:
        return None
    (X, *parameters), directions = FRECHET[L.op].parts(L)
    if len(directions) > 1:
        return None
    return X, FRECHET[L.op].derivative(X, *parameters), directions[0]


@rule(
    "Fréchet derivative inside the trace",
    r"\operatorname{tr}(L_{\exp}(A, B)) = \operatorname{tr}(e^AB)",
    on="trace",
)
def inside_trace(node: Expr, varying: Varying) -> Expr | None:
    """`tr(P L_f(X, E) Q) = tr(QP f'(X) E)` where QP commutes with X."""
    if not node.surface & _FRECHET:
        return None
    coefficient, scalars, chain = split(node.args[0])
    for i, L in enumerate(chain):
        found = _of_first_order(L)
        if found is None:
            continue
        X, slope, E = found
        around = (*chain[i + 1 :], *chain[:i])
        if commute(X, *around):
            return trace(mul(coefficient, *scalars, *around, slope, E))
    return None


@rule(
    "Fréchet derivative under the Frobenius product",
    r"I:L_{\exp}(A, B) = e^{A^T}:B",
    on="frobenius",
)
def under_frobenius(node: Expr, varying: Varying) -> Expr | None:
    """`G : L_f(X, E) = G f'(X)ᵀ : E` where G commutes with Xᵀ."""
    G, L = node.args
    found = _of_first_order(L)
    if found is None or not commute(transposed(found[0]), G):
        return None
    _, slope, E = found
    return frobenius(mul(G, transposed(slope)), E)


@rule("product of exponentials", "e^{2A}e^{3A} = e^{5A}", needs="expm", on="mul")
def merge_exponentials(node: Expr, varying: Varying) -> Expr | None:
    """`e^{aX} P e^{bX} = P e^{(a+b)X}` for scalars a and b, where P commutes with X or is missing.

    Higham, Functions of Matrices, theorem 10.2.
    """
    coefficient, scalars, chain = split(node)
    places = [i for i, factor in enumerate(chain) if factor.op == "expm"]
    for i, j in combinations(places, 2):
        merged, between = _merged(chain[i].args[0], chain[j].args[0]), chain[i + 1 : j]
        if merged is not None and commute(chain[i], *between):
            return mul(coefficient, *scalars, *chain[:i], *between, merged, *chain[j + 1 :])
    return None


def _merged(one: Expr, other: Expr) -> Expr | None:
    """`e^{aX} e^{bX}`; None where the exponents are no multiples of one matrix."""
    (a, c, X), (b, d, Y) = split(one), split(other)
    if X != Y or not X:
        return None
    return expm((mul(a + b, *c) if c == d else mul(a, *c) + mul(b, *d)) @ mul(*X))


@rule(
    "Fréchet derivatives added up",
    r"L_{\exp}(A, B) - 2L_{\exp}(A, C) = L_{\exp}(A, B - 2C)",
    on="add",
)
def together(node: Expr, varying: Varying) -> Expr | None:
    """`c L_f(X, E) + d L_f(X, F) = L_f(X, cE + dF)`, at the place of the first."""
    if not node.surface & _FRECHET:
        return None
    sums: dict[tuple[str, tuple[Expr, ...]], list[Expr]] = {}
    terms: list[Expr | tuple[str, tuple[Expr, ...]]] = []
    for term in node.args:
        coefficient, scalars, chain = split(term)
        L = chain[0] if len(chain) == 1 else term
        point, directions = FRECHET[L.op].parts(L) if L.op in FRECHET else ((), ())
        if len(directions) != 1:
            terms.append(term)
            continue
        key = (L.op, point)
        if key not in sums:
            terms.append(key)
        sums.setdefault(key, []).append(mul(coefficient, *scalars, *directions))
    if all(len(directions) == 1 for directions in sums.values()):
        return None
    return add(*[_at(*t, add(*sums[t])) if isinstance(t, tuple) else t for t in terms])


def _at(L: str, point: tuple[Expr, ...], E: Expr) -> Expr:
    return FRECHET[L].frechet(*point, E)


#: Used as soon as a differential is taken.
CLOSE = (commuting, inside_trace, under_frobenius, merge_exponentials)
