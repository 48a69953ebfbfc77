"""The whole command in a new process, against `import sympy` in a new process."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.clock import in_turn, ms, verdict

TARGET = 0.3
ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "least_squares.deriv"


def run(runs: int = 15) -> None:
    """Print the medians and the ratio."""
    with tempfile.TemporaryDirectory() as cache:
        # As it is once installed: everything compiled. The bytecode of both goes to one place
        # outside the project, and the first round, which fills it, does not count.
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
            "PYTHONPYCACHEPREFIX": cache,
        }
        environment.pop("PYTHONDONTWRITEBYTECODE", None)

        def start(code: str, *arguments: str) -> None:
            subprocess.run(
                [sys.executable, "-c", code, *arguments],
                env=environment,
                stdout=subprocess.DEVNULL,
                check=True,
            )

        actions = {
            "derivtex": lambda: start("from derivtex.__main__ import run; run()", str(EXAMPLE)),
            "sympy": lambda: start("import sympy"),
            "python": lambda: start("pass"),
        }
        for action in actions.values():
            action()
        time = in_turn(actions, runs)
    ratio = time["derivtex"] / time["sympy"]
    print(f"\nThe command, cold: medians of {runs}, in turn")
    print(f"  derivtex {EXAMPLE.name:24} {ms(time['derivtex']):>9}")
    print(f"  python -c 'import sympy'          {ms(time['sympy']):>9}")
    print(f"  python -c pass                    {ms(time['python']):>9}")
    print(f"  ratio to SymPy: {ratio:.2f} (target {TARGET}: {verdict(ratio <= TARGET)})")
