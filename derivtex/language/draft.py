"""A problem under way: its statements, the names they give things, what is defined so far."""

from __future__ import annotations

from itertools import chain

from derivtex.errors import ParseError, Span
from derivtex.language.formula import FormulaRead, read_formula
from derivtex.language.functions import known_words
from derivtex.language.infer import Inference
from derivtex.language.member_names import index_letters, scripts, stands_for_all
from derivtex.language.script import Defined
from derivtex.language.statements import read_script
from derivtex.language.structures import OF_ARRAYS, consistent
from derivtex.language.syntax import parse_tokens
from derivtex.language.terms import Term
from derivtex.language.tex import read
from derivtex.language.tree import Node

_FREE = ("f", "g", "h", "L", *(f"f_{i}" for i in range(1, 1000)))


class Draft:
    """The statements of a problem, sorted, and the definitions among them, typed one by one."""

    def __init__(
        self,
        text: str,
        start: int,
        end: int,
        title: str | None,
        scalars: frozenset[str] = frozenset(),
    ) -> None:
        self.chunk = text[start:end].strip()
        self.title = title
        self.span = Span(start, end)
        statements = read(text, known_words(), start, end)
        if not statements:
            raise ParseError("there is no problem here", span=Span(start, end))
        self.statements = statements
        self.script = read_script(statements, self.chunk)
        self.infer = Inference(text, self.script.vocabulary)
        self.infer.scalar_families = scalars
        self.defined: list[tuple[str, Term, Span]] = []
        self.members: dict[str, Term] = {}
        self.templates: dict[str, int] = {}
        self.inline: dict[tuple[str, ...], str] = {}
        #: Functions with a formula, each with the number of definitions before it.
        self.formulas: list[tuple[int, FormulaRead]] = []

    def declare(self) -> None:
        infer, vocabulary = self.infer, self.script.vocabulary
        infer.used_sizes.update(vocabulary.integers)
        for name, declared in self.script.declared.items():
            infer.structure[name] = declared.structure
            infer.introduce(name, declared.shape, declared.span)
        for name, (structure, span) in vocabulary.assumed.items():
            shape = infer.usual_shape(name)
            if structure - OF_ARRAYS and not shape.is_square:
                infer.unifier.unify(shape.rows, shape.columns)
                shape = infer.unifier.resolve_shape(shape)
            infer.introduce(name, shape, span)
            infer.structure[name] = consistent(name, shape, structure, span)
        infer.places.update(self.script.functions)

    def tree(self, defined: Defined) -> Node:
        """The tree of a definition's body, in which its own indices are no others: `p_k = …`."""
        vocabulary = self.script.vocabulary
        own = {
            letter
            for script in scripts(defined.name or "")
            if stands_for_all(script, vocabulary)
            for letter in index_letters(script)
        }
        return parse_tokens(self.script.tokens(defined.body), vocabulary, own)

    def define(self, defined: Defined, body: Node) -> str:
        """Take a definition in, and its value's shape for the name; returns the name."""
        infer = self.infer
        if defined.name in self.script.vocabulary.applied:
            self.formulas.append(
                (len(self.defined), read_formula(self.script, infer, defined, body))
            )
            return str(defined.name)
        term = infer.term(body)
        name = defined.name or self.free_name()
        declared = infer.names.get(name)
        if declared is not None and not infer.equal(declared.shape, term.shape):
            infer.clash(
                f"{name} was declared of another shape", declared, term, defined.span,
                self.script.hint_on_styles(name),
            )  # fmt: skip
        infer.names[name] = Term(
            "named", (), infer.unifier.resolve_shape(term.shape), defined.span, name
        )
        infer.places[name] = defined.span
        self.script.vocabulary.add(name)
        self.defined.append((name, term, defined.span))
        return name

    def free_name(self) -> str:
        """A name for an expression that has none: no letter of the problem."""
        taken = {name for name, _, _ in self.defined}
        for token in chain.from_iterable(self.statements):
            if token.kind == "letter":
                taken.add(token.text)
            elif token.kind == "run":
                taken.update((token.text, *token.text))
        return next(name for name in _FREE if name not in taken)
