"""What makes the last line the one a person prefers: each rule leaves the value as it is."""

from __future__ import annotations

from fractions import Fraction

from derivtex.expr import Expr, fold, outside_names, rebuild
from derivtex.ops import (
    Diag,
    add,
    hadamard,
    identity,
    inverse,
    matrix_power,
    mul,
    number,
    split,
    trace,
    transpose,
)
from derivtex.ops.leaves import value_of
from derivtex.rule import rule
from derivtex.shapes import ONE as ONE_SIZE
from derivtex.structure import is_symmetric, transposed, transposes
from derivtex.varying import Varying

ONE = number(1)


def size(e: Expr) -> int:
    """How much there is to write."""
    return fold(e, lambda node, parts: 1 + sum(parts), into=outside_names)


# --- structure -----------------------------------------------------------------------------------


@rule("symmetric", "S^T = S", given=r"S \in \mathbb{S}^n")
def symmetric(node: Expr, varying: Varying) -> Expr | None:
    """`Sᵀ = S` for what is symmetric by declaration or by its form, such as XᵀX."""
    if node.op != "transpose":
        return None
    inner = node.args[0]
    return inner if is_symmetric(inner) else None


@rule("transpose of a product", "(AB)^T = B^TA^T")
def transpose_inside(node: Expr, varying: Varying) -> Expr | None:
    """`(AB)ᵀ = BᵀAᵀ` and `(A + B)ᵀ = Aᵀ + Bᵀ` where fewer transposes are left."""
    if node.op != "transpose":
        return None
    inside = transposed(node.args[0])
    return inside if transposes(inside) < transposes(node) else None


@rule(
    "inverse of the transpose",
    "(S^{-1})^T = S^{-1}",
    given=r"S \in \mathbb{S}_{++}^n",
)
def transpose_of_inverse(node: Expr, varying: Varying) -> Expr | None:
    """`(A⁻¹)ᵀ = (Aᵀ)⁻¹` where the transpose then goes away inside."""
    if node.op != "transpose" or node.args[0].op != "inverse":
        return None
    A = node.args[0].args[0]
    inside = transposed(A)
    return inverse(inside) if transposes(inside) < 1 + transposes(A) else None


# --- sums ----------------------------------------------------------------------------------------


def number_and_rest(term: Expr) -> tuple[Expr, Expr]:
    """`2λAB` as `2` and `λAB`."""
    coefficient, scalars, chain = split(term)
    if coefficient is ONE:
        return ONE, term
    return coefficient, mul(*scalars, *chain) if scalars or chain else ONE


@rule("like terms", "2A + 3A = 5A")
def like_terms(node: Expr, varying: Varying) -> Expr | None:
    """Terms that differ by a number only, added up at the place of the first."""
    if node.op != "add":
        return None
    totals: dict[Expr, Expr] = {}
    for term in node.args:
        coefficient, rest = number_and_rest(term)
        known = totals.get(rest)
        totals[rest] = coefficient if known is None else add(known, coefficient)
    if len(totals) == len(node.args):
        return None
    return add(*[mul(coefficient, rest) for rest, coefficient in totals.items()])


@rule("common factor", "AB + AC = A(B + C)")
def common_factor(node: Expr, varying: Varying) -> Expr | None:
    """What all terms begin or end with, taken out; else what some of them end or begin with.

    A sum in which an identity would be left is not touched: `AX + X` stays as it is.
    """
    if node.op != "add":
        return None
    whole = _factored(node.args)
    if whole is not None:
        return whole
    for end in (-1, 0):
        groups: dict[Expr, list[Expr]] = {}
        for term in node.args:
            chain = split(term)[2]
            if len(chain) > 1:
                groups.setdefault(chain[end], []).append(term)
        for group in groups.values():
            part = _factored(tuple(group)) if len(group) > 1 else None
            if part is not None:
                rest = [part if t is group[0] else t for t in node.args if t not in group[1:]]
                return add(*rest)
    return None


def _factored(terms: tuple[Expr, ...]) -> Expr | None:
    """The sum of the terms with their common factors outside; None where there are none."""
    parts = [split(term) for term in terms]
    scalars = [s for s in parts[0][1] if all(s in other[1] for other in parts)]
    chains = [chain for _, _, chain in parts]
    left = right = 0
    if not terms[0].shape.is_scalar:
        left = _common_prefix(chains)
        right = _common_prefix([tuple(reversed(chain[left:])) for chain in chains])
    shortest = min(map(len, chains))
    if left + right >= shortest > 0:
        # Something has to be left of every term; an identity in its place reads worse.
        left = right = 0
    if not scalars and left + right == 0:
        return None
    inner = []
    for coefficient, own, chain in parts:
        rest = [s for s in own if s not in scalars]
        inner.append(mul(coefficient, *rest, *chain[left : len(chain) - right]))
    first = chains[0]
    return mul(*scalars, *first[:left], add(*inner), *first[len(first) - right :])


