"""Notebooks: `%load_ext derivtex`, then cells that begin with `%%derivation`.

    %%derivation --reasons ols
    L = \\|Xw - y\\|^2
    \\nabla_w L

shows the derivation, and `ols` is the `Derivation` afterwards.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, cell_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring
from IPython.display import display

from derivtex.api import derive_all
from derivtex.derivation import Derivation
from derivtex.errors import DerivtexError
from derivtex.notation import DETAILS, NOTATIONS, SYMMETRIC
from derivtex.printers.display import CELL
from derivtex.printers.display import display as as_latex

if TYPE_CHECKING:
    from IPython.lib.pretty import RepresentationPrinter

    from derivtex.printers.reasons import Reasons

SOURCES = ("eqalign", "aligned", "align", "align*", "markdown", "github", "text", "json")


class Shown:
    """A derivation as a cell shows it: with reasons, in colour, or as its source."""

    def __init__(
        self, derivation: Derivation, reasons: Reasons, highlight: bool, width: int | None
    ) -> None:
        self.derivation = derivation
        self.options: dict[str, Any] = {"reasons": reasons, "highlight": highlight, "width": width}

    def __repr__(self) -> str:
        options = {name: self.options[name] for name in ("reasons", "width")}
        return self.derivation.text(**options).rstrip("\n")

    def _repr_latex_(self) -> str:
        return as_latex(self.derivation, **self.options)


@magics_class
class DerivationMagics(Magics):
    """The cell magic `%%derivation`."""

    @magic_arguments()
    @argument("-w", "--wrt", help="the variable, where the text asks nothing")
    @argument("-n", "--notation", default="frobenius", help=f"one of {', '.join(NOTATIONS)}")
    @argument(
        "-d", "--detail", default="normal", choices=DETAILS,
        help="how many lines: those of a textbook, one idea a line, or one step a line",
    )  # fmt: skip
    @argument(
        "--reasons", nargs="?", const="all", choices=["all", "named"],
        help="say why each line holds; =named, only where something new is on the left",
    )  # fmt: skip
    @argument(
        "--symmetric", default="projection", choices=SYMMETRIC,
        help="the gradient in a symmetric variable: within the symmetric matrices, or by entries",
    )  # fmt: skip
    @argument("--highlight", action="store_true", help="show the variables in colour")
    @argument(
        "--width", type=int, metavar="COLUMNS",
        help=f"break wider lines, two columns to an em in TeX: {CELL} where mathematics is shown, "
        "and no limit in sources, if it is not given; 0: no limit",
    )  # fmt: skip
    @argument("--check", action="store_true", help="check each step, and print the figures")
    @argument("-t", "--to", choices=SOURCES, help="print the source instead of showing it")
    @argument("name", nargs="?", help="a variable to keep the Derivation in")
    @cell_magic
    def derivation(self, line: str, cell: str) -> None:
        """Derive the problems of this cell, which is an expression file."""
        options = parse_argstring(self.derivation, _joined(line))
        if options.name is not None and not options.name.isidentifier():
            raise UsageError(f"{options.name!r} is no name for a variable")
        derivations = _derive(cell, options)
        for derivation in derivations:
            _show(derivation, options)
        if options.name is not None:
            kept = derivations[0] if len(derivations) == 1 else derivations
            assert self.shell is not None  # a cell runs in one
            self.shell.user_ns[options.name] = kept


def _joined(line: str) -> str:
    """`--reasons` may go without a value, but never takes the next argument for one."""
    return " ".join("--reasons=all" if word == "--reasons" else word for word in line.split())


def _derive(cell: str, options: argparse.Namespace) -> list[Derivation]:
    """The derivations of a cell; an error is one message, at its line in the cell."""
    try:
        results = derive_all(
            cell,
            wrt=options.wrt,
            notation=options.notation,
            detail=options.detail,
            symmetric=options.symmetric,
        )
    except DerivtexError as error:
        results = [error]
    if not results:
        raise UsageError("there is no problem in this cell")
    for result in results:
        if isinstance(result, DerivtexError):
            result.filename = "cell"
            # The magic itself is line 1.
            result.line = (result.line or 0) + 1
            raise UsageError(str(result))
    return [result for result in results if isinstance(result, Derivation)]


def _show(derivation: Derivation, options: argparse.Namespace) -> None:
    reasons: Reasons = "named" if options.reasons == "named" else options.reasons is not None
    width = CELL if options.width is None and options.to is None else options.width
    shown = Shown(derivation, reasons, options.highlight, width or None)
    match options.to:
        case None:
            display(shown)
        case "text":
            print(shown)
        case "json":
            print(derivation.to_json())
        case "markdown" | "github":
            style = "aligned" if options.to == "markdown" else "github"
            print(derivation.markdown(style=style, **shown.options))
        case style:
            print(derivation.latex(style, **shown.options))
    if options.check:
        print(derivation.verify())


def _print_derivation(derivation: Derivation, p: RepresentationPrinter, cycle: bool) -> None:
    """The lines, where a terminal would show the fields of a dataclass."""
    p.text(derivation.text(width=CELL).rstrip("\n"))


def load_ipython_extension(shell: Any) -> None:
    """Called by `%load_ext derivtex`."""
    shell.register_magics(DerivationMagics)
    plain = shell.display_formatter.formatters["text/plain"]
    plain.for_type(Derivation, _print_derivation)
