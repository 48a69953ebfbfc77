"""Indices and families: `x_i`, what is free and what is bound, and one index put for another.

A bound index is renamed where it would clash: no sum stands in another one of the same index.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import count

from derivtex.expr import Expr, fold, rebuild, walk
from derivtex.op import Op, Same, declare
from derivtex.op_syntax import ATOM, Atom, Special
from derivtex.ops.integers import integer, linear
from derivtex.ops.leaves import function_of
from derivtex.shapes import SCALAR, Shape
from derivtex.surface import bits
from derivtex.symbols import Family, attach

#: What binds an index, its second argument, in its first.
BINDERS = frozenset({"indexed_sum", "indexed_product", "integral"})
#: These as bits.
BINDING = bits(BINDERS)
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


def may_be(a: Expr, b: Expr) -> bool:
    """Whether two members may be one and the same: no index differs by a number."""
    if a.args[0] is not b.args[0] or len(a.args) != len(b.args):
        return False
    for one, other in zip(a.args[1:], b.args[1:], strict=True):
        parts, constant = linear(one)
        others, number = linear(other)
        if parts == others and constant != number:
            return False
    return True


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


#: What an index can stand in, in what is written or in the value of a name.
_WITH_INDICES = bits({"index", "named"})


def free_indices(e: Expr) -> frozenset[Expr]:
    """The indices in `e` that no sum in it binds."""
    if not e.surface & _WITH_INDICES:
        return frozenset()

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
    # The surface does not tell: a sum may stand in the value of a member that is defined.
    return frozenset(node.args[1] for node in walk(e, into=_open_names) if node.op in BINDERS)


def fresh_index(*inside: Expr) -> Expr:
    """An index with a letter that occurs in none of these."""
    taken = letters_in(*inside)
    return index(next(letter for letter in _letters() if letter not in taken))


def letters_in(*inside: Expr, into: Callable[[Expr], bool] | None = None) -> set[str]:
    """The names of all that these are made of: in them no index may be called so."""
    taken: set[str] = set()
    for node in walk(*inside, into=into):
        if node.op == "index":
            taken.add(node.data)
        elif node.op in {"symbol", "family"}:
            taken.add(node.data.name)
        elif (function := function_of(node)) is not None:
            taken.add(function.name)
        elif node.op == "named" and isinstance(node.data, str):
            taken.add(node.data)
    return taken


def _letters() -> Iterator[str]:
    yield from _LETTERS
    for n in count(1):
        yield from (f"{letter}_{n}" for letter in _LETTERS)


def substitute(e: Expr, mapping: Mapping[Expr, Expr]) -> Expr:
    """`e` with free indices replaced; a bound index that would catch one, or a symbol that is
    written like it, is renamed.

    The value and the name of a member of a defined family change together.
    """
    letters = letters_in(*mapping.values())
    catching = frozenset(i for i in bound_indices(e) if i.data in letters)
    if catching:
        e = renamed(e, catching, tuple(mapping.values()))

    def put(node: Expr, parts: tuple[Expr, ...]) -> Expr:
        if node in mapping:
            return mapping[node]
        if node.op in BINDERS and node.args[1] in mapping:
            # The index is bound here: only the limits know another one of this name.
            others = {i: value for i, value in mapping.items() if i is not node.args[1]}
            body = substitute(node.args[0], others) if others else node.args[0]
            parts = (body, node.args[1], *parts[2:])
        if node.op == "named" and parts and any(map(_differ, parts, node.args)):
            return Expr("named", parts, node.data, node.shape) if len(parts) > 1 else node
        if node.op in _WITH_INTEGERS:
            parts = (parts[0], *map(integer, parts[1:]))
        return rebuild(node, parts)

    return fold(e, put)


#: Operations whose arguments from the second on are whole numbers, or an index.
_WITH_INTEGERS = BINDERS | {"member", "matrix_power"}


def _differ(a: Expr, b: Expr) -> bool:
    return a is not b


def renamed(e: Expr, indices: frozenset[Expr], against: tuple[Expr, ...]) -> Expr:
    """`e` with these bound indices called otherwise, by letters that occur nowhere here."""

    def put(node: Expr, parts: tuple[Expr, ...]) -> Expr:
        if node.op in BINDERS and node.args[1] in indices:
            new = fresh_index(e, *parts, *against)
            body = substitute(parts[0], {node.args[1]: new})
            return Expr(node.op, (body, new, *parts[2:]), node.data, node.shape)
        if node.op == "named":
            return Expr("named", parts, node.data, node.shape) if len(node.args) > 1 else node
        return rebuild(node, parts)

    return fold(e, put, into=_open_names)


def _open_names(node: Expr) -> bool:
    """Whether a free index may stand in a node: in names, in those of members only."""
    return node.op != "named" or len(node.args) > 1


def is_open(upper: Expr) -> bool:
    """Whether there is no saying how many terms a sum has."""
    return upper.op in {"infinity", "extent"}
