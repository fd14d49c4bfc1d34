"""What people ask of the store: search, one article by id or URL, one story with its copies. For the CLI and the web app alike."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wirecopy.errors import NotKnown
from wirecopy.identity import article_id
from wirecopy.models import ArticleId, CopyKind, StoryId
from wirecopy.search.evidence import read_evidence
from wirecopy.search.parser import format_query, parse_query, terms_of
from wirecopy.search.tree import Term
from wirecopy.store.scrub import scrub
from wirecopy.urls import url_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from wirecopy.models import Document, LedgerRow, UrlKey
    from wirecopy.search.tree import Node
    from wirecopy.store.ports import SearchFilters, SearchPage, Store

MAX_RESULTS = 10_000
"""The deepest result that can be paged to; the stores' own limit (Elasticsearch's `index.max_result_window`)."""

# Copies looked at to name a story's languages and outlets in a list of results: most stories have fewer, and each brings its
# text along.
_SUMMARY_COPIES = 50
# Other articles that a story's evidence speaks of and that are looked up for their titles; a round-up names a dozen or so, and the
# rest are shown by their ids.
_MOST_NAMED = 200
_ID = re.compile(r"[0-9a-f]{24}")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryView:
    """A story and its copies.

    Attributes:
        id: Its id; where an old id was asked for, the id it goes by now.
        documents: Its documents, first seen first; of those seen at one time the origin first. Never empty.
    """

    id: StoryId
    documents: tuple[Document, ...]

    @property
    def origin(self) -> Document:
        """The document that the others are copies of: the one of kind `origin`, else the first seen."""
        return next((document for document in self.documents if document.link.kind is CopyKind.ORIGIN), self.documents[0])

    @property
    def first_seen_at(self) -> datetime:
        """When its first document was seen."""
        return self.documents[0].article.first_seen_at

    @property
    def last_seen_at(self) -> datetime:
        """When its last document was seen."""
        return self.documents[-1].article.first_seen_at

    @property
    def langs(self) -> tuple[str, ...]:
        """Languages, in order of first seen."""
        return _in_order(document.article.lang for document in self.documents)

    @property
    def sources(self) -> tuple[str, ...]:
        """Outlets, in order of first seen."""
        return _in_order(document.article.source_id for document in self.documents)

    @property
    def countries(self) -> tuple[str, ...]:
        """Countries, in order of first seen."""
        return _in_order(document.article.country for document in self.documents)


@dataclass(frozen=True, slots=True, kw_only=True)
class StorySummary:
    """A story in a list of results.

    Attributes:
        view: The story with its first documents.
        copies: How many documents it has, the origin included.
    """

    view: StoryView
    copies: int

    @property
    def is_complete(self) -> bool:
        """Whether `view` holds all of them."""
        return self.copies <= len(self.view.documents)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer to a search.

    Attributes:
        query: The query as it was typed.
        tree: What it was read as; None for an empty one.
        filters: What narrowed it.
        limit: At most so many hits.
        offset: Hits passed over.
        fold_copies: Whether a story is one hit.
        page: What the store answered.
        stories: The stories of the hits, by id.
        remarks: What the person who asked may not have meant.
    """

    query: str
    tree: Node | None
    filters: SearchFilters
    limit: int
    offset: int
    fold_copies: bool
    page: SearchPage
    stories: Mapping[StoryId, StorySummary]
    remarks: tuple[str, ...] = ()

    @property
    def parsed(self) -> str | None:
        """The query as it was read, with every bracket written out; None for an empty one."""
        return None if self.tree is None else format_query(self.tree)

    @property
    def found(self) -> int:
        """How many hits there are on all pages together."""
        return self.page.stories if self.fold_copies else self.page.documents


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleView:
    """An article with all that is known of it.

    Attributes:
        document: Its current version.
        versions: Every version, oldest first, the current one last.
        trail: The ledger's rows that lead to it, earliest first seen first.
        story: Its story.
    """

    document: Document
    versions: tuple[Document, ...]
    trail: tuple[LedgerRow, ...]
    story: StoryView


def search(
    store: Store, text: str, filters: SearchFilters, *, limit: int = 20, offset: int = 0, fold_copies: bool = True
) -> Answer:
    """Answer a query.

    Args:
        store: Where to look.
        text: The query as typed; an empty one is answered with everything, newest first.
        filters: What narrows it.
        limit: At most so many hits.
        offset: Hits to pass over; offset + limit is cut to `MAX_RESULTS`.
        fold_copies: One hit a story, or one a document.

    Raises:
        QuerySyntaxError: The query cannot be read.
        StoreUnavailable: The store does not answer.
    """
    tree = parse_query(text)
    offset = min(max(offset, 0), MAX_RESULTS - 1)
    limit = min(max(limit, 1), MAX_RESULTS - offset)
    page = store.documents.search(tree, filters, limit=limit, offset=offset, fold_copies=fold_copies)
    return Answer(
        query=text,
        tree=tree,
        filters=filters,
        limit=limit,
        offset=offset,
        fold_copies=fold_copies,
        page=page,
        stories=_summaries(store, page),
        remarks=_remarks(tree),
    )


