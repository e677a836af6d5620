// The browser's side of Matches.explore(): it draws what it is told and tells what was clicked.
// Texts, concepts and titles come from anywhere: they become text nodes, never markup.

const SVG = "http://www.w3.org/2000/svg";
const ANSWER_WITHIN = 60_000;
const TYPING_PAUSE = 250;
const WHOLE_NUMBERS = new Intl.NumberFormat();

/** Make an element of attributes and children; what is a string becomes text. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

function draw(tag, attributes = {}) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

function counted(number, name) {
  return `${WHOLE_NUMBERS.format(number)} ${name}${number === 1 ? "" : name === "match" ? "es" : "s"}`;
}

function afterPause(work) {
  let timer;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...given), TYPING_PAUSE);
  };
}

/** Questions to Python, and its answers: each view of the widget takes only its own. */
class Questions {
  constructor(model) {
    this.model = model;
    this.name = Math.random().toString(36).slice(2);
    this.asked = new Map();
    this.count = 0;
    this.listen = (message) => this.take(message);
    model.on("msg:custom", this.listen);
  }

  ask(kind, content = {}) {
    const request = `${this.name}-${this.count++}`;
    return new Promise((resolve, reject) => {
      const late = () => this.take({ request, error: "Python does not answer: is the kernel running?" });
      this.asked.set(request, { resolve, reject, timer: setTimeout(late, ANSWER_WITHIN) });
      this.model.send({ kind, request, ...content });
    });
  }

  take(message) {
    const waiting = this.asked.get(message.request);
    if (!waiting) return;
    this.asked.delete(message.request);
    clearTimeout(waiting.timer);
    if (message.error) waiting.reject(new Error(message.error));
    else waiting.resolve(message);
  }

  close() {
    this.model.off("msg:custom", this.listen);
    for (const { timer } of this.asked.values()) clearTimeout(timer);
    this.asked.clear();
  }
}

/** Colours of branches, as custom properties that the style sheet picks from by theme. */
class Colours {
  constructor(colours) {
    this.colours = new Map(Object.entries(colours));
  }

  paint(element, branch) {
    const [strong, light, dark, line] = this.colours.get(branch) ?? ["#808080", "#dedede", "#4a4a4a", "solid"];
    element.style.setProperty("--strong", strong);
    element.style.setProperty("--light", light);
    element.style.setProperty("--dark", dark);
    element.style.setProperty("--line-style", line);
    return element;
  }
}

/** A list that asks for its next page when one comes near its end. */
class Pages {
  constructor(scroller, label, fetchPage) {
    this.scroller = scroller;
    this.list = make("ol", { class: "pages", "aria-label": label });
    this.end = make("div", { class: "end" });
    scroller.append(this.list, this.end);
    this.fetchPage = fetchPage;
    this.run = 0;
    this.watch = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && this.more(),
      { root: scroller, rootMargin: "800px" },
    );
  }

  restart(start) {
    this.run += 1;
    this.next = start;
    this.isBusy = false;
    this.isFresh = true;
    return this.more();
  }

  async more() {
    if (this.isBusy || this.next === null || this.next === undefined) return;
    const run = this.run;
    this.isBusy = true;
    this.watch.disconnect();
    let page;
    try {
      page = await this.fetchPage(this.next);
    } finally {
      if (run === this.run) this.isBusy = false;
    }
    if (run !== this.run || !page) return;
    if (this.isFresh) {
      this.list.replaceChildren();
      this.scroller.scrollTop = 0;
      this.isFresh = false;
    }
    this.list.append(...page.items);
    this.next = page.next;
    this.end.textContent = page.next === null ? page.note : "Loading…";
    if (this.next !== null) this.watch.observe(this.end);
  }

  close() {
    this.watch.disconnect();
  }
}

