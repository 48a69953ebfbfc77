"""Families, and sums and products over an index.

`x_i` is a member of a family; `Σᵢ` and `Πᵢ` bind the index i in their first argument. A bound index
is renamed where it would clash: no sum stands in another one of the same index.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from typing import NamedTuple

from derivtex.expr import Expr, fold, rebuild, walk
from derivtex.op import ATOM, OPS, PRODUCT, Atom, Op, Same, Special, declare, square
from derivtex.ops.algebra import mul
from derivtex.ops.integers import linear, minus, plus
from derivtex.ops.leaves import identity, is_zero, number, symbol, value_of, zeros
from derivtex.shapes import SCALAR, Shape, dim
from derivtex.surface import bits
from derivtex.symbols import Family, attach

BINDERS = frozenset({"indexed_sum", "indexed_product"})
_BINDERS = bits(BINDERS)
#: In this order a new index takes the first letter that is free.
_LETTERS = "jikltsrpq"

# --- leaves ---------------------------------------------------------------------------------------


def _leaf(name: str, title: str) -> Op:
    def shape(same: Same, *args: Shape) -> Shape:
        raise TypeError(f"a {title} has a shape of its own")

    return declare(Op(name, title, Atom(), shape))


_index = _leaf("index", "index")
_infinity = _leaf("infinity", "infinity")
_family = _leaf("family", "family")
_extent = _leaf("extent", "range of an index")


def index(name: str) -> Expr:
    """A bound index; a free one is a symbol that is an integer."""
    return Expr("index", (), name, SCALAR)


INFINITY = Expr("infinity", (), None, SCALAR)


def extent(name: str) -> Expr:
    """The last value of an index of which no more is said than that it runs: `Σᵢ`."""
    return Expr("extent", (), name, SCALAR)


def family(
    name: str,
    shape: Shape,
    place: str = "_",
    structure: frozenset[str] = frozenset(),
    first: int = 1,
) -> Expr:
    """A family whose members have this shape and structure."""
    return Expr("family", (), Family(name, place, structure, first), shape)


member: Op = declare(
    Op(
        "member",
        "member of a family",
        Special(ATOM),
        lambda same, F, *indices: F,
        variadic=True,
    )
)
"""`member(F, i)` is `F_i`; two indices are `F_{ij}`."""


def defined_member(of: Family, value: Expr, *indices: Expr) -> Expr:
    """The member of a family that is defined, `r_i = y_i - wᵀx_i`: a name for its value."""
    return Expr("named", (value, *indices), of, value.shape)


def instance(of: Expr, *indices: Expr) -> Expr:
    """The member of a defined family at other indices."""
    return substitute(of, dict(zip(of.args[1:], indices, strict=True)))


def name_of(e: Expr) -> str:
    """The TeX name of a symbol, of a defined name, or of a member: `x_{k+1}`."""
    if e.op in {"symbol", "family"}:
        return str(e.data.name)
    if e.op != "member" and not isinstance(e.data, Family):
        return str(e.data)
    of = e.args[0].data if e.op == "member" else e.data
    texts = [index_text(i) for i in e.args[1:]]
    single = all(len(text) == 1 or text[0] == "\\" for text in texts)
    return attach(of.name, of.place, ("" if single else ",").join(texts))


def index_text(e: Expr) -> str:
    """An integer expression such as `k-j-1`, as it stands in an index."""
    parts, constant = linear(e)
    text = ""
    for part, times in parts.items():
        sign = "-" if times < 0 else "+"
        text += sign + ("" if abs(times) == 1 else str(abs(times)))
        text += str(part.data if part.op == "index" else part.data.name)
    if constant or not parts:
        text += f"{constant:+d}"
    return text.removeprefix("+")


# --- free and bound indices -----------------------------------------------------------------------


def free_indices(e: Expr) -> frozenset[Expr]:
    """The indices in `e` that no sum in it binds."""

    def free(node: Expr, parts: tuple[frozenset[Expr], ...]) -> frozenset[Expr]:
        if node.op == "index":
            return frozenset({node})
        if node.op in BINDERS:
            body, _, lower, upper = parts
            return (body - {node.args[1]}) | lower | upper
        return frozenset[Expr]().union(*parts)

    return fold(e, free)


def bound_indices(e: Expr) -> frozenset[Expr]:
    """The indices that sums in `e` bind."""
    if not e.surface & _BINDERS:
        return frozenset()
    return frozenset(node.args[1] for node in walk(e) if node.op in BINDERS)


def fresh_index(*inside: Expr) -> Expr:
    """An index with a letter that occurs in none of these."""
    taken = set()
    for node in walk(*inside):
        if node.op == "index":
            taken.add(node.data)
        elif node.op in {"symbol", "family"}:
            taken.add(node.data.name)
        elif node.op == "named" and isinstance(node.data, str):
            taken.add(node.data)
    return index(next(letter for letter in _letters() if letter not in taken))


def _letters() -> Iterator[str]:
    yield from _LETTERS
    for n in count(1):
        yield from (f"{letter}_{n}" for letter in _LETTERS)


def substitute(e: Expr, mapping: Mapping[Expr, Expr]) -> Expr:
    """`e` with free indices replaced; a bound index that would catch one is renamed.

    The value and the name of a member of a defined family change together.
    """
    inside = frozenset[Expr]().union(*map(free_indices, mapping.values()))
    catching = bound_indices(e) & inside
    if catching:
        e = renamed(e, catching, tuple(mapping.values()))

    def put(node: Expr, parts: tuple[Expr, ...]) -> Expr:
        if node in mapping:
            return mapping[node]
        if node.op in BINDERS and node.args[1] in mapping:
            # The index is bound here: only the limits know another one of this name.
            return rebuild(node, (*node.args[:2], *parts[2:]))
        if node.op == "named" and parts and any(map(_differ, parts, node.args)):
            return Expr("named", parts, node.data, node.shape) if len(parts) > 1 else node
        return rebuild(node, parts)

    return fold(e, put)


def _differ(a: Expr, b: Expr) -> bool:
    return a is not b


def renamed(e: Expr, indices: frozenset[Expr], against: tuple[Expr, ...]) -> Expr:
    """`e` with these bound indices called otherwise, by letters that occur nowhere here."""

    def put(node: Expr, parts: tuple[Expr, ...]) -> Expr:
        if node.op in BINDERS and node.args[1] in indices:
            new = fresh_index(e, *parts, *against)
            body = substitute(parts[0], {node.args[1]: new})
            return Expr(node.op, (body, new, *parts[2:]), node.data, node.shape)
        return rebuild(node, parts)

    return fold(e, put, into=_outside_values)


def _outside_values(node: Expr) -> bool:
    return node.op != "named"


# --- sums -----------------------------------------------------------------------------------------


def is_open(upper: Expr) -> bool:
    """Whether there is no saying how many terms a sum has."""
    return upper.op in {"infinity", "extent"}


def _is_empty(lower: Expr, upper: Expr) -> bool:
    value = value_of(minus(upper, lower)) if upper is not INFINITY else None
    return value is not None and value < 0


def _clash_free(body: Expr, i: Expr) -> Expr:
    """The body in which no sum binds the same index again."""
    if body.surface & _BINDERS and i in bound_indices(body):
        return renamed(body, frozenset({i}), (i,))
    return body


def _sum_simplify(args: tuple[Expr, ...]) -> Expr | None:
    """A sum of zeros, or of no terms, is zero; one of a single term is the term."""
    body, i, lower, upper = args
    if is_zero(body) or _is_empty(lower, upper):
        return zeros(body.shape)
    if lower is upper:
        return substitute(body, {i: lower})
    inner = _clash_free(body, i)
    return None if inner is body else indexed_sum(inner, i, lower, upper)


def _first(same: Same, body: Shape, *limits: Shape) -> Shape:
    return body


def _sum_example() -> tuple[Expr, ...]:
    k, n = index("k"), symbol("N", SCALAR, frozenset({"integer"}))
    A = family("A", Shape(dim("m"), dim("n")))
    x = symbol("B", Shape(dim("n"), dim("p")))
    return mul(member(A, k), x), k, number(1), n


indexed_sum: Op = declare(
    Op(
        "indexed_sum",
        "sum over an index",
        Special(PRODUCT),
        _first,
        differential=lambda Y, args, i, dZ: indexed_sum(dZ, *args[1:]),
        simplify=_sum_simplify,
        variadic=True,
        example=_sum_example,
        source="linearity of the differential",
    )
)
"""`indexed_sum(A, k, lower, upper)` is Σ A over the integers k from `lower` to `upper`."""


# --- products -------------------------------------------------------------------------------------


class Order(NamedTuple):
    """How an ordered product runs and is written: from the last factor down to the first, and as
    `A_1 ⋯ A_m` rather than with Π."""

    descending: bool = False
    dots: bool = False


def _product_simplify(args: tuple[Expr, ...]) -> Expr | None:
    """A product of no factors is the identity; one of a single factor is the factor."""
    body, i, lower, upper = args
    if _is_empty(lower, upper) or body.op == "identity":
        return identity(body.shape.rows)
    return substitute(body, {i: lower}) if lower is upper else None


def _product_differential(Y: Expr, args: tuple[Expr, ...], i: int, dZ: Expr) -> Expr:
    """`d(A_1 ⋯ A_m) = Σ_j A_1 ⋯ A_{j-1} dA_j A_{j+1} ⋯ A_m`, the other way round if descending.

    Of scalars, `d Π f_j = (Π f_j) Σ df_j / f_j`.
    """
    body, k, lower, upper = args
    j = fresh_index(Y, dZ)
    moved = substitute(dZ, {k: j})
    if body.shape.is_scalar:
        reciprocal = OPS["power"](substitute(body, {k: j}), number(-1))
        return Y @ indexed_sum(reciprocal @ moved, j, lower, upper)
    below = indexed_product(body, k, lower, minus(j, 1), data=Y.data)
    above = indexed_product(body, k, plus(j, 1), upper, data=Y.data)
    before, after = (above, below) if Y.data.descending else (below, above)
    return indexed_sum(mul(before, moved, after), j, lower, upper)


def _product_example() -> tuple[Expr, ...]:
    k, n = index("k"), symbol("N", SCALAR, frozenset({"integer"}))
    A = family("A", Shape(dim("n"), dim("n")))
    return member(A, k), k, number(1), n


indexed_product: Op = declare(
    Op(
        "indexed_product",
        "product over an index",
        Special(PRODUCT),
        lambda same, body, *limits: square(same, body),
        differential=_product_differential,
        simplify=_product_simplify,
        variadic=True,
        example=_product_example,
        sample_data=Order(),
        source="product rule, Matrix Cookbook (37)",
    )
)


# --- factorials -----------------------------------------------------------------------------------


def _factorial_value(np: object, k: object) -> object:
    from math import factorial

    return np.full((1, 1), float(factorial(round(float(k[0, 0])))))  # type: ignore[attr-defined,index]


def _factorial_simplify(args: tuple[Expr, ...]) -> Expr | None:
    value = value_of(args[0])
    if isinstance(value, int) and 0 <= value <= 20:
        from math import factorial as product

        return number(product(value))
    return None


factorial: Op = declare(
    Op(
        "factorial",
        "factorial",
        Special(ATOM),
        lambda same, k: k,
        value=_factorial_value,
        simplify=_factorial_simplify,
    )
)
