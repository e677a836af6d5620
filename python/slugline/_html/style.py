"""The style sheet: the same in every output, and touching nothing outside of it.

Where it is taken away (GitHub; notebooks that JupyterLab does not trust yet), what remains is
readable: marks are ``<mark>``, which browsers show in their own way, and the concepts behind them,
otherwise kept for screen readers, stand in the text.
"""

from __future__ import annotations

from slugline._colours import LINES, PALETTE, line_of

DEEPEST = 4
"""How many levels of matches within matches have a line of their own."""

# Twice the class, so that it counts more than what notebooks say of tables and paragraphs.
_VIEW = ".slugline.slugline"

INK = {"light": "#1f1f1f", "dark": "#f2f2f2"}
"""The colour of text: at least 7:1 against the colours of marks and of the view."""
_SOFT = {"light": "#575757", "dark": "#b4b4b4"}
PAPER = {"light": "#ffffff", "dark": "#18191b"}
_RULE = {"light": "#dcdcdc", "dark": "#3d3f42"}

# How the places say which theme they have. What they say counts before what the system prefers,
# and where nothing is said, the view is light.
_SAYS_LIGHT = (
    '[data-jp-theme-light="true"]',  # JupyterLab, Notebook 7, nbconvert
    "body.vscode-light",
    "body.vscode-high-contrast-light",
    'html[theme="light"]',  # Colab
    'html[data-theme="light"]',  # Sphinx
    '[data-bs-theme="light"]',  # Quarto
)
_SAYS_DARK = (
    '[data-jp-theme-light="false"]',
    "body.vscode-dark",
    "body.vscode-high-contrast:not(.vscode-high-contrast-light)",
    'html[theme="dark"]',
    'html[data-theme="dark"]',
    '[data-bs-theme="dark"]',
)

_RULES = """
V{position:relative;box-sizing:border-box;max-width:64em;margin:.3em 0;padding:.9em 1.1em;
text-align:start;border:1px solid var(--slg-rule);border-radius:8px;color:var(--slg-ink);
background:var(--slg-paper);font-size:14px;line-height:1.5;overflow-wrap:anywhere}
V p,V ul,V table,V details{margin:0;padding:0}
V .slg-head{margin-bottom:.5em;font-size:1.05em}
V .slg-head strong{margin-inline-end:.4em}
V .slg-soft{color:var(--slg-soft)}
V .slg-note{margin-top:.6em;color:var(--slg-soft)}
V .slg-doc{margin-top:1em;padding-top:.7em;border-top:1px solid var(--slg-rule)}
V .slg-name{margin-bottom:.2em;font-size:.92em;color:var(--slg-soft)}
V .slg-line{min-height:1em;text-align:start;white-space:pre-wrap;max-width:none}
V .slg-more{margin-top:.5em}
V .slg-on{position:absolute;width:1px;height:1px;margin:-1px;padding:0;border:0;overflow:hidden;
clip-path:inset(50%);white-space:nowrap;user-select:none;-webkit-user-select:none}
V mark{color:var(--slg-ink);border-radius:3px;padding:1px 0 3px;
background:linear-gradient(var(--slg-l),var(--slg-l)) 0 100%/100% 2px no-repeat var(--slg-b);
box-shadow:-1px 0 var(--slg-l),1px 0 var(--slg-l);
-webkit-print-color-adjust:exact;print-color-adjust:exact;forced-color-adjust:none}
V mark.slg-from{border-start-start-radius:0;border-end-start-radius:0;
box-shadow:1px 0 var(--slg-l)}
V mark.slg-goes{border-start-end-radius:0;border-end-end-radius:0;
box-shadow:-1px 0 var(--slg-l)}
V mark.slg-from:dir(rtl){box-shadow:-1px 0 var(--slg-l)}
V mark.slg-goes:dir(rtl){box-shadow:1px 0 var(--slg-l)}
V mark.slg-from.slg-goes{box-shadow:none}
V .slg-key{padding:1px .45em 3px;-webkit-box-decoration-break:clone;box-decoration-break:clone}
V tbody th .slg-key{font-weight:600}
V .slg-wide{overflow-x:auto;margin:.3em -2px 0;padding:0 2px}
V table{width:auto;border:0;border-collapse:collapse;table-layout:auto;font-size:.95em;
color:inherit;background:none}
V tr:nth-child(n){background:none;color:inherit;border:0}
V th,V td{max-width:none;padding:.22em .9em .22em 0;border:0;text-align:start;
vertical-align:baseline;white-space:normal;line-height:1.6;color:inherit;background:none}
V thead th{padding-bottom:.1em;font-weight:400;font-size:.9em;color:var(--slg-soft);
white-space:nowrap}
V tbody th{min-width:6em;font-weight:400}
V .slg-no{text-align:end;font-variant-numeric:tabular-nums;white-space:nowrap}
V caption{padding:.5em 0 .1em;text-align:start;caption-side:top;font-size:.9em;
color:var(--slg-soft)}
V dl{display:flex;flex-wrap:wrap;gap:.1em 1.3em;margin:.1em 0 .4em;padding:0;font-size:.95em}
V dl div{display:flex;gap:.4em}
V dt{margin:0;padding:0;font-weight:400;color:var(--slg-soft)}
V dd{margin:0;padding:0}
V details{margin-top:.5em}
V summary{cursor:pointer}
V summary:focus-visible{outline:2px solid currentColor;outline-offset:2px}
V details details,V ul{margin:.15em 0 .15em .5em;padding-inline-start:.8em;
border-inline-start:1px solid var(--slg-rule)}
V ul{list-style:none}
V li{margin:0;padding:0}
"""

