"""Renders the newsroom's pages: each outlet's own template, with the boilerplate that stands around real articles."""

from __future__ import annotations

import json
from html import escape
from itertools import islice
from string import Template
from typing import TYPE_CHECKING

from wirecopy.demo.texts import read_template

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wirecopy.demo.texts import Outlet, Page

_RIGHT_TO_LEFT = {"ar"}
_RELATED = 4


def body_html(paragraphs: Sequence[str]) -> str:
    """Paragraphs as HTML: `> ` begins a quotation, `## ` a subheading."""
    return "\n".join(_paragraph_html(paragraph) for paragraph in paragraphs)


def render_page(outlet: Outlet, page: Page) -> bytes:
    """A page's bytes in its outlet's charset; the same each time."""
    if page.content_type == "application/pdf":
        return _pdf(page.title)
    fields = _fields(outlet, page)
    blocks = [_paragraph_html(paragraph) for paragraph in page.paragraphs]
    if outlet.inline and len(blocks) > outlet.inline_after:
        blocks.insert(outlet.inline_after, Template(outlet.inline).substitute(fields))
    if outlet.appended:
        blocks.append(_paragraph_html(outlet.appended))
    html = Template(read_template(outlet.id, page.template)).substitute(fields, body="\n".join(blocks))
    return html.encode(outlet.page_charset, "xmlcharrefreplace")


def render_home(outlet: Outlet) -> bytes:
    """An outlet's home page: its feeds announced, its pages linked."""
    feeds = "\n".join(
        f'<link rel="alternate" type="{feed.content_type}" href="{feed.path}" title="{escape(outlet.name)}">'
        for feed in outlet.feeds
    )
    links = "\n".join(f'<li><a href="{page.path}">{escape(page.title)}</a></li>' for page in outlet.pages)
    html = (
        f'<!DOCTYPE html>\n<html lang="{outlet.language}" dir="{_direction(outlet.language)}">\n<head>\n'
        f'<meta charset="{outlet.page_charset}">\n<title>{escape(outlet.name)}</title>\n{feeds}\n</head>\n'
        f"<body>\n<h1>{escape(outlet.name)}</h1>\n<ul>\n{links}\n</ul>\n</body>\n</html>\n"
    )
    return html.encode(outlet.page_charset, "xmlcharrefreplace")


def _paragraph_html(paragraph: str) -> str:
    if paragraph.startswith("> "):
        return f"<blockquote><p>{escape(paragraph[2:], quote=False)}</p></blockquote>"
    if paragraph.startswith("## "):
        return f"<h2>{escape(paragraph[3:], quote=False)}</h2>"
    return f"<p>{escape(paragraph, quote=False)}</p>"


def _fields(outlet: Outlet, page: Page) -> dict[str, str]:
    """What templates may name with `$`."""
    others = [other for other in outlet.pages if other is not page and other.kind]
    related = list(islice(others, _RELATED))
    author = ", ".join(page.authors) or outlet.name
    json_ld = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": page.title,
        "datePublished": page.published.isoformat(),
        "inLanguage": page.language,
        "mainEntityOfPage": page.url,
        "author": [{"@type": "Person", "name": name} for name in page.authors]
        or [{"@type": "Organization", "name": outlet.name}],
        "publisher": {"@type": "NewsMediaOrganization", "name": outlet.name, "url": outlet.homepage},
        "isAccessibleForFree": page.state.value != "paywall",
    }
    return {
        "title": escape(page.title),
        "site": escape(outlet.name),
        "home": outlet.homepage,
        "url": page.url,
        "lang": page.language,
        "dir": _direction(page.language),
        "charset": outlet.page_charset,
        "section": escape(page.section),
        "author": escape(author),
        "published": page.published.isoformat(),
        "date": page.published.strftime(outlet.date_format),
        "summary": escape(page.text.partition("\n")[0] or page.title),
        "image": f"{outlet.homepage}media/{page.slug}.jpg",
        "caption": escape(page.caption or page.title, quote=False),
        "related": "\n".join(f'<li><a href="{other.path}">{escape(other.title)}</a></li>' for other in related),
        "related_url": related[0].path if related else "/",
        "related_title": escape(related[0].title) if related else escape(outlet.name),
        "json_ld": json.dumps(json_ld, ensure_ascii=True, indent=1).replace("</", "<\\/"),
    }


def _direction(language: str) -> str:
    return "rtl" if language in _RIGHT_TO_LEFT else "ltr"


def _pdf(title: str) -> bytes:
    """A PDF of one page with one line."""
    line = title.encode("latin-1", "replace").decode("latin-1").replace("\\", "").replace("(", "").replace(")", "")
    stream = f"BT /F1 14 Tf 60 760 Td ({line}) Tj ET"
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 {font} >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
    )
    document = "%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(document))
        document += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    document += f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    document += f"startxref\n{document.index('xref')}\n%%EOF\n"
    return document.encode("latin-1")
