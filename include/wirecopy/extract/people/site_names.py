"""The names a site gives itself, and whether a piece of text is one of them."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from wirecopy.extract.facts.jsonld import names_of, text_of
from wirecopy.extract.folding import fold_accents
from wirecopy.urls import registrable_domain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lxml.html import HtmlElement

    from wirecopy.extract.facts.jsonld import Node

_SITE_KINDS: Final = ("WebSite", "NewsMediaOrganization", "Organization")
_LONGEST_SITE_NAME: Final = 60
_LEAST_PART: Final = 3
"""Letters of a part of a name that stands for the whole."""
_MOST_NAMES: Final = 20
_MOST_HEADINGS: Final = 30
_NOT_WORD = re.compile(r"[\W_]+")
_PARTS = re.compile(r"\s+[|｜•·»–—-]\s+|\s*[|｜：]\s*")  # noqa: RUF001 - separators as sites write them
_LOGO = re.compile(r"(?:^|[\s_-])(?:logo|site-?title|site-?name|brand|branding)(?:$|[\s_-])", re.IGNORECASE)
# What outlets put beside their name: "Mirror Online", "Metro News", "Báo VnExpress", "DER STANDARD".
_COMPANION_WORDS: Final = (
    "the|der|die|das|le|la|les|el|los|las|il|lo|l|o|os|as|den|det|de|online|news|new|newspaper|nouvelles|noticias|notizie|nachrichten|"
    "web|website|digital|com|net|org|info|tv|radio|magazin|magazine|zeitung|journal|blog|bao|latest|breaking|haberleri|haber|gazetesi|"
    "газета|новости|www|mobile|app|international|portal|site|home"
)
_COMPANIONS: Final = frozenset(_COMPANION_WORDS.split("|"))
_SUFFIXES: Final = (
    "online",
    "news",
    "digital",
    "web",
    "tv",
    "com",
    "net",
    "magazin",
    "magazine",
    "電子版",
    "新聞",
    "新闻",
    "网",
    "網",
    "뉴스",
)


def find_site_names(
    tree: HtmlElement, nodes: Sequence[Node], node: Node, metas: Mapping[str, str], url: str | None
) -> tuple[str, ...]:
    """Every name of the site that its page states, the surest first; its domain and the domain's label come last.

    Args:
        tree: The page.
        nodes: Its JSON-LD nodes.
        node: Its article's node.
        metas: Its meta tags.
        url: Its address, or None.
    """
    stated = [metas.get("og:site_name"), *names_of(node.get("publisher"))[:1]]
    stated += [text_of(other.get("name")) for other in nodes if other.get("@type") in _SITE_KINDS[:2]]
    stated += [metas.get("application-name"), metas.get("twitter:app:name:iphone"), metas.get("apple-mobile-web-app-title")]
    domain = ""
    if url:
        with suppress(ValueError):  # an address without a host tells nothing of the site
            domain = registrable_domain(url)
            stated += [domain, domain.partition(".")[0]]
    stated += _logos(tree, domain)
    handle = (metas.get("twitter:site") or "").strip()
    stated += [handle] if handle.startswith("@") else []
    names = [" ".join(name.split()).lstrip("@") for name in stated if name]
    fit = [name for name in names if 1 < len(name) <= _LONGEST_SITE_NAME]
    return tuple(dict.fromkeys(fit))[:_MOST_NAMES]


def _logos(tree: HtmlElement, domain: str) -> list[str]:
    """Headings of the first rank that are the site's sign: they lead home, or say that they are its logo."""
    found = []
    for number, heading in enumerate(tree.iter("h1")):
        if number >= _MOST_HEADINGS:
            break
        text = " ".join(heading.text_content().split())
        if not text or len(text) > _LONGEST_SITE_NAME:
            continue
        marks = f"{heading.get('class') or ''} {heading.get('id') or ''}"
        leads_home = any(_is_home(link.get("href") or "", domain) for link in heading.iter("a"))
        if leads_home or _LOGO.search(marks):
            found.append(text)
    return found


def _is_home(href: str, domain: str) -> bool:
    path = re.sub(r"^(?:https?:)?//[^/?#]{1,200}", "", href.strip())
    is_own = not href.strip().startswith(("http:", "https:", "//")) or (bool(domain) and domain in href)
    return is_own and path.rstrip("/") in ("", "/index.html", "/index.php", ".", "..")


def fold_name(text: str) -> str:
    """A name's letters and digits alone, without accents, for comparing."""
    return _NOT_WORD.sub("", fold_accents(text))


def fold_names(names: Iterable[str]) -> frozenset[str]:
    """Names in the form of `fold_name`; those made of several ("Courier | News for all") with their first and last part too."""
    folded = set()
    for name in names:
        parts = _PARTS.split(name[:_LONGEST_SITE_NAME])
        folded |= {fold_name(name), *(fold_name(part) for part in (parts[0], parts[-1]) if len(part) >= _LEAST_PART)}
    return frozenset(folded - {""})


def is_site_name(text: str, folded_names: frozenset[str]) -> bool:
    """Whether a text is a name of the site, also with what outlets put beside it ("Mirror Online", "www.mirror.co.uk").

    Args:
        text: The text.
        folded_names: The site's names, of `fold_names`.
    """
    if len(text) > _LONGEST_SITE_NAME:
        return False
    if (folded := fold_name(text)) in folded_names:
        return True
    words = [word for word in re.split(r"[\s.,&/_-]+", text.casefold()) if word]
    rest = fold_name(" ".join(word for word in words if fold_name(word) not in _COMPANIONS))
    if rest and rest in _all_without_companions(folded_names):
        return True
    return any(
        folded == name + suffix or name == folded + suffix
        for suffix in _SUFFIXES
        for name in folded_names
        if len(name) >= _LEAST_PART
    )


@lru_cache(maxsize=4)
def _all_without_companions(folded_names: frozenset[str]) -> frozenset[str]:
    return frozenset(_without_companions(name) for name in folded_names)


def _without_companions(folded: str) -> str:
    """A folded name without an article before it or "online" after it."""
    for word in ("the", "der", "die", "das"):
        if folded.startswith(word) and len(folded) > len(word) + _LEAST_PART:
            folded = folded[len(word) :]
    for suffix in _SUFFIXES:
        if folded.endswith(suffix) and len(folded) > len(suffix) + _LEAST_PART:
            folded = folded[: -len(suffix)]
    return folded
