"""Families of a problem: what is said of `x_i`, of the entries `y_i` of an array, and asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from derivtex.errors import DerivtexError, Span, UnsupportedError
from derivtex.language.draft import Draft
from derivtex.language.families import family_of
from derivtex.language.functions import known_words
from derivtex.language.member_names import Script, index_letters, letters_of, scripts
from derivtex.language.order import Parsed
from derivtex.language.script import Defined
from derivtex.language.syntax import Parser
from derivtex.language.tex import read
from derivtex.language.tree import Node, run
from derivtex.shapes import SCALAR, Shape
from derivtex.symbols import STRUCTURES, attach


class FamilyDraft(Draft):
    """A problem under way in which names may be members of families."""

    def declare_families(self) -> None:
        """What was said of `x_i` is said of every member of the family, now that it is one."""
        infer = self.infer
        for name, declared in self.script.declared.items():
            script = family_of(name, self.script.vocabulary)
            if script is not None:
                del infer.names[name]
                infer.introduce_family(script, declared.span, declared.shape)
                infer.structure[script.key] = declared.structure

    def declare_entries(self, parsed: Sequence[Parsed]) -> None:
        """`y_i` of a `y \\in \\R^N` that stands with an index only is a number for each i.

        Where y also stands as a whole, `y_i` could be its entry or the member of a family.
        """
        infer, whole = self.infer, self.names_in(parsed)
        for script in self.script.vocabulary.families.values():
            array = self.script.declared.get(script.base)
            if array is None or array.shape.is_scalar or script.key in infer.families:
                continue
            indices = len(letters_of(script.text))
            if script.base not in whole and indices == 1 + array.shape.is_matrix:
                del infer.names[script.base]
                infer.introduce_family(script, array.span, SCALAR)
                infer.structure[script.key] = array.structure & STRUCTURES["positive"]
                continue
            self.entry_or_member(script, array.span)

    def check_entries(self) -> None:
        """`\\sum_i x_i^2` beside an x that nothing is said of: its entries, or other numbers?

        So it is where the number p_k is defined, and a vector p is used. Where members have the
        shape of the whole, they are none of its entries, as in `\\sum_i \\|x_i - x\\|^2`.
        """
        infer, said = self.infer, set(self.script.declared)
        members = {s.key for name in said for s in scripts(name)}
        for script in self.script.vocabulary.families.values():
            family = infer.families.get(script.key)
            if family is None or script.base in said or script.key in members:
                continue
            whole = self.shape_of(script.base)
            indices, _ = infer.counts[script.key]
            if indices == 2 and whole.is_matrix:
                self.entry_or_member(script, family.span)
            number = infer.unifier.resolve_shape(family.shape).is_scalar
            if indices == 1 and whole.is_vector and number:
                self.entry_or_member(script, family.span)
        for name, term, span in self.defined:
            for script in scripts(name):
                runs = term.shape.is_scalar and letters_of(script.text)
                if runs and self.shape_of(script.base).is_vector:
                    self.entry_or_member(script, span)

    def shape_of(self, name: str) -> Shape:
        """The shape of a name that is no definition's; of what is none, a number's."""
        term = self.infer.names.get(name)
        if term is None or term.op != "symbol":
            return SCALAR
        return self.infer.unifier.resolve_shape(term.shape)

    def entry_or_member(self, script: Script, span: Span) -> NoReturn:
        entry = attach(script.base, script.place, script.text or "i")
        raise UnsupportedError(
            f"{entry} could be an entry of {script.base}, or a member of a family",
            span=span,
            hint=rf"for the family declare {entry} \in \R or \R^n; of an array use the entries "
            rf"only, \nabla_{{{entry}}} L, or the whole, x^T x",
        )

    def names_in(self, parsed: Sequence[Parsed]) -> set[str]:
        """The names that stand in the definitions, or are asked for."""
        found = {name for ask in self.script.asks for name, _ in ask.variables}
        pending = [p.body for p in parsed]
        while pending:
            node = pending.pop()
            pending.extend(node.args)
            if node.kind == "name":
                found.add(node.data)
        return found

    def define_family(self, defined: Defined, body: Node, script: Script) -> None:
        """Take the definition of every member of a family in."""
        infer = self.infer
        infer.counts[script.key] = len(index_letters(script)), True
        term = infer.term(body)
        declared = infer.families.get(script.key)
        if declared is not None and not infer.equal(declared.shape, term.shape):
            why = f"{defined.name} was declared of another shape"
            infer.clash(why, declared, term, defined.span)
        infer.introduce_family(script, defined.span, infer.unifier.resolve_shape(term.shape))
        self.templates[script.key] = len(self.defined)
        self.defined.append((script.key, term, defined.span))

    def take_members(self, variables: Sequence[tuple[str, Span]]) -> None:
        """The variables that are members of a family, with their indices."""
        families = self.script.vocabulary.families
        for name, span in variables:
            if any(script.key in families for script in scripts(name)):
                (tokens,) = read(name, known_words())
                reader = Parser(self.script.tokens(tokens), self.script.vocabulary)
                reader.free = True
                try:
                    self.members[name] = self.infer.term(run(reader.expression()))
                except DerivtexError as error:
                    # It was read by itself: its place is where the question names it.
                    error.span = span
                    raise
