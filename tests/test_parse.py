"""The language: what each spelling means, and what a problem is made of."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction

import pytest

from derivtex.errors import DerivtexError
from derivtex.expr import Expr, walk
from derivtex.language.names import plain_name, tex_name
from derivtex.op import OPS
from derivtex.ops.functions import apply_function, map_function
from derivtex.ops.leaves import identity, number, ones, symbol
from derivtex.parse import parse, parse_expression, parse_problems
from derivtex.problem import Problem
from derivtex.shapes import ONE, SCALAR, Dim, Shape, column, dim
from derivtex.symbols import Function
from tests.tables import cookbook, learning

n = dim("n")
SQUARE = Shape(n, n)
MATRICES = {name: symbol(name, SQUARE) for name in ("A", "B", "C", "X", "W", "W^{[1]}", r"\Sigma")}
VECTORS = {name: symbol(name, column(n)) for name in ("a", "b", "x", "y", r"\hat y", "x_1")}
SCALARS = {name: symbol(name, SCALAR) for name in (r"\alpha", r"\beta", "t", r"\alpha_1", "k")}
PHI = Function(r"\phi", (SQUARE,), SCALAR)
LOSS = Function(r"\mathrm{Loss}", (column(n), column(n)), SCALAR)
G = Function("g", (SCALAR,), SCALAR)
NAMES: dict[str, Expr | Function] = {
    **MATRICES, **VECTORS, **SCALARS, r"\phi": PHI, r"\mathrm{Loss}": LOSS, "g": G,
}  # fmt: skip

A, B, C, X = (MATRICES[name] for name in "ABCX")
a, b, x, y = (VECTORS[name] for name in "abxy")
alpha, t = SCALARS[r"\alpha"], SCALARS["t"]
ONES = ones(column(n))
I = identity(n)


def read(tex: str, shape: Shape | None = None) -> Expr:
    return parse_expression(tex, NAMES, shape=shape)


def o(op: str, *args: Expr) -> Expr:
    return OPS[op](*args)


BUILT = [
    # Sums and products.
    ("A + B", A + B),
    ("A - B", A - B),
    ("-A", -A),
    ("- -A", A),
    ("A B", A @ B),
    ("AB", A @ B),
    (r"A \cdot B", A @ B),
    ("A*B", A @ B),
    (r"2\alpha A x", 2 * alpha @ A @ x),
    ("A x^T y", (x.T @ y) @ A),
    ("A x^T y x", (x.T @ y) @ (A @ x)),
    ("x y^T", x @ y.T),
    ("x^T y", x.T @ y),
    ("(x + y)^T A", (x + y).T @ A),
    ("A + 0", A),
    (r"A + \alpha I", A + alpha @ I),
    ("A I_n", A),
    (r"x + \mathbf 1", x + ONES),
    (r"\mathbf 1_n^T x", ONES.T @ x),
    (r"1_n^T x", ONES.T @ x),
    (r"\mathbb{1}^T x", ONES.T @ x),
    # Transpose, inverse, powers.
    ("A^T", A.T),
    (r"A^\top", A.T),
    (r"A^{\mathsf T}", A.T),
    (r"A^\intercal", A.T),
    ("A'", A.T),
    ("A^{-1}", o("inverse", A)),
    ("A^-1", o("inverse", A)),
    ("A^{-T}", o("inverse", A).T),
    ("A^-T", o("inverse", A).T),
    ("A^2", o("matrix_power", A, number(2))),
    ("A^{10}", o("matrix_power", A, number(10))),
    ("A^{-2}", o("matrix_power", A, number(-2))),
    (r"\alpha^2", o("power", alpha, number(2))),
    (r"\alpha^{-1/2}", o("power", alpha, number(Fraction(-1, 2)))),
    (r"\alpha^k", o("power", alpha, SCALARS["k"])),
    ("a(b^Tx)", (b.T @ x) @ a),
    ("A(x)", A @ x),
    (r"x^{\circ 2}", o("power", x, number(2))),
    (r"x^{\circ -1}", o("power", x, number(-1))),
    ("{x^T}'", x),
    # Numbers.
    ("1/2 x^T x", number(Fraction(1, 2)) @ x.T @ x),
    (r"\frac12 x^Tx", number(Fraction(1, 2)) @ x.T @ x),
    ("0.25 x", number(Fraction(1, 4)) @ x),
    (".5x", number(Fraction(1, 2)) @ x),
    (r"\frac{x}{2}", number(Fraction(1, 2)) @ x),
    (r"x^Tx/\alpha", o("power", alpha, number(-1)) @ x.T @ x),
    (r"\frac1\alpha x", o("power", alpha, number(-1)) @ x),
    ("3 - 1/2", number(Fraction(5, 2))),
    # Elementwise, Kronecker and Frobenius products.
    (r"x \odot y", o("hadamard", x, y)),
    (r"x \circ y", o("hadamard", x, y)),
    ("x .* y", o("hadamard", x, y)),
    ("x ./ y", o("hadamard_quotient", x, y)),
    (r"x \oslash y", o("hadamard_quotient", x, y)),
    (r"x \odot y \odot a", o("hadamard", x, y, a)),
    (r"x \odot y \oslash a", o("hadamard_quotient", o("hadamard", x, y), a)),
    (r"A \otimes B", o("kron", A, B)),
    (r"\alpha x \odot y", alpha @ o("hadamard", x, y)),
    (r"x \odot \alpha y", alpha @ o("hadamard", x, y)),
    (r"a^T b x \odot y", (a.T @ b) @ o("hadamard", x, y)),
    (r"a^T x \odot y", a.T @ o("hadamard", x, y)),
    (r"A (x \odot y)", A @ o("hadamard", x, y)),
    (r"(A x) \odot y", o("hadamard", A @ x, y)),
    ("A:B", o("frobenius", A, B)),
    ("A:B X", o("frobenius", A, B @ X)),
    ("A:B + t", o("frobenius", A, B) + t),
    (r"\langle x, y\rangle", o("frobenius", x, y)),
    # Functions.
    (r"\operatorname{tr}(AB)", o("trace", A @ B)),
    (r"\tr AB + t", o("trace", A @ B) + t),
    (r"\mathrm{Tr}[A]", o("trace", A)),
    (r"{\rm tr}(A) B", o("trace", A) @ B),
    ("tr(A)", o("trace", A)),
    (r"\det A", o("det", A)),
    ("|A|", o("det", A)),
    (r"|\alpha|", o("abs", alpha)),
    ("|x|", o("abs", x)),
    (r"|t||\alpha|", o("abs", t) @ o("abs", alpha)),
    ("||x|| ||y||", o("norm", x) @ o("norm", y)),
    (r"|(|t||\alpha|)|", o("abs", o("abs", t) @ o("abs", alpha))),
    (r"\log|A|", o("logdet", A)),
    (r"\log\det A", o("logdet", A)),
    (r"\ln\det(A)", o("logdet", A)),
    (r"\log\left|\det A\right|", o("logdet", A)),
    (r"\log\det(A) + t", o("logdet", A) + t),
    (r"\exp(x)", o("exp", x)),
    (r"e^{\alpha}", o("exp", alpha)),
    (r"e^{-x^Tx}", o("exp", -(x.T @ x))),
    (r"\sin^2 \alpha", o("power", o("sin", alpha), number(2))),
    (r"\log 2\alpha \sin t", o("log", 2 * alpha) @ o("sin", t)),
    (r"\sin t \cdot \cos t", o("sin", t) @ o("cos", t)),
    (r"\sin t * \cos t", o("sin", t) @ o("cos", t)),
    (r"\log x \odot \log y", o("hadamard", o("log", x), o("log", y))),
    (r"\exp x \oslash \exp y", o("hadamard_quotient", o("exp", x), o("exp", y))),
    (r"\exp A \otimes \exp B", o("kron", o("exp", A), o("exp", B))),
    (r"\log t \sigma(\alpha)", o("log", t) @ o("sigmoid", alpha)),
    (r"\log t\, g(\alpha)", o("log", t) @ map_function(G, alpha)),
    (r"\log\det X \log\det A", o("logdet", X) @ o("logdet", A)),
    (r"\sqrt{\alpha}", o("sqrt", alpha)),
    (r"\sqrt[3]{\alpha}", o("power", alpha, number(Fraction(1, 3)))),
    (r"\sigma(x)", o("sigmoid", x)),
    (r"\sigma'(x)", o("dsigmoid", x)),
    (r"\operatorname{diag}(x)", o("Diag", x)),
    (r"\operatorname{diag}(A)", o("diag", A)),
    (r"\|x\|", o("norm", x)),
    ("||x||", o("norm", x)),
    (r"\|x\|_2", o("norm", x)),
    (r"\|x\|_1", o("norm1", x)),
    (r"\|A\|_F", o("norm", A)),
    (r"\|A\|^2_F", o("power", o("norm", A), number(2))),
    (r"\|x\|^2_2", o("power", o("norm", x), number(2))),
    (r"\left\|A\right\|^{2}_{F}", o("power", o("norm", A), number(2))),
    (r"\lVert x\rVert^2_2", o("power", o("norm", x), number(2))),
    (r"\left\lVert x\right\rVert_2", o("norm", x)),
    ("norm(x)", o("norm", x)),
    ("inv(A)", o("inverse", A)),
    (r"\phi(AX)", apply_function(PHI, A @ X)),
    (r"\mathrm{Loss}(x, y)", apply_function(LOSS, x, y)),
    (r"{\rm Loss}(x, y)", apply_function(LOSS, x, y)),
    ("g(x)", map_function(G, x)),
    ("g'(x)", map_function(G, x, 1)),
    ("g''(x)", map_function(G, x, 2)),
    # Names.
    ("x_1", VECTORS["x_1"]),
    ("x_{1}", VECTORS["x_1"]),
    ("x^T_1 y", VECTORS["x_1"].T @ y),
    (r"\hat{y}", VECTORS[r"\hat y"]),
    (r"\mathbf{A}\boldsymbol{x}", A @ x),
    (r"\bm A {\bf x}", A @ x),
    ("W^{[1]T}", MATRICES["W^{[1]}"].T),
    ("(W^{[1]})^T", MATRICES["W^{[1]}"].T),
    (r"\alpha_1^2", o("power", SCALARS[r"\alpha_1"], number(2))),
    # Unicode.
    ("Aᵀx", A.T @ x),
    ("A⁻¹", o("inverse", A)),
    ("A⁻ᵀ", o("inverse", A).T),
    ("α²", o("power", alpha, number(2))),
    ("‖x‖₂", o("norm", x)),
    ("x ⊙ y", o("hadamard", x, y)),
    ("A ⊗ B", o("kron", A, B)),
    ("𝟏ᵀx", ONES.T @ x),
    ("ŷ", VECTORS[r"\hat y"]),
    ("y\u0302", VECTORS[r"\hat y"]),
    ("𝐀𝐱", A @ x),
    ("Σ − A", MATRICES[r"\Sigma"] - A),
    # Markup that says nothing.
    (r"\left( A \right)\, x \;", A @ x),
    (r"\bigl(A\bigr)~x", A @ x),
    (r"\textcolor{red}{A} x", A @ x),
    ("$A x$", A @ x),
    (r"A x % and a remark", A @ x),
    ("A x # and a remark", A @ x),
    ("A x.", A @ x),
    # What a derivation contains.
    ("dX", o("differential", X)),
    (r"dX\,A", o("differential", X) @ A),
    ("A dX", A @ o("differential", X)),
    (r"\mathrm dX", o("differential", X)),
    ("dX^T", o("differential", X).T),
    ("dX^{-1}", o("differential", o("inverse", X))),
    ("d(AX)", o("differential", A @ X)),
    (r"d\log\det X", o("differential", o("logdet", X))),
    (r"\frac{\partial t}{\partial X}", o("derivative", t, X)),
    (r"\nabla_X t", o("derivative", t, X)),
    ("A:dX", o("frobenius", A, o("differential", X))),
]


@pytest.mark.parametrize(("tex", "expected"), BUILT, ids=[tex for tex, _ in BUILT])
def test_means(tex: str, expected: Expr) -> None:
    assert read(tex, expected.shape) is expected


def test_a_derivative_may_have_a_name() -> None:
    gradient = symbol("Q", SQUARE)
    key = r"\frac{\partial f}{\partial Y}"
    assert parse_expression(rf"A^T {key}", {**NAMES, key: gradient}) is A.T @ gradient
    assert parse_expression(r"A^T \nabla_Y f", {**NAMES, key: gradient}) is A.T @ gradient


def test_a_declared_name_wins() -> None:
    names = {letter: symbol(letter, SQUARE) for letter in ("e", "I", "d", "T", "W^1", r"\sigma")}
    e, d, T, W1 = (names[letter] for letter in ("e", "d", "T", "W^1"))
    assert parse_expression("d e", names) is d @ e
    assert parse_expression(r"T^\top I", names) is T.T @ names["I"]
    assert parse_expression("W^1 e", names) is W1 @ e
    assert parse_expression(r"\sigma(e + d)", names) is names[r"\sigma"] @ (e + d)


@pytest.mark.parametrize("table", [cookbook, learning])
def test_tables_are_read(table: object) -> None:
    rows = [
        row
        for value in vars(table).values()
        if isinstance(value, tuple) and value and hasattr(value[0], "given")
        for row in value
    ]
    assert rows
    for row in rows:
        problem = parse(row.text)
        (variable,) = problem.tasks[0].variables
        names = {tex_name(name): node for name, node in problem.symbols.items()}
        assert parse_expression(row.gradient, names, shape=variable.shape).shape == variable.shape
        for name, spec in row.shapes.items():
            shape = problem.symbols[name].shape
            sizes = (shape.rows != ONE) + (shape.columns != ONE)
            assert sizes == len(spec.split(" ")[0]), (row.id, name)


NAME_FORMS = [
    (r"\Sigma", "Sigma", ["Sigma", r"\mathbf{\Sigma}", r"{\bf\Sigma}"]),
    ("W_1", "W_1", ["W_{1}", r"\mathbf W_1", r"\mathrm{W}_{1}"]),
    ("W_{12}", "W_{12}", ["W_{ 12 }"]),
    ("W^{[1]}", "W^{[1]}", ["W^[1]"]),
    ("a^{(k)}", "a^{(k)}", []),
    ("a^{[l-1]}", "a^{[l-1]}", ["a^{[l - 1]}"]),
    (r"\hat y", "hat y", [r"\hat{y}", r"\widehat y"]),
    (r"\hat\beta_1", "hat beta_1", [r"\hat{\beta}_{1}"]),
    (r"\mathrm{Loss}", "Loss", [r"{\rm Loss}", r"\operatorname{Loss}", r"\text{Loss}"]),
    (r"\Sigma_\epsilon", "Sigma_epsilon", [r"\Sigma_{\epsilon}"]),
    ("x^*", "x^*", ["x^{*}"]),
    ("b_{ij}", "b_{ij}", []),
]


@pytest.mark.parametrize(("tex", "plain", "others"), NAME_FORMS, ids=[f[0] for f in NAME_FORMS])
def test_names(tex: str, plain: str, others: list[str]) -> None:
    assert plain_name(tex) == plain
    for spelling in (tex, plain, *others):
        assert tex_name(spelling) == tex


# --- problems -----------------------------------------------------------------------------------

ASK = "\nL = 1\ndL"
DECLARATIONS = [
    (r"X, Y \in \R^{m \times n}", "Y", "m×n", ""),
    (r"X \in \mathbb{R}^{m\times n}", "X", "m×n", ""),
    (r"X ∈ ℝ^{m × n}", "X", "m×n", ""),
    ("X in R^(m x n)", "X", "m×n", ""),
    (r"x \in \R^n", "x", "n×1", ""),
    (r"x \in \R^3", "x", "3×1", ""),
    (r"x \in \R^{1 \times n}", "x", "1×n", ""),
    (r"x \in \R^{2mn}", "x", "2mn×1", ""),
    (r"x \in \R^{n_1}", "x", "n_1×1", ""),
    (r"\alpha \in \R", "alpha", "1×1", ""),
    (r"lambda \in \R", "lambda", "1×1", ""),
    (r"Sigma_1 in R^(n x n)", "Sigma_1", "n×n", ""),
    (r"k \in \N", "k", "1×1", "integer"),
    (r"k \in \mathbb Z", "k", "1×1", "integer"),
    (r"A \in \mathbb{S}^n", "A", "n×n", "symmetric"),
    (r"A \in \mathbb{S}_{++}^n", "A", "n×n", "positive definite"),
    (r"A \in \mathbb{S}^n_{++}", "A", "n×n", "positive definite"),
    (r"A \succ 0", "A", "n×m", "positive definite"),
    (r"D \in \R^{n \times n} \text{ diagonal}", "D", "n×n", "diagonal"),
    (r"D \in \R^{n \times n}, diagonal", "D", "n×n", "diagonal"),
    (r"Q \in \R^{n \times n} orthogonal", "Q", "n×n", "orthogonal"),
    (r"K \in \R^{n \times n} \text{ skew-symmetric}", "K", "n×n", "skew-symmetric"),
    (r"P \in \R^{n \times n} \text{positive definite}", "P", "n×n", "positive definite"),
    (r"\alpha > 0", "alpha", "1×1", "positive"),
    (r"x \in \R^n, x > 0", "x", "n×1", "positive"),
    (r"x \in \R_{++}^n", "x", "n×1", "positive"),
    (r"W^1 \in \R^{m \times n}", "W^1", "m×n", ""),
    (r"Xw \in \R^n", "Xw", "n×1", ""),
    (r"x \in \R^n, A \in \R^{n \times n}", "A", "n×n", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "name", "shape", "structure"), DECLARATIONS, ids=[d[0] for d in DECLARATIONS]
)
def test_declarations(text: str, name: str, shape: str, structure: str) -> None:
    node = parse(text + ASK).symbols[name]
    if r"\succ" not in text:
        assert str(node.shape) == shape
    assert structure in node.data.structure or structure == ""


def solve(text: str, wrt: str | None = None) -> tuple[str, str, list[str]]:
    """The one task of a problem: kind, objective, variables."""
    (task,) = parse(text, wrt).tasks
    objective = task.objective
    name = objective.data if objective.op == "named" else objective.data.name
    return task.kind, name, [v.data if v.op == "named" else v.data.name for v in task.variables]


ASKS = [
    r"\frac{\partial L}{\partial x}",
    r"\dfrac{\partial L}{\partial\mathbf{x}}",
    r"\partial L/\partial x",
    "dL/dx",
    r"\frac{dL}{dx}",
    r"\frac{\mathrm dL}{\mathrm dx}",
    r"\frac{\mathrm{d} L}{\mathrm{d} x}",
    r"\frac{\partial}{\partial x} L",
    r"\frac{d}{dx} L",
    r"\nabla_x L",
    r"\nabla_{x} L",
    r"\nabla_x L(x)",
    r"\frac{\partial L(x)}{\partial x}",
    r"\frac{\partial L}{\partial x} = ?",
    "∂L/∂x",
    "∇_x L",
]


@pytest.mark.parametrize("ask", ASKS)
def test_gradients(ask: str) -> None:
    assert solve(f"L = x^TAx\n{ask}") == ("gradient", "L", ["x"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("L = x^Tx\ndL", ("differential", "L", [])),
        ("L = x^Tx\n\\mathrm dL", ("differential", "L", [])),
        ("F = AXB\ndF", ("differential", "F", [])),
        ("L = x^Tx\n\\frac{\\partial L}{\\partial x} = 0", ("stationary", "L", ["x"])),
        ("L = x^Tx\n\\nabla_x L = \\mathbf 0", ("stationary", "L", ["x"])),
        ("L = x^TAx\n\\nabla_x L, \\nabla_A L", ("gradient", "L", ["x", "A"])),
        ("L = x^TAx\n\\nabla_x L\n\\nabla_A L", ("gradient", "L", ["x", "A"])),
        ("L = x^TAx\n\\nabla_{x, A} L", ("gradient", "L", ["x", "A"])),
        ("\\frac{\\partial \\|Xw - y\\|^2}{\\partial w}", ("gradient", "f", ["w"])),
        ("\\frac{\\partial}{\\partial w}\\left(\\|Xw - y\\|^2\\right)", ("gradient", "f", ["w"])),
        ("\\nabla_w \\|Xw - f\\|^2", ("gradient", "g", ["w"])),
        ("y = Ax\nL = y^Ty\n\\nabla_y L", ("gradient", "L", ["y"])),
        ("z \\in \\R^n\nL = x^Tx\n\\nabla_z L", ("gradient", "L", ["z"])),
        ("\\phi : \\R^n \\to \\R\n\\nabla_x \\phi(Ax)", ("gradient", r"\phi", ["x"])),
        ("Loss = x^Tx\n\\frac{\\partial Loss}{\\partial x}",
         ("gradient", r"\mathrm{Loss}", ["x"])),
    ],
)  # fmt: skip
def test_asks(text: str, expected: tuple[str, str, list[str]]) -> None:
    assert solve(text) == expected


@pytest.mark.parametrize(
    ("text", "wrt", "expected"),
    [
        (r"\|Xw - y\|^2", "w", ("gradient", "f", ["w"])),
        (r"\|Xw - y\|^2", "X, w", ("gradient", "f", ["X", "w"])),
        (r"f^T x", "x", ("gradient", "g", ["x"])),
        ("y = Ax\nL = y^Ty", "A", ("gradient", "L", ["A"])),
        (r"L = \mu^2", "mu", ("gradient", "L", [r"\mu"])),
        (r"L = \|W_1x\|^2", "W_{1}", ("gradient", "L", ["W_1"])),
        (r"\log\det X", r"\mathbf{X}", ("gradient", "f", ["X"])),
    ],
)
def test_wrt(text: str, wrt: str, expected: tuple[str, str, list[str]]) -> None:
    assert solve(text, wrt) == expected


def shapes(problem: Problem) -> dict[str, str]:
    return {name: str(node.shape) for name, node in problem.symbols.items()}


def test_sizes_are_inferred_over_the_whole_problem() -> None:
    text = "D = W X\n\\phi : \\R^{m \\times n} \\to \\R\n\\nabla_W \\phi(D)"
    assert shapes(parse(text)) == {"D": "m×n", "W": "m×p", "X": "p×n"}


def test_sizes_that_nothing_determines_get_letters_in_order() -> None:
    assert shapes(parse(r"\|Xw - y\|^2", "w")) == {
        "X": "n×m", "w": "m×1", "y": "n×1", "f": "1×1",
    }  # fmt: skip


def test_letters_that_are_sizes_are_integers() -> None:
    problem = parse("X \\in \\R^{N \\times d}\nL = \\frac1N \\|Xw\\|^2\ndL")
    assert problem.symbols["N"].shape == SCALAR
    assert "integer" in problem.symbols["N"].data.structure
    assert problem.symbols["w"].shape == column(Dim(1, ("d",)))


def test_trace_of_a_kronecker_square_makes_its_factor_square() -> None:
    X = parse(r"\operatorname{tr}(X \otimes X)", "X").symbols["X"]
    assert X.shape.is_square


def test_a_definition_stands_for_its_value() -> None:
    problem = parse("Y = X^T W\nL = \\|Y\\|_F^2\n\\nabla_W L")
    Y, L = problem.definitions
    assert (Y.name, L.name) == ("Y", "L")
    assert Y.expr in L.value.args
    assert problem.tasks[0].objective is L.expr


@pytest.mark.parametrize("declaration", ["", "y, \\hat y, b \\in \\R\n", "\\hat y \\in \\R\n"])
def test_definitions_stand_in_the_order_of_their_use(declaration: str) -> None:
    text = "b, y \\in \\R\nL = (y - \\hat y)^2\nM = L\n\\hat y = w^Tx + b\n\\nabla_w L"
    problem = parse(declaration + text)
    assert [d.name for d in problem.definitions] == [r"\hat y", "L", "M"]
    y_hat, L, _ = problem.definitions
    assert y_hat.expr in walk(L.value)


def test_a_thousand_definitions_in_reverse() -> None:
    lines = [f"z_{{{i + 1}}} = A z_{{{i}}}" for i in range(1000)]
    problem = parse("\n".join([r"L = \|z_{1000}\|^2", *reversed(lines)]), "A")
    assert problem.definitions[-2].name == "z_{1000}"
    assert problem.tasks[0].objective.data == "L"


def test_the_name_of_a_greek_letter_is_the_letter() -> None:
    plain = parse("lambda in R\nmu = X w\nL = lambda*mu'mu\ndL/dlambda")
    tex = parse("\\mu = Xw\nL = \\lambda\\mu^T\\mu\n\\nabla_\\lambda L")
    assert plain.definitions[-1].value is tex.definitions[-1].value
    assert plain.tasks[0].variables == tex.tasks[0].variables == (plain.symbols["lambda"],)
    with pytest.raises(DerivtexError):
        parse("L = lambda*w'w", "w")


def test_several_expressions_are_all_asked_for() -> None:
    problem = parse("x^Tx\ny^Ty\nz = x^Ty", "x, y")
    asked = [(task.objective.data, len(task.variables)) for task in problem.tasks]
    assert asked == [("f", 2), ("g", 2), ("z", 2)]


def test_an_integer_power_of_a_negative_number() -> None:
    assert parse(r"(-1)^k\alpha", r"\alpha").symbols["k"].data.structure == {"integer"}


def test_a_function_with_a_body_is_a_definition() -> None:
    problem = parse("f : \\R^n \\to \\R, f(x) = x^TAx\n\\nabla_x f")
    assert problem.definitions[0].name == "f"
    assert problem.symbols["x"].shape == column(n)


PASTED = [
    "L = \\|Xw - y\\|^2\n\\frac{\\partial L}{\\partial w}",
    "$L = \\|Xw - y\\|^2$, $\\frac{\\partial L}{\\partial w}$.",
    "\\[ L = \\|Xw - y\\|^2. \\]\n\\[ \\frac{\\partial L}{\\partial w} \\]",
    "$$L = \\|Xw - y\\|^2$$\n$$\\nabla_w L$$",
    "\\begin{align*}\nL &= \\|Xw\n - y\\|^2, \\\\\n\\frac{\\partial L}{\\partial w}\n\\end{align*}",
    "\\begin{equation}\\label{l}\nL = \\left\\|Xw - y\\right\\|^2 \\notag\n\\end{equation}\ndL/dw",
    "L = \\bigl\\|\\mathbf{X}\\bm w - \\mathbf{y}\\bigr\\|_2^2 \\\\ \\nabla_{\\bm w} L",
    "L = ‖Xw − y‖²\n∂L/∂w",
    "L = norm(X*w - y)^2;\ndL/dw",
    "L(w) = \\|Xw - y\\|^2\n\\nabla_w L(w)",
    "L = \\\n\\|Xw - y\\|^2\ndL/dw",
    "L = \\|(Xw\n- y)\\|^2\r\ndL/dw",
]


@pytest.mark.parametrize("text", PASTED)
def test_pasted_text_means_the_same(text: str) -> None:
    expected = parse(PASTED[0])
    problem = parse(text)
    assert problem.definitions[-1].value is expected.definitions[-1].value
    assert problem.tasks[0].variables == expected.tasks[0].variables


# --- files --------------------------------------------------------------------------------------

FILE = """\
% A file of problems.

% Least squares
L = \\|Xw - y\\|^2
\\nabla_w L

---
# a remark

# Log-determinant
# of a matrix
f = \\log\\det X
\\nabla_X f
---
% nothing but a remark
---
L = \\foo x
"""


def test_problems_of_a_file() -> None:
    first, second, third = parse_problems(FILE, "file.deriv")
    assert isinstance(first, Problem)
    assert isinstance(second, Problem)
    assert (first.title, second.title) == ("Least squares", "Log-determinant of a matrix")
    assert first.text.startswith("% A file")
    assert second.definitions[0].name == "f"
    assert isinstance(third, DerivtexError)
    assert (third.filename, third.line, third.column) == ("file.deriv", 17, 5)
    assert str(third).startswith("file.deriv:17:5: unknown macro \\foo")


def test_parsing_loads_pylatexenc_only_when_it_reads() -> None:
    code = (
        "import sys; from derivtex.parse import parse; assert 'pylatexenc' not in sys.modules;"
        "parse('x^Tx', 'x'); assert 'pylatexenc' in sys.modules;"
        "assert not {'sympy', 'numpy', 'sphinx'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
