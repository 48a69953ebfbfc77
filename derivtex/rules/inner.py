"""The moves of the inner product: each linear map goes over to its adjoint, `⟨G, L(dX)⟩ =
⟨L*(G), dX⟩`.

Every scalar is an inner product here: `aᵀXb` is `⟨a, Xb⟩`, `tr(AᵀB)` is `⟨A, B⟩`. The adjoints are
those of the Frobenius product, which is the inner product of matrices.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from derivtex.derivation import Reason, Step
from derivtex.expr import Expr, at
from derivtex.ops import frobenius, mul, split, transpose
from derivtex.rule import rule
from derivtex.rules import frobenius as frobenius_rules
from derivtex.rules import restate
from derivtex.rules.frobenius import ACROSS, toward_pair
from derivtex.varying import Varying

# --- before the differential ---------------------------------------------------------------------


@rule(
    "squared norm as inner product",
    r"\|A\|_F^2 = \langle A, A \rangle",
    joins=True,
    on="norm_squared",
)
def norm(node: Expr, varying: Varying) -> Expr | None:
    """`‖A‖² = ⟨A, A⟩`."""
    return restate.norm_frobenius(node, varying)


@rule(
    "trace restated as inner product",
    r"\operatorname{tr}(ABC) = \langle A^T, BC \rangle",
    on="trace",
)
def trace(node: Expr, varying: Varying) -> Expr | None:
    """`tr(P Z Q) = ⟨Pᵀ, Z Q⟩` with P constant; `tr(XᵀAX) = ⟨X, AX⟩` where X comes first."""
    return restate.trace_frobenius(node, varying)


@rule("scalar restated as inner product", r"a^TBc = \langle a, Bc \rangle", on="mul")
def scalar(node: Expr, varying: Varying) -> Expr | None:
    """`aᵀ Z b = ⟨a, Z b⟩`, `xᵀAx = ⟨x, Ax⟩`: no factor moves yet."""
    if not node.shape.is_scalar:
        return None
    coefficient, scalars, chain = split(node)
    active = [index for index, factor in enumerate(chain) if varying.depends(factor)]
    if not active or len(chain) < 2 or any(map(varying.depends, scalars)):
        return None
    left, right = transpose(chain[0]), mul(*chain[1:])
    product = frobenius(right, left) if active == [0] else frobenius(left, right)
    return mul(coefficient, *scalars, product)


# --- moves ---------------------------------------------------------------------------------------


@rule(
    "symmetry of the inner product",
    r"\langle A, B \rangle = \langle B, A \rangle",
    joins=True,
    on="frobenius",
)
def swap(node: Expr, varying: Varying) -> Expr | None:
    """The differential goes to the right."""
    return frobenius_rules.commute(node, varying)


@rule("trace as inner product", r"\operatorname{tr}(A^TB) = \langle A, B \rangle", on="trace")
def from_trace(node: Expr, varying: Varying) -> Expr | None:
    """`tr(P Z Q) = ⟨PᵀQᵀ, Z⟩`, where Z holds the differential."""
    return frobenius_rules.from_trace(node, varying)


@rule("scalar as inner product", r"a^TBc = \langle a, Bc \rangle", joins=True, on="mul")
def from_scalar(node: Expr, varying: Varying) -> Expr | None:
    """`aᵀ L(Z) b = ⟨a, L(Z) b⟩`."""
    if not node.shape.is_scalar or not varying.holds(node):
        return None
    coefficient, scalars, chain = split(node)
    if len(chain) < 2:
        return None
    return mul(coefficient, *scalars, frobenius(transpose(chain[0]), mul(*chain[1:])))


next_move = toward_pair(swap, from_trace, from_scalar, from_scalar)


# --- why -----------------------------------------------------------------------------------------

_ADJOINTS = frozenset(rule.name for rule in ACROSS.values())


def adjoint_reason(rules: Sequence[str], steps: Iterable[Step]) -> Reason:
    """Why a composed linear map crosses: it goes over to its adjoint, one of the table or several.

    `rules` are the rounds of moves, which the steps were taken in.
    """
    if len(rules) == 1:
        return Reason("", (), tuple(rules))
    maps: dict[tuple[int, ...], Expr] = {}
    for step in steps:
        if step.rule in _ADJOINTS:
            node = at(step.before, step.path)
            maps.setdefault(step.path[:1], node.args[1] if node.op == "frobenius" else node)
    match list(dict.fromkeys(maps.values())):
        case [L]:
            return Reason("adjoint of the linear map {}", (L,))
        case [L, M]:
            return Reason("adjoints of the linear maps {} and {}", (L, M))
    return Reason("adjoints of the linear maps")