def _common_prefix(chains: list[tuple[Expr, ...]]) -> int:
    length = 0
    for factors in zip(*chains, strict=False):
        if any(factor is not factors[0] for factor in factors):
            break
        length += 1
    return length


@rule("common number", "(2A - 2B)C = 2(A - B)C")
def common_number(node: Expr, varying: Varying) -> Expr | None:
    """The number that all terms of a factor share, and a minus sign that all of them have.

    Of a sum that is no factor only a fraction is taken out: `½A + ½B`, but not `2A + 2B`.
    """
    if node.op == "add":
        shared = _shared_number(node)
        return _divided(node, shared) if isinstance(value_of(shared), Fraction) else None
    if node.op in {"trace", "diag", "Diag", "sum", "transpose"}:
        value, rest = number_and_rest(node.args[0])
        return None if value is ONE or rest is ONE else mul(value, rebuild(node, (rest,)))
    if node.op not in {"mul", "hadamard"}:
        return None
    shares = [_shared_number(arg) if arg.op == "add" else ONE for arg in node.args]
    if all(share is ONE for share in shares):
        return None
    args = [
        arg if share is ONE else mul(*_divided(arg, share).args[1:])
        for arg, share in zip(node.args, shares, strict=True)
    ]
    return mul(*shares, rebuild(node, tuple(args)))


def _shared_number(total: Expr) -> Expr:
    """The number all terms have, or 1; negative where every term is, or the one sign is."""
    values = [value_of(split(term)[0]) for term in total.args]
    magnitude = abs(values[0])
    if any(abs(value) != magnitude for value in values) or magnitude == 0:
        return ONE
    return number(-magnitude if all(value < 0 for value in values) else magnitude)


def _divided(total: Expr, factor: Expr) -> Expr:
    """`2A - 2B` as the product of 2 and `A - B`."""
    divisor = number(Fraction(1) / value_of(factor))
    return mul(factor, add(*[mul(divisor, term) for term in total.args]))


@rule("positive term first", "-A + B + C = B - A + C")
def positive_first(node: Expr, varying: Varying) -> Expr | None:
    """A sum does not begin with a minus sign where it can begin with a plus."""
    if node.op != "add":
        return None
    signs = [value_of(split(term)[0]) > 0 for term in node.args]
    if signs[0] or not any(signs):
        return None
    first = signs.index(True)
    return add(node.args[first], *node.args[:first], *node.args[first + 1 :])


@rule("sign carried in", "-(A - B) = B - A")
def carry_sign(node: Expr, varying: Varying) -> Expr | None:
    """`-(A - B) = B - A` where the sum is all there is."""
    if node.op != "mul" or len(node.args) != 2 or value_of(node.args[0]) != -1:
        return None
    total = node.args[1]
    if total.op != "add" or all(value_of(split(term)[0]) > 0 for term in total.args):
        return None
    return positive_first(add(*[-term for term in total.args]), varying)


# --- products ------------------------------------------------------------------------------------


def _power_of(A: Expr) -> tuple[Expr, int]:
    """A chain factor as a base and an integer exponent; `X⁻ᵀ` is `Xᵀ` to the power -1."""
    if A.op == "transpose":
        base, exponent = _power_of(A.args[0])
        if base is not A.args[0]:
            return transpose(base), exponent
        return A, 1
    if A.op == "inverse":
        base, exponent = _power_of(A.args[0])
        return base, -exponent
    if A.op == "matrix_power" and isinstance(value_of(A.args[1]), int):
        base, exponent = _power_of(A.args[0])
        return base, exponent * value_of(A.args[1])
    return A, 1


@rule("powers of one matrix", "A^2A^3 = A^5", given=r"A \in \R^{n \times n}")
def merge_powers(node: Expr, varying: Varying) -> Expr | None:
    """`A^j A^k = A^{j+k}`, with `A⁻¹A = I` as the case j = -1, k = 1."""
    if node.op != "mul":
        return None
    coefficient, scalars, chain = split(node)
    for i in range(len(chain) - 1):
        (A, j), (B, k) = _power_of(chain[i]), _power_of(chain[i + 1])
        if A is B and A.shape.is_square and (j > 0 or k > 0):
            merged = matrix_power(A, number(j + k))
            return mul(coefficient, *scalars, *chain[:i], merged, *chain[i + 2 :])
    return None


