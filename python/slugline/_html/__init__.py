"""What notebooks show: HTML that no text, phrase, concept or id can break out of.

No script: the same in JupyterLab, Notebook, VS Code and Colab, in exported pages and in print.
`escaping` is the only way in for what others wrote.
"""

from slugline._html.gazetteer import html_of_gazetteer, html_of_matcher
from slugline._html.matches import DOCUMENTS, html_of_match, html_of_matches
from slugline._html.parts import page_of

__all__ = [
    "DOCUMENTS",
    "html_of_gazetteer",
    "html_of_match",
    "html_of_matcher",
    "html_of_matches",
    "page_of",
]
