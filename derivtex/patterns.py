"""Regular expressions that are compiled when they are first used.

To compile all there are would take a short command more time than to use the few that it meets.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    pattern = re.compile
else:

    class pattern:
        """As `re.compile`, but later."""

        def __init__(self, source: str, flags: int = 0) -> None:
            self._source = source
            self._flags = flags

        def __getattr__(self, name: str) -> Any:
            # Met once for each method: what is found is kept where it is looked for first.
            found = getattr(re.compile(self._source, self._flags), name)
            setattr(self, name, found)
            return found
