"""A store with the stories that the pages are tested on, hostile and foreign ones included, and the app over it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from wirecopy.models import ArchiveRef, ClaimedTime, CopyKind, LedgerRow, RemovalReason, RemovedLine, SourceId
from wirecopy.outcomes import State
from wirecopy.store import open_store
from wirecopy.urls import url_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from wirecopy.models import Document
    from wirecopy.store.ports import Store

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><b>"
SEEN = datetime(2026, 11, 22, 8, tzinfo=UTC)

_DOCKERS = (
    "Dockers in the harbour of Northport walked out on Sunday morning after talks about night shifts had failed.\n"
    "“We were promised a roster by October,” said Ines Novak, who speaks for the harbour workers. “It is the end of November.”\n"
    "The port authority said that eleven ships were waiting in the roads, and that perishable goods would be unloaded first."
)
_HAFEN = (
    "Im Hafen von Northport haben die Arbeiter am Sonntagmorgen die Arbeit niedergelegt, nachdem Gespräche über Nachtschichten "
    "gescheitert waren.\n„Der Dienstplan war uns für Oktober versprochen“, sagte Ines Novak, die für die Hafenarbeiter spricht."
)
_MINA = (
    "توقف عمال الرصيف في ميناء نورثبورت عن العمل صباح الأحد بعد فشل المحادثات بشأن المناوبات الليلية.\n"
    "وقالت إيناس نوفاك: «وُعدنا بجدول في أكتوبر»."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is in the store: `story` in order of first seen, and what stands apart."""

    address: str
    story: tuple[Document, ...]
    hostile: Document
    long: Document

    def __iter__(self) -> Iterator[Document]:
        return iter((*self.story, self.hostile, self.long))


@pytest.fixture
def news(tmp_path: Path, document_of: Callable[..., Document]) -> News:
    claimed = ClaimedTime.parse("2026-11-22T08:55+01:00", origin="json-ld")
    origin = document_of(
        "https://courier.test/2026/harbour-strike",
        title="Dockers walk out in Northport harbour",
        text=_DOCKERS,
        country="GB",
        authors=("Ana Brook", "Tom Reed"),
        published_at=claimed,
        site_name="The Northport Courier",
        boilerplate=(
            RemovedLine(text="Read more", reason=RemovalReason.TEASER),
            RemovedLine(text="Subscribe to our newsletter", reason=RemovalReason.FORM),
        ),
        canonical_url="https://courier.test/harbour-strike",
    )
    near = document_of(
        "https://herald.test/news/dockers",
        title="Northport dockers on strike",
        text=_DOCKERS.replace("Dockers", "Workers"),
        of=origin,
        kind=CopyKind.NEAR,
        score=0.93,
        minute=12,
        source="herald",
        country="IE",
        evidence={
            "method": "near",
            "version": 1,
            "relation": "near",
            "rule": "most of the shorter and enough of the longer shared",
            "coverage": {"this": 0.96, "other": 0.9},
            "tokens": {"this": 61, "other": 63},
            "thresholds": {"smaller": 0.6, "larger": 0.3},
            "passages": [
                {"this": [8, 60], "other": [8, 60], "tokens": 19, "text": "in the harbour of Northport walked out on Sunday"}
            ],
            "rejected": [
                {
                    "article": "0" * 24,
                    "story_id": "0" * 24,
                    "coverage": {"this": 0.1, "other": 0.05},
                    "rule": "only a phrase shared",
                }
            ],
        },
    )
    german = document_of(
        "https://kurier.test/hafen",
        title="Hafenarbeiter in Northport streiken",
        text=_HAFEN,
        of=origin,
        kind=CopyKind.TRANSLATION,
        score=0.88,
        minute=47,
        source="kurier",
        lang="de",
        country="DE",
        evidence={"method": "anchors", "version": 1, "rule": "names, numbers and quotes in the same order", "anchors": 9},
    )
    arabic = document_of(
        "https://mina.test/a",
        title="إضراب عمال ميناء نورثبورت (harbour)",
        text=_MINA,
        of=origin,
        kind=CopyKind.TRANSLATION,
        score=0.81,
        minute=185,
        source="mina",
        lang="ar",
        country="EG",
        evidence={"method": "anchors", "version": 1, "anchors": 7},
    )
    hostile = document_of(
        "https://evil.test/a",
        title=f"harbour {HOSTILE}",
        text=f"hostile harbour {HOSTILE}\nsecond {HOSTILE}",
        authors=(HOSTILE,),
        kind=CopyKind.POSSIBLE,
        score=0.5,
        minute=1,
        source=f"evil{HOSTILE}",
        lang='en"onload="alert(3)',
        country=HOSTILE[:9],
        site_name=HOSTILE,
        canonical_url="javascript:alert(4)",
        boilerplate=(RemovedLine(text=HOSTILE, reason=RemovalReason.FORM),),
        evidence={
            "method": HOSTILE,
            "rule": HOSTILE,
            HOSTILE: HOSTILE,
            "passages": [{"text": HOSTILE}],
            "mentions": [{"article": HOSTILE, "story_id": HOSTILE, "rule": HOSTILE, "passages": [HOSTILE]}],
        },
    )
    long = document_of(
        "https://long.test/" + "a" * 300,
        title="Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnungsentwurf" * 3,
        text="W" * 400 + "\n" + "budget " * 50,
        minute=3,
        source="a-source-with-a-very-long-name-indeed-and-no-end-in-sight",
        lang=None,
    )
    address = f"sqlite:{tmp_path / 'news.sqlite'}"
    store = open_store(address)
    found = News(address=address, story=(origin, near, german, arabic), hostile=hostile, long=long)
    assert store.documents.put(tuple(found)) == ()
    later = document_of(origin.article.url, title="Dockers walk out", text="A first short report.", minute=0)
    store.documents.put([later])
    store.documents.put([origin])
    store.ledger.discover([*_rows(found), *(_waiting(number) for number in range(130))])
    store.close()
    return found


