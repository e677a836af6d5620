"""What the methods of `Matches` work on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slugline._core import Matches as CoreMatches
    from slugline._texts import Origin


class Analysable:
    """Matches as their analyses see them: the columns in the core, and where the texts are from."""

    _core: CoreMatches
    _origin: Origin
