"""One problem of a table: what is given, what a textbook answers, and NumPy to check both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from derivtex.expr import Expr, walk
from derivtex.op import OPS
from derivtex.ops import differential, number, zeros
from derivtex.ops.leaves import function_of
from derivtex.ops.matrices import commutation
from derivtex.ops.partials import function_hessian
from derivtex.parse import parse, parse_expression
from derivtex.problem import Problem
from derivtex.shapes import Shape
from derivtex.symbols import Function

Kind = Literal["gradient", "jacobian", "hessian", "differential"]


@dataclass(frozen=True)
class Row:
    """A function of named arrays, and its derivative with respect to one of them.

    `truth` and `value` are written independently of the engine. They take every name in `shapes`
    as a keyword; vectors are `(n,)` arrays, matrices `(m, n)`, scalars floats.
    """

    id: str
    given: str
    """Statements of the expression file, without the ask. The last one defines the function.

    May be indented: `text` has it flush left.
    """
    wrt: str
    """Plain name of the variable; of a differential none, for it is in all of `shapes`."""
    shapes: Mapping[str, str]
    """Plain name of each symbol to its shape, as `sample` reads it: `"mn spd"`."""
    truth: Callable[..., Any]
    """The value of the function."""
    expected: str
    """The derivative as the source prints it. It may use names that `given` defines."""
    value: Callable[..., Any] | None = None
    """The value of the derivative; without one, finite differences of `truth` stand for it."""
    source: str = ""
    kind: Kind = "gradient"
    missing: str = ""
    """Why this cannot be derived today; such a row has to fail, and to give a `value`."""
    missing_in: tuple[str, ...] = ()
    """The notations that it cannot be derived in; none means all of them."""
    vectors: Mapping[str, str] = field(default_factory=dict)
    """What letters of `expected` are: `v` is the first `eigenvector` of its matrix, `H` the
    `hessian` of an unknown function."""
    where: Mapping[str, str] = field(default_factory=dict)
    """What letters of `expected` stand for, as the source says it."""
    numerator: str = ""
    """The gradient in numerator layout, where the source prints that as well."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """What `derive` is told besides the text."""

    @property
    def result(self) -> str:
        """The name that the last statement of `given` defines."""
        definitions = [line for line in self.given.splitlines() if "=" in line]
        return definitions[-1].partition("=")[0].strip()

    @property
    def text(self) -> str:
        """The whole problem, the ask included."""
        given = "\n".join(line.strip() for line in self.given.strip().splitlines())
        name = self.wrt if len(self.wrt.split("_")[0]) == 1 else "\\" + self.wrt
        ask = {
            "hessian": rf"\nabla_{{{name}}}^2 {self.result}",
            "differential": f"d{self.result}",
        }.get(self.kind, rf"\frac{{\partial {self.result}}}{{\partial {name}}}")
        return f"{given}\n{ask}\n"

    def read(self, tex: str) -> Expr:
        """`tex` with the names of the problem, of the shape that the derivative has."""
        problem = parse(self.text)
        names = {getattr(e.data, "name", e.data): e for e in problem.symbols.values()}
        shape = None
        if self.kind == "gradient" and tex == self.expected:
            (variable,) = problem.tasks[0].variables
            shape = variable.shape
            if tex == "0":
                return zeros(shape)
        known = {**names, **_functions(problem), **_partials(problem)}
        known |= {name: _vector(words, names) for name, words in self.vectors.items()}
        known |= {letter: parse_expression(value, known) for letter, value in self.where.items()}
        if "K_" in tex:
            known |= _commutations(problem)
        return parse_expression(tex, known, shape=shape)


def _functions(problem: Problem) -> dict[str, Function]:
    """The unknown functions of a problem, by their names."""
    nodes = walk(*(task.objective for task in problem.tasks))
    functions = map(function_of, nodes)
    return {function.name: function for function in functions if function is not None}


def _partials(problem: Problem) -> dict[str, Expr]:
    """What is written ∂φ/∂U for an unknown function φ of U."""
    found = {}
    for node in walk(*(task.objective for task in problem.tasks)):
        for index, U in enumerate(node.args if node.op == "apply" else ()):
            slope = OPS["apply"].differentiate(node, index, differential(U)).args[0]
            found[rf"\frac{{\partial {node.data.name}}}{{\partial {U.latex()}}}"] = slope
    return found


def _vector(words: str, names: Mapping[str, Expr]) -> Expr:
    """`eigenvector A`, `left_vector A`, `right_vector A`: of the largest value; `hessian f`."""
    operation, of = words.split()
    if operation == "hessian":
        phi = names[of].args[0]
        return function_hessian(phi.data, 0, 0, *phi.args)
    first = (number(1),) if operation == "eigenvector" else ()
    return OPS[operation](names[of], *first)


def _commutations(problem: Problem) -> dict[str, Expr]:
    """`K_{mn}` for the sizes of the problem: `K_{mn} vec(A) = vec(Aᵀ)` for A of m×n."""
    sizes = {size for node in problem.symbols.values() for size in node.shape}
    return {f"K_{{{m}{n}}}": commutation(Shape(m, n)) for m in sizes for n in sizes}


def row(
    name: str,
    given: str,
    wrt: str,
    shapes: str,
    truth: Callable[..., Any],
    expected: str,
    source: str = "",
    **more: Any,
) -> Row:
    """A row on a few lines: statements part at `;`, shapes are written `A mn, X nn spd`."""
    pairs = (pair.strip().partition(" ") for pair in shapes.split(", "))
    return Row(
        name,
        "\n".join(statement.strip() for statement in given.split(";")),
        wrt,
        {name: spec for name, _, spec in pairs},
        truth,
        expected,
        source=source,
        **more,
    )
