"""The pages, one function each: what was asked, what the store says, which template shows it. All only read."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse

from wirecopy.errors import ConfigError, NotKnown, QuerySyntaxError
from wirecopy.models import UrlKey
from wirecopy.outcomes import MEANINGS, State
from wirecopy.search.filters import read_filters
from wirecopy.search.service import MAX_RESULTS, name_articles, read_article, read_story, resolve_id, search
from wirecopy.store.ports import SearchFilters
from wirecopy.urls import url_key
from wirecopy.web.pages import STATIC_TYPES, base_of, render, static_file

if TYPE_CHECKING:
    from wirecopy.models import LedgerRow
    from wirecopy.search.service import Answer
    from wirecopy.store.ports import Store
    from wirecopy.web.lending import StoreLender

router = APIRouter()
_READS = ["GET", "HEAD"]
_EVERY_METHOD = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
_PER_PAGE = 20
_ROWS_PER_PAGE = 100
_WEB_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_DAY = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What the search form holds, as it was typed: the page's address and the page's inputs are made from it."""

    q: str = ""
    lang: str = ""
    source: str = ""
    since: str = ""
    until: str = ""
    copies: str = ""
    page: int = 1

    @classmethod
    def read(cls, request: Request) -> Form:
        """The form out of an address; what makes no sense is the form's default."""
        values = request.query_params
        page = values.get("page", "")
        return cls(
            q=values.get("q", ""),
            lang=" ".join(values.getlist("lang")).strip(),
            source=" ".join(values.getlist("source")).strip(),
            since=values.get("since", "").strip(),
            until=values.get("until", "").strip(),
            copies="all" if values.get("copies") == "all" else "",
            page=min(int(page), MAX_RESULTS // _PER_PAGE) if re.fullmatch(r"[1-9][0-9]{0,5}", page) else 1,
        )

    def values(self, **changes: str | int) -> dict[str, str | int]:
        """Names and values for an address; the first page needs no number."""
        values: dict[str, str | int] = {
            "q": self.q,
            "lang": self.lang,
            "source": self.source,
            "since": self.since,
            "until": self.until,
            "copies": self.copies,
            "page": self.page,
        }
        values.update(changes)
        if values["page"] == 1:
            del values["page"]
        return values

    @property
    def has_filters(self) -> bool:
        """Whether anything narrows the search besides the query."""
        return bool(self.lang or self.source or self.since or self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressNotice:
    """What is known of a web address that was typed as a query.

    Attributes:
        article_id: Its article, or None.
        message: What became of it where there is no article, or None.
    """

    article_id: str | None = None
    message: str | None = None


def _lender(request: Request) -> StoreLender:
    lender: StoreLender = request.app.state.lender
    return lender


@router.api_route("/", methods=_READS)
def home(request: Request) -> Response:
    """The search form and its answer; without a query everything, newest first."""
    form = Form.read(request)
    answer: Answer | None = None
    notice: AddressNotice | None = None
    problem: QuerySyntaxError | ConfigError | None = None
    try:
        filters = read_filters(langs=(form.lang,), sources=(form.source,), since=form.since, until=form.until)
        with _lender(request).lend() as store:
            if _WEB_ADDRESS.fullmatch(form.q.strip()):
                notice = _look_up(store, form.q.strip())
            answer = _ask(store, form, filters)
    except QuerySyntaxError as error:
        problem = error
    except ConfigError as error:
        if error.subject not in {"lang", "source", "since", "until"}:
            raise
        problem = error
    return render(
        request,
        "search.html",
        status=400 if problem else 200,
        form=form,
        answer=answer,
        notice=notice,
        problem=problem,
        is_query_problem=isinstance(problem, QuerySyntaxError),
        pages=-(-min(answer.found, MAX_RESULTS) // _PER_PAGE) if answer else 0,
    )


def _ask(store: Store, form: Form, filters: SearchFilters) -> Answer:
    return search(store, form.q, filters, limit=_PER_PAGE, offset=(form.page - 1) * _PER_PAGE, fold_copies=form.copies != "all")


@router.api_route("/syntax", methods=_READS)
def syntax(request: Request) -> Response:
    """The search language in examples."""
    return render(request, "syntax.html")


@router.api_route("/story/{story_id}", methods=_READS)
def story(request: Request, story_id: str) -> Response:
    """A story: its copies in order of first seen, what each is, and why."""
    with _lender(request).lend() as store:
        view = read_story(store, story_id)
        titles = name_articles(store, view.documents)
    return render(request, "story.html", view=view, titles=titles)


@router.api_route("/article/{article_id}", methods=_READS)
def article(request: Request, article_id: str) -> Response:
    """An article: text, times, place in its story, trail in the ledger, versions."""
    with _lender(request).lend() as store:
        view = read_article(store, article_id)
        titles = name_articles(store, view.story.documents)
    return render(
        request,
        "article.html",
        view=view,
        document=view.document,
        article=view.document.article,
        titles=titles,
    )


@router.api_route("/find", methods=_READS)
def find(request: Request) -> Response:
    """Lead from an id or a URL to its article's page."""
    with _lender(request).lend() as store:
        document = resolve_id(store, request.query_params.get("id", ""))
    return RedirectResponse(f"{base_of(request.scope)}article/{document.id}", status_code=303)


@router.api_route("/ledger", methods=_READS)
def ledger(request: Request) -> Response:
    """How many URLs are in each state; those in one state; what became of one URL."""
    values = request.query_params
    state = _read_state(values.get("state"))
    url = values.get("url", "").strip()
    rows: tuple[LedgerRow, ...] = ()
    more_after: UrlKey | None = None
    problem: str | None = None
    with _lender(request).lend() as store:
        counts = store.ledger.counts()
        discovered = store.ledger.discovered()
        if url:
            try:
                rows = store.ledger.leading_to(url_key(url))
            except ValueError as error:
                problem = f"This is no web address: {error}"
        elif state is not None:
            after = values.get("after")
            rows = store.ledger.rows(states=[state], after=UrlKey(after) if after else None, limit=_ROWS_PER_PAGE + 1)
            if len(rows) > _ROWS_PER_PAGE:
                rows = rows[:_ROWS_PER_PAGE]
                more_after = rows[-1].key
    return render(
        request,
        "ledger.html",
        status=400 if problem else 200,
        counts=counts,
        meanings=MEANINGS,
        discovered=discovered,
        state=state,
        url=url,
        rows=rows,
        more_after=more_after,
        is_continued=bool(values.get("after")),
        problem=problem,
    )


@router.api_route("/static/{name}", methods=_READS)
def static(name: str) -> Response:
    """A static file, an ordinary route so that what guards the others guards it too."""
    try:
        content = static_file(name)
    except KeyError:
        raise HTTPException(404) from None
    # Its address changes with its content, so it may be kept; by the reader's own browser only.
    return Response(content, media_type=STATIC_TYPES[name], headers={"Cache-Control": f"private, max-age={_DAY}"})


@router.api_route("/{path:path}", methods=_EVERY_METHOD)
def anything_else(request: Request) -> Response:
    """Whatever is not there, as a route, so that not even that is told to somebody who is not logged in."""
    raise HTTPException(404 if request.method in _READS else 405)


def _look_up(store: Store, url: str) -> AddressNotice:
    try:
        return AddressNotice(article_id=resolve_id(store, url).id)
    except NotKnown as error:
        return AddressNotice(message=error.message)


def _read_state(text: str | None) -> State | None:
    with suppress(ValueError):
        return State(text) if text else None
    raise HTTPException(404)
