"""Open, paywall, consent: judged by what a page lacks, not by the names in its markup alone."""

from __future__ import annotations

import json

import lxml.html
import pytest

from wirecopy.extract.access import judge_access
from wirecopy.extract.article import read_article
from wirecopy.models import Access

LONG = "The bridge opens before winter and the ferries stay for those who need them. " * 40
SHORT = "The bridge opens before winter and the ferries stay for those who need them. " * 6
CONSENT = (
    '<div id="onetrust-consent-sdk"><p>We and our partners use cookies. With your consent we process personal data; '
    "see our privacy settings. Accept cookies or subscribe for use without tracking.</p></div>"
)
WALL = '<div class="article-paywall"><p>Already a subscriber? Log in. Subscribe to continue reading.</p></div>'


def judge(body: str, text: str, is_free: bool | None = None) -> Access:  # noqa: FBT001
    return judge_access(lxml.html.document_fromstring(f"<html><body>{body}</body></html>"), text=text, is_free=is_free)


@pytest.mark.parametrize(
    ("body", "text", "is_free", "access"),
    [
        (f"<p>{LONG}</p>", LONG, None, Access.OPEN),
        (f"<p>{SHORT}</p>", SHORT, None, Access.OPEN),
        (f"<p>{LONG}</p>{CONSENT}{WALL}", LONG, None, Access.OPEN),
        (f"<p>{LONG}</p>", LONG, False, Access.OPEN),
        (f"<p>{SHORT}</p>", SHORT, False, Access.PAYWALL),
        (f"<p>{SHORT}</p>{WALL}", SHORT, None, Access.PAYWALL),
        (f"<p>{SHORT}</p>{WALL}", SHORT, True, Access.OPEN),
        (f'<p>{SHORT}</p><div class="paywall-slot"></div>', SHORT, None, Access.OPEN),
        (f"<p>{SHORT}</p>{CONSENT}", SHORT, None, Access.OPEN),
        (CONSENT, "We and our partners use cookies. With your consent we process data.", None, Access.CONSENT),
        (CONSENT, "", None, Access.CONSENT),
        ("<p>Our cookies are baked with consent of the cook.</p>", "", None, Access.OPEN),
    ],
)
def test_access(body: str, text: str, is_free: bool | None, access: Access) -> None:  # noqa: FBT001
    assert judge(body, text, is_free) is access


def test_a_paywalled_page_keeps_the_text_it_shows() -> None:
    ld = json.dumps({"@type": "NewsArticle", "headline": "Bridge", "isAccessibleForFree": "False"})
    html = f'<html><head><script type="application/ld+json">{ld}</script></head><body><article><h1>Bridge</h1><p>{SHORT}</p></article>'
    article = read_article(html.encode(), url=None, content_type=None)
    assert article.access is Access.PAYWALL
    assert SHORT.strip() in article.text