def row_of(url: str, state: State, reason: str, **others: Any) -> LedgerRow:
    return LedgerRow(
        key=url_key(url),
        url=url,
        source_id=SourceId("courier"),
        feed_url="https://courier.test/feed.xml",
        state=state,
        reason=reason,
        first_seen_at=SEEN,
        **others,
    )


def _rows(news: News) -> list[LedgerRow]:
    origin = news.story[0]
    indexed = {
        "fetched_at": origin.article.fetched_at,
        "indexed_at": origin.indexed_at,
        "http_status": 200,
        "article_id": origin.id,
        "attempts": 1,
    }
    return [
        row_of(
            origin.article.url,
            State.INDEXED,
            "indexed as origin",
            archive_ref=ArchiveRef(file="2026-11-22-courier.warc.gz", offset=4711),
            entry_title="Dockers walk out",
            entry_published="2026-11-22T07:55:00+00:00",
            **indexed,
        ),
        row_of("https://sho.rt/x", State.SAME_PAGE, "leads to the page above", final_key=origin.article.key),
        row_of("https://courier.test/gone", State.GONE, "the site answered 404", http_status=404, attempts=1),
        row_of("https://courier.test/" + "long/" * 60, State.QUARANTINED, f"failed: {HOSTILE}", attempts=5),
        row_of(
            "https://courier.test/slow",
            State.RETRYING,
            "no answer in 45 s",
            attempts=2,
            next_attempt_at=SEEN + timedelta(hours=1),
        ),
    ]


def _waiting(number: int) -> LedgerRow:
    return row_of(f"https://courier.test/waiting/{number:03}", State.PENDING, "discovered in its feed")


@pytest.fixture
def store_factory(news: News) -> Iterator[Callable[[], Store]]:
    opened: list[Store] = []

    def factory() -> Store:
        opened.append(open_store(news.address))
        return opened[-1]

    yield factory
    for store in opened:
        store.close()
