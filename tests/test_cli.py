"""The command: what comes out, where, and with which exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import derivtex
from derivtex.cli import main

ROOT = Path(__file__).resolve().parent.parent
OLS = "% Least squares\nL = \\|Xw - y\\|^2\n\\frac{\\partial L}{\\partial w}\n"
BAD = "L = \\|Xw - y\n\\frac{\\partial L}{\\partial w}\n"


def run(*args: str | Path, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args], input=stdin, prog_name="derivtex")


@pytest.fixture
def ols(tmp_path: Path) -> Path:
    path = tmp_path / "ols.deriv"
    path.write_text(OLS)
    return path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "bad.deriv"
    path.write_text(BAD)
    return path


def test_file(ols: Path) -> None:
    result = run(ols)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == derivtex.derive(OLS).latex().rstrip() + "\n"


@pytest.mark.parametrize("stdin", [OLS, OLS.encode(), b"\xef\xbb\xbf" + OLS.encode(),
                                   OLS.replace("\n", "\r\n").encode()])  # fmt: skip
def test_stdin(stdin: str | bytes) -> None:
    assert run("-", stdin=stdin).stdout == derivtex.derive(OLS).latex().rstrip() + "\n"


def test_expression() -> None:
    expected = derivtex.derive(OLS).latex()
    assert run("-e", r"L = \|Xw - y\|^2", "-w", "w").stdout.rstrip() == expected.rstrip()
    result = run("-e", r"L = \|Xw - y\|^2", "-e", r"\nabla_w L")
    assert result.stdout.rstrip() == expected.rstrip()


def test_several_expressions_and_variables() -> None:
    result = run("-e", "x^T x", "-e", "y^T x", "-w", "x", "-w", "y", "-t", "text")
    assert result.exit_code == 0
    for gradient in ("∂f/∂x = 2x", "∂g/∂x = y", "∂g/∂y = x"):
        assert gradient in result.stdout


def test_what_is_too_long_to_be_written_has_a_place() -> None:
    tower = "x" + "^{x" * 100 + "}" * 100
    result = run("-e", r"x \in \R", "-e", f"L = {tower}", "-w", "x")
    assert result.stderr.startswith("<expression>:2:1: ")


@pytest.mark.parametrize(
    ("target", "begins", "ends"),
    [
        ("eqalign", r"\eqalign{", "}"),
        ("aligned", r"\begin{aligned}", r"\end{aligned}"),
        ("align", r"\begin{align}", r"\end{align}"),
        ("align*", r"\begin{align*}", r"\end{align*}"),
        ("markdown", "**Least squares**", "$$"),
        ("text", "Least squares", ""),
        ("json", "{", "}"),
        ("html", "<!DOCTYPE html>", "</html>"),
    ],
)
def test_targets(ols: Path, target: str, begins: str, ends: str) -> None:
    output = run("-t", target, ols).stdout
    assert output.startswith(begins)
    assert output.rstrip().endswith(ends)


def test_html_is_escaped(tmp_path: Path) -> None:
    path = tmp_path / "a.deriv"
    path.write_text("% a < b & <script>\n" + OLS.split("\n", 1)[1])
    output = run("-t", "html", "--reasons", path).stdout
    assert "<h2>a &lt; b &amp; &lt;script&gt;</h2>" in output
    assert r"\[" in output
    assert "&amp;=" in output


def test_json_is_one_line_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "two.deriv"
    path.write_text(f"{OLS}---\n{OLS}")
    lines = run("-t", "json", path, path).stdout.splitlines()
    assert len(lines) == 4
    assert all(isinstance(json.loads(line), dict) for line in lines)
    assert derivtex.Derivation.from_json(lines[0]).gradient is derivtex.derive(OLS).gradient


def test_several_problems_are_apart(ols: Path) -> None:
    block = derivtex.derive(OLS).latex().rstrip()
    assert run(ols, ols).stdout == f"{block}\n\n{block}\n"


@pytest.mark.parametrize(
    ("args", "reasons"),
    [([], False), (["--reasons"], True), (["--reasons=named"], "named")],
)
def test_reasons_take_no_file_for_a_value(ols: Path, args: list[str], reasons: bool | str) -> None:
    expected = derivtex.derive(OLS).latex(reasons=reasons)
    assert run(*args, ols).stdout.rstrip() == expected.rstrip()
    assert run(ols, *args).stdout.rstrip() == expected.rstrip()


def test_options_reach_the_derivation(ols: Path) -> None:
    d = derivtex.derive(OLS, notation="trace", detail="full")
    result = run("-n", "trace", "-d", "full", "--highlight", ols)
    assert result.stdout.rstrip() == d.latex(highlight=True).rstrip()


def test_check(ols: Path) -> None:
    result = run("--check", ols)
    assert (result.exit_code, result.stdout) == (0, run(ols).stdout)
    assert "ols.deriv: Least squares" in result.stderr
    assert "ok" in result.stderr


def test_a_failed_check_is_a_failure(ols: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failed:
        ok = False

        def __str__(self) -> str:
            return "step 3: relative error 2.0"

    monkeypatch.setattr(derivtex.Derivation, "verify", lambda self: Failed())
    result = run("--check", ols)
    assert result.exit_code == 1
    assert "step 3: relative error 2.0" in result.stderr
    assert result.stdout.startswith("\\eqalign")


# --- errors -------------------------------------------------------------------------------------


def test_error_reads_like_a_compilers(bad: Path, ols: Path) -> None:
    result = run(bad, ols)
    assert result.exit_code == 1
    first, excerpt, caret, *_ = result.stderr.splitlines()
    assert first.startswith(f"{bad}:1:5: ")
    assert excerpt == r"  L = \|Xw - y"
    assert caret.strip().strip("^") == ""
    assert result.stdout == run(ols).stdout


def _folder(tmp_path: Path) -> Path:
    (tmp_path / "folder").mkdir()
    return tmp_path / "folder"


def _with_bytes(data: bytes):
    def make(tmp_path: Path) -> Path:
        (tmp_path / "a.deriv").write_bytes(data)
        return tmp_path / "a.deriv"

    return make


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda tmp_path: tmp_path / "none.deriv", "none.deriv: no such file"),
        (_folder, "folder: a folder, not a file"),
        (_with_bytes(b""), "a.deriv: empty"),
        (_with_bytes(b" \n\n"), "a.deriv: empty"),
        (_with_bytes(b"% nothing\n"), "a.deriv: no problem in it"),
        (_with_bytes(b"x\n\xff\xfe"), "a.deriv:2:1: not UTF-8 text (byte 0xff)"),
        (_with_bytes(b"\xef\xbb\xbfx\ry\xc3\xa9\xff"), "a.deriv:2:3: not UTF-8 text (byte 0xff)"),
        (_with_bytes(b"\x7fELF\0\0\0"), "a.deriv: a binary file"),
        (_with_bytes(b"x" * 16_000_001), "a.deriv: larger than 16 MB"),
    ],
)
def test_unreadable_input(tmp_path: Path, ols: Path, make, message: str) -> None:
    result = run(make(tmp_path), ols)
    assert result.exit_code == 1
    assert message in result.stderr
    assert len(result.stderr.splitlines()) <= 2
    assert result.stdout == run(ols).stdout


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ([], "nothing to derive"),
        (["-t", "word", "-"], "Invalid value for '-t'"),
        (["-n", "words", "-"], "Invalid value for '-n'"),
        (["-j", "0", "-"], "Invalid value for '-j'"),
        (["-w", "", "-e", "x^Tx"], "the name of a variable is empty"),
        (["-w", "x", "-w", " ", "-e", "x^Tx"], "the name of a variable is empty"),
        (["--reasons=none", "-"], "Invalid value for '--reasons'"),
        (["--wat"], "No such option"),
        (["-o", "no/such/x.tex", "-e", "1"], "there is no folder no/such"),
    ],
)
def test_usage(args: list[str], message: str) -> None:
    result = run(*args)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_help_and_version() -> None:
    assert "Examples:" in run("--help").stdout
    assert run("--version").stdout == f"derivtex {derivtex.__version__}\n"


# --- where it goes ------------------------------------------------------------------------------


def test_output_file(ols: Path, tmp_path: Path) -> None:
    result = run("-o", tmp_path / "ols.tex", ols)
    assert (result.exit_code, result.stdout) == (0, "")
    assert (tmp_path / "ols.tex").read_text() == run(ols).stdout


def test_output_folder(ols: Path, bad: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("-o", f"{out}/", "-t", "text", ols, bad).exit_code == 1
    assert [path.name for path in out.iterdir()] == ["ols.txt"]
    assert run("-o", out, ols, "-").exit_code == 1  # nothing on standard input
    assert (out / "ols.tex").exists()


def test_nothing_is_written_where_nothing_is_derived(bad: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.tex"
    kept.write_text("as it was")
    assert run("-o", kept, bad).exit_code == 1
    assert kept.read_text() == "as it was"


def test_an_input_is_never_overwritten(ols: Path) -> None:
    result = run("-o", ols, ols)
    assert result.exit_code == 2
    assert "would be overwritten" in result.stderr
    assert ols.read_text() == OLS


def test_two_inputs_never_share_a_file(ols: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "ols.deriv").write_text(OLS)
    result = run("-o", tmp_path / "out", ols, other / "ols.deriv")
    assert result.exit_code == 2
    assert "would be written to one file" in result.stderr


def test_jobs_keep_the_order(ols: Path, bad: Path) -> None:
    files = [ols, bad, ROOT / "examples" / "chain_product.deriv", ols]
    one, two = run(*files), run("-j", "2", *files)
    assert (two.stdout, two.stderr, two.exit_code) == (one.stdout, one.stderr, 1)


# --- a real process -----------------------------------------------------------------------------


def test_process() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "derivtex", "-t", "text", "-j", "2", "-", "examples/ridge.deriv"],
        input=OLS.encode(), env={"PYTHONIOENCODING": "ascii"}, cwd=ROOT, capture_output=True,
    )  # fmt: skip
    assert done.returncode == 0
    assert "∂L/∂w" in done.stdout.decode()
    assert done.stderr == b""


def test_nothing_heavy_is_loaded() -> None:
    code = (
        "import sys, derivtex.cli\n"
        "derivtex.cli.main(['examples/ridge.deriv'], standalone_mode=False)\n"
        "heavy = {'sympy', 'numpy', 'sphinx', 'docutils', 'multiprocessing'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()


def test_broken_pipe_is_quiet() -> None:
    files = " ".join(["examples/*.deriv"] * 4)
    done = subprocess.run(
        f"{sys.executable} -m derivtex {files} | head -n 1",
        shell=True, cwd=ROOT, capture_output=True,
    )  # fmt: skip
    assert done.stdout.startswith(b"\\eqalign")
    assert done.stderr == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_is_one_line() -> None:
    done = subprocess.run(
        f"{sys.executable} -m derivtex examples/ridge.deriv >/dev/full",
        shell=True, cwd=ROOT, capture_output=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.splitlines() == [b"Error: standard output: No space left on device"]


def _process(*args: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """The command as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "derivtex", *args],
        input=stdin, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["-e", "L = x^Tx", "-w", "x"], 0),
        (["-e", "L = x^", "-w", "x"], 1),
        (["--wat"], 2),
        (["--version"], 0),
    ],
)
def test_a_process_ends_with_the_code_and_all_it_wrote(args: list[str], code: int) -> None:
    """It ends at once, and nothing of what it wrote is lost."""
    found, expected = _process(*args), run(*args)
    assert found.returncode == expected.exit_code == code
    assert found.stdout == expected.stdout
    assert found.stderr.splitlines()[-1:] == expected.stderr.splitlines()[-1:]


def test_a_long_output_is_whole() -> None:
    problem = "L = \\|A x\\|^2\n\\nabla_x L\n"
    found = _process("-", stdin="---\n".join([problem] * 200))
    assert found.returncode == 0
    assert found.stdout.count(r"\eqalign{") == 200
    assert found.stdout.endswith("}\n")


def test_a_closed_pipe_is_no_traceback() -> None:
    command = f"{sys.executable} -m derivtex --help | head -n 1"
    found = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert found.stdout.startswith("Usage:")
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize(
    ("closed", "code", "message"),
    [
        ("examples/ridge.deriv >&-", 1, "Error: standard output: Bad file descriptor"),
        ("- <&-", 1, "<stdin>: empty"),
        ("examples/ridge.deriv -o /dev/null >&-", 0, ""),
    ],
)
def test_streams_that_are_closed(closed: str, code: int, message: str) -> None:
    done = subprocess.run(
        f"{sys.executable} -m derivtex {closed}",
        shell=True, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr.strip()) == (code, message)
