"""The way from matches to their charts."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from slugline.analysis._base import Analysable

if TYPE_CHECKING:
    from slugline.matches import Matches
    from slugline.plot import Plots


class Plotting(Analysable):
    """Charts."""

    @property
    def plot(self) -> Plots:
        """Charts of these matches, by Altair; see `slugline.plot.Plots`.

        Raises
        ------
        ImportError
            Where Altair is not installed.

        Examples
        --------
        >>> import slugline as sl
        >>> x = sl.PhraseMatcher(["NATO", "EU"]).tag(["NATO", "EU and NATO"])
        >>> x.plot
        Plots of 3 matches: concepts, cooccurrence, dispersion, network, timeline
        """
        from slugline.plot import Plots

        return Plots(cast("Matches", self))
