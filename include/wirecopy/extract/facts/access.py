"""Whether a page shows its article to anyone: open, behind a paywall or a consent form, or not there at all.

A page is judged by what it lacks. Paywalls and consent dialogues are named in the markup of most news pages, those that show
everything included; the name counts only where little text is there. A metered page that shows its article is open.
"""
# ruff: noqa: RUF001 - phrases of many scripts

from __future__ import annotations

import re
import unicodedata
from itertools import islice
from typing import TYPE_CHECKING, Final

from wirecopy.models import Access

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LITTLE_TEXT: Final = 1500
"""Characters; an article that says it is not free and shows more shows enough to be read and linked (about 250 words)."""
_NEXT_TO_NOTHING: Final = 600
_MOST_TEXT: Final = 200_000
_MOST_WALLS: Final = 200
_WALL_TEXT: Final = 3000
"""Characters of a wall; what says more is the page, named after its wall."""
_LONGEST_TITLE: Final = 120
_WIDE_WEIGHT: Final = 3
"""Characters of Latin that one of a script without spaces counts for, as in `wirecopy.verdict`."""
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
# Ids, classes and hosts: generic names first, then paywall systems (Piano, Zephr, Poool, Leaky Paywall, Pelcro, LaterPay, Plenigo,
# Steady, Evolok, Wallkit, Qiota, Arc's subscriptions, MPP, Pigeon).
_PAYWALL_MARK = re.compile(
    r"pay-?wall|regwall|registration-?wall|login-?wall|subscri(?:be|ber|ption)s?-?(?:only|wall|gate|prompt|required|offer)|premium-?"
    r"(?:content|article|wall|overlay|box)|metered-?content|content-?gate|gated-?content|locked-?content|article-?locked|is-locked|"
    r"paid-?(?:content|article)|offer-?wall|abo-?wall|plus-?(?:wall|box|artikel)|betalingsmur|maksumuuri|"
    r"piano-|tinypass|tp-modal|tp-container|zephr|poool|leaky[-_]?paywall|pelcro|laterpay|plenigo|steadyhq|steady-paywall|evolok|"
    r"wallkit|qiota|arcp|mppglobal|pigeon-(?:open|widget)|pigeon\.js",
    re.IGNORECASE,
)
_PAYWALL_PHRASES: Final = (
    r"subscribe (?:now )?to (?:read|continue|unlock|keep)|subscribers? only|for subscribers|already a (?:subscriber|member)|"
    r"(?:to )?continue reading (?:this|with)|to continue reading|sign in to (?:read|continue)|log in to (?:read|continue)|"
    r"register (?:for free )?to (?:read|continue)|create (?:a free|an) account to|unlock this (?:article|story)|"
    r"you(?:'|’)ve reached your|free articles? (?:left|remaining)|this (?:article|story|content) is (?:for|only available)|"
    r"jetzt weiterlesen|weiterlesen mit|artikel freischalten|abonnent:?\*?innen|nur für abonnent|bereits abonnent|mit .{0,20}plus lesen|"
    r"registrieren und weiterlesen|anmelden und weiterlesen|sie haben bereits ein abo|dieser artikel ist kostenpflichtig|"
    r"réservé(?:e|s)? aux abonnés|article réservé|déjà abonné|pour lire la suite|il vous reste .{1,12} à (?:lire|découvrir)|"
    r"la suite (?:de cet article )?est réservée|abonnez-vous pour|"
    r"contenido exclusivo|solo para suscriptores|exclusivo para suscriptores|suscríbete para|ya eres suscriptor|regístrate para (?:leer|seguir)|"
    r"riservato agli abbonati|abbonati per|sei già abbonato|contenuto (?:riservato|esclusivo)|exclusivo para assinantes|assine para|"
    r"já é assinante|conteúdo exclusivo|artigo exclusivo|"
    r"alleen voor abonnees|lees verder met|al abonnee|exclusief voor abonnees|for abonnenter|kun for abonnent|allerede abonnent|"
    r"bli abonnent|bliv abonnent|er du abonnent|for abonnementer|läs vidare|för prenumeranter|redan prenumerant|logga in för att läsa|"
    r"vain tilaajille|tilaajille|oletko jo tilaaja|jatka lukemista|áskrifendur|áskrift|tylko dla (?:subskrybentów|prenumeratorów)|"
    r"pozostało .{1,12} (?:tekstu|artykułu)|masz już (?:subskrypcję|prenumeratę)|kup dostęp|pro předplatitele|jste předplatitel|"
    r"len pre predplatiteľov|samo za (?:pretplatnike|naročnike)|csak előfizetők|előfizetőknek|doar pentru abonați|само за абонати|"
    r"только (?:для|по) подписк|для подписчиков|оформите подписку|лише для передплатників|για συνδρομητές|abonelere özel|"
    r"yalnızca aboneler|למנויים בלבד|للمشتركين فقط|केवल सदस्यों|chỉ dành cho (?:thành viên|người đăng ký)|khusus pelanggan|"
    r"tik prenumeratoriams|tikai abonentiem|ainult tellijatele|"
    r"有料会員|会員限定|続きを読む(?:には)?|この記事は有料|残り\s?\d+\s?文字|订阅后|付费阅读|會員專屬|訂閱會員|구독자 전용|유료 회원|회원 전용"
)
_PAYWALL_WORDS = re.compile(_PAYWALL_PHRASES, re.IGNORECASE)
_CONSENT_SHARE: Final = 0.008  # a consent form speaks of consent every hundred characters; an article about cookies does not
# Titles and headings of pages that stand in an article's place, whole but for the site's name: challenges and refusals of content
# networks and firewalls (Cloudflare, Akamai, DataDome, PerimeterX, Imperva, DDoS-Guard), regional refusals, errors answered with 200.
_STAND_IN = re.compile(
    r"(?:error\s*)?(?:401|403|404|410|429|451|500|502|503)(?:\s*[:.-]?\s*(?:http )?(?:error|(?:(?:page|file) )?not found|"
    r"forbidden|unauthorized|gone|too many requests|access denied|bad gateway|(?:internal )?server error|service (?:temporarily )?"
    r"unavailable|gateway timeout|unavailable for legal reasons)){0,3}|just a moment\W*|attention required\W*|"
    r"one more step\W*|(?:sorry, )?you have been blocked|access (?:to this page (?:has been )?)?denied\W*|pardon our interruption\W*|"
    r"are you (?:a )?(?:robot|human)\W*|(?:please )?verify(?:ing)? (?:that )?you are (?:a )?human\W*|human verification|robot check|"
    r"security (?:check|verification)|checking your browser.{0,40}|ddos-guard|please enable (?:js|javascript|cookies).{0,60}|"
    r"enable javascript and cookies to continue|request (?:blocked|unsuccessful|rejected)\W*|forbidden|unavailable for legal reasons|"
    r"(?:this )?(?:content|site|page|website) (?:is )?(?:not available|unavailable) in your (?:region|country|location|area)\W*|"
    r"(?:oops\W{0,3})?(?:the |this )?(?:page|article|story) (?:was |could |can )?(?:not (?:be )?found|cannot be found|does not exist|is "
    r"no longer available|no longer exists)\W*|not found|server error|bad gateway|service (?:temporarily )?unavailable|"
    r"(?:die )?seite (?:wurde )?(?:leider )?nicht gefunden\W*|artikel nicht gefunden|zugriff verweigert|page (?:introuvable|non trouvée|"
    r"inexistante)|accès refusé|página no encontrada|no se (?:ha )?encontr(?:ó|ado) la página|acceso denegado|pagina non trovata|"
    r"accesso negato|página não encontrada|acesso negado|pagina niet gevonden|toegang geweigerd|siden (?:ble |blev )?ikke (?:blev )?funnet|"
    r"siden (?:blev )?ikke fundet|sidan (?:kunde inte hittas|hittades inte)|sivua ei löyt\w+|síða fannst ekki|nie znaleziono(?: strony)?|"
    r"strona nie (?:istnieje|została znaleziona)|stránka (?:nenalezena|nebyla nalezena|sa nenašla|neexistuje)|az oldal nem található|"
    r"pagina nu a fost găsită|stranica nije pronađena|stran ni najdena|страница не найдена|сторінку не знайдено|страницата не е намерена|"
    r"η σελίδα δεν βρέθηκε|sayfa bulunamadı|puslapis nerastas|lapa nav atrasta|lehte ei leitud|הדף לא נמצא|الصفحة غير موجودة|"
    r"पृष्ठ नहीं मिला|ไม่พบหน้า.{0,20}|không tìm thấy trang|halaman tidak ditemukan|"
    r"ページが見つかりません(?:でした)?|お探しのページは見つかりません.{0,10}|页面不存在|找不到(?:页面|頁面)|페이지를 찾을 수 없습니다\W*",
    re.IGNORECASE,
)
_TITLE_PARTS = re.compile(r"\s[|–—·»-]\s|[|｜]")


