"""Functions applied to each entry, `dσ(X) = σ'(X) ⊙ dX`: one row a function."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, Literal

from derivtex.errors import UnsupportedError
from derivtex.expr import Expr
from derivtex.op import OPS, Op, declare, entrywise, keeps
from derivtex.op_syntax import Call, Fence, Special
from derivtex.ops.arrays import hadamard_quotient, times
from derivtex.ops.leaves import number, ones, value_of, zeros
from derivtex.ops.powers import power


def elementwise(
    name: str,
    tex: str,
    value: Callable[..., Any],
    derivative: Callable[[Expr], Expr],
    *,
    text: str | None = None,
    domain: str = "",
    names: tuple[str, ...] | None = None,
    condition: str | None = None,
    adjective: str = "elementwise",
    entries: Literal["positive", "not negative"] | None = None,
    simplify: Callable[[tuple[Expr, ...]], Expr | None] | None = None,
) -> Op:
    """Declare `name`, applied to each entry of an array of any shape, by its derivative."""
    return declare(
        Op(
            name,
            f"{adjective} {text or name}",
            Call(tex, text or name, bare=tex.startswith("\\") and "{" not in tex),
            keeps,
            value=value,
            stacks=True,
            differential=lambda Y, X, dX: times(derivative(X), dX),
            component=entrywise,
            condition=condition,
            entries=entries,
            simplify=simplify,
            sample=(f"m n {domain}".strip(),),
            names=(name,) if names is None else names,
        )
    )


# --- the functions ------------------------------------------------------------------------------


def _constant(x: Expr, value: int) -> Expr:
    return number(value) @ ones(x.shape)


def _reciprocal(x: Expr) -> Expr:
    return power(x, number(-1)) if x.shape.is_scalar else hadamard_quotient(ones(x.shape), x)


def _square(x: Expr) -> Expr:
    return power(x, number(2))


exp: Op = elementwise("exp", r"\exp", lambda np, x: np.exp(x), lambda x: exp(x), entries="positive")
sin: Op = elementwise("sin", r"\sin", lambda np, x: np.sin(x), lambda x: cos(x))
cos: Op = elementwise("cos", r"\cos", lambda np, x: np.cos(x), lambda x: -sin(x))
tan: Op = elementwise(
    "tan", r"\tan", lambda np, x: np.tan(x), lambda x: _constant(x, 1) + _square(tan(x))
)
cot: Op = elementwise(
    "cot",
    r"\cot",
    lambda np, x: 1 / np.tan(x),
    lambda x: -_constant(x, 1) - _square(cot(x)),
    domain="fraction",
    condition="{} is no multiple of π",
)
sec: Op = elementwise(
    "sec",
    r"\sec",
    lambda np, x: 1 / np.cos(x),
    lambda x: times(sec(x), tan(x)),
    domain="fraction",
)
csc: Op = elementwise(
    "csc",
    r"\csc",
    lambda np, x: 1 / np.sin(x),
    lambda x: -times(csc(x), cot(x)),
    domain="fraction",
    condition="{} is no multiple of π",
)
sinh: Op = elementwise("sinh", r"\sinh", lambda np, x: np.sinh(x), lambda x: cosh(x))
cosh: Op = elementwise(
    "cosh", r"\cosh", lambda np, x: np.cosh(x), lambda x: sinh(x), entries="positive"
)
coth: Op = elementwise(
    "coth",
    r"\coth",
    lambda np, x: 1 / np.tanh(x),
    lambda x: _constant(x, 1) - _square(coth(x)),
    domain="positive",
    condition="{} has no zero entry",
)
tanh: Op = elementwise(
    "tanh", r"\tanh", lambda np, x: np.tanh(x), lambda x: _constant(x, 1) - _square(tanh(x))
)


def _log_simplify(args: tuple[Expr, ...]) -> Expr | None:
    (x,) = args
    if x.op == "singular_det":
        raise UnsupportedError(f"{x.text()} is zero: it has no logarithm")
    value = 0 if x.op == "zeros" else value_of(x)
    if value is not None and value <= 0:
        raise UnsupportedError(f"{value} has no logarithm")
    return OPS["logdet"](*x.args) if x.op == "det" else None


log: Op = elementwise(
    "log",
    r"\log",
    lambda np, x: np.log(x),
    lambda x: _reciprocal(x),
    domain="positive",
    names=("log", "ln"),
    condition="{} is positive",
    simplify=_log_simplify,
)
sqrt: Op = declare(
    Op(
        "sqrt",
        "elementwise square root",
        Special(50),
        keeps,
        value=lambda np, x: np.sqrt(x),
        stacks=True,
        differential=lambda Y, x, dx: number(Fraction(1, 2)) @ times(_reciprocal(Y), dx),
        component=entrywise,
        condition="{} is positive",
        sample=("m n positive",),
        names=("sqrt",),
        entries="not negative",
    )
)
arcsin: Op = elementwise(
    "arcsin",
    r"\arcsin",
    lambda np, x: np.arcsin(x),
    lambda x: _reciprocal(sqrt(_constant(x, 1) - _square(x))),
    domain="fraction",
    names=("arcsin", "asin"),
    condition="{} lies in (-1, 1)",
)
arccos: Op = elementwise(
    "arccos",
    r"\arccos",
    lambda np, x: np.arccos(x),
    lambda x: -_reciprocal(sqrt(_constant(x, 1) - _square(x))),
    domain="fraction",
    names=("arccos", "acos"),
    condition="{} lies in (-1, 1)",
)
arctan: Op = elementwise(
    "arctan",
    r"\arctan",
    lambda np, x: np.arctan(x),
    lambda x: _reciprocal(_constant(x, 1) + _square(x)),
    names=("arctan", "atan"),
)
dsigmoid: Op = elementwise(
    "dsigmoid",
    r"\sigma'",
    lambda np, x: 1 / (2 + np.exp(x) + np.exp(-x)),
    lambda x: times(dsigmoid(x), _constant(x, 1) - 2 * sigmoid(x)),
    text="σ'",
    names=("sigmoid'",),
    adjective="derivative of the elementwise",
    entries="positive",
)
sigmoid: Op = elementwise(
    "sigmoid",
    r"\sigma",
    lambda np, x: np.exp(-np.logaddexp(0.0, -x)),
    lambda x: dsigmoid(x),
    text="σ",
    names=("sigmoid", "logistic"),
    entries="positive",
)
step: Op = elementwise(
    "step",
    r"\operatorname{step}",
    lambda np, x: (x > 0) * 1.0,
    lambda x: zeros(x.shape),
    names=("step", "heaviside"),
    condition="{} has no zero entry",
    entries="not negative",
)
relu: Op = elementwise(
    "relu",
    r"\operatorname{relu}",
    lambda np, x: np.maximum(x, 0.0),
    lambda x: step(x),
    names=("relu", "ReLU"),
    condition="{} has no zero entry",
    entries="not negative",
)
softplus: Op = elementwise(
    "softplus",
    r"\operatorname{softplus}",
    lambda np, x: np.logaddexp(0.0, x),
    lambda x: sigmoid(x),
    entries="positive",
)
sign: Op = elementwise(
    "sign",
    r"\operatorname{sign}",
    lambda np, x: np.sign(x),
    lambda x: zeros(x.shape),
    names=("sign", "sgn"),
    condition="{} has no zero entry",
)
absolute: Op = declare(
    Op(
        "abs",
        "elementwise absolute value",
        Fence(r"\left|", r"\right|", "|", "|"),
        keeps,
        value=lambda np, x: np.abs(x),
        stacks=True,
        differential=lambda Y, x, dx: times(sign(x), dx),
        component=entrywise,
        condition="{} has no zero entry",
        sample=("m n",),
        names=("abs",),
        entries="not negative",
    )
)


def _erf(np: Any, x: Any) -> Any:
    from math import erf as scalar_erf

    return np.vectorize(scalar_erf, otypes=[float])(x)


#: 2/√π, the slope of erf at the origin, is a number no Fraction holds.
pi = Expr("pi", (), None, number(1).shape)
erf: Op = elementwise(
    "erf",
    r"\operatorname{erf}",
    _erf,
    lambda x: 2 * power(sqrt(pi), number(-1)) @ exp(-_square(x)),
)
