"""`make bench`: how long derivations take. Prints tables; writes nothing."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import (
    against_sympy,
    command,
    conformance_speed,
    conformance_sympy,
    references,
    scaling,
    sphinx_site,
)


def main() -> None:
    machine = f"{os.cpu_count()} cores, {platform.machine()}"
    print(f"Python {platform.python_version()}, {machine}\n")
    references.run()
    against_sympy.run()
    command.run()
    scaling.run()
    conformance_speed.run()
    conformance_sympy.run()
    sphinx_site.run()


if __name__ == "__main__":
    main()
