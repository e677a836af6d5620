"""Views in a real browser: read in both themes, hostile text dead, nothing too wide."""

import re

import browser
import pytest
from browser import screenshot
from test_colours import contrast
from test_html import HOSTILE

import slugline as sl
from slugline._html.style import PAPER

GAZETTEER = {
    "narrative": {
        "color revolution": [
            *("color revolution", "color revolutions", "colour revolution", "ثورة ملونة"),
            *("颜色革命", "цветная революция", "цветные революции", "מהפכת צבע"),
        ],
        "foreign interference": ["foreign interference", "التدخل الأجنبي", "境外势力"],
        "security": ["security", "security council", "collective security"],
    },
    "org": {
        "CSTO": ["CSTO", "ОДКБ", "Collective Security Treaty Organization"],
        "NATO": ["NATO", "الناتو", "北约", "НАТО", "נאט״ו"],
        "Bank of China": ["Bank of China"],
        "SCO": ["Shanghai Cooperation Organisation", "SCO", "上海合作组织", "منظمة شنغهاي للتعاون"],
    },
    "person": {
        "Alexander Lukashenko": ["Lukashenko", "Лукашенко"],
        "Vladimir Putin": ["Putin", "Vladimir Putin", "بوتين", "普京", "Путин", "פוטין"],
        "Xi Jinping": ["Xi", "Xi Jinping", "شي جين بينغ", "习近平"],
    },
    "place": {
        "China": ["China", "الصين", "中国", "Китай", "סין"],
        "Belarus": ["Belarus", "Minsk"],
        "Kyrgyzstan": ["Kyrgyzstan", "Bishkek", "吉尔吉斯斯坦"],
        "Shanghai": ["Shanghai", "上海"],
        "Moscow": ["Moscow", "莫斯科", "موسكو"],
    },
}
TEXTS = {
    "english": """Minsk, 14 October – Vladimir Putin and Alexander Lukashenko told the leaders of
the Collective Security Treaty Organization that no color revolution would be let through.

“We know who prepares these color
revolutions,” Lukashenko said, and named NATO. China’s Xi Jinping sent a message; the Shanghai
Cooperation Organisation meets in Bishkek in June.""",
    "nested": (
        "The Collective Security Treaty Organization asked the security council for advice. The "
        "Bank of China opened an office in Minsk, next to the Shanghai Cooperation Organisation, "
        "and the Collective Security Treaty Organization\nof the CSTO states spoke of collective "
        "security council reform: the NATO – China talks, Xi’s visit."
    ),
    "arabic": (
        "قال الرئيس بوتين في موسكو إن أي ثورة ملونة لن تمر، واتهم الناتو بالتدخل الأجنبي.\n"
        "NATO رفض ذلك، وقالت الصين إن شي جين بينغ سيحضر قمة منظمة شنغهاي للتعاون (SCO) في "
        "Bishkek يوم 12 حزيران.\n"
        "The statement in English: Putin met Xi Jinping."
    ),
    "hebrew": "פוטין אמר שכל מהפכת צבע תיכשל; NATO וסין לא הגיבו.",
    "chinese": (
        "习近平和普京在莫斯科会晤，谈到颜色革命和境外势力。"
        "中国上海合作组织秘书处表示，北约的行动令人担忧。\n"
        "吉尔吉斯斯坦总统说：“中国是我们的朋友。”"
    ),
    "russian": (
        "В Минске Лукашенко и Путин обсудили ОДКБ: «цветные революции» не пройдут. "
        "НАТО и Китай молчат."
    ),
}
LONG = (
    "Delegates spoke of trade, wheat and the weather, and at length. " * 90
    + "On the third day Putin warned of a color revolution in Bishkek. "
    + "Then they spoke of wheat again, of prices and of rail links. " * 90
    + "At the end the Shanghai Cooperation Organisation thanked China. "
    + "Everyone went home by the night train, tired and well fed. " * 60
)
CROWD = {f"branch {i:02}": {f"concept {i}": [f"word{i}"]} for i in range(16)}

MEASURE = """() => [...document.querySelectorAll('.slg-text mark, .slg-key')].map(mark => {
  const style = getComputedStyle(mark);
  return [style.color, style.backgroundColor];
})"""


