r"""Where the derivations of a LaTeX document are, found by pylatexenc's tokens.

Only `\` and `%` can begin what matters here, so only there is pylatexenc asked for the token; what
TeX does not read as TeX (`\verb`, listings, comments) is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from derivtex.errors import DerivtexError, LimitError, ParseError, Span

NAME = "derivation"

_VERBATIM = {
    *("verbatim", "verbatim*", "Verbatim", "Verbatim*", "BVerbatim", "LVerbatim", "SaveVerbatim"),
    *("VerbatimOut", "VerbEnv", "spverbatim", "alltt", "comment", "filecontents", "filecontents*"),
    *("lstlisting", "minted", "tcblisting", "tcboutputlisting", "luacode", "luacode*", "pycode"),
}
#: Macros whose first argument becomes the name of another such environment.
_DEFINING = {
    *("lstnewenvironment", "DefineVerbatimEnvironment", "RecustomVerbatimEnvironment"),
    *("newtcblisting", "newverbatim", "excludecomment", "newminted"),
}
_VERB = {"verb", "Verb", "lstinline", "mintinline", "spverb"}
#: What else a `\fi` belongs to; a document makes more with `\newif`.
_CONDITIONALS = {
    *("if", "ifx", "ifnum", "ifdim", "ifcat", "ifodd", "ifcase", "iftrue", "iffalse", "ifvmode"),
    *("ifhmode", "ifmmode", "ifinner", "ifvoid", "ifhbox", "ifvbox", "ifeof", "ifdefined"),
    *("ifcsname", "iffontchar", "ifincsname", "ifpdf", "ifpdftex", "ifxetex", "ifluatex"),
}

_MARKUP = re.compile(r"[\\%]")
_ENVIRONMENT = re.compile(r"[ \t]*\n?[ \t]*\{([^{}\n]*)\}")
_ARGUMENT = re.compile(r"\s*(?:\[([^\[\]{}\n]*)\])?\s*\{([^{}\n]*)\}")
_CLASS = re.compile(r"\s*(?:\[([^\[\]]*)\])?\s*\{([^{}\n]*)\}")
_VERB_OPTIONS = re.compile(r"\*?(?:\[[^\]\n]*\])?[ \t]*")
_MINT_OPTIONS = re.compile(r"(?:\[[^\]\n]*\])?\{[^{}\n]*\}[ \t]*")
_NEW_IF = re.compile(r"\\newif\s*\\(if[A-Za-z@]+)")
_OPENING = re.compile(r"[ \t]*\[")
#: pylatexenc takes quadratic time over the space after a macro.
_SPACE = re.compile(r"[^\s]\s{10000}")
_LIMIT = re.compile(r"\\(?:begin|end)\b|\n[ \t]*\r?\n")


class Token(NamedTuple):
    """A macro by its name, and where it and the space after it are."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Environment:
    """A derivation: all of it, its options, and its content, as places in the document."""

    whole: Span
    options: Span
    content: Span


@dataclass
class Outline:
    """What of a LaTeX document matters here, in order."""

    environments: list[Environment] = field(default_factory=list)
    errors: list[DerivtexError] = field(default_factory=list)
    #: Where `\begin{document}` is.
    document: int | None = None
    #: The class of the document and its options; `\twocolumn` stands somewhere.
    class_name: str = ""
    class_options: frozenset[str] = frozenset()
    two_columns: bool = False
    #: The preamble, or the document if it has none, mentions `\eqalign`.
    has_eqalign: bool = False


