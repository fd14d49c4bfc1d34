"""Writes the newsroom's feeds, in the formats that feedparser reads, with the habits that real ones have.

CDF is left out: feedparser 6 finds its entries but never says that it is a feed (`version` stays empty).
"""

from __future__ import annotations

from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING

from wirecopy.demo.pages import body_html

if TYPE_CHECKING:
    from collections.abc import Callable

    from wirecopy.demo.texts import Feed, Outlet, Page

_CONTENT_NS = ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
_DC_NS = ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
_NETSCAPE_DOCTYPE = (
    '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">'
)
_TEASER_CHARS = 280  # about two sentences, as feeds have them


def write_feed(outlet: Outlet, feed: Feed) -> bytes:
    """A feed's bytes; the same each time.

    Characters that its charset lacks are written as character references, as publishing systems do.
    """
    document = f'<?xml version="1.0" encoding="{feed.charset}"?>\n{_WRITERS[feed.format](outlet, feed)}\n'
    return document.encode(feed.charset, "xmlcharrefreplace")


def _link(outlet: Outlet, feed: Feed, page: Page) -> str:
    address = page.path if feed.is_relative else page.url
    return escape(f"{address}?{outlet.tracking}" if outlet.tracking else address)


def _teaser(page: Page) -> str:
    text = page.text.partition("\n")[0] or page.title
    return text if len(text) <= _TEASER_CHARS else text[:_TEASER_CHARS].rsplit(" ", 1)[0] + " …"


def _cdata(text: str) -> str:
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"


def _channel(outlet: Outlet) -> str:
    return (
        f"<title>{escape(outlet.name)}</title>\n<link>{outlet.homepage}</link>\n"
        f"<description>{escape(outlet.name)}</description>\n<language>{outlet.language}</language>"
    )


def _rss20(outlet: Outlet, feed: Feed) -> str:
    items = []
    for page in outlet.listed(feed):
        content = f"\n<content:encoded>{_cdata(body_html(page.paragraphs))}</content:encoded>" if feed.is_full else ""
        creator = "".join(f"\n<dc:creator>{_cdata(name)}</dc:creator>" for name in page.authors)
        items.append(
            f"<item>\n<title>{_cdata(page.title) if feed.is_full else escape(page.title)}</title>\n"
            f"<link>{_link(outlet, feed, page)}</link>\n"
            f'<guid isPermaLink="false">{outlet.id}-{page.slug}</guid>\n'
            f"<pubDate>{format_datetime(page.published)}</pubDate>{creator}\n"
            f"<description>{_cdata(f'<p>{escape(_teaser(page))}</p>')}</description>{content}\n</item>"
        )
    newest = format_datetime(outlet.listed(feed)[0].published)
    return (
        f'<rss version="2.0"{_CONTENT_NS}{_DC_NS}>\n<channel>\n{_channel(outlet)}\n<lastBuildDate>{newest}</lastBuildDate>\n'
        f"<ttl>15</ttl>\n" + "\n".join(items) + "\n</channel>\n</rss>"
    )


def _rss09x(version: str) -> Callable[[Outlet, Feed], str]:
    """RSS 0.91 to 0.94: items without id, and before 0.93 without date; 0.91 with Netscape's document type."""

    def write(outlet: Outlet, feed: Feed) -> str:
        items = []
        for page in outlet.listed(feed):
            dated = f"<pubDate>{format_datetime(page.published)}</pubDate>\n" if version > "0.92" else ""
            items.append(
                f"<item>\n<title>{escape(page.title)}</title>\n<link>{_link(outlet, feed, page)}</link>\n{dated}"
                f"<description>{escape(_teaser(page))}</description>\n</item>"
            )
        if version == "0.92":  # from 0.92 on an item may be a remark without a link
            items.append(f"<item>\n<description>{escape(outlet.name)}</description>\n</item>")
        doctype = f"{_NETSCAPE_DOCTYPE}\n" if version == "0.91" else ""
        return (
            f'{doctype}<rss version="{version}">\n<channel>\n{_channel(outlet)}\n' + "\n".join(items) + "\n</channel>\n</rss>"
        )

    return write


