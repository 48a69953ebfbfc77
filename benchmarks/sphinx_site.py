"""A site of 1,000 derivations, against the same site with the finished TeX in `math` directives.

Builds each from scratch, then again after one file was touched; the best of three turns, as other
work on the machine only ever adds. The target: at most 1.25 times the time of the plain site plus
2 ms a derivation, and a second build that derives only what changed.

With `-j 1` Sphinx is one process, and derivations are made ahead in a second one, if there is a
second processor; so it is measured without one, too.
"""

from __future__ import annotations

import io
import os
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.clock import ms, verdict

PAGES, A_PAGE = 50, 20
LETTERS = "ABCDEFGHKMNPQRSUVWYZ"
#: What a page holds, each time with letters of its own, so that no two derivations are the same.
PROBLEMS = (
    (r"L = \|{A}{x} - y\|^2", "{x}"),
    (r"L = \operatorname{{tr}}({A} X {B} X^T)", "X"),
    (r"L = {x}^T {A} {x}", "{x}"),
    (r"L = \log\det({A} X {B})", "X"),
    (r"L = \|{A} X - {B}\|_F^2", "X"),
)
SMALL = "abcdghkmnpqruvwz"
#: What it is called, `-j`, and the number of processors.
WAYS = (("-j1", 1, None), ("-j1, one processor", 1, 1), ("-j2", 2, None))


@dataclass
class Site(ABC):
    """A kind of site: what stands for a derivation, and what the project loads."""

    name: str
    extensions: list[str]

    def blocks(self, page: int) -> list[str]:
        return [self.block(text, wrt) for text, wrt in problems(page)]

    @abstractmethod
    def block(self, text: str, wrt: str) -> str: ...


class Derived(Site):
    def block(self, text: str, wrt: str) -> str:
        return f".. derivation::\n   :wrt: {wrt}\n   :show: steps\n\n   {text}\n"


class Plain(Site):
    def block(self, text: str, wrt: str) -> str:
        import derivtex

        tex = derivtex.derive(text, wrt=wrt).latex()
        return ".. math::\n\n" + "".join(f"   {line}\n" for line in tex.splitlines())


def problems(page: int) -> list[tuple[str, str]]:
    """The problems of a page: no two of a site are alike."""
    found = []
    for index in range(A_PAGE):
        number = page * A_PAGE + index
        text, wrt = PROBLEMS[number % len(PROBLEMS)]
        names = {
            "A": f"{LETTERS[number % len(LETTERS)]}_{{{number}}}",
            "B": LETTERS[(number // 7 + 1) % len(LETTERS)] + "_0",
            "x": SMALL[number % len(SMALL)],
        }
        found.append((text.format(**names), wrt.format(**names)))
    return found


def write(site: Site, source: Path) -> None:
    source.mkdir()
    (source / "conf.py").write_text(f"project = 'p'\nextensions = {site.extensions}\n")
    pages = [f"p{number}" for number in range(PAGES)]
    toctree = "".join(f"   {page}\n" for page in pages)
    (source / "index.rst").write_text(f"Site\n====\n\n.. toctree::\n\n{toctree}")
    for number, page in enumerate(pages):
        body = "\nSome words between.\n\n".join(site.blocks(number))
        (source / f"{page}.rst").write_text(f"Page {number}\n========\n\n{body}")


def build(source: Path, jobs: int) -> float:
    """Seconds for a build in this process, as `sphinx-build -j` does it."""
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    warnings = io.StringIO()
    out = source.parent / f"{source.name}-html"
    start = time.perf_counter()
    with patch_docutils(), docutils_namespace():
        app = Sphinx(
            source, source, out, out / ".doctrees", "html",
            status=None, warning=warnings, parallel=jobs,
        )  # fmt: skip
        app.build()
    taken = time.perf_counter() - start
    if warnings.getvalue():
        sys.exit(warnings.getvalue())
    return taken


def measure(site: Site, source: Path, jobs: int) -> tuple[float, float]:
    """Seconds for the first build, and for the second after one file was touched."""
    write(site, source)
    first = build(source, jobs)
    page = source / "p7.rst"
    page.write_text(page.read_text() + "\nOne more sentence.\n")
    return first, build(source, jobs)


@contextmanager
def only(processors: int | None) -> Iterator[None]:
    """So many processors, as far as this process knows; None: all."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(allowed)[:processors])
    yield
    os.sched_setaffinity(0, allowed)


def run(turns: int = 3) -> None:
    count = PAGES * A_PAGE
    sites = (Plain("plain math", []), Derived("derivation", ["derivtex_sphinx"]))
    with TemporaryDirectory() as folder:
        for site in sites:  # imports are paid for before
            measure(site, Path(folder) / site.name, 1)
        for way, jobs, processors in WAYS:
            taken: dict[str, list[tuple[float, float]]] = {site.name: [] for site in sites}
            with only(processors):
                for turn in range(turns):
                    for site in sites:
                        source = Path(folder) / f"{site.name} {way} {turn}"
                        taken[site.name].append(measure(site, source, jobs))
            print(f"\nA site of {count} derivations")
            print(f"  {way:<32}  first build  one file touched")
            best: dict[str, float] = {}
            for name, times in taken.items():
                best[name], second = (min(column) for column in zip(*times, strict=True))
                print(f"  {name:<32}{best[name]:8.2f} s {second:15.2f} s")
            allowed = 1.25 * best["plain math"] + 0.002 * count
            extra = (best["derivation"] - 1.25 * best["plain math"]) / count
            print(
                f"  {'allowed':<32}{allowed:8.2f} s   {verdict(extra <= 0.002)}: "
                f"{ms(extra)} a derivation beyond 1.25 times"
            )


if __name__ == "__main__":
    run()
