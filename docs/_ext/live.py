"""What these pages show is run when they are built, so that it never drifts from what happens.

gallery    an expression file, and beside it the derivation
example    reStructuredText as source, and below it what it becomes
command    the command line: each line after `$` is run in a fresh copy of `samples/`
python     statements as in an interactive session; the names of a page are kept down the page
script     a program of `samples/`, run by itself, and what it prints
readings   expressions as they may be typed, and how they are understood
refusals   problems that cannot be derived yet, and what derivtex says of them
"""

from __future__ import annotations

import ast
import contextlib
import io
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from click.testing import CliRunner
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata, OptionSpec

import derivtex
from derivtex.cli import main


class Live(SphinxDirective):
    """What the directives have in common: literal blocks, and text parsed in their place."""

    has_content = True

    def block(self, text: str, language: str) -> nodes.literal_block:
        block = nodes.literal_block(text, text, language=language)
        self.set_source_info(block)
        return block

    def parsed(self, text: str) -> list[nodes.Node]:
        """Nodes of reStructuredText, whatever the page is written in."""
        return self.parse_text_to_nodes(text)


class Gallery(Live):
    """``.. gallery:: name``: the expression file ``name.deriv`` beside its derivation."""

    has_content = False
    required_arguments = 1
    option_spec: ClassVar[OptionSpec] = dict.fromkeys(
        ("notation", "reasons", "detail", "highlight", "show", "label"), directives.unchanged
    )

    def run(self) -> list[nodes.Node]:
        name = f"{self.arguments[0]}.deriv"
        # What fits beside the source.
        shown = {"width": "58", **self.options}
        options = "".join(f"   :{key}: {value or ''}\n" for key, value in shown.items())
        entry = nodes.container(classes=["gallery-entry"])
        entry += self.parsed(f".. literalinclude:: {name}\n   :language: tex\n")
        entry += self.parsed(f".. derivation::\n   :file: {name}\n{options}")
        return [entry]


class Example(Live):
    """Its content as source, and what it becomes."""

    def run(self) -> list[nodes.Node]:
        text = "\n".join(self.content)
        shown = nodes.container(classes=["example"])
        shown += self.block(text, "rst")
        shown += self.parsed(text)
        return [shown]


class Command(Live):
    """Lines ``$ derivtex …`` and ``$ cat …`` with what they print."""

    option_spec: ClassVar[OptionSpec] = {
        "status": directives.nonnegative_int,
        "language": directives.unchanged,
    }

    def run(self) -> list[nodes.Node]:
        samples = Path(self.env.srcdir) / "samples"
        for path in samples.iterdir():
            self.env.note_dependency(str(path))
        shown: list[str] = []
        with tempfile.TemporaryDirectory() as folder:
            work = Path(folder) / "samples"
            shutil.copytree(samples, work)
            with contextlib.chdir(work):
                for line in self.content:
                    status, output = _run(line.removeprefix("$ "))
                    shown += [line, output.rstrip("\n")] if output.strip() else [line]
                    if status != self.options.get("status", 0):
                        raise self.error(f"{line}: exit status {status}\n{output}")
        return [self.block("\n".join(shown), self.options.get("language", "console"))]


def _run(line: str) -> tuple[int, str]:
    program, *arguments = shlex.split(line)
    if program == "cat":
        return 0, "".join(Path(name).read_text(encoding="utf-8") for name in arguments)
    assert program == "derivtex", line
    result = CliRunner().invoke(main, arguments, prog_name="derivtex", terminal_width=88)
    return result.exit_code, result.output


