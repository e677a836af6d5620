"""The interactive view of matches, in Jupyter.

`widget` is the view's Python side: what it knows lies in `index` (who has which concept) and
`periods` (when); `concepts` lists the tree on the left, `passages` cuts what is shown of texts.
`widget.js` and `widget.css` are its other side, which is told only what it shows.
"""