def judge_access(tree: HtmlElement, *, text: str, is_free: bool | None) -> Access:
    """Judge a page by its markup and the text that was found in it.

    Args:
        tree: The page, as it came.
        text: The article's text.
        is_free: What its JSON-LD says in `isAccessibleForFree`; None where it says nothing.
    """
    length = _weigh(text)
    if length >= _LITTLE_TEXT:
        return Access.OPEN
    # An article that says it is not free and shows little; or one that says nothing, and stops short at a wall that is named.
    if is_free is False:
        return Access.PAYWALL
    if length < _NEXT_TO_NOTHING and _stands_in(tree):
        return Access.BLOCKED
    marks = " ".join(_marks(tree))
    if length < _NEXT_TO_NOTHING and _is_consent(tree, text, marks):
        return Access.CONSENT
    if is_free is None and _PAYWALL_MARK.search(marks) and _is_walled(tree, is_short=length < _NEXT_TO_NOTHING):
        return Access.PAYWALL
    return Access.OPEN


def _weigh(text: str) -> int:
    return sum(_WIDE_WEIGHT if unicodedata.east_asian_width(char) in "WF" else 1 for char in text[:_LITTLE_TEXT])


def _stands_in(tree: HtmlElement) -> bool:
    """Whether the page's title or first heading says that something else is shown in its place."""
    for element in islice(tree.iter("title", "h1"), 5):
        title = " ".join("".join(islice(element.itertext(), 20)).split())
        if len(title) <= _LONGEST_TITLE and any(
            _STAND_IN.fullmatch(part.strip()) for part in (title, *_TITLE_PARTS.split(title))
        ):
            return True
    return False


