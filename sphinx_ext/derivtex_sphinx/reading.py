"""What goes with Sphinx's reading of the documents: what is done ahead of it, and after it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import chain, islice
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from . import collecting
from .ahead import Ahead, Job, is_possible
from .cache import key_of_derivation
from .domain import domain_of
from .settings import resolve
from .source import FileError, read_file
from .spotting import derivations_in
from .writing import write_all

#: Fewer derivations are made while a process starts.
ENOUGH = 20


def begin(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Documents are going to be read: derive ahead of it, if there is enough to derive."""
    if not (app.config.derivtex_ahead and _reads_alone(app) and is_possible()):
        return

    def jobs_of(docname: str) -> Iterator[Job]:
        return _jobs(docname, app, env)

    some = list(islice(chain.from_iterable(map(jobs_of, docnames)), ENOUGH))
    if len(some) == ENOUGH:
        domain_of(env).ahead = Ahead(docnames, jobs_of)


def reach(app: Sphinx, docname: str, content: list[str]) -> None:
    """A document is going to be read."""
    ahead = domain_of(app.env).ahead
    if ahead is not None:
        ahead.reaches(docname)


def settle(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """All documents are read: forget the derivations that none has any more, and write again
    those that refer to one which has changed."""
    domain = domain_of(env)
    domain.stop_ahead()
    domain.cache.prune()
    return domain.outdated(app.builder)


def end(app: Sphinx, error: Exception | None) -> None:
    """The build has ended, perhaps while documents were read."""
    domain_of(app.env).stop_ahead()
    collecting.unfreeze()


def _jobs(docname: str, app: Sphinx, env: BuildEnvironment) -> Iterator[Job]:
    """The derivations of a document that were not made for an earlier build."""
    known = domain_of(env).cache.values
    for options, content in derivations_in(_source(env, docname)):
        try:
            file = options.get("file")
            text = content if file is None else read_file(env, file, docname).text
        except FileError:
            continue
        settings = resolve(options, app.config, complain=lambda message: None)
        key = key_of_derivation(text, settings, app.config)
        if key not in known:
            yield key, partial(write_all, text, settings)


def _source(env: BuildEnvironment, docname: str) -> str:
    """The text of a document. If it cannot be read, Sphinx will say so."""
    try:
        return Path(env.doc2path(docname)).read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return ""


def _reads_alone(app: Sphinx) -> bool:
    """Whether Sphinx reads in one process: so it does, too, where an extension needs it."""
    safe = (extension.parallel_read_safe for extension in app.extensions.values())
    return app.parallel < 2 or not all(safe)
