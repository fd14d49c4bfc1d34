"""Whether a page shows its article to anyone: open, behind a paywall, or behind a consent form.

A page is judged by what it lacks. Paywalls and consent dialogues are named in the markup of most news pages, those that show
everything included; the name counts only where little text is there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from wirecopy.models import Access

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LITTLE_TEXT: Final = 1500
"""Characters; an article that says it is not free and shows more shows enough to be read and linked (about 250 words)."""
_NEXT_TO_NOTHING: Final = 600
# Ids, classes and hosts of the consent platforms in use on news sites, and of what they show in place of a page.
_CONSENT_MARK = re.compile(
    r"sp_message|sourcepoint|privacy-mgmt|onetrust|ot-sdk|didomi|usercentrics|cmpbox|consentmanager|quantcast|qc-cmp2|"
    r"trustarc|cookiebot|cybotcookiebot|iubenda|sibbo|tcfapi|consent-wall|consentwall|cookiewall|cookie-wall|purabo|contentpass|"
    r"guce\.|collectconsent|opencmp|traffective|fundingchoices|axeptio",
    re.IGNORECASE,
)
_CONSENT_WORDS = re.compile(
    r"cookies?|consent|einwilligung|zustimm|datenschutz|consentement|consentimiento|consenso|toestemming|samtyk|samtycke|zgod|"
    r"tracking|werbung|privacy|privacidad|confidentialit",
    re.IGNORECASE,
)
_PAYWALL_MARK = re.compile(
    r"paywall|piano-|tp-modal|subscriber-only|subscription-wall|premium-content|regwall|meteredcontent", re.IGNORECASE
)
_PAYWALL_WORDS = re.compile(
    r"subscribe to (?:read|continue|unlock)|subscribers? only|already a subscriber|to continue reading|sign in to read|"
    r"jetzt weiterlesen|weiterlesen mit|artikel freischalten|abonnent:?innen|nur für abonnent|bereits abonnent|mit .{0,20}plus lesen|"
    r"réservé aux abonnés|article réservé|déjà abonné|pour lire la suite|"
    r"contenido exclusivo|solo para suscriptores|suscríbete para|riservato agli abbonati|abbonati per|"
    r"exclusivo para assinantes|assine para|alleen voor abonnees|lees verder met|for abonnenter|kun for abonnent|allerede abonnent|"
    r"för prenumeranter|logga in för att läsa|vain tilaajille|tylko dla subskrybentów|pro předplatitele|"
    r"только для подписчиков|有料会員|会員限定|続きを読む|구독자 전용",
    re.IGNORECASE,
)
_CONSENT_SHARE: Final = 0.008  # a consent form speaks of consent every hundred characters; an article about cookies does not


def judge_access(tree: HtmlElement, *, text: str, is_free: bool | None) -> Access:
    """Judge a page by its markup and the text that was found in it.

    Args:
        tree: The page, as it came.
        text: The article's text.
        is_free: What its JSON-LD says in `isAccessibleForFree`; None where it says nothing.
    """
    if len(text) >= _LITTLE_TEXT:
        return Access.OPEN
    # An article that says it is not free and shows little; or one that says nothing, and stops short at a wall that is named.
    if is_free is False:
        return Access.PAYWALL
    marks = " ".join(_marks(tree))
    if len(text) < _NEXT_TO_NOTHING and _is_consent(tree, text, marks):
        return Access.CONSENT
    if is_free is None and _PAYWALL_MARK.search(marks) and _PAYWALL_WORDS.search(_visible(tree)):
        return Access.PAYWALL
    return Access.OPEN


def _is_consent(tree: HtmlElement, text: str, marks: str) -> bool:
    if not _CONSENT_MARK.search(marks):
        return False
    visible = text or _visible(tree)
    words = sum(1 for _ in _CONSENT_WORDS.finditer(visible))
    # A page that is only the platform's script shows nothing at all.
    return not visible.strip() or words >= max(2, _CONSENT_SHARE * len(visible))


def _marks(tree: HtmlElement) -> list[str]:
    names = tree.xpath("//@id | //@class | //script/@src | //iframe/@src")
    return [str(name)[:300] for name in names]


def _visible(tree: HtmlElement) -> str:
    parts = tree.xpath("//body//text()[not(ancestor::script or ancestor::style or ancestor::noscript or ancestor::template)]")
    return " ".join(" ".join(str(part) for part in parts).split())
