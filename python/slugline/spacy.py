"""The component ``slugline`` for spaCy's pipelines.

Examples
--------
>>> import slugline.spacy
>>> import spacy
>>> nlp = spacy.blank("en")
>>> gaz = {"person": {"Vladimir Putin": ["Putin"]}, "org": {"NATO": ["NATO"]}}
>>> _ = nlp.add_pipe("slugline").set_gazetteer(gaz)
>>> [(ent.text, ent.label_, ent.kb_id_) for ent in nlp("Putin on anti-NATO talks").ents]
[('Putin', 'person', 'person/Vladimir Putin'), ('NATO', 'org', 'org/NATO')]
"""

# Annotations are not put off here: spaCy reads those of a factory and of `initialize`.
import contextlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Self

from slugline import _core
from slugline._optional import require
from slugline._spans import (
    Alignment,
    Label,
    Marking,
    found_in,
    know_left_out,
    knowledge_of,
    set_spans,
)
from slugline._typing import Overlap
from slugline.gazetteer import Gazetteer
from slugline.matcher import PhraseMatcher, matcher_of

__all__ = ["SluglineComponent", "make_slugline"]

_spacy = require("spacy", "slugline.spacy")
_FILE = "gazetteer.jsonl"


class SluglineComponent:
    """Finds a gazetteer's phrases in documents, and sets entities or spans.

    Made by ``nlp.add_pipe("slugline", config={…})``. It finds phrases in the text, not in the
    tokens, and so finds what the tokens part or join; the spans are then laid on tokens.

    Parameters
    ----------
    name : str
        Its name in the pipeline.
    gazetteer : str, optional
        A file that `Gazetteer.read` reads. `set_gazetteer` takes one that is in memory. A file
        that is not there is an error when the first document comes, since a pipeline that was
        loaded brings its own gazetteer.
    ents : bool
        Whether to set ``doc.ents``. Of matches that share a token the first, and then the
        longest, is an entity.
    spans_key : str, optional
        The key of ``doc.spans`` under which all matches are set.
    label : {"branch", "concept"}
        What ``span.label_`` is: the first part of the concept, or all of it.
    kb_id : str, optional
        The attribute of phrases that ``span.kb_id_`` is to hold (``"qid"``); the concept unless
        given. ``span.id_`` always is the concept.
    alignment_mode : {"expand", "contract", "strict"}
        What becomes of a match that begins or ends within a token: the span grows to whole
        tokens, shrinks to them, or there is none.
    overlap : {"longest", "all", "longest-per-concept", "longest-per-branch"}
        Which of several overlapping matches there are.
    overwrite : bool
        Whether entities that were there before give way where they share a token, and spans under
        the same key altogether. They stay unless asked for.
    threads : int, optional
        How many threads work on one document.

    Notes
    -----
    A match that became no entity or span is listed in ``doc._.slugline_left_out``, with its
    ``start``, ``end``, ``phrase``, ``concept`` and the ``reason``: ``"alignment"``, or, of
    entities, ``"overlap"``. Nothing is left out of spans with ``alignment_mode="expand"``.

    ``to_disk`` and ``to_bytes`` keep the gazetteer; the settings are kept by the pipeline.
    """

    def __init__(
        self,
        name: str = "slugline",
        *,
        gazetteer: str | None = None,
        ents: bool = True,
        spans_key: str | None = None,
        label: Label = "branch",
        kb_id: str | None = None,
        alignment_mode: Alignment = "expand",
        overlap: Overlap = "longest",
        overwrite: bool = False,
        threads: int | None = 1,
    ) -> None:
        self.name = name
        self._marking = Marking(
            ents=ents,
            spans_key=spans_key,
            label=label,
            kb_id=kb_id,
            alignment_mode=alignment_mode,
            overwrite=overwrite,
        )
        self._overlap = overlap
        self._threads = threads
        self._path = gazetteer
        self._matcher: PhraseMatcher | None = None
        PhraseMatcher([]).contains([], overlap=overlap, threads=threads)  # Checks both.
        if gazetteer is not None:
            with contextlib.suppress(FileNotFoundError):
                self.set_gazetteer(Gazetteer.read(gazetteer))

    def set_gazetteer(self, gazetteer: Any) -> Self:
        """Take another gazetteer.

        Parameters
        ----------
        gazetteer : Gazetteer, PhraseMatcher, dict, or list of str
            A gazetteer is taken as it is now.

        Returns
        -------
        SluglineComponent
            The component itself.

        Raises
        ------
        ValueError, TypeError
            Where a phrase is wrong, or no phrase has the attribute that ``kb_id`` names.
        """
        matcher = matcher_of(gazetteer)
        knowledge_of(matcher.tag([])._core, self._marking.kb_id)
        self._matcher = matcher
        return self

    @property
    def matcher(self) -> PhraseMatcher:
        """What finds the phrases.

        Raises
        ------
        ValueError
            Where there is no gazetteer yet.
        OSError
            Where its file is not there.
        """
        if self._matcher is None:
            if self._path is None:
                raise ValueError(
                    f"the component {self.name!r} has no gazetteer: give it a path in its config, "
                    f'or call nlp.get_pipe("{self.name}").set_gazetteer(gazetteer)'
                )
            self.set_gazetteer(Gazetteer.read(self._path))
        assert self._matcher is not None
        return self._matcher

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that spans can have."""
        concepts = self._matcher.concepts if self._matcher else []
        return tuple(sorted({self._marking.label_of(concept) for concept in concepts}))

    def __call__(self, doc: Any) -> Any:
        """Set the entities or spans of a document, and return it."""
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Any], *, batch_size: int = 128) -> Iterator[Any]:
        """Set the entities or spans of documents, and yield them: `nlp.pipe` calls it.

        Parameters
        ----------
        stream : iterable of spacy.tokens.Doc
            The documents.
        batch_size : int
            How many are tagged at once.
        """
        for docs in _spacy.util.minibatch(stream, batch_size):
            texts = [doc.text for doc in docs]
            matches = self.matcher.tag(texts, overlap=self._overlap, threads=self._threads)._core
            knowledge = knowledge_of(matches, self._marking.kb_id)
            for row, doc in enumerate(docs):
                found = found_in(matches, row, doc.text, knowledge)
                yield set_spans(doc, found, self._marking)

    def initialize(
        self,
        get_examples: Callable[[], Iterable[Any]] | None = None,
        *,
        nlp: Any = None,
        gazetteer: Any = None,
    ) -> None:
        """Take the gazetteer of ``[initialize.components.slugline]``, or one given in code.

        Parameters
        ----------
        get_examples, nlp
            Not used: spaCy passes them.
        gazetteer : str, Gazetteer, PhraseMatcher, dict, or list of str, optional
            A str is the path of a file.
        """
        if gazetteer is not None:
            is_path = isinstance(gazetteer, str | Path)
            self.set_gazetteer(Gazetteer.read(gazetteer) if is_path else gazetteer)

    # -- Keeping it -----------------------------------------------------------------------------

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """Return the gazetteer as bytes, which this release of slugline reads."""
        parts = {}
        if self._matcher is not None:
            parts["gazetteer"] = self._matcher._core.gazetteer.to_bytes
        content: bytes = _spacy.util.to_bytes(parts, exclude)
        return content

    def from_bytes(self, bytes_data: bytes, *, exclude: Iterable[str] = ()) -> Self:
        """Take the gazetteer of `to_bytes`."""
        parts = {"gazetteer": self._take}
        _spacy.util.from_bytes(bytes_data, parts, exclude)
        return self

    def _take(self, content: bytes) -> None:
        self.set_gazetteer(Gazetteer._wrap(_core.Gazetteer.from_bytes(content)))

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the gazetteer into a folder, as a file that `Gazetteer.read` reads."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        if self._matcher is not None and "gazetteer" not in exclude:
            self._matcher.gazetteer.write(folder / _FILE)

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> Self:
        """Take the gazetteer that `to_disk` wrote."""
        file = Path(path) / _FILE
        if "gazetteer" not in exclude and file.exists():
            self.set_gazetteer(Gazetteer.read(file))
        return self


def make_slugline(
    nlp: Any,
    name: str,
    gazetteer: str | None,
    ents: bool,
    spans_key: str | None,
    label: str,
    kb_id: str | None,
    alignment_mode: str,
    overlap: str,
    overwrite: bool,
    threads: int | None,
) -> SluglineComponent:
    """Make the component: what ``nlp.add_pipe("slugline")`` calls; see `SluglineComponent`."""
    return SluglineComponent(
        name,
        gazetteer=gazetteer,
        ents=ents,
        spans_key=spans_key,
        label=label,  # type: ignore[arg-type]  # Checked by the component.
        kb_id=kb_id,
        alignment_mode=alignment_mode,  # type: ignore[arg-type]
        overlap=overlap,  # type: ignore[arg-type]
        overwrite=overwrite,
        threads=threads,
    )


know_left_out()
_spacy.Language.factory(
    "slugline",
    assigns=["doc.ents", "doc.spans", "token.ent_type", "token.ent_iob"],
    default_config={
        "gazetteer": None,
        "ents": True,
        "spans_key": None,
        "label": "branch",
        "kb_id": None,
        "alignment_mode": "expand",
        "overlap": "longest",
        "overwrite": False,
        "threads": 1,
    },
    func=make_slugline,
)
