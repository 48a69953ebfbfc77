"""Documents, byte for byte: LaTeX, encodings, errors, and the command."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import derivtex
from derivtex.cli import main
from derivtex.documents.encoding import decode
from tests.documents import (
    BAD,
    FENCED,
    FORM,
    INSIDE,
    OLS,
    convert_markdown,
    convert_tex,
    environment,
    shown,
    tex_block,
)  # fmt: skip

# --- LaTeX ---------------------------------------------------------------------------------------

TEX_LEFT_ALONE = {
    "nothing": "",
    "prose": "50\\% of {this} \\\\ is $prose$\n\\",
    "comment": "text % " + INSIDE.replace("\n", "\n% ") + "\n",
    "verb": "\\verb|\\begin{derivation}| and \\verb*!\\end{derivation}!\n",
    "lstinline": "\\lstinline[language=TeX]{\\begin{derivation}}\n",
    "mintinline": "\\mintinline{tex}|\\begin{derivation}|\n",
    "verbatim": f"\\begin{{verbatim}}\n{INSIDE}\n\\end{{verbatim}}\n",
    "lstlisting": f"\\begin{{lstlisting}}[language=TeX]\n{INSIDE}\n\\end{{lstlisting}}\n",
    "minted": f"\\begin{{minted}}{{latex}}\n{INSIDE}\n\\end{{minted}}\n",
    "comment environment": f"\\begin{{comment}}\n{INSIDE}\n\\end{{comment}}\n",
    "filecontents": f"\\begin{{filecontents*}}{{a.tex}}\n{INSIDE}\n\\end{{filecontents*}}\n",
    "listing of one's own": (
        f"\\lstnewenvironment{{code}}[1][]{{}}{{}}\n\\begin{{code}}\n{INSIDE}\n\\end{{code}}\n"
    ),
    "fancyvrb": (
        "\\DefineVerbatimEnvironment{code}{Verbatim}{}\n"
        f"\\begin{{code}}\n{INSIDE}\n\\end{{code}}\n"
    ),
    "new minted": f"\\newminted{{tex}}{{}}\n\\begin{{texcode}}\n{INSIDE}\n\\end{{texcode}}\n",
    "line break": "a \\\\begin{derivation}\n",
    "other environment": "\\begin{derivations}\nL\n\\end{derivations}\n",
    "behind the document": f"\\begin{{document}}\n\\end{{document}}\n{INSIDE}\n",
    "iffalse": f"\\iffalse\n{INSIDE}\\ifx\\a\\b\\else\\iff\\fi{INSIDE}\\fi\n",
    "iffalse with one's own": f"\\newif\\ifdraft\n\\iffalse\\ifdraft a\\fi\n{INSIDE}\\fi\n",
    "verbatim without end": f"\\begin{{verbatim}}\n{INSIDE}\n",
}


@pytest.mark.parametrize("text", TEX_LEFT_ALONE.values(), ids=TEX_LEFT_ALONE)
def test_tex_left_alone(text: str) -> None:
    assert convert_tex(text) == (text, ())


TEX_OPTIONS = {
    "none": ("", tex_block(OLS)),
    "empty": ("[]", tex_block(OLS)),
    "flags": ("[reasons, highlight]", tex_block(OLS, reasons=True, highlight=True)),
    "named": ("[reasons=named]", tex_block(OLS, reasons="named")),
    "notation": ("[notation = trace]", tex_block(OLS, notation="trace")),
    "detail": ("[detail={full},]", tex_block(OLS, detail="full")),
    "aligned": ("[style=aligned]", tex_block(OLS, "aligned")),
    "align*": ("[style=align*,reasons=false]", tex_block(OLS, "align*")),
    "align": (" [style=align]", tex_block(OLS, "align")),
    "width": ("[width=20]", tex_block(OLS, width=20)),
    "no width": ("[width=0]", tex_block(OLS)),
}


@pytest.mark.parametrize(("options", "block"), TEX_OPTIONS.values(), ids=TEX_OPTIONS)
def test_tex_options(options: str, block: str) -> None:
    before = "\\documentclass{article}\n\\newcommand\\eqalign{}\n\\begin{document}\nThus % so\n"
    text = f"{before}{environment(OLS, options)}, q.e.d.\n\\end{{document}}"
    assert convert_tex(text) == (f"{before}{block}, q.e.d.\n\\end{{document}}", ())


def test_tex_several_problems_in_one() -> None:
    text, _ = convert_tex("\\eqalign " + environment(f"{OLS}---\n{FORM}"))
    assert text == f"\\eqalign {tex_block(OLS)}\n{tex_block(FORM)}"


def test_tex_keeps_indentation_and_newlines() -> None:
    text, _ = convert_tex("\\eqalign\r\n\t" + environment(OLS).replace("\n", "\r\n") + "\r\n")
    assert text == "\\eqalign\r\n\t" + tex_block(OLS).replace("\n", "\r\n\t") + "\r\n"


TEX_MACRO = {
    "preamble": ("\\documentclass{a}", "@\\begin{document}\n", INSIDE),
    "one line": ("\\documentclass{a}", "@\\begin{document}", INSIDE),
    "a part of a document": ("% !TeX root = a.tex\n%\n", "@", f"\\section{{A}}\n{INSIDE}"),
    "there already": (f"{derivtex.EQALIGN_MACRO}\n", "\\begin{document}\n", INSIDE),
    "of one's own": ("\\newcommand\\eqalign[1]{}", "\\begin{document}\n", INSIDE),
    "not needed": ("", "\\begin{document}\n", environment(OLS, "[style=aligned]")),
}


@pytest.mark.parametrize(("before", "place", "after"), TEX_MACRO.values(), ids=TEX_MACRO)
def test_tex_macro(before: str, place: str, after: str) -> None:
    text, _ = convert_tex(before + place.replace("@", "") + after)
    expected = before + place.replace("@", derivtex.EQALIGN_MACRO + "\n")
    assert text.startswith(expected)
    assert text.count("\\providecommand") == expected.count("\\providecommand")
    # Done again, nothing changes.
    assert convert_tex(text) == (text, ())


@pytest.mark.parametrize("around", ["\\iffalse a\\else @\\fi", "\\iffalse @", "\\iftrue @\\fi"])
def test_tex_that_is_not_hidden(around: str) -> None:
    before = "\\eqalign "
    text, _ = convert_tex(before + around.replace("@", INSIDE))
    assert text == before + around.replace("@", tex_block(OLS))


PIECES = [
    *("Prose, 100\\% sure.\n", "\\\\", "\\verb|%|", "{", "}", "é\r\n", "\n\n", "\\[x\\]", "\udcff"),
    *("% \\begin{derivation}\n", "\\begin{x}"),
    "\\begin{verbatim}\n\\end{derivation}%\n\\end{verbatim}",
]


@given(st.lists(st.sampled_from(["", *PIECES])))
def test_tex_every_other_byte(pieces: list[str]) -> None:
    source, block = environment(OLS, "[style=align*]"), tex_block(OLS, "align*")
    # An empty piece is where a derivation goes; each stands on a line of its own.
    marked = ["\n\0\n" if piece == "" else piece for piece in pieces]
    text = "".join(marked)
    expected = text.replace("\0", block.replace("\n", "\r\n") if "\r\n" in text else block)
    assert convert_tex(text.replace("\0", source)) == (expected, ())


# --- both ----------------------------------------------------------------------------------------

BROKEN = [
    (environment(BAD), "paper.tex:2:5: unknown macro \\foo"),
    ("\n" + environment("\n  L = \\foo x\n"), "paper.tex:4:7: unknown macro \\foo"),
    ("a \\begin{derivation} L = \\foo x\\end{derivation}", "paper.tex:1:26: unknown macro"),
    (environment(OLS, "[detial=full]"), "paper.tex:1:20: a derivation has no option 'detial'"),
    (environment(OLS, "[detail=more]"), "paper.tex:1:20: 'more' is no detail"),
    (environment(OLS, "[highlight=red]"), "paper.tex:1:20: 'red' is neither"),
    ("\\begin{derivation}[a", "paper.tex:1:19: these options are never closed"),
    (environment(""), "paper.tex:1: there is no problem in this derivation"),
    ("a\n\\begin{derivation}\n", "paper.tex:2:1: this derivation is never closed"),
    ("\\end{derivation}", "paper.tex:1:1: \\end{derivation} closes nothing"),
    (environment("L = \\input{/etc/passwd}\n"), "paper.tex:2:5: unknown macro \\input"),
    (f"```derivation\n{BAD}```", "notes.md:2:5: unknown macro \\foo"),
    (f"- a\n  ```derivation\n  {BAD}  ```", "notes.md:3:7: unknown macro \\foo"),
    (f"> ```derivation style=split\n> {BAD}> ```", "notes.md:1: 'split' is no style"),
    (f"```derivation label={{x}}\n{OLS}```", "notes.md:1: '{x}' is no label"),
    (environment(OLS, "[label]"), "paper.tex:1:20: '' is no label"),
    (environment(f"{OLS}---\n{OLS}", "[label=x]"), "paper.tex:1: a label names one derivation"),
    ("---\na: b\n---\n```derivation\nL", "notes.md:4: this derivation is never closed"),
    (f"```derivation detail=full\n{OLS}---\n{BAD}```", "notes.md:5:5: unknown macro \\foo"),
]


@pytest.mark.parametrize(("source", "message"), BROKEN, ids=[m for _, m in BROKEN])
def test_one_fails_the_others_come_out(source: str, message: str) -> None:
    if message.startswith("paper"):
        text, messages = convert_tex(f"{source}\n{environment(FORM, '[style=align*]')}")
        good = tex_block(FORM, "align*")
    else:
        # What is never closed goes on to the end.
        before = "" if source.startswith("---") else f"```derivation\n{FORM}```\n"
        text, messages = convert_markdown(source + "\n" + before)
        good = shown(FORM) if before else ""
    assert len(messages) == 1
    assert messages[0].startswith(message)
    assert text == f"{source}\n{good}"


HOSTILE = {
    "spaces": "\\begin" + " " * 100_000 + "x",
    "begins": "\\begin{derivation}\n" * 5_000,
    "options": "\\begin{derivation}[\n" * 5_000,
    "quotes": ">" * 20_000,
    "lists": "* " * 20_000 + "x",
    "deep lists": "".join("  " * depth + "- a\n" for depth in range(400)),
    "attributes": "<a " + "a = " * 20_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_documents_take_no_time(text: str) -> None:
    begin = time.process_time()
    assert convert_tex(text)[0] == text
    assert convert_markdown(text)[0] == text
    assert time.process_time() - begin < 5


def test_a_derivation_that_fails_its_check_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    class Wrong:
        ok = False

        def __str__(self) -> str:
            return "worst relative error 0.5"

    monkeypatch.setattr(derivtex.Derivation, "verify", lambda self: Wrong())
    text, (message,) = convert_tex(INSIDE)
    assert text == INSIDE
    assert message.startswith("paper.tex:1: this derivation fails its numeric check")


ENCODINGS = {
    "UTF-8": "é∂".encode(),
    "Latin-1": "é".encode("latin-1"),
    "byte order mark": b"\xef\xbb\xbf\xc3\xa9",
    "UTF-16": "é\n".encode("utf-16"),
    "no UTF-16": b"\xff\xfeabc",
}


@pytest.mark.parametrize("data", ENCODINGS.values(), ids=ENCODINGS)
def test_encodings(data: bytes, tmp_path: Path) -> None:
    path, out = tmp_path / "a.md", tmp_path / "out.md"
    wide = data[:2] == b"\xff\xfe"
    rest = "\n" + FENCED
    path.write_bytes(data + rest.encode("utf-16-le" if wide else "ascii"))
    result = CliRunner().invoke(main, [str(path), "-o", str(out)])
    if len(data) % 2 and wide:
        assert (result.exit_code, out.exists()) == (1, False)
        return
    assert result.exit_code == 0, result.output
    assert out.read_bytes() == data + ("\n" + shown()).encode("utf-16-le" if wide else "ascii")


def test_binary_files_are_refused() -> None:
    with pytest.raises(derivtex.DerivtexError, match=r"^a: a binary file"):
        decode(b"a\0b", "a")


# --- the command ---------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "a.tex").write_text("\\eqalign " + INSIDE)
    (tmp_path / "bad.tex").write_text(environment(BAD))
    (tmp_path / "b.md").write_text(FENCED)
    (tmp_path / "c.qmd").write_text(FENCED.replace("derivation", "{derivation}"))
    (tmp_path / "d.deriv").write_text(OLS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


A, B = "\\eqalign " + tex_block(OLS), shown()
COMMANDS = [
    (["a.tex"], 0, A, {}),
    (["b.md"], 0, B, {}),
    (["c.qmd"], 0, B, {}),
    (["b.md", "--reasons"], 0, shown(reasons=True), {}),
    (["b.md", "-t", "aligned"], 0, B, {}),
    (["a.tex", "-t", "align*"], 0, "\\eqalign " + tex_block(OLS, "align*"), {}),
    (["a.tex", "-o", "out.tex"], 0, "", {"out.tex": A}),
    (["a.tex", "b.md", "c.qmd", "-o", "out", "-j2"], 0, "",
     {"out/a.tex": A, "out/b.md": B, "out/c.qmd": B}),
    (["bad.tex", "a.tex", "-o", "out/"], 1, "bad.tex:2:5: unknown macro",
     {"out/a.tex": A, "out/bad.tex": environment(BAD)}),
    (["a.tex", "--check", "-o", "x.tex"], 0, "a.tex:1: check\n9 checks", {"x.tex": A}),
    (["none.tex", "-o", "x.tex"], 1, "none.tex: no such file", {}),
    (["a.tex", "-o", "a.tex"], 2, "a.tex is an input and would be overwritten", {}),
    (["a.tex", "d.deriv"], 2, "a.tex is a document, d.deriv is none", {}),
    (["a.tex", "-t", "text"], 2, "a.tex is a document: --to may be eqalign", {}),
    (["b.md", "-t", "html"], 2, "b.md is a document: --to may be eqalign", {}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("args", "code", "said", "files"), COMMANDS, ids=[" ".join(args) for args, *_ in COMMANDS]
)
def test_command(
    folder: Path, args: list[str], code: int, said: str, files: dict[str, str]
) -> None:
    there = {path: path.read_bytes() for path in folder.iterdir()}
    result = CliRunner().invoke(main, args)
    assert result.exit_code == code, result.output
    if code == 0 and not files:
        assert result.stdout == said
    else:
        assert said in result.output
    assert {path: path.read_bytes() for path in there} == there
    for name, text in files.items():
        assert (folder / name).read_text() == text
    assert sum(path.is_file() for path in folder.rglob("*")) == len(there) + len(files)