/** The text of a document as nodes: marks lie inside each other as their matches do. */
function textOf(passage, colours, onConcept) {
  const body = make("div", { class: "text", dir: passage.dir });
  let open = [];
  passage.pieces.forEach((piece) => {
    if (piece === null) {
      open = [];
      body.append(make("span", { class: "gap", "aria-label": "left out" }, " … "));
      return;
    }
    const [text, marks, isHit] = piece;
    let same = 0;
    while (same < open.length && open[same].number === marks[same]) same += 1;
    open.length = same;
    for (const number of marks.slice(same)) {
      const mark = passage.marks[number];
      const element = colours.paint(
        make("mark", {
          class: mark.chosen ? "match" : "match other",
          title: mark.title,
          "aria-description": mark.title,
          onclick: (event) => {
            event.stopPropagation();
            onConcept(mark.concept);
          },
        }),
        mark.branch,
      );
      (open.length ? open.at(-1).element : body).append(element);
      open.push({ number, element });
      // The line under a match stands below those of the matches within.
      open.toReversed().forEach((outer, level) => {
        const known = Number(outer.element.style.getPropertyValue("--level") || 0);
        outer.element.style.setProperty("--level", Math.max(known, Math.min(level, 3)));
      });
    }
    const inner = open.length ? open.at(-1).element : body;
    inner.append(isHit ? make("mark", { class: "hit" }, text) : text);
  });
  return body;
}

/** The bars above, of which a stretch can be drawn out with the mouse or the keyboard. */
class Timeline {
  constructor(periods, onSpan) {
    this.periods = periods;
    this.onSpan = onSpan;
    this.count = periods.names.length;
    this.top = Math.max(1, ...periods.documents);
    this.svg = draw("svg", {
      viewBox: `0 0 ${this.count} 100`,
      preserveAspectRatio: "none",
      class: "bars",
      "aria-hidden": "true",
    });
    this.back = draw("path", { class: "all" });
    this.front = draw("path", { class: "fitting" });
    this.veils = [draw("rect", { class: "veil", y: 0, height: 100 }), draw("rect", { class: "veil", y: 0, height: 100 })];
    this.svg.append(this.back, this.front, ...this.veils);
    this.back.setAttribute("d", this.path(periods.documents));
    this.handles = ["First period", "Last period"].map((label, side) =>
      make("div", {
        class: "handle",
        role: "slider",
        tabindex: "0",
        "aria-label": label,
        "aria-valuemin": "0",
        "aria-valuemax": String(this.count - 1),
        onkeydown: (event) => this.key(event, side),
      }),
    );
    this.chart = make("div", { class: "chart", onpointerdown: (event) => this.drag(event) }, this.svg, ...this.handles);
    this.tip = make("span", { class: "tip" });
    this.chart.addEventListener("pointermove", (event) => this.point(event));
    this.chart.addEventListener("pointerleave", () => (this.tip.textContent = ""));
    this.label = make("span", { class: "period" });
    this.clear = make("button", { type: "button", class: "plain all-dates", onclick: () => onSpan(null) }, "All dates");
    this.element = make(
      "section",
      { class: "timeline", "aria-label": `Documents by ${periods.freq}` },
      make("div", { class: "above" }, this.label, this.tip, this.clear),
      this.chart,
      make("div", { class: "ends" }, make("span", {}, periods.names[0]), make("span", {}, periods.names.at(-1))),
    );
  }

  path(heights) {
    const gap = this.count > 200 ? 0 : 0.12;
    return heights
      .map((height, at) => {
        const top = 100 - (98 * height) / this.top;
        return height ? `M${at + gap} 100V${top}H${at + 1 - gap}V100Z` : "";
      })
      .join("");
  }

  show(bars, span) {
    this.bars = bars;
    this.front.setAttribute("d", this.path(bars));
    this.span = span;
    this.cover(span ?? [0, this.count - 1]);
  }

