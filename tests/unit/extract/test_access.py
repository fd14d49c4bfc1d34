"""Open, paywall, consent: judged by what a page lacks, not by the names in its markup alone."""

from __future__ import annotations

import json

import lxml.html
import pytest

from wirecopy.extract.article import read_article
from wirecopy.extract.facts.access import judge_access
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


@pytest.mark.parametrize(
    "title",
    [
        "Just a moment...",
        "Attention Required! | Cloudflare",
        "Access Denied",
        "Are you a robot?",
        "Pardon Our Interruption",
        "404 Not Found",
        "Page not found - Courier",
        "Seite nicht gefunden | Courier",
        "Page introuvable",
        "Página no encontrada",
        "Страница не найдена",
        "ページが見つかりません",
        "This content is not available in your region",
    ],
)
def test_what_stands_in_an_articles_place_is_none(title: str) -> None:
    page = f"<html><head><title>{title}</title></head><body><p>Ray ID 7f1</p></body></html>"
    assert judge_access(lxml.html.document_fromstring(page), text="Ray ID 7f1", is_free=None) is Access.BLOCKED


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Access denied: how a museum lost its keys", SHORT),
        ("404 days without a government", SHORT),
        ("Are you a robot?", LONG),
        ("Page not found - Courier", LONG),
        ("Just a moment of peace at the bridge", ""),
    ],
)
def test_an_article_about_a_refusal_is_one(title: str, text: str) -> None:
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>"
    assert judge_access(lxml.html.document_fromstring(page), text=text, is_free=None) is Access.OPEN


@pytest.mark.parametrize(
    "words",
    [
        "Dieser Artikel ist kostenpflichtig",
        "Il vous reste 80% de cet article à lire. La suite est réservée aux abonnés",
        "Contenido exclusivo para suscriptores",
        "Riservato agli abbonati",
        "Exclusivo para assinantes",
        "Alleen voor abonnees",
        "Kun for abonnenter",
        "Logga in för att läsa",
        "Vain tilaajille",
        "Pozostało 75% tekstu",
        "Pro předplatitele",
        "Csak előfizetők olvashatják",
        "Только для подписчиков",
        "Abonelere özel",
        "この記事は有料会員限定です",
        "구독자 전용 기사입니다",
        "订阅后阅读全文",
    ],
)
@pytest.mark.parametrize("mark", ["article-paywall", "poool-widget", "leaky-paywall-message", "zephr-wall", "plenigo-box"])
def test_walls_of_many_systems_and_languages(words: str, mark: str) -> None:
    assert judge(f'<p>{SHORT}</p><div class="{mark}">{words}</div>', SHORT) is Access.PAYWALL


def test_a_teaser_for_subscribers_beside_a_short_free_article_is_no_wall_of_its_own() -> None:
    text = SHORT + SHORT
    page = f'<div class="paywall-slot"></div><p>{text}</p><ul><li>Other story <b>Subscribers only</b></li></ul>'
    assert judge(page, text) is Access.OPEN


@pytest.mark.parametrize(
    ("head", "access"),
    [
        ('<meta property="article:content_tier" content="locked">', Access.PAYWALL),
        ('<meta property="article:content_tier" content="metered">', Access.OPEN),
        ('<meta property="article:content_tier" content="free">', Access.OPEN),
        (
            '<script type="application/ld+json">{"@type": "NewsArticle", "hasPart": {"isAccessibleForFree": "False", "cssSelector": "i"}}</script>',
            Access.PAYWALL,
        ),
    ],
)
def test_what_a_page_says_of_its_parts(head: str, access: Access) -> None:
    html = f"<html><head>{head}</head><body><article><h1>Bridge</h1><p>{SHORT}</p></article></body></html>"
    assert read_article(html.encode(), url=None, content_type=None).access is access


def test_a_short_text_of_a_script_without_spaces_is_not_little() -> None:
    assert judge("<p>x</p>", "橋は冬の前に開通する。" * 60, is_free=False) is Access.OPEN