def resolve_id(store: Store, text: str) -> Document:
    """The document that an id or a URL names.

    A URL finds the document of its key, or the one that the ledger knows the URL to lead to (a redirect).

    Raises:
        NotKnown: There is none; for a URL that the ledger knows the message says what became of it.
        StoreUnavailable: The store does not answer.
    """
    asked = scrub(text).strip()
    if _ID.fullmatch(asked.lower()):
        wanted = ArticleId(asked.lower())
        document = store.documents.get([wanted]).get(wanted)
        if document is None:
            raise NotKnown(asked, "no article in the index has this id")
        return document
    key = _read_key(asked)
    rows = store.ledger.leading_to(key)
    own = article_id(key)
    wanted_ids = (own, *(found for row in rows for found in _documents_of(row)))
    documents = store.documents.get(wanted_ids)
    for wanted in wanted_ids:
        if wanted in documents:
            return documents[wanted]
    if rows:
        row = next((row for row in rows if row.key == key), rows[0])
        raise NotKnown(asked, f"is not in the index; the ledger says {row.state.value}: {row.reason}")
    raise NotKnown(asked, "is neither in the index nor in the ledger; no feed brought this address")


def read_article(store: Store, text: str) -> ArticleView:
    """An article, by id or URL, with its versions, its trail and its story.

    Raises:
        NotKnown: There is none.
        StoreUnavailable: The store does not answer.
    """
    document = resolve_id(store, text)
    return ArticleView(
        document=document,
        versions=store.documents.versions(document.id) or (document,),
        trail=store.ledger.leading_to(document.article.key),
        story=_story(store, document.link.story_id) or StoryView(id=document.link.story_id, documents=(document,)),
    )


def read_story(store: Store, text: str) -> StoryView:
    """A story, by its id, an id it once had, or the id or URL of any of its articles.

    Raises:
        NotKnown: There is none.
        StoreUnavailable: The store does not answer.
    """
    asked = scrub(text).strip()
    if _ID.fullmatch(asked.lower()):
        # A story's id is that of the article that started it, which may have moved to another story since: the story of
        # that name goes first, for who cited it meant the story.
        view = _story(store, StoryId(asked.lower()))
        if view is not None:
            return view
    document = resolve_id(store, asked)
    return _story(store, document.link.story_id) or StoryView(id=document.link.story_id, documents=(document,))


def name_articles(store: Store, documents: Sequence[Document]) -> dict[str, str]:
    """Titles by id: of these documents, and of the articles and stories that their evidence speaks of, where there are any.

    Raises:
        StoreUnavailable: The store does not answer.
    """
    titles = {str(document.id): document.article.title for document in documents}
    others = (other for document in documents for other in read_evidence(document.link.evidence).others)
    spoken_of = dict.fromkeys(name for other in others for name in (other.article, other.story_id) if name)
    wanted = [ArticleId(name) for name in spoken_of if name not in titles and _ID.fullmatch(name)][:_MOST_NAMED]
    found = store.documents.get(wanted) if wanted else {}
    return titles | {str(name): document.article.title for name, document in found.items()}


def _story(store: Store, story_id: StoryId) -> StoryView | None:
    documents = store.documents.story(story_id)
    return StoryView(id=documents[0].link.story_id, documents=_by_appearance(documents)) if documents else None


def _by_appearance(documents: Sequence[Document]) -> tuple[Document, ...]:
    """First seen first. What one poll brought has one time: there the origin leads, then what claims to be earlier."""
    return tuple(
        sorted(
            documents,
            key=lambda document: (
                document.article.first_seen_at,
                document.link.kind is not CopyKind.ORIGIN,
                document.article.news_time,
                document.id,
            ),
        )
    )


def _read_key(text: str) -> UrlKey:
    try:
        return url_key(text)
    except ValueError as error:
        raise NotKnown(text, f"is neither an id (24 hexadecimal digits) nor a URL: {error}") from None


def _documents_of(row: LedgerRow) -> tuple[ArticleId, ...]:
    return tuple(found for found in (row.article_id, article_id(row.final_key) if row.final_key else None) if found)


def _summaries(store: Store, page: SearchPage) -> dict[StoryId, StorySummary]:
    first = {hit.document.link.story_id: hit.document for hit in reversed(page.hits)}
    sizes = store.documents.story_sizes(tuple(first))
    found: dict[StoryId, StorySummary] = {}
    for story_id, document in first.items():
        copies = sizes.get(story_id, 1)
        documents = store.documents.story(story_id, limit=_SUMMARY_COPIES) if copies > 1 else ()
        found[story_id] = StorySummary(
            view=StoryView(id=story_id, documents=_by_appearance(documents) or (document,)), copies=copies
        )
    return found


def _remarks(tree: Node | None) -> tuple[str, ...]:
    words = {term.text for term in terms_of(tree) if isinstance(term, Term) and term.field is None} if tree else set()
    return tuple(
        f"“{word}” is looked for as a word; as an operator it is written {word.upper()}"
        for word in ("and", "or", "not")
        if word in words
    )


def _in_order(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