  cover([first, last]) {
    this.veils[0].setAttribute("x", 0);
    this.veils[0].setAttribute("width", first);
    this.veils[1].setAttribute("x", last + 1);
    this.veils[1].setAttribute("width", this.count - last - 1);
    this.handles.forEach((handle, side) => {
      const at = side ? last : first;
      handle.style.insetInlineStart = `${(100 * (at + side)) / this.count}%`;
      handle.setAttribute("aria-valuenow", at);
      handle.setAttribute("aria-valuetext", this.periods.names[at]);
    });
    const names = this.periods.names;
    const stretch = first === last ? names[first] : `${names[first]} – ${names[last]}`;
    this.label.textContent = `${stretch}, by ${this.periods.freq}`;
    const isWhole = first === 0 && last === this.count - 1;
    this.clear.hidden = isWhole;
  }

  at(event) {
    const box = this.chart.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    return Math.min(Math.max(Math.floor(share * this.count), 0), this.count - 1);
  }

  point(event) {
    const at = this.at(event);
    this.tip.textContent = `${this.periods.names[at]}: ${counted(this.bars[at] ?? 0, "document")}`;
  }

  drag(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.chart.setPointerCapture(event.pointerId);
    // Near a handle, that one is moved; elsewhere a new stretch begins.
    const from = this.at(event);
    const now = this.span ?? [0, this.count - 1];
    const side = event.target === this.handles[0] ? 0 : event.target === this.handles[1] ? 1 : null;
    const still = side === null ? from : now[1 - side];
    let span = now;
    const move = (moved) => {
      const to = this.at(moved);
      span = [Math.min(still, to), Math.max(still, to)];
      this.cover(span);
    };
    const done = () => {
      this.chart.removeEventListener("pointermove", move);
      this.chart.removeEventListener("pointerup", done);
      this.chart.removeEventListener("pointercancel", done);
      this.tell(span);
    };
    if (side === null) move(event);
    this.chart.addEventListener("pointermove", move);
    this.chart.addEventListener("pointerup", done);
    this.chart.addEventListener("pointercancel", done);
  }

  key(event, side) {
    const [first, last] = this.span ?? [0, this.count - 1];
    const now = side ? last : first;
    const page = Math.max(1, Math.round(this.count / 10));
    const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -page, PageUp: page };
    let to;
    if (event.key in steps) to = now + steps[event.key];
    else if (event.key === "Home") to = side ? first : 0;
    else if (event.key === "End") to = side ? this.count - 1 : last;
    else if (event.key === "Escape") return this.onSpan(null);
    else return undefined;
    event.preventDefault();
    event.stopPropagation();
    const [low, high] = side ? [first, this.count - 1] : [0, last];
    to = Math.min(Math.max(to, low), high);
    return this.tell(side ? [first, to] : [to, last]);
  }

  tell(span) {
    this.span = span;
    this.cover(span);
    this.onSpan(span[0] === 0 && span[1] === this.count - 1 ? null : span);
  }
}

/** The tree of concepts on the left. */
class Concepts {
  constructor(setup, colours, ask, onTick, onName) {
    Object.assign(this, { colours, ask, onTick, onName });
    this.opened = new Set(setup.opened);
    this.limits = {};
    this.run = 0;
    this.find = make("input", {
      type: "search",
      placeholder: "Find a concept",
      "aria-label": "Find a concept",
      hidden: setup.concepts <= 12,
      oninput: afterPause(() => {
        delete this.limits[""];
        this.refresh();
      }),
    });
    this.list = make("div", { class: "tree", role: "group", "aria-label": "Concepts", onkeydown: (event) => this.key(event) });
    this.element = make("aside", { class: "concepts", "aria-label": "Concepts" }, this.find, this.list);
  }

  async refresh() {
    const run = (this.run += 1);
    const answer = await this.ask("concepts", {
      opened: [...this.opened],
      find: this.find.value,
      limits: this.limits,
    });
    if (run !== this.run) return;
    const { name, control } = document.activeElement?.dataset ?? {};
    const hadFocus = this.list.contains(this.list.getRootNode().activeElement ?? document.activeElement);
    const top = answer.rows.reduce((most, row) => Math.max(most, row.matches ?? 0), 1);
    const rows = answer.rows.map((row) => (row.more ? this.rest(row) : this.row(row, top)));
    this.list.replaceChildren(...(rows.length ? rows : [make("p", { class: "none" }, "No such concept")]));
    if (hadFocus && name !== undefined) {
      const again = [...this.list.querySelectorAll("[data-control]")];
      again.find((one) => one.dataset.name === name && one.dataset.control === control)?.focus();
    }
  }

