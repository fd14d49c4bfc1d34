"""URL identity: which addresses name one article, whose site they are on, where a link leads. Pure; reads nothing, asks nobody."""

from wirecopy.urls.hosts import registrable_domain
from wirecopy.urls.key import MAX_KEY_CHARS, URL_KEY_VERSION, is_home_page, url_key
from wirecopy.urls.links import resolve_url, split_url
from wirecopy.urls.wrappers import is_wrapper, may_stand_for

__all__ = [
    "MAX_KEY_CHARS",
    "URL_KEY_VERSION",
    "is_home_page",
    "is_wrapper",
    "may_stand_for",
    "registrable_domain",
    "resolve_url",
    "split_url",
    "url_key",
]
