"""Names and functions in an expression: `X`, `\\operatorname{tr}(AB)`, `g'(z)`, `dX`."""

from __future__ import annotations

from derivtex.errors import LimitError, Span, UnsupportedError
from derivtex.language.functions import (
    EXTREMA,
    extremum,
    function_word,
    function_words,
    known_words,
)
from derivtex.language.grammar import BARS, OPENING, Grammar
from derivtex.language.names import base_of, convention
from derivtex.language.sizes import read_sizes, shape_of
from derivtex.language.tokens import after_script, resolve
from derivtex.language.tree import Node, Steps, is_small, run, substituted

_TYPICAL_FUNCTIONS = frozenset(
    ["f", "g", "h", r"\phi", r"\psi", r"\varphi", r"\ell", r"\sigma", r"\Gamma"]
)

#: What `λ₁(A)` and `v₁(A)` are, by their letters.
_EIGEN = {r"\lambda": "eigenvalue", "v": "eigenvector"}


class Applications(Grammar):
    """What begins with a name. What is in brackets is read by the classes that build on this."""

    def no_family_of_functions(self, name: str, span: Span) -> None:
        """Refuse `f_i(w)` in a sum over i, which is not one function."""
        if self.scope and self.of_an_index(name):
            raise UnsupportedError(
                f"a family of functions, {name}, is not read",
                span=span,
                hint=r"give what differs as an argument: \ell(y_i, w^T x_i)",
            )

    def named(self) -> Steps:
        """A name, a constant that has one, or a function with its arguments."""
        if self.starts_function():
            return (yield from self.call())
        start, position = self.token.span, self.position
        vocabulary = self.vocabulary
        name = self.name()
        span = self.since(start)
        if name in vocabulary.functions:
            self.no_family_of_functions(name, span)
            return (yield from self.apply(name, start))
        if name in self.scope:
            return Node("index", span, data=name)
        applied = self.at("(")
        if applied and name == r"\sigma_{\max}" and not vocabulary.knows(name):
            arguments = yield from self.arguments()
            return Node("call", self.since(start), arguments.args, "spectral_norm")
        eigen = _EIGEN.get(base_of(name)) if applied and not vocabulary.knows(name) else None
        if eigen is not None:
            place = self.eigenvalue_place(name, span)
            if place is not None:
                arguments = yield from self.arguments()
                return Node("call", self.since(start), (*arguments.args, place), eigen)
        function = applied and "_" in name and name in function_words()
        if function and name not in vocabulary.names:
            # Before an index is looked for: the i of `L_{\sin}` is none.
            arguments = yield from self.arguments()
            return Node("call", self.since(start), arguments.args, function_words()[name])
        member = self.member(name, span)
        if member is not None:
            self.no_application(name, span)
            return member
        if applied and name in vocabulary.templates:
            arguments = yield from self.arguments()
            return self.expanded(name, arguments.args, self.since(start))
        if name in vocabulary.names:
            if self.is_applied(name):
                vocabulary.applied.setdefault(name, span)
                return (yield from self.apply(name, start))
            self.skip_formals(name)
            if name in vocabulary.defined:
                self.no_application(name, span)
            self.no_entry(name, span)
            return Node("name", span, data=name)
        if name == "e" and self.at("^"):
            return Node("e", span)
        if name == "I":
            return Node("identity", span)
        if name.startswith("I_") and "^" not in name:
            self.position = position + 2
            return Node("identity", span, data=shape_of(read_sizes(self)))
        if name == r"\pi":
            return Node("pi", span)
        if name == r"\sigma" and (self.at("(") or self.texts(2) == ("'", "(")):
            prime = "'" if self.skip("'") else ""
            arguments = yield from self.arguments()
            operation, _ = function_word("sigmoid" + prime, span)
            return Node("call", self.since(start), arguments.args, operation)
        if name == r"\Phi" and self.at("(") and vocabulary.differentials:
            # As derivations write it: in a problem Φ is a name like others.
            arguments = yield from self.arguments()
            return Node("call", self.since(start), arguments.args, "half_lower")
        self.no_application(name, span)
        return Node("name", span, data=name)

    def expanded(self, name: str, actual: tuple[Node, ...], span: Span) -> Node:
        """`f(U)` for `f(X) = …`: the body, with the arguments in the place of their names."""
        template = self.vocabulary.templates[name]
        if len(actual) != len(template.formals):
            self.fail(f"{name} takes {len(template.formals)} arguments, not {len(actual)}", span)
        words = self.vocabulary.words, known_words()
        tokens = resolve(template.body, *words, known=self.vocabulary.names)
        body = run(type(self)(tokens, self.vocabulary).expression())
        value = substituted(body, dict(zip(template.formals, actual, strict=True)))
        if not is_small(value):
            raise LimitError(
                f"{name}, put in its own argument so often, is too long",
                span=span,
                hint="give the inner values names, with definitions",
            )
        return Node("applied", span, (value, *actual), name)

    def eigenvalue_place(self, name: str, span: Span) -> Node | None:
        """Which eigenvalue `\\lambda_{\\max}(A)` or `\\lambda_k(A)` is, or eigenvector `v_k(A)`.

        A scalar before parentheses could be a factor, but not before a name by itself.
        """
        index = name.partition("_")[2].strip("{}").lstrip("\\")
        if index in {"max", "min"}:
            return Node("number", span, data=1 if index == "max" else -1)
        if not (self.lists_names() and convention(self.ahead().text) == "matrix"):
            return None
        if index.isdigit():
            return Node("number", span, data=int(index))
        if index in self.scope:
            return Node("index", span, data=index)
        if len(index) == 1 and index.isalpha():
            self.vocabulary.integers.add(index)
            return Node("name", span, data=index)
        return None

    def no_entry(self, name: str, span: Span) -> None:
        """Refuse `x[1]`, `A(1, 2)` and `A(:, 1)`, entries in programs, as products."""
        if not self.at("(", "[") or self.token.span.start != span.end:
            return
        after = self.ahead()
        if after.kind == "number" or after.text == ":" or after.text in self.scope:
            close = OPENING[self.token.text]
            if self.ahead(2).text in {close, ",", ":"}:
                self.fail(
                    f"{name}{self.token.text}… could be an entry or a product",
                    span.to(after.span),
                    hint=f"an entry is written with a unit vector, e_1^T {name}, or an index",
                )

    def no_application(self, name: str, span: Span) -> None:
        """Refuse `f(y + 1)` and `A(x)`, where neither was declared, as products."""
        self.no_entry(name, span)
        if not self.at("("):
            return
        typical = name in _TYPICAL_FUNCTIONS or name.startswith(r"\sigma")
        if typical or self.lists_names():
            function = (
                f"define it with its arguments, {name}(…) = …"
                if name in self.vocabulary.defined
                else rf"declare it, {name} : \R^n \to \R"
            )
            self.fail(
                f"{name}(…) could be a function or a product",
                span,
                hint=rf"{function}, or write {name} \cdot (…)",
            )

    def lists_names(self) -> bool:
        """Whether the parentheses that open here hold nothing but names, as arguments do."""
        tokens, place = self.tokens, self.position
        before = {"("}
        while tokens[place].text in before:
            before = {",", ";"}
            place += 1
            while tokens[place].kind == "accent" or tokens[place].text == "{":
                place += 1
            if tokens[place].kind not in {"letter", "word"}:
                return False
            place += 1
            while tokens[place].text == "}":
                place += 1
            if tokens[place].text == "_":
                place = after_script(tokens, place)
        return tokens[place].text == ")"

    def is_applied(self, name: str) -> bool:
        """Whether a definition `s(t) = …` is applied here to another argument: `s(Xw)`, `s'(t)`."""
        formals = self.vocabulary.formals.get(name, ())
        if len(formals) != 1:
            return False
        place = self.position
        primed = self.at("'")
        while self.skip("'"):
            pass
        opens = self.at("(")
        if opens and not primed:
            self.next()
            same = self.at_name() and self.name() == formals[0] and self.at(")")
        self.position = place
        return opens and (primed or not same)

    def skip_formals(self, name: str) -> None:
        """`L(w)` for an `L(w) = …` that was defined so: the arguments only repeat its variables."""
        formals = self.vocabulary.formals.get(name)
        if formals is None or not self.at("("):
            return
        opening = self.next().span
        actual = []
        while self.at_name():
            actual.append(self.name())
            if not (self.skip(",") or self.skip(";")):
                break
        if not self.at(")") or tuple(actual) != formals:
            raise UnsupportedError(
                f"{name} at other arguments than ({', '.join(formals)})",
                span=self.since(opening).to(self.token.span),
                hint="write the expression out, with the new arguments",
            )
        self.next()

    def call(self) -> Steps:
        """`\\operatorname{tr}(AB)`, `\\log\\det X`, `\\sin^2 x`."""
        token = self.next()
        word = token.text
        if self.at("'") and self.ahead().text == "(":
            self.next()
            word += "'"
        shape: Node | None = None
        if word == "unvec" and self.skip("_"):
            shape = Node("zeros", token.span, data=shape_of(read_sizes(self)))
        elif self.at("_"):
            raise UnsupportedError(
                f"the subscript of {word} is not understood",
                span=token.span.to(self.token.span),
                hint=r"the logarithm to base b is \log(x) / \log(b)" if word == "log" else None,
            )
        if word in EXTREMA and self.at(*OPENING):
            arguments = yield from self.arguments()
            return extremum(word, arguments.args, self.since(token.span))
        operation, span = function_word(word, token.span, applied=self.at(*OPENING))
        exponent: Node | None = None
        if self.at("^"):
            exponent = (yield from self.superscript(Node("number", span, data=2))).args[-1]
            if exponent.kind != "number":
                if operation == "exp":
                    self.fail(
                        "an exponent of exp, or its argument?",
                        self.since(span),
                        hint="write e^{x} for the exponential of x, or (exp(x))^{k} for a power",
                    )
                self.fail(
                    f"the inverse function of {word}, or one over it?",
                    self.since(span),
                    hint=rf"write \arc{word}(x), or {word}(x)^{{-1}}",
                )
        if self.at(*OPENING):
            args = (yield from self.arguments()).args
        elif self.at(*BARS):
            args = ((yield self.factor()),)
        else:
            args = ((yield self.sequence(bare=True)),)
        if shape is not None:
            args = (*args, shape)
        if operation in {"eigenvalue", "eigenvector"} and args[-1].kind == "name":
            self.vocabulary.integers.add(args[-1].data)
        node = Node("call", self.since(span), args, operation)
        return node if exponent is None else Node("power", node.span, (node, exponent))

    def apply(self, name: str, start: Span) -> Steps:
        """`φ(X)`, `g'(z)`: a declared function."""
        order = 0
        while self.at("'") or self.texts(2) == ("^", "'") or self.texts(3) == ("^", "{", "'"):
            grouped = self.texts(2) == ("^", "{")
            self.position += 2 if grouped else 1 if self.at("^") else 0
            while self.skip("'"):
                order += 1
            if grouped:
                self.expect("}")
        if not self.at("("):
            self.fail(
                f"{name} is a function: say what it is applied to",
                self.since(start),
                hint=f"write {name}(…)",
            )
        arguments = yield from self.arguments()
        return Node("apply", self.since(start), arguments.args, (name, order))

    def arguments(self) -> Steps:
        """What stands in the brackets of a function, separated by commas."""
        opening = self.next()
        self.fences.append(opening.text)
        args = []
        while True:
            args.append((yield self.expression()))
            if not (self.skip(",") or self.skip(";")):
                break
        self.fences.pop()
        self.expect(OPENING[opening.text])
        return Node("arguments", self.since(opening.span), tuple(args))
