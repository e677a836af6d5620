"""Charts of matches, by Altair: `Matches.plot` has one method for each.

They hold tables made beforehand, never texts or rows of matches, so that they stay small whatever
the corpus. Their background and the colour of their writing are those of Altair's theme: black on
white, unless another is enabled.
"""

from slugline.plot._plots import Plots

__all__ = ["Plots"]