def views():
    m = sl.PhraseMatcher(sl.Gazetteer.from_dict(GAZETTEER, affixes="ar"))
    tag = {name: m.tag([text], ids=[f"{name}-1"], overlap="all") for name, text in TEXTS.items()}
    made = {name: x.html(0, page=True) for name, x in tag.items()}
    every = m.tag(list(TEXTS.values()), ids=[f"https://news.example/{name}" for name in TEXTS])
    made["many"] = every.html(page=True)
    made["long"] = m.tag([LONG], ids=["summit"]).html(page=True)
    crowd = sl.PhraseMatcher(CROWD)
    made["crowd"] = crowd.tag([" ".join(f"word{i}" for i in range(16))]).html(page=True)
    evil = sl.Gazetteer(boundary="none")
    for string in HOSTILE:
        evil.add(string, f"x/{string}", note=string)
    texts = [f"NATO {string} said" for string in HOSTILE]
    x = sl.PhraseMatcher(evil).tag(texts, ids=HOSTILE)
    made["hostile"] = x.html(range(len(texts)), page=True)
    parts = [m.gazetteer, m, every[0], sl.PhraseMatcher(evil).gazetteer]
    body = made["english"].split("<body>")
    made["others"] = f"{body[0]}<body>{''.join(part._repr_html_() for part in parts)}</body></html>"
    return made


VIEWS = views()


def hexadecimal(colour):
    red, green, blue = map(int, re.findall(r"\d+", colour)[:3])
    return f"#{red:02x}{green:02x}{blue:02x}"


class Watched:
    """A page, and whatever it does that a still page does not do."""

    def __init__(self, browser, path, theme="light", width=600):
        self.context = browser.new_context(
            color_scheme=theme, viewport={"width": width, "height": 300}, device_scale_factor=2
        )
        self.page = self.context.new_page()
        self.done = []
        self.page.on("dialog", lambda dialog: (self.done.append(dialog.message), dialog.dismiss()))
        self.page.on("request", lambda request: self.done.append(request.url))
        self.page.on("pageerror", lambda error: self.done.append(str(error)))
        self.page.on("console", lambda message: self.done.append(message.text))
        self.page.goto(path.as_uri())
        assert self.done.pop(0) == path.as_uri()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()

    def style(self, selector, name):
        return self.page.evaluate(
            "([selector, name]) => getComputedStyle(document.querySelector(selector))[name]",
            [selector, name],
        )


@pytest.fixture
def open_page(browser, tmp_path):
    def opened(html, **options):
        path = tmp_path / "page.html"
        path.write_text(html, encoding="utf-8")
        return Watched(browser, path, **options)

    return opened


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", list(VIEWS))
def test_every_view(open_page, name, theme):
    with open_page(VIEWS[name], theme=theme) as watched:
        page = watched.page
        page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
        screenshot(page, f"{name}-{theme}", full_page=True)
        for ink, paper in page.evaluate(MEASURE):
            assert contrast(hexadecimal(ink), hexadecimal(paper)) >= 4.5
        assert hexadecimal(watched.style(".slugline", "backgroundColor")) == PAPER[theme]
        for part in (".slugline", ".slg-soft", ".slg-name"):
            if page.query_selector(part):
                ink = hexadecimal(watched.style(part, "color"))
                assert contrast(ink, PAPER[theme]) >= 4.5
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 600, f"{wide} pixels wide"
        page.wait_for_timeout(50)
        assert watched.done == []
        assert page.evaluate("document.scripts.length") == 0
        assert page.evaluate("document.images.length") == 0


@pytest.mark.parametrize(
    ("place", "theme"),
    [
        ('<body data-jp-theme-light="false">', "dark"),
        ('<body data-jp-theme-light="true">', "light"),
        ('<body class="vscode-dark">', "dark"),
        ('<body class="vscode-light">', "light"),
        ('<body class="vscode-high-contrast">', "dark"),
        ('<body class="vscode-high-contrast vscode-high-contrast-light">', "light"),
        ('<html theme="dark"><body>', "dark"),
        ('<html theme="light"><body>', "light"),
        ('<html data-theme="dark"><body>', "dark"),
        ('<body data-bs-theme="dark">', "dark"),
    ],
)
def test_the_theme_of_the_place_goes_before_that_of_the_system(open_page, place, theme):
    view = sl.PhraseMatcher(["NATO"]).tag(["NATO"])._repr_html_()
    system = "light" if theme == "dark" else "dark"
    with open_page(f"<!doctype html>{place}{view}", theme=system) as watched:
        assert hexadecimal(watched.style(".slugline", "backgroundColor")) == PAPER[theme]