def _rdf(namespace: str, *, has_modules: bool) -> Callable[[Outlet, Feed], str]:
    """RSS 1.0, and 0.90 before it: RDF, items beside the channel."""

    def write(outlet: Outlet, feed: Feed) -> str:
        pages = outlet.listed(feed)
        items = []
        for page in pages:
            link = _link(outlet, feed, page)
            dated = f"<dc:date>{page.published.isoformat()}</dc:date>" if has_modules else ""
            creator = "".join(f"<dc:creator>{escape(name)}</dc:creator>" for name in page.authors) if has_modules else ""
            summary = f"<description>{escape(_teaser(page))}</description>" if has_modules else ""
            about = f' rdf:about="{link}"' if has_modules else ""
            items.append(
                f"<item{about}>\n<title>{escape(page.title)}</title>\n<link>{link}</link>\n{summary}{creator}{dated}\n</item>"
            )
        about, order = "", ""
        if has_modules:
            about = f' rdf:about="http://{outlet.host}{feed.path}"'
            entries = "".join(f'<rdf:li rdf:resource="{_link(outlet, feed, page)}"/>' for page in pages)
            order = f"\n<items><rdf:Seq>{entries}</rdf:Seq></items>"
        channel = (
            f"<channel{about}>\n<title>{escape(outlet.name)}</title>\n<link>{outlet.homepage}</link>\n"
            f"<description>{escape(outlet.name)}</description>{order}\n</channel>"
        )
        return (
            f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="{namespace}"{_DC_NS}>\n'
            f"{channel}\n" + "\n".join(items) + "\n</rdf:RDF>"
        )

    return write


def _atom10(outlet: Outlet, feed: Feed) -> str:
    entries = []
    for page in outlet.listed(feed):
        authors = "".join(f"<author><name>{escape(name)}</name></author>" for name in page.authors)
        content = f'\n<content type="html">{escape(body_html(page.paragraphs))}</content>' if feed.is_full else ""
        entries.append(
            f'<entry>\n<title type="html">{escape(escape(page.title, quote=False))}</title>\n'
            f'<link rel="alternate" type="text/html" href="{_link(outlet, feed, page)}"/>\n'
            f"<id>tag:{outlet.host},2026:{page.slug}</id>\n<published>{page.published.isoformat()}</published>\n"
            f"<updated>{page.published.isoformat()}</updated>{authors}\n"
            f"<summary>{escape(_teaser(page))}</summary>{content}\n</entry>"
        )
    base = f' xml:base="{outlet.homepage}"' if feed.is_relative else ""
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.language}"{base}>\n'
        f"<title>{escape(outlet.name)}</title>\n<id>{outlet.homepage}</id>\n"
        f'<link rel="self" href="http://{outlet.host}{feed.path}"/>\n<link href="{outlet.homepage}"/>\n'
        f"<author><name>{escape(outlet.name)}</name></author>\n"
        f"<updated>{outlet.listed(feed)[0].published.isoformat()}</updated>\n" + "\n".join(entries) + "\n</feed>"
    )


def _atom03(outlet: Outlet, feed: Feed) -> str:
    entries = [
        f'<entry>\n<title>{escape(page.title)}</title>\n<link rel="alternate" type="text/html" '
        f'href="{_link(outlet, feed, page)}"/>\n<id>tag:{outlet.host},2026:{page.slug}</id>\n'
        f"<issued>{page.published.isoformat()}</issued>\n<modified>{page.published.isoformat()}</modified>\n"
        f'<summary type="text/plain">{escape(_teaser(page))}</summary>\n</entry>'
        for page in outlet.listed(feed)
    ]
    return (
        f'<feed version="0.3" xmlns="http://purl.org/atom/ns#" xml:lang="{outlet.language}">\n'
        f'<title>{escape(outlet.name)}</title>\n<link rel="alternate" type="text/html" href="{outlet.homepage}"/>\n'
        f"<modified>{outlet.listed(feed)[0].published.isoformat()}</modified>\n" + "\n".join(entries) + "\n</feed>"
    )


_WRITERS: dict[str, Callable[[Outlet, Feed], str]] = {
    "rss20": _rss20,
    "rss094": _rss09x("0.94"),
    "rss092": _rss09x("0.92"),
    "rss091": _rss09x("0.91"),
    "rss090": _rdf("http://my.netscape.com/rdf/simple/0.9/", has_modules=False),
    "rss10": _rdf("http://purl.org/rss/1.0/", has_modules=True),
    "atom10": _atom10,
    "atom03": _atom03,
}
