"""Comparing closed forms: the same expression up to distributing and the order of terms."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from derivtex.expr import Expr, fold, outside_names, rebuild
from derivtex.op import OPS
from derivtex.ops import add, elementwise, hadamard, mul, number, ones, power, split, transpose
from derivtex.ops.indices import BINDERS, INFINITY, bound_indices, index, substitute
from derivtex.ops.integers import minus, plus
from derivtex.ops.leaves import value_of
from derivtex.ops.matrix_functions import FRECHET
from derivtex.rules.kronecker import kronecker_vec, vec_inner
from derivtex.shapes import ONE
from derivtex.structure import is_symmetric
from derivtex.varying import Varying

#: Linear operations on a matrix that are multiplied out as products are.
TRIANGLES = frozenset({"tril", "triu", "half_lower"})


def written_size(e: Expr) -> int:
    """How much there is to write."""
    return fold(e, lambda node, parts: 1 + sum(parts), into=outside_names)


def canonical(e: Expr) -> Expr:
    """`e` with names resolved, products multiplied out, transposes inside, terms sorted."""
    done: Expr = fold(e, _canonical)
    return done


def _canonical(node: Expr, args: tuple[Expr, ...]) -> Expr:
    if node.op in {"named", "sized"}:
        return args[0]
    if node.op == "dsigmoid":
        s = elementwise.sigmoid(args[0])
        return _canonical_product(hadamard(s, ones(s.shape) - s))
    if node.op == "sigmoid" and split(args[0])[0] is number(-1):
        return _sorted(ones(node.shape) - elementwise.sigmoid(-args[0]))
    if node.op == "sqrt" and node.shape.is_scalar:
        return power(args[0], number(Fraction(1, 2)))
    k = value_of(args[1]) if node.op == "power" else None
    if isinstance(k, int) and k > 1 and not node.shape.is_scalar:
        return _canonical_product(hadamard(*[args[0]] * k))
    k = value_of(args[1]) if node.op == "matrix_power" else None
    if isinstance(k, int) and 1 < k < 10:
        return _canonical_product(mul(*[args[0]] * k))
    if node.op == "frobenius":
        return _canonical_product(
            OPS["trace"](_canonical_product(mul(_transposed(args[0]), args[1])))
        )
    if node.op == "hadamard_quotient":
        return _canonical_product(hadamard(args[0], power(args[1], number(-1))))
    if node.op in BINDERS:
        return _canonical_binder(node, args)
    new = rebuild(node, args) if node.args else node
    if new.op in FRECHET and (meaning := OPS[new.op].meaning) is not None:
        # L_f(X, E) and the integral that derivations say it is.
        equation = meaning(new.args)
        if equation is not None and equation[1].op == "integral":
            return canonical(equation[1])
    if new.op == "mul" and (unstacked := _unstacked(new)) is not None:
        return canonical(unstacked)
    if new.op == "transpose":
        return _transposed(new.args[0])
    if new.op in {"mul", "hadamard", "hadamard_quotient", "trace"} | TRIANGLES:
        return _canonical_product(new)
    return _sorted(new)


def _unstacked(product: Expr) -> Expr | None:
    """`(A ⊗ B) vec(X) = vec(BXAᵀ)` and `vec(A)ᵀ vec(B) = A:B`, which the vec notation leaves."""
    nothing = Varying([])
    return kronecker_vec(product, nothing) or vec_inner(product, nothing)


def _canonical_binder(node: Expr, args: tuple[Expr, ...]) -> Expr:
    """A sum of sums is the sum of each; the bound index is called by its depth and starts at 0.
    It counts up or down, whichever comes first."""
    body, i, *limits = args
    if node.op == "indexed_sum" and body.op == "add":
        return _sorted(add(*[_canonical_binder(node, (term, i, *limits)) for term in body.args]))
    depth = index(f"i_{{{len(bound_indices(body))}}}")
    if node.op != "indexed_sum":
        return rebuild(node, (substitute(body, {i: depth}), depth, *limits))
    lower, upper = limits
    up = canonical(substitute(body, {i: plus(depth, lower)}))
    if upper is INFINITY:
        return rebuild(node, (up, depth, number(0), upper))
    last = canonical(minus(upper, lower))
    down = canonical(substitute(up, {depth: minus(last, depth)}))
    return rebuild(node, (min(up, down, key=_key), depth, number(0), last))


def _transposed(e: Expr) -> Expr:
    if is_symmetric(e):
        return e
    if e.op == "add":
        return _sorted(add(*map(_transposed, e.args)))
    if e.op == "mul":
        coefficient, scalars, chain = split(e)
        return mul(coefficient, *scalars, *[_transposed(f) for f in reversed(chain)])
    if e.op == "inverse":
        return OPS["inverse"].node((_transposed(e.args[0]),))
    if e.op == "hadamard":
        return _sorted(hadamard(*map(_transposed, e.args)))
    return transpose(e)


def _canonical_product(e: Expr) -> Expr:
    """A linear operation multiplied out over the first sum in it, again and again."""
    place = next((i for i, arg in enumerate(e.args) if arg.op == "add"), None)
    if place is None or (e.op == "hadamard_quotient" and place == 1):
        return _repeated(e)
    parts = [
        _canonical_product(rebuild(e, (*e.args[:place], term, *e.args[place + 1 :])))
        for term in e.args[place].args
    ]
    return _sorted(add(*parts))


def _repeated(e: Expr) -> Expr:
    """Numbers in front, like factors of a Hadamard product as powers, factors sorted."""
    if e.op in TRIANGLES:
        coefficient, scalars, chain = split(e.args[0])
        return mul(coefficient, *scalars, OPS[e.op](mul(*chain)))
    if e.op not in {"hadamard", "trace", "mul"}:
        return e
    if e.op == "mul":
        coefficient, scalars, chain = split(e)
        ordered = sorted(scalars, key=_key)
        for i, factor in enumerate(chain[:-1]):
            rest = mul(*chain[i + 1 :])
            after = chain[i + 1]
            if factor.op == after.op == "Diag":
                both = OPS["Diag"](_canonical_product(hadamard(*factor.args, *after.args)))
                chained = mul(coefficient, *ordered, *chain[:i], both, *chain[i + 2 :])
                return _canonical_product(chained)
            if factor.op == "Diag" and rest.shape.is_column:
                last = _canonical_product(hadamard(factor.args[0], rest))
                return _canonical_product(mul(coefficient, *ordered, *chain[:i], last))
        inner = _inner_product(chain) if chain and not e.shape.is_scalar else None
        if inner is not None:
            start, end = inner
            scalar = _canonical_product(mul(*chain[start:end]))
            return _canonical_product(
                mul(coefficient, *ordered, scalar, *chain[:start], *chain[end:])
            )
        if chain and e.shape.is_scalar and (factors := _together(chain)) is not None:
            return mul(coefficient, *ordered, _repeated(OPS["sum"](_repeated(hadamard(*factors)))))
        if chain and e.shape.is_scalar:
            back = [_transposed(factor) for factor in reversed(chain)]
            chain = min(tuple(chain), tuple(back), key=lambda c: _key(mul(*c)))
        return mul(coefficient, *ordered, *chain)
    numbers = [split(arg)[0] for arg in e.args]
    cores = [mul(*split(arg)[1], *split(arg)[2]) for arg in e.args]
    if e.op == "trace":
        chain = split(cores[0])[2]
        turned = [mul(*chain[i:], *chain[:i]) for i in range(len(chain))]
        turned += [_transposed(t) for t in turned]
        scalar = next((t for t in turned if t.shape.is_scalar), None)
        core = scalar or rebuild(e, (min(turned, key=_key),))
        return mul(*numbers, *split(cores[0])[1], core)
    counts: dict[Expr, int] = {}
    for core in cores:
        base, k = core, 1
        if core.op == "power" and isinstance(value_of(core.args[1]), int):
            base, k = core.args[0], value_of(core.args[1])
        counts[base] = counts.get(base, 0) + k
    factors = sorted((power(base, number(k)) for base, k in counts.items()), key=_key)
    return mul(*numbers, hadamard(*factors))


def _together(chain: Sequence[Expr]) -> list[Expr] | None:
    """`aᵀ(b ⊙ c)` and `(a ⊙ b)ᵀc`, the sum of `a ⊙ b ⊙ c`: the factors."""
    row, column = mul(*chain[:1]), mul(*chain[1:])
    if chain[-1].op == "hadamard":
        row, column = mul(*chain[:-1]), chain[-1]
    parts = [_transposed(row), column]
    if not any(part.op == "hadamard" for part in parts):
        return None
    return [factor for part in parts for factor in (part.args if part.op == "hadamard" else [part])]


def _inner_product(chain: tuple[Expr, ...]) -> tuple[int, int] | None:
    """Where a row and what follows up to a column make a scalar inside of a chain."""
    for start, row in enumerate(chain):
        for end in range(start + 2, len(chain) + 1):
            if row.shape.rows == ONE and chain[end - 1].shape.columns == ONE:
                return start, end
    return None


def _sorted(e: Expr) -> Expr:
    if e.op == "add":
        totals: dict[Expr, Expr] = {}
        for term in e.args:
            coefficient, scalars, chain = split(term)
            rest = mul(*scalars, *chain)
            totals[rest] = add(totals[rest], coefficient) if rest in totals else coefficient
        terms = [mul(coefficient, rest) for rest, coefficient in totals.items()]
        return add(*sorted(terms, key=_key))
    if e.op in {"frobenius", "hadamard"}:
        return rebuild(e, tuple(sorted(e.args, key=_key)))
    return e


def _key(e: Expr) -> str:
    return e.latex()