@rule("inverse cancels", "(AB)^{-1}ABC = C", given=r"A, B \in \R^{n \times n} \text{ invertible}")
def cancel_inverse(node: Expr, varying: Varying) -> Expr | None:
    """`(AB)⁻¹ A B = I` inside a chain."""
    if node.op != "mul":
        return None
    coefficient, scalars, chain = split(node)
    for i, factor in enumerate(chain):
        inner = _inverted(factor)
        if len(inner) < 2:
            continue
        for start in (i + 1, i - len(inner)):
            if start >= 0 and chain[start : start + len(inner)] == inner:
                low, high = min(i, start), max(i + 1, start + len(inner))
                unit = identity(factor.shape.rows)
                return mul(coefficient, *scalars, *chain[:low], unit, *chain[high:])
    return None


def _inverted(factor: Expr) -> tuple[Expr, ...]:
    """The chain whose inverse `factor` is, `AB` for `(AB)⁻¹`."""
    if factor.op == "transpose" and factor.args[0].op == "inverse":
        product = transposed(factor.args[0].args[0])
    elif factor.op == "inverse":
        product = factor.args[0]
    else:
        return ()
    coefficient, scalars, chain = split(product)
    return chain if coefficient is ONE and not scalars else ()


@rule(
    "inverse of a product",
    "(AB)^{-1} = B^{-1}A^{-1}",
    given=r"A, B \in \R^{n \times n} \text{ invertible}",
)
def inverse_inside(node: Expr, varying: Varying) -> Expr | None:
    """`(AB)⁻¹ = B⁻¹A⁻¹` for square factors, where less is left to write."""
    if node.op != "mul":
        return None
    coefficient, scalars, chain = split(node)
    opened: list[Expr] = []
    for factor in chain:
        inner = _inverted(factor)
        if len(inner) > 1 and all(A.shape.is_square for A in inner):
            opened += [_inverse_factor(A) for A in reversed(inner)]
        else:
            opened.append(factor)
    if len(opened) == len(chain):
        return None
    best = _exhausted(mul(coefficient, *scalars, *opened), varying)
    return best if size(best) < size(node) else None


def _inverse_factor(A: Expr) -> Expr:
    return transpose(inverse(A.args[0])) if A.op == "transpose" else inverse(A)


def _exhausted(product: Expr, varying: Varying) -> Expr:
    """The product with all powers merged and all inverses cancelled."""
    while True:
        new = merge_powers(product, varying) or cancel_inverse(product, varying)
        if new is None:
            return product
        product = new


@rule("multiplied out", "A(B + C) - AB = AC")
def multiply_out(node: Expr, varying: Varying) -> Expr | None:
    """A sum multiplied out where terms then cancel and less is left to write."""
    if node.op != "add":
        return None
    terms: list[Expr] = []
    pending = list(reversed(node.args))
    while pending and len(terms) + len(pending) < 32:
        term = pending.pop()
        place = next((i for i, f in enumerate(term.args) if f.op == "add"), None)
        if term.op == "mul" and place is not None:
            before, total, after = term.args[:place], term.args[place], term.args[place + 1 :]
            pending += [mul(*before, part, *after) for part in reversed(total.args)]
        else:
            terms.append(_exhausted(_spread(term), varying))
    if pending:
        return None
    total = add(*terms)
    total = like_terms(total, varying) or total
    return total if size(total) < size(node) else None


def _spread(term: Expr) -> Expr:
    """A product in which no product stands under a transpose: `A (Bx)ᵀ = A xᵀBᵀ`."""
    if term.op != "mul":
        return term
    return mul(*[transposed(f.args[0]) if f.op == "transpose" else f for f in term.args])


# --- vectors, Hadamard products, scalars ---------------------------------------------------------


@rule("numbers out of a Hadamard product", r"(2A) \odot B = 2(A \odot B)")
def hadamard_number(node: Expr, varying: Varying) -> Expr | None:
    """Numbers and scalar factors of a Hadamard product or quotient stand in front."""
    if node.op not in {"hadamard", "hadamard_quotient"}:
        return None
    scalars: list[Expr] = []
    cores: list[Expr] = []
    for index, arg in enumerate(node.args):
        coefficient, own, chain = split(arg)
        outside = bool(chain) and not (node.op == "hadamard_quotient" and index == 1)
        scalars += [coefficient, *own] if outside else []
        cores.append(mul(*chain) if outside else arg)
    if all(value_of(s) == 1 for s in scalars):
        return None
    return mul(*scalars, rebuild(node, tuple(cores)))


