"""Names of authors: split, cleaned, and told from what is none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_AUTHOR_PREFIX = re.compile(
    r"^(?:by|von|par|por|da|di|door|av|af|przez|autor(?:ka|in)?|author|text|words|text(?:e)?|texto|testo)\b\s*:?\s+",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*(?:;|\||\s(?:and|und|og|och|et|en|ja|&)\s|,\s(?:and|und)\s)\s*")
_NO_NAME = re.compile(r"https?:|www\.|@|^[\W\d_]*$")
_LONGEST_NAME: Final = 80


def clean_authors(stated: Iterable[str], site_names: Iterable[str] = ()) -> tuple[str, ...]:
    """Names as people bear them: `By` dropped, `A and B` split, addresses and the site's own name left out."""
    sites = {name.casefold() for name in site_names}
    names: list[str] = []
    for text in stated:
        for part in _AND.split(_AUTHOR_PREFIX.sub("", " ".join(text.split()))):
            name = _AUTHOR_PREFIX.sub("", part).strip(" ,;|-")
            if not name or len(name) > _LONGEST_NAME or _NO_NAME.search(name) or name.casefold() in sites or name in names:
                continue
            names.append(name)
    return tuple(names)