_PAGE = """
:root{color-scheme:light dark}
body{margin:0;padding:1em;font-family:system-ui,sans-serif;background:#fff}
@media(prefers-color-scheme:dark){body{background:#0e0f10}}
.slugline{margin:0 auto!important}
"""


def _variables(theme: str) -> str:
    named = {
        "ink": INK[theme],
        "soft": _SOFT[theme],
        "paper": PAPER[theme],
        "rule": _RULE[theme],
        # Of a match that is shown without its gazetteer, whose branches are not known.
        "plain": PALETTE[-1].light if theme == "light" else PALETTE[-1].dark,
    }
    for number, colour in enumerate(PALETTE):
        named[str(number)] = colour.light if theme == "light" else colour.dark
    values = "".join(f"--slg-{name}:{value};" for name, value in named.items())
    return f"{{{values}color-scheme:{theme}}}"


def _colours() -> str:
    plain = f"{_VIEW} mark{{--slg-l:{PALETTE[-1].strong};--slg-b:var(--slg-plain)}}\n"
    return plain + "".join(
        f"{_VIEW} mark.slg-c{number}{{--slg-l:{colour.strong};--slg-b:var(--slg-{number})}}\n"
        for number, colour in enumerate(PALETTE)
    )


def _lines() -> str:
    dashes = {"dashed": (6, 9), "dotted": (2, 4)}
    return "".join(
        f"{_VIEW} mark.slg-{line}{{background-image:repeating-linear-gradient(90deg,"
        f"var(--slg-l) 0 {on}px,transparent {on}px {period}px)}}\n"
        for line, (on, period) in dashes.items()
    )


def _levels() -> str:
    """Say how far marks reach beyond those within them, so that their lines lie below each other.

    The lines of a text stand farther apart where matches lie in each other.
    """
    marks = "".join(
        f"{_VIEW} mark.slg-h{level}{{padding:{1 + 2 * level}px 0 {3 + 3 * level}px}}\n"
        for level in range(1, DEEPEST)
    )
    texts = "".join(
        f"{_VIEW} .slg-d{level} .slg-line{{line-height:{1.75 + 0.3 * level:.2f}}}\n"
        for level in range(DEEPEST)
    )
    return marks + texts


def _sheet() -> str:
    light, dark = _variables("light"), _variables("dark")
    says = {
        theme: ",".join(f"{place} {_VIEW}" for place in places)
        for theme, places in (("light", _SAYS_LIGHT), ("dark", _SAYS_DARK))
    }
    return "".join(
        (
            f"{_VIEW}{light}\n@media(prefers-color-scheme:dark){{{_VIEW}{dark}}}\n",
            f"{says['light']}{light}\n{says['dark']}{dark}\n",
            _colours(),
            _RULES.strip().replace("V ", f"{_VIEW} ").replace("V{", f"{_VIEW}{{") + "\n",
            _lines(),
            _levels(),
        )
    )


SHEET = _sheet()
"""The style of a view, of whatever it is."""

PAGE_SHEET = _PAGE.strip()
"""What a page needs besides that holds nothing but a view."""


def classes(place: int) -> str:
    """Return the classes of marks of a branch, by its place among the branches."""
    line = LINES[line_of(place)]
    colour = f"slg-c{place % len(PALETTE)}"
    return colour if line == "solid" else f"{colour} slg-{line}"
