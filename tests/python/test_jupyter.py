"""What an analyst sees in JupyterLab, in a real browser: highlights, the widget, hostile texts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from browser import launched, screenshot
from jupyter_server import jupyterlab, require_jupyterlab, write_notebook

import slugline as sl

# A browser on a slow machine, where other things run too.
PATIENCE = 60_000

HOSTILE = [
    "<script>window.pwned = 1</script> NATO <img src=x onerror='window.pwned = 2'>",
    "NATO &lt;b&gt;bold&lt;/b&gt; \u202etxet desrever\u202c \"><svg onload=alert(3)> 'NATO'",
    "</div></li><iframe srcdoc='<script>parent.pwned=4</script>'></iframe> <NATO onclick=alert(5)>",
]
HOSTILE_CONCEPT = "<img src=x onerror=alert(6)>"

CELLS = [
    "import slugline as sl\n"
    "news = sl.datasets.load_news()\n"
    "m = sl.PhraseMatcher(sl.datasets.load_gazetteer())\n"
    "x = m.tag(news['text'], ids=news['id'])\n"
    "x",
    "w = x.explore(news['date'], titles=news['title'])\nw",
    "print('chosen', w.selection.concepts, w.selection.query, w.selection.dates)\n"
    "print('docs', w.selection.docs.tolist())\n"
    "print('matches', len(w.matches))",
    f"hostile = {HOSTILE!r}\n"
    f"g = sl.Gazetteer().add('NATO', {HOSTILE_CONCEPT!r}).add('<b>', 'b/<b>', boundary='none')\n"
    "h = sl.PhraseMatcher(g).tag(hostile, ids=hostile)\n"
    "h",
    "h.explore(titles=hostile, height=400)",
]
STATIC, WIDGET, SELECTION, HOSTILE_STATIC, HOSTILE_WIDGET = range(len(CELLS))
COLOR = "narrative/color-revolution"


@pytest.fixture(scope="module")
def news() -> Any:
    return sl.datasets.load_news()


@pytest.fixture(scope="module")
def matches(news: Any) -> sl.Matches:
    matcher = sl.PhraseMatcher(sl.datasets.load_gazetteer())
    return matcher.tag(news["text"], ids=news["id"])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Any:
    require_jupyterlab()
    folder: Path = tmp_path_factory.mktemp("jupyter")
    write_notebook(folder / "news.ipynb", CELLS)
    with jupyterlab(folder) as address:
        yield address


@pytest.fixture(scope="module")
def chromium() -> Any:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def notebook(chromium: Any, server: str) -> Any:
    """The notebook, run from top to bottom."""
    from playwright.sync_api import expect

    expect.set_options(timeout=PATIENCE)
    page = chromium.new_page(viewport={"width": 1280, "height": 1400})
    page.set_default_timeout(PATIENCE)
    page.dialogs = []
    page.on("dialog", lambda dialog: (page.dialogs.append(dialog.message), dialog.dismiss()))
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.goto(server.format("news.ipynb"))
    expect(page.locator(".jp-Cell")).to_have_count(len(CELLS))
    # The kernel must be there before anything can be run.
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    expect(cell(page, HOSTILE_WIDGET).locator(".slugline-explore .document")).to_have_count(3)
    expect(cell(page, WIDGET).locator(".slugline-explore .document")).not_to_have_count(0)
    yield page
    assert page.faults == []
    page.close()


@pytest.fixture
def widget(notebook: Any) -> Any:
    """The widget with nothing chosen."""
    from playwright.sync_api import expect

    element = cell(notebook, WIDGET).locator(".slugline-explore")
    if element.locator(".reset").is_visible():
        element.locator(".reset").click()
    element.get_by_role("tab", name="Documents").click()
    expect(status(element)).to_have_text(re.compile(r"^66 documents"))
    element.scroll_into_view_if_needed()
    return element


def cell(page: Any, number: int) -> Any:
    return page.locator(f".jp-Cell[data-windowed-list-index='{number}']")


def status(widget: Any) -> Any:
    return widget.locator(".status")


def row(widget: Any, name: str) -> Any:
    return widget.locator(f"[data-row='{name}']")


def opened(widget: Any, branch: str) -> None:
    twisty = row(widget, branch).locator("button.twisty")
    if twisty.get_attribute("aria-expanded") == "false":
        twisty.click()


def selection(page: Any) -> str:
    """Run the cell that prints the selection, and return what it prints."""
    from playwright.sync_api import expect

    printing = cell(page, SELECTION)
    prompt = printing.locator(".jp-InputArea-prompt").first
    before = prompt.inner_text()
    printing.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    expect(prompt).not_to_have_text(before)
    expect(prompt).to_have_text(re.compile(r"\[\d+\]"))
    return printing.locator(".jp-OutputArea-output").inner_text().strip()


def counts(matches: sl.Matches, concept: str) -> tuple[int, int]:
    found = matches.filter(concept)
    # Two phrases of a concept in one place are one match.
    return len({match.doc for match in found}), len({match[:3] for match in found})


def test_highlights_are_shown_without_a_script(notebook: Any) -> None:
    output = cell(notebook, STATIC).locator(".jp-OutputArea-output")
    marks = output.locator("mark")
    assert marks.count() > 20
    assert marks.filter(has_text="SHANGHAI").count() > 0
    screenshot(notebook, "jupyter-static")


def test_the_widget_lists_concepts_and_documents(widget: Any, matches: sl.Matches) -> None:
    from playwright.sync_api import expect

    found = matches.counts(level=1, frame="pandas")["matches"].sum()
    expect(status(widget)).to_have_text(f"66 documents · {found} matches")
    expect(row(widget, "place").locator(".count")).to_have_text(str(counts(matches, "place/*")[1]))
    opened(widget, "narrative")
    expect(row(widget, COLOR).locator(".count")).to_have_text(str(counts(matches, COLOR)[1]))
    first = widget.locator(".document").first
    expect(first.locator(".title")).to_have_text(
        "SCO ministers pledge to resist ‘colour revolutions’"
    )
    expect(first.locator("mark.match").first).to_have_text("SHANGHAI")
    screenshot(widget, "explore")


def test_ticking_concepts_filters_documents(widget: Any, matches: sl.Matches) -> None:
    from playwright.sync_api import expect

    opened(widget, "narrative")
    row(widget, COLOR).get_by_role("checkbox").check()
    documents, found = counts(matches, COLOR)
    expect(status(widget)).to_have_text(f"{documents} of 66 documents · {found} matches")
    expect(row(widget, "narrative").get_by_role("checkbox")).to_have_js_property(
        "indeterminate", True
    )
    # What was not asked for stays to be seen, less loudly.
    expect(widget.locator(".document mark.match.other").first).to_be_visible()
    with_person = {m.doc for m in matches.filter("person/*")}
    both = {m.doc for m in matches.filter(COLOR)} & with_person
    row(widget, "person").get_by_role("checkbox").check()
    widget.get_by_label("Documents with", exact=True).select_option("every")
    expect(status(widget)).to_have_text(re.compile(rf"^{len(both)} of 66 documents"))
    screenshot(widget, "explore-filtered")


def test_the_keyboard_alone_will_do(widget: Any, notebook: Any, matches: sl.Matches) -> None:
    from playwright.sync_api import expect

    top = row(widget, "place")
    top.get_by_role("checkbox").focus()
    notebook.keyboard.press("ArrowDown")
    expect(row(widget, "narrative").get_by_role("checkbox")).to_be_focused()
    notebook.keyboard.press("ArrowUp")
    notebook.keyboard.press("Space")
    documents, _ = counts(matches, "place/*")
    expect(status(widget)).to_have_text(re.compile(rf"^{documents} of 66 documents"))
    # The list was drawn anew meanwhile: the focus must be where it was.
    expect(top.get_by_role("checkbox")).to_be_focused()
    notebook.keyboard.press("ArrowRight")
    expect(top.locator("button.twisty")).to_have_attribute("aria-expanded", "true")
    notebook.keyboard.press("ArrowLeft")
    expect(top.locator("button.twisty")).to_have_attribute("aria-expanded", "false")


def test_searching_narrows_and_marks(widget: Any, matches: sl.Matches, news: Any) -> None:
    from playwright.sync_api import expect

    widget.get_by_label("Search the texts").fill("sanction")
    tagged = {match.doc for match in matches}
    found = [doc for doc, text in enumerate(news["text"]) if "sanction" in text.lower()]
    expect(status(widget)).to_have_text(
        re.compile(rf"^{len(tagged.intersection(found))} of 66 documents")
    )
    expect(widget.locator(".document mark.hit").first).to_have_text(
        re.compile("^sanction$", re.IGNORECASE)
    )
    widget.get_by_label("Search the texts").fill("no text says this")
    expect(widget.locator(".end").first).to_have_text("No documents fit.")
    expect(status(widget)).to_have_text("0 of 66 documents · 0 matches")


def test_more_pages_come_as_one_scrolls(widget: Any) -> None:
    from playwright.sync_api import expect

    documents = widget.locator(".panel.documents .document")
    assert documents.count() < 66
    while (shown := documents.count()) < 66:
        documents.last.scroll_into_view_if_needed()
        expect(documents.nth(shown)).to_be_attached()
    numbers = documents.evaluate_all("all => all.map(one => Number(one.dataset.doc))")
    assert numbers == list(range(66))


def test_brushing_the_timeline_narrows(widget: Any, notebook: Any, news: Any) -> None:
    from playwright.sync_api import expect

    chart = widget.locator(".chart")
    box = chart.bounding_box()
    weeks = int(chart.locator(".handle").first.get_attribute("aria-valuemax")) + 1
    at = [box["x"] + box["width"] * (week + 0.5) / weeks for week in (4, 9)]
    middle = box["y"] + box["height"] / 2
    notebook.mouse.move(at[0], middle)
    notebook.mouse.down()
    notebook.mouse.move(at[1], middle, steps=4)
    notebook.mouse.up()
    fitting = news["date"].between("2025-02-10", "2025-03-23").sum()
    expect(status(widget)).to_have_text(re.compile(rf"^{fitting} of 66 documents"))
    expect(widget.locator(".period")).to_have_text("2025-02-10 – 2025-03-17, by week")
    first = chart.get_by_role("slider", name="First period")
    first.focus()
    notebook.keyboard.press("ArrowRight")
    fewer = news["date"].between("2025-02-17", "2025-03-23").sum()
    expect(status(widget)).to_have_text(re.compile(rf"^{fewer} of 66 documents"))
    screenshot(widget, "explore-brushed")
    first.press("Escape")
    expect(status(widget)).to_have_text(re.compile(r"^66 documents"))


def test_a_concept_shows_in_context(widget: Any, matches: sl.Matches) -> None:
    from playwright.sync_api import expect

    opened(widget, "narrative")
    row(widget, COLOR).get_by_role("button", name="color-revolution", exact=True).click()
    documents, found = counts(matches, COLOR)
    expect(widget.locator(".about")).to_have_text(
        f"{COLOR}: {found} matches in {documents} documents"
    )
    lines = widget.locator(".context")
    expect(lines.first.locator("mark")).to_have_text("colour revolutions")
    while (shown := lines.count()) < found:
        lines.last.scroll_into_view_if_needed()
        expect(lines.nth(shown)).to_be_attached()
    arabic = lines.filter(has_text=re.compile("[\u0600-\u06ff]")).first.locator(".line")
    arabic.scroll_into_view_if_needed()
    # What comes before stands to the right, as it is read.
    left, right = (arabic.locator(part).bounding_box() for part in (".left", ".right"))
    assert left["x"] > right["x"]
    screenshot(widget, "explore-context")
    lines.first.locator(".where").click()
    expect(lines.first.locator(".document mark.match").first).to_be_visible()
    lines.first.locator(".document mark.match").first.click()
    expect(widget.locator(".about")).not_to_contain_text(COLOR)


def test_the_selection_comes_back_in_the_next_cell(
    widget: Any, notebook: Any, matches: sl.Matches, news: Any
) -> None:
    from playwright.sync_api import expect

    opened(widget, "narrative")
    row(widget, COLOR).get_by_role("checkbox").check()
    widget.get_by_label("Search the texts").fill("Sanction")
    texts = [text.lower() for text in news["text"]]
    found = [match for match in matches.filter(COLOR) if "sanction" in texts[match.doc]]
    docs = sorted({match.doc for match in found})
    expect(status(widget)).to_have_text(re.compile(rf"^{len(docs)} of 66 documents"))
    assert selection(notebook).splitlines() == [
        f"chosen ['{COLOR}'] Sanction None",
        f"docs {docs}",
        f"matches {len(found)}",
    ]


def test_hostile_texts_do_nothing(notebook: Any) -> None:
    from playwright.sync_api import expect

    # Everything that a text, a title or a concept could have brought in, in either view.
    inside = (
        "script, img, iframe, b:not(:only-child), svg:not(.bars), [onerror], [onclick], [onload]"
    )
    widget = cell(notebook, HOSTILE_WIDGET).locator(".slugline-explore")
    widget.scroll_into_view_if_needed()
    row(widget, HOSTILE_CONCEPT).get_by_role("button").last.click()
    expect(widget.locator(".about")).to_contain_text(HOSTILE_CONCEPT)
    for one in (widget, cell(notebook, HOSTILE_STATIC).locator(".jp-OutputArea-output")):
        assert one.locator(inside.replace("b:not(:only-child), ", "")).count() == 0
    widget.get_by_role("tab", name="Documents").click()
    shown = widget.locator(".document .text").all_inner_texts()
    assert [text.replace("\ufffd", "") for text in shown] == [
        text.replace("\u202e", "").replace("\u202c", "") for text in HOSTILE
    ]
    assert notebook.evaluate("window.pwned") is None
    assert notebook.dialogs == []
    screenshot(widget, "explore-hostile")


def test_an_error_in_python_is_seen(notebook: Any, widget: Any) -> None:
    from playwright.sync_api import expect

    # Ask for what there is not, as a broken script would.
    order = widget.get_by_label("Order of documents")
    order.evaluate("element => element.append(new Option('best', 'best'))")
    order.select_option("best")
    expect(widget.get_by_role("alert")).to_contain_text("ValueError: order must be one of")
    expect(order).to_have_value("given")
    order.evaluate("element => element.lastChild.remove()")
    row(widget, "place").get_by_role("checkbox").check()
    expect(widget.get_by_role("alert")).to_be_hidden()


def test_the_dark_theme_is_followed(notebook: Any, widget: Any) -> None:
    from playwright.sync_api import expect

    def lightness() -> float:
        return float(
            widget.evaluate(
                "e => { const [r, g, b] = getComputedStyle(e).backgroundColor.match(/[\\d.]+/g)"
                ".map(Number); return (r + g + b) / 765; }"
            )
        )

    assert lightness() > 0.8
    notebook.get_by_role("menuitem", name="Settings", exact=True).click()
    labels = notebook.locator(".lm-Menu-itemLabel")
    labels.filter(has_text=re.compile("^Theme$")).hover()
    labels.filter(has_text=re.compile("^JupyterLab Dark$")).click()
    expect(notebook.locator("body")).to_have_attribute("data-jp-theme-light", "false")
    notebook.wait_for_function(
        "() => getComputedStyle(document.body).getPropertyValue('--jp-layout-color1') !== 'white'"
    )
    mark = widget.locator(".document mark.match").first
    expect(mark).to_have_css("color", "rgb(242, 242, 242)")
    assert lightness() < 0.3
    screenshot(widget, "explore-dark")
