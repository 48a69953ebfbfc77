"""The command `derivtex`: options to `batch.Options`, outcomes to files and to the exit code."""

from __future__ import annotations

import gc

# What is loaded from here on stays, and to look through it for garbage again and again takes a
# tenth of a short command's time. This module is the command: nothing else imports it.
gc.set_threshold(100_000, 20, 20)

import io
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import click

from derivtex import __version__
from derivtex.batch import DOCUMENT, TARGETS, Input, Options, Outcome, Target, work
from derivtex.notation import DETAILS, NOTATIONS, SYMMETRIC
from derivtex.sink import sink_for

#: With fewer files a progress bar would only flicker.
MANY = 8
#: In fewer columns a broken line is no better than a long one.
READABLE = 40

EPILOG = """\b
Examples:
  derivtex ols.deriv                            a file
  derivtex -e 'L = \\|Xw - y\\|^2' -w w           a problem on the command line
  derivtex --to text --reasons --check -  <ols.deriv
  derivtex -n trace -t aligned -o tex/ *.deriv  one file each into tex/
  derivtex paper.tex -o out.tex                 a document with derivation environments in it

Several problems come out in order, with a blank line between them; as json, one line each.
A file that cannot be derived is reported like a compiler error, and the others still come out.
Exit status: 0; 1 if a problem could not be derived or checked; 2 if the command was wrong.
"""


