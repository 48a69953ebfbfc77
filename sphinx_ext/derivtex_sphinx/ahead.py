"""Derivations made ahead: a second process derives what Sphinx, reading alone, has yet to reach.

With ``-j 1`` documents are read from the first to the last, and the other processors stand idle.
So a process beside begins with the last document and goes towards the first, and where the two
meet, all is done. What a document asks for and does not find here is derived as always: whoever
makes it, it is the same, and only time depends on this module.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

#: A key of the cache, and how its value is made.
Job = tuple[str, Callable[[], Any]]


class Ahead:
    """A process that does the jobs of documents, those of the last one first."""

    def __init__(self, docnames: Sequence[str], jobs_of: Callable[[str], Iterable[Job]]) -> None:
        # A fork has all that is loaded. Sphinx forks, too, for `-j 2`.
        context = multiprocessing.get_context("fork")
        self._numbers = {docname: number for number, docname in enumerate(docnames)}
        self._reached = context.RawValue(ctypes.c_int, -1)
        self._made: dict[str, Any] = {}
        self._values, outgoing = context.Pipe(duplex=False)
        self._process = context.Process(target=self._work, args=(jobs_of, outgoing), daemon=True)
        self._process.start()
        outgoing.close()

    def reaches(self, docname: str) -> None:
        """Sphinx has come to a document: those before it are not ahead any more."""
        self._reached.value = self._numbers.get(docname, self._reached.value)
        self._receive()

    def take(self, key: str) -> Any | None:
        """The value of a key, if it is made."""
        if key not in self._made:
            self._receive()
        return self._made.pop(key, None)

    def stop(self) -> None:
        """Nothing is ahead."""
        self._process.kill()
        self._process.join()
        self._values.close()

    def _receive(self) -> None:
        # It ends when its work is done, or by some accident; what is missing is derived here.
        with suppress(EOFError, OSError):
            while self._values.poll():
                self._made.update(self._values.recv())

    # --- in the process -------------------------------------------------------------------------

    def _work(self, jobs_of: Callable[[str], Iterable[Job]], outgoing: Connection) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Sphinx is interrupted, and ends this
        self._values.close()  # so that nothing can be sent when Sphinx is gone
        with suppress(BrokenPipeError):
            for docname, number in reversed(self._numbers.items()):
                for key, make in jobs_of(docname):
                    if number <= self._reached.value:
                        return
                    outgoing.send({key: make()})


def is_possible() -> bool:
    """Whether there is a second processor, and a process can be forked with safety."""
    # On macOS the system's own libraries may have threads; elsewhere nothing forks.
    if sys.platform != "linux" or threading.active_count() > 1:
        return False
    return len(os.sched_getaffinity(0)) > 1