def test_lines_of_nested_matches_lie_below_each_other(open_page):
    with open_page(VIEWS["nested"]) as watched:
        found = watched.page.evaluate(
            """() => [...document.querySelectorAll('.slg-text mark mark')].map(inner => [
                inner.getClientRects()[0].bottom,
                inner.parentElement.getClientRects(),
                getComputedStyle(inner).getPropertyValue('--slg-l'),
            ]).map(([bottom, outer, line]) => [
                Math.min(...[...outer].map(rect => Math.abs(rect.bottom - bottom))), line,
            ])"""
        )
        assert len(found) >= 5
        assert all(apart >= 2.9 for apart, _ in found)
        assert len({line for _, line in found}) >= 2
        # The next line of text keeps clear of the lowest.
        text = watched.page.query_selector(".slg-line")
        assert text.evaluate("p => parseFloat(getComputedStyle(p).lineHeight)") >= 26


def test_lines_run_in_their_direction(open_page):
    with open_page(VIEWS["arabic"]) as watched:
        found = watched.page.evaluate(
            """() => [...document.querySelectorAll('.slg-line')].map(
                p => [getComputedStyle(p).direction, p.textContent.slice(0, 4)])"""
        )
        assert [way for way, _ in found] == ["rtl", "rtl", "ltr"]
        assert found[1][1] == "NATO"


def test_screen_readers_are_told_the_concepts(open_page):
    with open_page(VIEWS["english"]) as watched:
        page = watched.page
        told = page.locator(".slugline").aria_snapshot()
        for said in ("heading", "table", "columnheader", "org/NATO", "person/Vladimir Putin"):
            assert said in told, said
        sizes = page.eval_on_selector_all(
            ".slg-on", "all => all.map(one => one.getBoundingClientRect().width)"
        )
        assert max(sizes) <= 1.01
        # What is copied is the text alone.
        page.evaluate("getSelection().selectAllChildren(document.querySelector('.slg-text'))")
        copied = page.evaluate("getSelection().toString()")
        assert "[" not in copied
        assert "told the leaders of\nthe Collective Security Treaty Organization that" in copied


def test_readable_where_the_style_is_taken_away(open_page):
    html = re.sub("<style>.*?</style>", "", VIEWS["english"], flags=re.S)
    html = re.sub(' (class|style)="[^"]*"', "", html)
    with open_page(html) as watched:
        assert "NATO [org/NATO]" in watched.page.inner_text("body")
        ink, paper = (
            watched.style("[lang] mark[title]", name) for name in ("color", "backgroundColor")
        )
        assert contrast(hexadecimal(ink), hexadecimal(paper)) >= 4.5
        screenshot(watched.page, "bare", full_page=True)


def test_nothing_else_in_a_notebook_changes(open_page):
    host = (
        "<table><tr><td>a</td></tr></table><p>b <mark>c</mark></p><details><summary>d</summary>"
        "</details><ul><li>e</li></ul>"
    )
    look = """() => [...document.querySelectorAll('.host *')].map(
        element => JSON.stringify(Object.fromEntries([...getComputedStyle(element)].filter(
            name => !/width|height|inline-size|block-size|origin/.test(name)
        ).map(name => [name, getComputedStyle(element)[name]]))))"""
    looks = []
    m = sl.PhraseMatcher(["NATO", "EU"])
    view = m.tag("NATO")._repr_html_() + m.tag("the EU")._repr_html_() + m._repr_html_()
    for extra in ("", view):
        with open_page(f'<!doctype html><div class="host">{host}</div>{extra}') as watched:
            looks.append(watched.page.evaluate(look))
    assert looks[0] == looks[1]


def test_no_browser_is_told_loudly(monkeypatch):
    monkeypatch.setattr(browser.shutil, "which", lambda name: None)
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="NOT TESTED IN A BROWSER"):
        browser.require_chromium()
    monkeypatch.setenv("CI", "1")
    with pytest.raises(pytest.fail.Exception, match="NOT TESTED IN A BROWSER"):
        browser.require_chromium()
