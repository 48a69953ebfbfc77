"""`derivtex` and `python -m derivtex`: the command as a process of its own."""

from __future__ import annotations

import atexit
import os
import sys
from contextlib import suppress
from typing import NoReturn

from derivtex.cli import main


def run() -> NoReturn:
    """Run the command and end the process.

    What was loaded is not taken apart: the system takes it back, and to free it object by object is
    a sixth of a short command's time.
    """
    _open_what_is_closed()
    code = 0
    try:
        main(prog_name="derivtex")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _open_what_is_closed() -> None:
    """A stream that was closed before the command began: nothing to read, nowhere to write."""
    if sys.stdin is None:
        sys.stdin = os.fdopen(os.open(os.devnull, os.O_RDONLY))
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    if sys.stdout is None:
        # Opened for reading alone, so that the first thing written is an error that is said.
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w")


if __name__ == "__main__":
    run()