def _is_consent(tree: HtmlElement, text: str, marks: str) -> bool:
    if not _CONSENT_MARK.search(marks):
        return False
    visible = text or _visible(tree)
    words = sum(1 for _ in _CONSENT_WORDS.finditer(visible))
    # A page that is only the platform's script shows nothing at all.
    return not visible.strip() or words >= max(2, _CONSENT_SHARE * len(visible))


def _is_walled(tree: HtmlElement, *, is_short: bool) -> bool:
    """Whether a wall speaks: an element with a wall's name, or any where next to nothing is shown.

    Teasers of other articles say "for subscribers", too: on a page that shows a short article they are no wall of its own.
    """
    walls = (
        element
        for element in tree.iter("div", "section", "aside", "p", "form", "article")
        if _PAYWALL_MARK.search(f"{element.get('class') or ''} {element.get('id') or ''}"[:300])
    )
    for wall in islice(walls, _MOST_WALLS):
        said = " ".join("".join(islice(wall.itertext(), 200)).split())
        if len(said) <= _WALL_TEXT and _PAYWALL_WORDS.search(said):
            return True
    return is_short and _PAYWALL_WORDS.search(_visible(tree)) is not None


def _marks(tree: HtmlElement) -> list[str]:
    names = tree.xpath("//@id | //@class | //script/@src | //iframe/@src")
    return [str(name)[:300] for name in names]


def _visible(tree: HtmlElement) -> str:
    parts = tree.xpath(
        "//body//text()[not(ancestor::script or ancestor::style or ancestor::noscript or ancestor::template or ancestor::nav)]"
    )
    return " ".join(" ".join(str(part) for part in parts).split())[:_MOST_TEXT]
