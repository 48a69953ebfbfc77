"""What a problem asks: gradients, differentials and stationary points, however they are written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, NoReturn

from derivtex.errors import ParseError, Span
from derivtex.language.cursor import Cursor, Vocabulary
from derivtex.language.functions import known_words
from derivtex.language.tokens import Token
from derivtex.problem import Kind


class Ask(NamedTuple):
    """One question: the objective still unread, the variables by name with their places."""

    kind: Kind
    objective: Sequence[Token]
    variables: tuple[tuple[str, Span], ...]
    span: Span


#: What an exponent says to be a transpose.
_TRANSPOSES = frozenset({"T", r"\top", r"\intercal", "'"})


def is_ask(tokens: Sequence[Token], d_is_a_name: bool) -> bool:
    """Whether a statement begins as a question does."""
    first = tokens[0]
    texts = [t.text for t in tokens[:3]]
    if first.kind == "mark":
        if texts[0] in {r"\nabla", r"\partial"}:
            return True
        if texts[0] != r"\frac" or texts[1:2] != ["{"] or len(texts) < 3:
            return False
        return texts[2] == r"\partial" or (
            not d_is_a_name
            and tokens[2].kind in {"letter", "run"}
            and texts[2][0] == "d"
            and _denominator_is_d(tokens)
        )
    if d_is_a_name or first.text in known_words():
        return False
    if first.kind not in {"letter", "run"} or first.text[0] != "d":
        return False
    if len(tokens) == 1:
        return first.kind == "run"
    marks = [t.text for t in tokens if t.kind == "mark"]
    if "=" in marks:
        return tokens[-2].text == "=" and tokens[-1].text == "0" and "/" in marks
    return first.kind == "run" or tokens[1].kind != "mark" or tokens[1].text in {"(", "["}


def _denominator_is_d(tokens: Sequence[Token]) -> bool:
    close = _closing(tokens, 1)
    after = tokens[close + 1 : close + 3]
    return len(after) == 2 and after[0].text == "{" and after[1].text[0] == "d"


def _closing(tokens: Sequence[Token], opening: int) -> int:
    """Where the brace that opens at `opening` closes."""
    depth = 0
    for i in range(opening, len(tokens)):
        if tokens[i].kind == "mark":
            depth += (tokens[i].text == "{") - (tokens[i].text == "}")
        if depth == 0:
            return i
    return len(tokens) - 1


def read_ask(tokens: Sequence[Token], vocabulary: Vocabulary, d_is_a_name: bool) -> list[Ask]:
    """The question that these tokens put."""
    return [_Reader(tokens, vocabulary).read()]


class _Reader:
    """One question. Runs of letters are resolved, so `dL` is the letters d and L."""

    def __init__(self, tokens: Sequence[Token], vocabulary: Vocabulary) -> None:
        self.span = tokens[0].span.to(tokens[-1].span)
        self.vocabulary = vocabulary
        self.stationary = self.second = self.jacobian = False
        self.tokens = self.without_right_side(list(tokens))

    def read(self) -> Ask:
        first = self.tokens[0].text
        if first == r"\nabla" or [t.text for t in self.tokens[:2]] == [r"\partial", "_"]:
            return self.nabla()
        if first == r"\frac":
            return self.fraction()
        slash = self.find("/")
        if slash >= 0:
            return self.derivative(self.tokens[:slash], self.tokens[slash + 1 :])
        if first == r"\partial":
            self.fail("a derivative with respect to what?", r"write \partial L / \partial w")
        if self.stationary:
            self.fail("a differential that is zero", r"write \frac{\partial L}{\partial w} = 0")
        return Ask("differential", self.objective(self.tokens), (), self.span)

    def fail(self, message: str, hint: str | None = None, span: Span | None = None) -> NoReturn:
        raise ParseError(message, span=span or self.span, hint=hint)

    def without_right_side(self, tokens: list[Token]) -> list[Token]:
        """Take `= 0` (a stationary point) or `= ?` off the end."""
        cut = next((i for i, t in enumerate(tokens) if t.kind == "mark" and t.text == "="), -1)
        if cut < 0:
            return tokens
        right = [t.text for t in tokens[cut + 1 :]]
        if right in (["0"], [r"\zeros"]):
            self.stationary = True
        elif right and right != ["?"]:
            self.fail(
                "a derivative is asked for, not stated",
                "leave the right side out, or write = 0 for the stationary point",
                tokens[cut].span.to(tokens[-1].span),
            )
        return tokens[:cut]

    def find(self, mark: str) -> int:
        depth = 0
        for i, token in enumerate(self.tokens):
            if token.kind == "mark":
                depth += (token.text in "([{") - (token.text in ")]}")
                if depth == 0 and token.text == mark:
                    return i
        return -1

    def ask(self, objective: Sequence[Token], variables: list[tuple[str, Span]]) -> Ask:
        if not objective:
            self.fail("the derivative of what?", r"write \frac{\partial L}{\partial w}")
        kind: Kind = "gradient"
        if self.second:
            kind = "hessian"
        elif self.jacobian:
            kind = "jacobian"
        elif self.stationary:
            kind = "stationary"
        if self.stationary and kind != "stationary":
            self.fail("only a gradient is set to zero")
        return Ask(kind, objective, tuple(variables), self.span)

    # --- the forms ---------------------------------------------------------------------------

    def nabla(self) -> Ask:
        """`\\nabla_w L`, `\\nabla_{W, b} L`, `\\nabla_w^2 L`."""
        cursor = Cursor(self.tokens[1:], self.vocabulary)
        self.squared(cursor)
        variables = []
        if not cursor.skip("_"):
            variables.append(self.only_argument(cursor))
            return self.ask(self.tokens[1 + cursor.position :], variables)
        if cursor.skip("{"):
            variables.append(self.variable(cursor))
            while cursor.skip(","):
                variables.append(self.variable(cursor))
            if cursor.at_name():
                # `\\nabla_{xx} f`: a second derivative, in one name twice.
                again, place = self.variable(cursor)
                if len(variables) > 1 or again != variables[0][0]:
                    self.fail(
                        "a second derivative in two names is not derived",
                        r"write \nabla_{x, y} L for two gradients",
                        place,
                    )
                self.second = True
            if not cursor.skip("}"):
                cursor.unexpected("a gradient is taken with respect to names")
        else:
            token = cursor.next()
            if token.kind not in {"letter", "word"}:
                self.fail("the gradient is taken with respect to a name", None, token.span)
            one = Cursor([token], self.vocabulary)
            variables.append((one.name(), token.span))
        self.squared(cursor)
        return self.ask(self.tokens[1 + cursor.position :], variables)

    def only_argument(self, cursor: Cursor) -> tuple[str, Span]:
        """What `\\nabla f` is taken with respect to, where f is defined as `f(x) = …`."""
        place = cursor.position
        name = cursor.name() if cursor.at_name() else ""
        span = self.tokens[0].span
        cursor.position = place
        formals = self.vocabulary.formals.get(name, ())
        if len(formals) != 1:
            self.fail("the gradient with respect to what?", r"write \nabla_w L", span)
        return formals[0], span

    def fraction(self) -> Ask:
        """`\\frac{\\partial L}{\\partial w}`, `\\frac{\\partial}{\\partial w} (…)`."""
        tokens = self.tokens
        end = _closing(tokens, 1)
        if end + 1 >= len(tokens) or tokens[end + 1].text != "{":
            self.fail("a fraction without a denominator", r"write \frac{\partial L}{\partial w}")
        stop = _closing(tokens, end + 1)
        numerator, denominator = tokens[2:end], tokens[end + 2 : stop]
        after = tokens[stop + 1 :]
        if after and len(numerator) > 1:
            self.fail(
                "a derivative, and something after it",
                "ask for one derivative a line, or separate them by commas",
                after[0].span.to(after[-1].span),
            )
        return self.derivative([*numerator, *after], denominator)

    def derivative(self, numerator: Sequence[Token], denominator: Sequence[Token]) -> Ask:
        """`∂L/∂w`; `∂²L/∂w∂wᵀ` and `∂²L/∂w²`; `∂y/∂xᵀ` and `∂vec(F)/∂vec(X)ᵀ`."""
        objective = self.objective(numerator)
        mark = numerator[0].text
        if not denominator or denominator[0].text != mark:
            self.fail(f"the denominator must begin with {mark}", r"\frac{\partial L}{\partial w}")
        cursor = Cursor(denominator[1:], self.vocabulary)
        variable = self.below(cursor)
        if self.second and cursor.token.text == mark:
            cursor.next()
            if self.below(cursor)[0] != variable[0]:
                cursor.unexpected("a second derivative is taken with respect to one name twice")
        if not cursor.done:
            cursor.unexpected("a derivative is taken with respect to one name")
        return self.ask(objective, [variable])

    def below(self, cursor: Cursor) -> tuple[str, Span]:
        """What stands below the bar: `w`, `wᵀ`, `w²` or `vec(X)ᵀ`."""
        stacked = cursor.token.kind in {"word", "run"} and cursor.token.text == "vec"
        if stacked:
            cursor.next()
            cursor.expect("(")
        variable = self.variable(cursor)
        if stacked:
            cursor.expect(")")
            self.jacobian = True
        if cursor.at("^"):
            exponent = self.exponent(cursor)
            if exponent in _TRANSPOSES:
                self.jacobian = self.jacobian or not self.second
            elif exponent != "2" or not self.second:
                cursor.unexpected("a derivative is taken with respect to one name")
        return variable

    def exponent(self, cursor: Cursor) -> str:
        """The one sign in an exponent."""
        cursor.expect("^")
        braced = cursor.skip("{")
        text = cursor.next().text
        if braced:
            cursor.expect("}")
        return text

    def objective(self, tokens: Sequence[Token]) -> Sequence[Token]:
        """What follows `\\partial`, `\\partial^2` or `d`, without a `vec` around the whole."""
        if tokens[0].text not in {"d", r"\partial"}:
            self.fail(r"a derivative begins with \partial or d", None, tokens[0].span)
        rest = list(tokens[1:])
        if rest and rest[0].text == "^":
            cursor = Cursor(rest, self.vocabulary)
            if self.exponent(cursor) != "2":
                self.fail("only first and second derivatives are derived", None, rest[0].span)
            self.second = True
            rest = rest[cursor.position :]
        if len(rest) > 3 and rest[0].text == "vec" and rest[1].text == "(":
            self.jacobian = True
            return rest[2:-1]
        return rest

    def variable(self, cursor: Cursor) -> tuple[str, Span]:
        start = cursor.token.span
        if not cursor.at_name():
            cursor.unexpected("expected the name of a variable")
        name = cursor.name()
        return name, cursor.since(start)

    def squared(self, cursor: Cursor) -> None:
        """The square of `\\nabla^2`, before the variable or behind it."""
        if cursor.at("^"):
            place = cursor.token.span
            if self.exponent(cursor) != "2":
                self.fail(
                    "only gradients and Hessians are derived", r"\nabla_x or \nabla_x^2", place
                )
            self.second = True