class Python(Live):
    """Statements as an interactive session shows them; with ``:raises:`` the last one raises."""

    option_spec: ClassVar[OptionSpec] = {"raises": directives.flag}

    def run(self) -> list[nodes.Node]:
        source = "\n".join(self.content)
        sessions: dict[str, dict[str, Any]] = self.env.temp_data.setdefault("live-python", {})
        names = sessions.setdefault(self.env.docname, {"__name__": "__main__"})
        shown: list[str] = []
        raised = False
        for statement in ast.parse(source).body:
            text = ast.get_source_segment(source, statement) or ""
            first, *rest = text.split("\n")
            shown += [f">>> {first}", *(f"... {line}" for line in rest)]
            out = io.StringIO()
            try:
                with contextlib.redirect_stdout(out):
                    exec(compile(ast.Interactive([statement]), "<page>", "single"), names)
            except Exception as error:
                if "raises" not in self.options:
                    raise self.error("".join(traceback.format_exception(error))) from error
                shown += ["Traceback (most recent call last):", "  ..."]
                shown += "".join(traceback.format_exception_only(error)).rstrip().split("\n")
                raised = True
            shown += out.getvalue().rstrip("\n").split("\n") if out.getvalue() else []
        if "raises" in self.options and not raised:
            raise self.error("nothing was raised")
        return [self.block("\n".join(shown), "pycon")]


class Script(Live):
    """``.. script:: name.py``: the program, and what it prints."""

    has_content = False
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        path = Path(self.env.srcdir) / "samples" / self.arguments[0]
        self.env.note_dependency(str(path))
        done = subprocess.run(
            [sys.executable, str(path)], capture_output=True, text=True, timeout=60, check=False
        )
        if done.returncode:
            raise self.error(done.stderr)
        return [self.block(path.read_text(encoding="utf-8").rstrip(), "python"),
                self.block(done.stdout.rstrip(), "text")]  # fmt: skip


class Readings(Live):
    """A table: each line as it may be typed, and how it is understood.

    ``:given:`` are declarations that hold for all lines, separated by ``;``.
    """

    option_spec: ClassVar[OptionSpec] = {"given": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        given = self.options.get("given", "").replace(";", "\n")
        table, body = _table("You write", "It is read as")
        for text in filter(str.strip, self.content):
            tex = self._reading(text, given)
            body += _row(nodes.literal(text, text), nodes.math(tex, tex))
        return [table]

    def _reading(self, text: str, given: str) -> str:
        try:
            problem = derivtex.parse(f"{given}\nZ_{{99}} = {text}\ndZ_{{99}}")
        except derivtex.DerivtexError as error:
            raise self.error(str(error)) from error
        return str(problem.definitions[-1].value.latex())


class Refusals(Live):
    """A table: each line a problem, ``;`` for a new line, and the message that refuses it.

    A problem that is derived by now is left out.
    """

    def run(self) -> list[nodes.Node]:
        table, body = _table("A problem", "What is said of it")
        for line in filter(str.strip, self.content):
            try:
                derivtex.derive(line.replace(";", "\n"))
            except derivtex.DerivtexError as error:
                said = nodes.inline(error.message, error.message)
                body += _row(nodes.literal(line, line.replace(";", ",")), said)
        return [table]


def _table(*titles: str) -> tuple[nodes.table, nodes.tbody]:
    table = nodes.table(classes=["readings"])
    group = nodes.tgroup(cols=len(titles))
    group += [nodes.colspec(colwidth=50) for _ in titles]
    group += nodes.thead("", _row(*map(nodes.Text, titles)))
    body = nodes.tbody()
    group += body
    table += group
    return table, body


def _row(*cells: nodes.Node) -> nodes.row:
    row = nodes.row()
    row += [nodes.entry("", nodes.paragraph("", "", cell)) for cell in cells]
    return row


_ENTRY = re.compile(r"(\S(?:[^ ]| (?! ))*?) {2,}(\S.*)$")


def tables_to_lists(
    app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]
) -> None:
    """The docstrings' tables, ``name   what it is``, as lists; so they need no markup of their own.

    The continuation of an entry is indented as far as its text.
    """
    lines[:] = list(_listed(lines))


def _listed(lines: list[str]) -> Iterator[str]:
    inside = False
    for line in lines:
        match = _ENTRY.match(line)
        if match is not None:
            if not inside:
                yield ""
            inside = True
            yield f":{match[1]}: {match[2]}"
        elif inside and line.startswith("    "):
            yield f"    {line.strip()}"
        else:
            if inside and line.strip():
                yield ""
            inside = False
            yield line


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directives; Sphinx calls this."""
    for directive in (Gallery, Example, Command, Python, Script, Readings, Refusals):
        app.add_directive(directive.__name__.lower(), directive)
    app.connect("autodoc-process-docstring", tables_to_lists)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