class _Command(click.Command):
    """`--reasons` may go without a value, but never takes the next argument for one."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        options = ["--reasons=all" if arg == "--reasons" else arg for arg in args[:end]]
        return super().parse_args(ctx, options + args[end:])


def _variables(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> str | None:
    """Several -w are one list of variables."""
    if not all(name.strip() for name in value):
        raise click.BadParameter("the name of a variable is empty", ctx, param)
    return ", ".join(value) or None


@click.command(
    cls=_Command, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.argument("files", nargs=-1, metavar="[FILES]...")
@click.option(
    "-e",
    "--expression",
    "statements",
    multiple=True,
    metavar="TEXT",
    help="A statement of a problem; several -e make one problem.",
)
@click.option(
    "-w",
    "--wrt",
    multiple=True,
    metavar="NAME",
    callback=_variables,
    help="The variable, where the text asks nothing; may be given several times.",
)
@click.option(
    "-t",
    "--to",
    "target",
    type=click.Choice(list(TARGETS)),
    default="eqalign",
    show_default=True,
    help="The format of the output.",
)
@click.option(
    "-n",
    "--notation",
    type=click.Choice(NOTATIONS),
    metavar=f"[{'|'.join(NOTATIONS)}]",
    default="frobenius",
    show_default=True,
    help="How the derivation is written.",
)
@click.option(
    "-d",
    "--detail",
    type=click.Choice(DETAILS),
    default="normal",
    show_default=True,
    help="How many lines: those of a textbook, one idea a line, or one step a line.",
)
@click.option(
    "--reasons",
    type=click.Choice(["all", "named"]),
    metavar="[=named]",
    help="Say why each line holds; =named, only where something new is on the left.",
)
@click.option("--highlight", is_flag=True, help="Show the variables in colour.")
@click.option(
    "--no-intermediates",
    "written_out",
    is_flag=True,
    help="Give no names to the layers of a network that is one nested expression.",
)
@click.option(
    "--symmetric",
    type=click.Choice(SYMMETRIC),
    default="projection",
    show_default=True,
    help="The gradient in a symmetric variable: within the symmetric matrices, or by its entries.",
)
@click.option(
    "--width",
    type=click.IntRange(min=0),
    metavar="N",
    help="Break lines that are wider than N columns, in TeX two to an em; 0: none. "
    "[default: for text, the terminal; for documents, a page]",
)
@click.option(
    "-o",
    "--output",
    metavar="PATH",
    help="Write to this file; to this folder if it is one, ends in / or there are several inputs.",
)
@click.option(
    "--check",
    is_flag=True,
    help="Check each step and the result numerically; print the figures to standard error.",
)
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    default=1,
    metavar="N",
    help="Work on N files at a time.",
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def main(
    files: tuple[str, ...],
    statements: tuple[str, ...],
    wrt: str | None,
    target: str,
    notation: str,
    detail: Any,
    reasons: str | None,
    highlight: bool,
    written_out: bool,
    symmetric: Any,
    width: int | None,
    output: str | None,
    check: bool,
    jobs: int,
) -> None:
    """Print the derivation of each matrix-calculus problem in FILES ("-": standard input)."""
    to_terminal = output is None and sys.stdout.isatty()
    options = Options(
        target=target,
        wrt=wrt,
        notation=notation,
        detail=detail,
        reasons="named" if reasons == "named" else reasons is not None,
        highlight=highlight,
        intermediates=not written_out,
        symmetric=symmetric,
        check=check,
        width=_terminal_width() if width is None and to_terminal and target == "text" else width,
    )
    inputs = [Input.of_text("\n".join(statements))] if statements else []
    inputs += [Input.of_stdin() if file == "-" else Input.of_file(file) for file in files]
    if not inputs:
        raise click.UsageError("nothing to derive: give a file, - for standard input, or -e TEXT")
    _write_utf8()
    bar = sys.stderr.isatty() and not to_terminal and len(inputs) >= MANY
    sink = sink_for(_target(inputs, target), output, inputs)
    messages: list[str] = []
    failed = False
    with _outcomes(inputs, options, jobs) as outcomes:
        shown = _with_bar(outcomes, len(inputs)) if bar else outcomes
        for source, outcome in zip(inputs, shown, strict=True):
            sink.add(source, outcome.blocks)
            failed = failed or outcome.failed
            messages += outcome.messages
            if not bar:
                _report(messages)
    _report(messages)
    sink.close()
    if failed:
        sys.exit(1)


def _target(inputs: list[Input], target: str) -> Target:
    """The format of the output; documents come out as documents."""
    documents = [source.name for source in inputs if source.is_document]
    if not documents:
        return TARGETS[target]
    from derivtex.documents.convert import targets

    others = [source.name for source in inputs if not source.is_document]
    if others:
        raise click.UsageError(
            f"{documents[0]} is a document, {others[0]} is none: one kind at a time"
        )
    for name in documents:
        if target not in targets(name):
            raise click.UsageError(f"{name} is a document: --to may be {', '.join(targets(name))}")
    return DOCUMENT


def _terminal_width() -> int | None:
    """The columns of the terminal, if it has enough of them to print mathematics in."""
    try:
        columns = os.get_terminal_size(sys.stdout.fileno()).columns
    except (OSError, ValueError):
        return None
    return columns if columns >= READABLE else None


def _write_utf8() -> None:
    """Expression files are UTF-8, and so is what comes out; a terminal gets what it can show."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            encoding = stream.encoding if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")


def _report(messages: list[str]) -> None:
    """Print what there is to say, once."""
    while messages:
        click.echo(messages.pop(0), err=True)


@contextmanager
def _outcomes(inputs: list[Input], options: Options, jobs: int) -> Iterator[Iterable[Outcome]]:
    """The outcomes in the order of the inputs, each as soon as it is there."""
    todo = partial(work, options=options)
    jobs = min(jobs, len(inputs))
    if jobs == 1:
        yield map(todo, inputs)
        return
    from concurrent.futures import ProcessPoolExecutor

    pool = ProcessPoolExecutor(jobs)
    try:
        yield pool.map(todo, inputs)
    finally:
        pool.shutdown(cancel_futures=True)


def _with_bar(outcomes: Iterable[Outcome], total: int) -> Iterator[Outcome]:
    with click.progressbar(outcomes, length=total, label="Deriving", file=sys.stderr) as bar:
        yield from bar