  row(row, top) {
    const box = make("input", {
      type: "checkbox",
      "data-name": row.name,
      "data-control": "box",
      "aria-label": `Only documents with ${row.path}`,
      onchange: (event) => this.onTick(row.name, event.target.checked),
    });
    box.checked = row.ticked === "all";
    box.indeterminate = row.ticked === "some";
    const twisty = row.inner
      ? make(
          "button",
          {
            type: "button",
            class: "twisty",
            "data-name": row.name,
            "data-control": "twisty",
            "aria-expanded": String(row.open),
            "aria-label": `${row.open ? "Close" : "Open"} ${row.path}`,
            onclick: () => this.open(row.name, !row.open),
          },
          row.open ? "▾" : "▸",
        )
      : make("span", { class: "twisty" });
    const name = make(
      "button",
      {
        type: "button",
        class: "name",
        dir: "auto",
        "data-name": row.name,
        "data-control": "name",
        title: `${row.path}: show in context`,
        onclick: () => this.onName(row.name),
      },
      row.label,
    );
    const bar = make("span", { class: "bar", "aria-hidden": "true" });
    bar.style.setProperty("--share", row.matches / top);
    const count = make(
      "span",
      { class: "count", title: `${counted(row.matches, "match")} in ${counted(row.documents, "document")}` },
      WHOLE_NUMBERS.format(row.matches),
    );
    const element = make(
      "div",
      { class: `row${row.matches ? "" : " empty"}${row.inner ? " inner" : ""}`, "data-row": row.name },
      bar, twisty, box, make("span", { class: "swatch", "aria-hidden": "true" }), name, count,
    );
    element.style.setProperty("--depth", row.depth);
    return this.colours.paint(element, row.branch);
  }

  rest(row) {
    const more = make(
      "button",
      {
        type: "button",
        class: "plain more",
        onclick: () => {
          this.limits[row.under] = row.shown + 200;
          this.refresh();
        },
      },
      `… ${WHOLE_NUMBERS.format(row.more)} more`,
    );
    more.style.setProperty("--depth", row.depth);
    return more;
  }

  open(name, isOpen) {
    if (isOpen) this.opened.add(name);
    else this.opened.delete(name);
    this.refresh();
  }

