"""An article's main picture, as its page names it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from wirecopy.extract.facts.jsonld import url_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lxml.html import HtmlElement

    from wirecopy.extract.facts.jsonld import Node

_IMAGE_META: Final = ("og:image", "og:image:url", "og:image:secure_url")
_LATER_META: Final = ("twitter:image", "twitter:image:src", "parsely-image-url", "sailthru.image.full", "thumbnail", "image")
# What stands in for a picture: the last segment of the address says so.
_DEFAULT = re.compile(
    r"(?:^|[^a-z])(?:logo|favicon|apple-touch-icon|placeholder|no-?image|no-?photo|noimg|blank|spacer|1x1|pixel|"
    r"default-?(?:image|img|og|share|social|thumb(?:nail)?|facebook)?|(?:og|fb|share|social)-?(?:default|image-default|fallback)|"
    r"fallback|avatar|gravatar)(?:[^a-z]|$)",
    re.IGNORECASE,
)


def find_image(
    tree: HtmlElement, node: Node, metas: Mapping[str, str], *, absolute: Callable[[str | None], str | None]
) -> str | None:
    """The address of the main picture: Open Graph's, JSON-LD's, Twitter's, the head's link; None where it is the site's sign.

    Args:
        tree: The page.
        node: Its article's JSON-LD.
        metas: Its meta tags.
        absolute: Makes an address of the page absolute; None for what is none.
    """
    publisher = node.get("publisher")
    logo = absolute(url_of(publisher.get("logo")) if isinstance(publisher, dict) else None)
    stated = (
        *(metas.get(name) for name in _IMAGE_META),
        url_of(node.get("image")),
        url_of(node.get("thumbnailUrl")),
        *(metas.get(name) for name in _LATER_META),
        *(link.get("href") for link in tree.iter("link") if "image_src" in (link.get("rel") or "").lower().split()),
    )
    for address in stated:
        image = absolute(address)
        if image is not None and image != logo and not _is_default(image):
            return image
    return None


def _is_default(address: str) -> bool:
    name = re.split(r"[?#]", address[:2000], maxsplit=1)[0].rpartition("/")[2]
    stem = name.rpartition(".")[0] or name
    # `transfer-logo-deal-2024-final-whistle.jpg` is a picture of something; a sign's name says little else.
    return len(stem) <= 24 and _DEFAULT.search(stem) is not None  # noqa: PLR2004 - about four words