@rule("like factors together", r"A \odot B \odot A = A \odot A \odot B")
def hadamard_together(node: Expr, varying: Varying) -> Expr | None:
    """Equal factors of a Hadamard product stand side by side."""
    if node.op != "hadamard":
        return None
    together = tuple(sorted(node.args, key=node.args.index))
    return None if together == node.args else rebuild(node, together)


@rule(
    "rows scaled",
    r"(a\mathbf{1}^T) \odot B = \operatorname{Diag}(a)B",
    given=r"a \in \R^m; B \in \R^{m \times n}",
)
def scale_rows(node: Expr, varying: Varying) -> Expr | None:
    """`(a1ᵀ) ⊙ B = Diag(a) B` and `(1bᵀ) ⊙ B = B Diag(b)`."""
    if node.op != "hadamard" or not node.shape.is_matrix:
        return None
    for i, arg in enumerate(node.args):
        coefficient, scalars, chain = split(arg)
        if len(chain) < 2:
            continue
        rest = hadamard(*node.args[:i], *node.args[i + 1 :])
        if chain[-1].op == "ones":
            a = mul(coefficient, *scalars, *chain[:-1])
            return mul(Diag(a), rest) if a.shape.is_column else None
        if chain[0].op == "ones":
            b = transposed(mul(coefficient, *scalars, *chain[1:]))
            return mul(rest, Diag(b)) if b.shape.is_column else None
    return None


@rule(
    "diagonal of an outer product",
    r"\operatorname{diag}(ab^T) = a \odot b",
    given=r"a, b \in \R^n",
)
def outer_diagonal(node: Expr, varying: Varying) -> Expr | None:
    """`diag(a bᵀ) = a ⊙ b`."""
    if node.op != "diag":
        return None
    coefficient, scalars, chain = split(node.args[0])
    cut = _vector_cut(chain)
    if not cut or cut == len(chain):
        return None
    row = mul(*[transpose(factor) for factor in reversed(chain[cut:])])
    return mul(coefficient, *scalars, hadamard(mul(*chain[:cut]), row))


def _vector_cut(chain: tuple[Expr, ...]) -> int:
    """How many factors make the column of an outer product `a bᵀ`; 0 where it is none."""
    return next((i for i, f in enumerate(chain, 1) if f.shape.columns == ONE_SIZE), 0)


@rule("diagonal part", r"A^T \odot I = A \odot I", given=r"A \in \R^{n \times n}")
def diagonal_part(node: Expr, varying: Varying) -> Expr | None:
    """On the diagonal a transpose changes nothing."""
    if node.op != "hadamard" or all(arg.op != "identity" for arg in node.args):
        return None
    if all(arg.op != "transpose" for arg in node.args):
        return None
    return hadamard(*[arg.args[0] if arg.op == "transpose" else arg for arg in node.args])


@rule("Frobenius product with the identity", r"A:I = \operatorname{tr}(A)")
def frobenius_identity(node: Expr, varying: Varying) -> Expr | None:
    """`A:I = tr A`, and `a:b = aᵀb` for vectors."""
    if node.op != "frobenius":
        return None
    A, B = node.args
    if A.op == "identity" or B.op == "identity":
        return trace(B if A.op == "identity" else A)
    if A.shape.is_column:
        return mul(transpose(B), A) if B.op == "ones" else mul(transpose(A), B)
    return None


@rule("vectors gathered", "ab^TC^T = a(Cb)^T", given=r"a \in \R^m; b \in \R^n")
def gather(node: Expr, varying: Varying) -> Expr | None:
    """`a xᵀBᵀ = a (Bx)ᵀ` where fewer transposes are left; that of an inverse costs nothing."""
    if node.op != "mul" or not node.shape.is_matrix:
        return None
    coefficient, scalars, chain = split(node)
    cut = _vector_cut(chain)
    row = chain[cut:]
    if not cut or len(row) < 2:
        return None
    gathered = transpose(mul(*[transpose(factor) for factor in reversed(row)]))
    free = sum(factor.op == "transpose" and factor.args[0].op == "inverse" for factor in row)
    if transposes(gathered) >= transposes(mul(*row)) - free:
        return None
    return mul(coefficient, *scalars, *chain[:cut], gathered)
