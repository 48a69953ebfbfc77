"""What is known of families once all of a problem is read: members where there were names.

A family is met where a sum binds its index; the other places where it stands, before that sum or
outside it, are names until then. A definition of `r_i`, where r is a family, defines every member.
"""

from __future__ import annotations

from collections.abc import Sequence

from derivtex.language.cursor import Vocabulary
from derivtex.language.member_names import Script, index_letters, scripts, stands_for_all
from derivtex.language.order import Parsed
from derivtex.language.syntax import Parser
from derivtex.language.tree import Node, mapped


def with_members(parsed: Sequence[Parsed], vocabulary: Vocabulary) -> list[Parsed]:
    """The definitions with members in them; those of families know their index."""
    result = list(parsed)
    for p in parsed:
        # `r_k = …` that no sum is made of is about every member, too, where sums run over k.
        for script in scripts(p.defined.name or ""):
            if script.key not in vocabulary.families and runs(script, vocabulary):
                vocabulary.families[script.key] = script
                break
    known = -1
    # What a definition of a family is made of may be families in turn.
    while len(vocabulary.families) > known:
        known = len(vocabulary.families)
        result = [_with_members(p, vocabulary) for p in result]
    return result


def runs(script: Script, vocabulary: Vocabulary) -> bool:
    """Whether an index is made of letters that sums run over."""
    letters = index_letters(script)
    return bool(letters) and stands_for_all(script, vocabulary) and vocabulary.bound >= {*letters}


def _with_members(parsed: Parsed, vocabulary: Vocabulary) -> Parsed:
    script = family_of(parsed.defined.name, vocabulary)
    reader = Parser([], vocabulary)
    if script is not None:
        reader.scope.extend(index_letters(script))

    def member(node: Node) -> Node | None:
        if node.kind != "name":
            return None
        if node.data in reader.scope:
            return Node("index", node.span, data=node.data)
        return reader.member(node.data, node.span)

    return parsed._replace(body=mapped(parsed.body, member), family=script)


def family_of(name: str | None, vocabulary: Vocabulary) -> Script | None:
    """The family whose every member a definition, or a declaration, of `name` is about."""
    for script in scripts(name) if name else ():
        if script.key in vocabulary.families and stands_for_all(script, vocabulary):
            return script
    return None
