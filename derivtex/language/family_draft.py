"""Families of a problem: what is said of `x_i`, of the entries `y_i` of an array, and asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from derivtex.errors import DerivtexError, Span, UnsupportedError
from derivtex.language.draft import Draft
from derivtex.language.entries import (
    closure,
    members_in,
    names_of,
    places_of,
    run_together,
    with_entries,
)
from derivtex.language.families import family_of
from derivtex.language.functions import known_words
from derivtex.language.member_names import Script, index_letters, letters_of, scripts
from derivtex.language.order import Parsed
from derivtex.language.script import Defined
from derivtex.language.syntax import Parser
from derivtex.language.tex import read
from derivtex.language.tree import Node, run
from derivtex.shapes import SCALAR, Shape, column
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

    def read_entries(self, parsed: Sequence[Parsed]) -> list[Parsed]:
        """Members of families that are entries of an array, which stands as a whole besides.

        So it is of an array that was declared, or is defined; and of all that a sum runs through
        together with its entries.
        """
        vocabulary, declared = self.script.vocabulary, self.script.declared
        bodies = [p.body for p in parsed]
        whole, met = self.names_in(parsed), places_of(bodies)
        own = {key for p in parsed for key in ((p.family.key,) if p.family else ())}
        said = {s.key for name in declared for s in scripts(name)}
        arrays = {name for name, of in declared.items() if not of.shape.is_scalar and name in whole}
        arrays |= {p.defined.name for p in parsed if p.defined.name and p.family is None}
        # `A_{ii}` is no member of a family: that would have one index.
        arrays |= {
            m.data.base
            for body in bodies
            for m in members_in(body)
            if m.data.base in declared
            and declared[m.data.base].shape.is_matrix
            and len({arg.data for arg in m.args if arg.kind == "index"}) < len(m.args) == 2
        }
        for p in parsed:
            # `s = \sum_i s_i` is made of the members.
            arrays -= {p.defined.name} & {m.data.base for m in members_in(p.body)}
        # The matrix A that is asked for, where nothing but `A_{ij}` stands.
        asked = self.asked_for() - {name for body in bodies for name in names_of(body)}
        seeds = {
            key
            for key, (script, indices, _) in met.items()
            if (script.base in arrays or (script.base in asked and indices == 2))
            and script.place == "_"
            and key not in own | said
        }
        if not seeds:
            return [*parsed]
        keys = closure([*run_together(bodies)], seeds)
        for p in parsed:
            inside = [m for m in members_in(p.body) if m.data.key in keys] if p.family else []
            if inside:
                base = inside[0].data.base
                raise UnsupportedError(
                    f"entries of {base} in the definition of every {p.defined.name}",
                    span=inside[0].span,
                    hint=f"define the whole, by means of the whole {base}",
                )
        of_others = any(key in own or met[key][0].place != "_" for key in keys)
        if of_others or not all(self.may_be_array(met[key][0]) for key in keys):
            script, _, span = met[min(seeds)]
            self.entry_or_member(script, span)
        for key in keys:
            self.introduce_array(*met[key])
            vocabulary.families.pop(key, None)
        return [p._replace(body=with_entries(p.body, frozenset(keys))) for p in parsed]

    def may_be_array(self, script: Script) -> bool:
        """Whether nothing was said of the members but that they are numbers."""
        said = self.script.declared.items()
        known = [of for name, of in said if any(s.key == script.key for s in scripts(name))]
        return all(of.shape.is_scalar for of in known)

    def introduce_array(self, script: Script, indices: int, span: Span) -> None:
        """The array that numbers `a_i` are the entries of, where nothing is said of the whole."""
        infer, declared = self.infer, self.script.declared
        if script.base in infer.names or self.script.vocabulary.knows(script.base):
            return
        fresh = infer.unifier.fresh
        shape = column(fresh()) if indices == 1 else Shape(fresh(), fresh())
        infer.introduce(script.base, shape, span)
        for name in [n for n in declared if any(s.key == script.key for s in scripts(n))]:
            infer.names.pop(name, None)
            infer.structure[script.base] = declared[name].structure & STRUCTURES["positive"]

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
        families = self.script.vocabulary.families.values()
        members = {s.key for name in said for s in scripts(name)} if families else set()
        for script in families:
            family = infer.families.get(script.key)
            if family is None or script.base in said or script.key in members:
                continue
            whole = self.shape_of(script.base)
            indices, _ = infer.counts[script.key]
            if indices == 2 and whole.is_matrix:
                self.entry_or_member(script, family.span, self.undeclared(script))
            number = infer.unifier.resolve_shape(family.shape).is_scalar
            if indices == 1 and whole.is_vector and number:
                self.entry_or_member(script, family.span, self.undeclared(script))
        for name, term, span in self.defined:
            for script in scripts(name):
                runs = term.shape.is_scalar and letters_of(script.text)
                if runs and self.shape_of(script.base).is_vector:
                    self.entry_or_member(script, span, self.undeclared(script))

    def undeclared(self, script: Script) -> str:
        """What to declare where nothing is said of the whole."""
        entry = attach(script.base, script.place, script.text or "i")
        whole = r"\R^{m \times n}" if self.shape_of(script.base).is_matrix else r"\R^n"
        return rf"declare {script.base} \in {whole} if it is an entry, {entry} \in \R if it is not"

    def shape_of(self, name: str) -> Shape:
        """The shape of a name that is no definition's; of what is none, a number's."""
        term = self.infer.names.get(name)
        if term is None or term.op != "symbol":
            return SCALAR
        return self.infer.unifier.resolve_shape(term.shape)

    def entry_or_member(self, script: Script, span: Span, hint: str | None = None) -> NoReturn:
        entry = attach(script.base, script.place, script.text or "i")
        raise UnsupportedError(
            f"{entry} could be an entry of {script.base}, or a member of a family",
            span=span,
            hint=hint
            or rf"for the family declare {entry} \in \R or \R^n; of an array use the entries "
            rf"only, \nabla_{{{entry}}} L, or the whole, x^T x",
        )

    def names_in(self, parsed: Sequence[Parsed]) -> set[str]:
        """The names that stand in the definitions, or are asked for."""
        return self.asked_for() | {name for p in parsed for name in names_of(p.body)}

    def asked_for(self) -> set[str]:
        return {name for ask in self.script.asks for name, _ in ask.variables}

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