def scan(text: str) -> Outline:
    """The outline of a document, or of a part of one that has no preamble."""
    space = _SPACE.search(text)
    if space is not None:
        raise LimitError("ten thousand spaces and blank lines in a row", span=Span(*space.span()))
    return _Scanner(text).outline()


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.verbatim = set(_VERBATIM)

    def outline(self) -> Outline:
        found = Outline()
        for token in self._tokens():
            if token.name == "eqalign" and found.document is None:
                found.has_eqalign = True
            elif token.name == "documentclass":
                self._class(found)
            elif token.name == "twocolumn":
                found.two_columns = True
            if token.name == "iffalse":
                self._skip_false()
            name = self._environment(token)
            if name == NAME and token.name == "begin":
                try:
                    found.environments.append(self._derivation(token.start))
                except DerivtexError as error:
                    found.errors.append(error)
            elif name == NAME:
                found.errors.append(
                    ParseError(
                        rf"\end{{{NAME}}} closes nothing", span=Span(token.start, self.position)
                    )
                )
            elif name == "document":
                if token.name == "end":
                    break
                found.document = token.start
        return found

    def _class(self, found: Outline) -> None:
        match = _CLASS.match(self.text, self.position)
        if match is not None:
            options = (match[1] or "").replace("=true", "").split(",")
            found.class_options = frozenset("".join(option.split()) for option in options)
            found.class_name = match[2].strip()

    def _tokens(self) -> Iterator[Token]:
        """The macros from `position` on, which whoever reads them may move."""
        from pylatexenc.latexwalker import LatexWalker, LatexWalkerEndOfStream
        from pylatexenc.macrospec import LatexContextDb

        walker = LatexWalker(self.text, latex_context=LatexContextDb())
        state = walker.make_parsing_state()
        while (match := _MARKUP.search(self.text, self.position)) is not None:
            try:
                raw = walker.get_token(match.start(), environments=False, parsing_state=state)
            except LatexWalkerEndOfStream:  # a backslash and nothing after it
                return
            end = raw.pos + raw.len
            self.position = max(end - len(raw.post_space or ""), match.end())
            if raw.tok != "macro":
                continue
            token = Token(raw.arg, raw.pos, end)
            if token.name in _VERB:
                self._skip_verb(_MINT_OPTIONS if token.name == "mintinline" else _VERB_OPTIONS)
            elif token.name in _DEFINING:
                self._define(token)
            else:
                yield token

    def _environment(self, token: Token) -> str | None:
        r"""The name that `\begin` or `\end` has; the verbatim ones are passed over."""
        if token.name not in {"begin", "end"}:
            return None
        match = _ENVIRONMENT.match(self.text, self.position)
        if match is None:
            return None
        self.position = match.end()
        name = match[1].strip()
        if token.name == "begin" and name in self.verbatim:
            end = self.text.find(rf"\end{{{name}}}", self.position)
            self.position = len(self.text) if end < 0 else end + len(name) + len(r"\end{}")
            return None
        return name

    def _skip_verb(self, options: re.Pattern[str]) -> None:
        r"""Past `\verb|…|`, `\lstinline[language=TeX]!…!` and `\mintinline{tex}{…}`."""
        match = options.match(self.text, self.position)
        position = self.position if match is None else match.end()
        line_end = self.text.find("\n", position)
        line_end = len(self.text) if line_end < 0 else line_end
        delimiter = self.text[position : position + 1]
        close = self.text.find("}" if delimiter == "{" else delimiter, position + 1, line_end)
        if delimiter and close >= 0:
            self.position = close + 1

    def _skip_false(self) -> None:
        r"""Past what `\iffalse` hides, as far as its `\fi` or `\else`, if there is one."""
        start = self.position
        conditionals = _CONDITIONALS.union(_NEW_IF.findall(self.text))
        depth = 1
        for token in self._tokens():
            depth += (token.name in conditionals) - (token.name == "fi")
            if depth == 0 or (depth == 1 and token.name == "else"):
                return
        self.position = start

    def _define(self, token: Token) -> None:
        match = _ARGUMENT.match(self.text, self.position)
        if match is None:
            return
        name = match[2].strip()
        if token.name == "newminted":
            name = match[1] or f"{name}code"
        self.verbatim |= {name, name + "*"}

    def _derivation(self, start: int) -> Environment:
        """The environment whose first macro has just been read."""
        opened = Span(start, self.position)
        options = self._options()
        content = self.position
        for token in self._tokens():
            name = self._environment(token)
            if name != NAME:
                continue
            if token.name == "begin":
                # Read on from here: this one may be whole.
                self.position = token.start
                break
            return Environment(Span(start, self.position), options, Span(content, token.start))
        raise ParseError("this derivation is never closed", span=opened)

    def _options(self) -> Span:
        """`[…]` after the name, on the same line; nothing if there is none."""
        match = _OPENING.match(self.text, self.position)
        if match is None:
            return Span(self.position, self.position)
        begin = position = match.end()
        limit = _LIMIT.search(self.text, begin)
        depth = 0
        while position < (limit.start() if limit else len(self.text)):
            c = self.text[position]
            if c == "]" and depth == 0:
                self.position = position + 1
                return Span(begin, position)
            depth += (c == "{") - (c == "}")
            position += 1
        raise ParseError("these options are never closed", span=Span(begin - 1, begin))