  key(event) {
    const row = event.target.closest("[data-row]");
    if (!row || event.target.type === "search") return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const twisty = row.querySelector("button.twisty");
    if (step) {
      const rows = [...this.list.querySelectorAll("[data-row]")];
      const next = rows[rows.indexOf(row) + step];
      next?.querySelector(`[data-control="${event.target.dataset.control}"], [data-control="box"]`)?.focus();
    } else if (twisty && event.key === "ArrowRight") this.open(row.dataset.row, true);
    else if (twisty && event.key === "ArrowLeft") this.open(row.dataset.row, false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

/** All of it, for one cell's output. */
class Explorer {
  constructor(model) {
    this.model = model;
    this.setup = model.get("_setup");
    this.colours = new Colours(this.setup.colours);
    this.questions = new Questions(model);
    this.ask = async (kind, content) => {
      try {
        return await this.questions.ask(kind, content);
      } catch (error) {
        this.fail(error);
        return new Promise(() => {}); // Nobody goes on from here.
      }
    };
    this.concepts = new Concepts(
      this.setup,
      this.colours,
      this.ask,
      (name, on) => this.change({ toggle: { name, on } }),
      (name) => this.openContext(name),
    );
    this.element = make("div", { class: "slugline-explore", role: "region", "aria-label": "Explore matches" });
    this.element.style.setProperty("--height", `${this.setup.height}px`);
    this.error = make("div", { class: "error", role: "alert", hidden: true });
    if (this.setup.periods) this.timeline = new Timeline(this.setup.periods, (span) => this.change({ span }));
    this.buildBar();
    this.buildLists();
    this.element.append(
      this.error,
      ...(this.timeline ? [this.timeline.element] : []),
      this.bar,
      make("div", { class: "body" }, this.concepts.element, this.main),
    );
    this.onView = () => this.refresh();
    model.on("change:_view", this.onView);
    this.refresh();
  }

  buildBar() {
    this.query = make("input", {
      type: "search",
      placeholder: "Search the texts",
      "aria-label": "Search the texts",
      class: "query",
      dir: "auto",
      oninput: afterPause(() => this.change({ query: this.query.value })),
    });
    const orders = [["given", "as given"], ["matches", "most matches"]];
    if (this.setup.periods) orders.push(["newest", "newest"], ["oldest", "oldest"]);
    this.order = make(
      "select",
      { "aria-label": "Order of documents", class: "order", onchange: () => this.change({ order: this.order.value }) },
      ...orders.map(([value, name]) => make("option", { value }, name)),
    );
    this.every = make(
      "select",
      { "aria-label": "Documents with", class: "every", onchange: () => this.change({ every: this.every.value === "every" }) },
      make("option", { value: "any" }, "any of the ticked"),
      make("option", { value: "every" }, "all of the ticked"),
    );
    this.status = make("span", { class: "status", role: "status", title: "Concepts of one branch in the same place count once" });
    this.reset = make(
      "button",
      {
        type: "button",
        class: "plain reset",
        onclick: () => {
          this.query.value = "";
          this.change({ chosen: [], query: "", span: null, every: false });
        },
      },
      "Clear all",
    );
    this.bar = make("div", { class: "toolbar" }, this.query, this.every, this.order, this.status, this.reset);
  }

  buildLists() {
    const tab = (label, name) =>
      make("button", { type: "button", role: "tab", class: "tab", "data-tab": name, onclick: () => this.turnTo(name) }, label);
    this.tabs = { documents: tab("Documents", "documents"), contexts: tab("In context", "contexts") };
    this.tabs.contexts.disabled = true;
    this.panels = {
      documents: make("div", { class: "panel documents", role: "tabpanel", tabindex: "0", "aria-label": "Documents" }),
      contexts: make("div", { class: "panel contexts", role: "tabpanel", tabindex: "0", "aria-label": "In context" }),
    };
    this.about = make("p", { class: "about", dir: "auto" });
    this.panels.contexts.append(this.about);
    this.pages = new Pages(this.panels.documents, "Documents", async (start) => {
      const answer = await this.ask("documents", { start });
      const items = answer.documents.map((one) => this.card(one));
      return { items, next: answer.next, note: answer.documents.length || start ? "" : "No documents fit." };
    });
    this.lines = new Pages(this.panels.contexts, "Keywords in context", async (start) => {
      const answer = await this.ask("contexts", { concept: this.concept, start });
      this.about.replaceChildren(
        make("b", {}, answer.concept),
        `: ${counted(answer.matches, "match")} in ${counted(answer.documents, "document")}`,
      );
      const items = answer.lines.map((line) => this.line(line));
      return { items, next: answer.next, note: items.length || start[0] ? "" : "No matches in these documents." };
    });
    const tabs = make("div", { class: "tabs", role: "tablist" }, this.tabs.documents, this.tabs.contexts);
    tabs.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      const other = this.tab === "documents" ? "contexts" : "documents";
      if (this.tabs[other].disabled) return;
      event.preventDefault();
      event.stopPropagation();
      this.turnTo(other);
      this.tabs[other].focus();
    });
    this.main = make("div", { class: "main" }, tabs, this.panels.documents, this.panels.contexts);
    this.turnTo("documents");
  }

  turnTo(name) {
    this.tab = name;
    for (const [each, tab] of Object.entries(this.tabs)) {
      const isShown = each === name;
      tab.setAttribute("aria-selected", String(isShown));
      tab.tabIndex = isShown ? 0 : -1;
      this.panels[each].hidden = !isShown;
    }
  }

  openContext(name) {
    this.concept = name;
    this.tabs.contexts.disabled = false;
    this.turnTo("contexts");
    this.lines.restart([0, 0]);
  }

  heading(one) {
    const parts = [make("bdi", { class: "title" }, one.title || `Document ${one.doc}`)];
    if (one.date) parts.push(make("time", { datetime: one.date }, one.date));
    if (one.title) parts.push(make("span", { class: "number" }, `doc ${one.doc}`));
    return parts;
  }

  card(one, tag = "li") {
    const item = make(tag, { class: "document", "data-doc": one.doc });
    const fill = (document, isWhole) => {
      const foot = make("div", { class: "foot" });
      if (document.cut && !isWhole) {
        const whole = async () => {
          const answer = await this.ask("document", { doc: one.doc, whole: true });
          fill(answer.document, true);
        };
        foot.append(make("button", { type: "button", class: "plain whole", onclick: whole }, "Show the whole text"));
      }
      item.replaceChildren(
        make(
          "div",
          { class: "heading" },
          ...this.heading(document),
          make("span", { class: "places" }, counted(document.places, "match")),
        ),
        textOf(document, this.colours, (name) => this.openContext(name)),
        ...(foot.childElementCount ? [foot] : []),
      );
    };
    fill(one, false);
    return item;
  }

  line(one) {
    const mark = this.colours.paint(make("mark", { class: "match", title: one.concept }, one.match), one.branch);
    const row = make(
      "div",
      { class: "line", dir: one.dir },
      make("span", { class: "left" }, make("span", { class: "clip" }, one.left)),
      make("span", { class: "right" }, mark, one.right),
    );
    const item = make("li", { class: "context" });
    const open = async () => {
      if (item.querySelector(".document")) {
        item.querySelector(".document").remove();
        heading.setAttribute("aria-expanded", "false");
        return;
      }
      const answer = await this.ask("document", { doc: one.doc, whole: false });
      item.append(this.card(answer.document, "div"));
      heading.setAttribute("aria-expanded", "true");
    };
    const heading = make(
      "button",
      { type: "button", class: "plain where", "aria-expanded": "false", title: "Show the document", onclick: open },
      ...this.heading(one),
    );
    item.append(heading, row);
    return item;
  }

  change(to) {
    this.element.classList.add("busy");
    this.questions
      .ask("change", { to })
      .then(() => this.element.classList.remove("busy"))
      .catch((error) => {
        this.refresh(); // The controls go back to what holds.
        this.fail(error);
      });
  }

  fail(error) {
    this.element.classList.remove("busy");
    this.error.textContent = error.message;
    this.error.hidden = false;
  }

  refresh() {
    const view = this.model.get("_view");
    this.error.hidden = true;
    this.element.classList.remove("busy");
    this.element.dataset.version = view.version;
    if (document.activeElement !== this.query) this.query.value = view.query;
    this.order.value = view.order;
    this.every.value = view.every ? "every" : "any";
    this.every.disabled = view.chosen.length < 2;
    const all = this.setup.documents;
    const share = view.documents === all ? "" : ` of ${WHOLE_NUMBERS.format(all)}`;
    const documents = `${WHOLE_NUMBERS.format(view.documents)}${share} document${all === 1 ? "" : "s"}`;
    this.status.textContent = `${documents} · ${counted(view.matches, "match")}`;
    this.reset.hidden = !(view.chosen.length || view.query || view.span);
    this.timeline?.show(view.bars, view.span);
    this.concepts.refresh();
    this.pages.restart(0);
    if (this.concept !== undefined) this.lines.restart([0, 0]);
  }

  close() {
    this.model.off("change:_view", this.onView);
    this.questions.close();
    this.pages.close();
    this.lines.close();
  }
}

export default {
  render({ model, el }) {
    const explorer = new Explorer(model);
    el.append(explorer.element);
    return () => explorer.close();
  },
};
