"""A response's bytes to the tree that everything is read from: refused where it is no HTML, decoded, cut, parsed once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Final

import lxml.html
from lxml.etree import ErrorTypes, LxmlError
from lxml.html import HTMLParser

from wirecopy.errors import NoArticle
from wirecopy.extract.page.charset import decode_page
from wirecopy.extract.page.mojibake import repair_mojibake
from wirecopy.extract.page.nesting import flatten
from wirecopy.feeds.body import clean_references

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_PAGE_BYTES: Final = 5_000_000
"""Most bytes that are read of a page: 10 MB of links or paragraphs took trafilatura more than 40 s."""

MAX_ELEMENTS: Final = 20_000
"""Most elements that are read of a page's body: the largest of 107 real ones has 2,691; trafilatura needs 5 to 8 s for 50,000, and what
stands so far down is comments, prices or a trap."""
_MOST_IN_HEAD: Final = 5_000
_CUT_WITHIN: Final = 100_000
_EMBEDDED = re.compile(rb"data:[a-zA-Z]{1,20}/[^\s\"'<>()]{2000,}+")  # pictures and fonts written into a page

_CONTROL: Final = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_LOOKED_AT: Final = 20_000
_MOST_CONTROLS: Final = 0.03
"""Of a page's first 20,000 characters, the share of control characters from which it is binary: in random bytes a tenth are; in
text of any encoding, read wrongly or not, hardly any."""
_MAGIC: Final = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG", "a PNG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"RIFF", "a RIFF file (picture, sound or film)"),
    (b"PK\x03\x04", "a ZIP archive or office document"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"\x1f\x8b", "gzip data"),
    (b"ID3", "an MP3 file"),
)
_MAGIC_WITHIN: Final = 1024  # PDF readers accept the mark within the first 1,024 bytes
_TAG = re.compile(rb"<\s*(?:!doctype|!--|\?xml|/?[a-zA-Z])")
# What XML 1.0 section 2.2 does not count as a character; lxml refuses it where trafilatura sets a text, and the article is lost.
_NO_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]+")
_LOST_BELOW: Final = "nested too deeply; what stands deeper and after it could not be read"
_FEED = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:rss|feed|rdf:RDF)[\s>]", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page that was parsed.

    Attributes:
        tree: Its tree; parsed once, and taken apart by those who read from it.
        warnings: What may be wrong with it, in words.
    """

    tree: HtmlElement
    warnings: tuple[str, ...]


def open_page(body: bytes, content_type: str | None, subject: str) -> Page:
    """Decode and parse a response.

    Args:
        body: Its bytes; beyond `MAX_PAGE_BYTES` they are cut.
        content_type: Its `Content-Type` with its parameters, or None.
        subject: The page's name in errors.

    Raises:
        NoArticle: The bytes are no HTML; the message says what they look like.
    """
    _refuse_other(body, subject)
    decoded = decode_page(_cut(body), content_type)
    source = decoded.text
    if len(_CONTROL.findall(source, 0, _LOOKED_AT)) > _MOST_CONTROLS * min(len(source), _LOOKED_AT):
        raise NoArticle(subject, "no HTML page: it is binary data")
    source, repairs = repair_mojibake(source)
    tree, depth_warnings = _parse(source, subject)
    size_warnings = (f"more than {MAX_ELEMENTS} elements; the rest was not read",) if _cut_tree(tree) else ()
    cut_warnings = (f"longer than {MAX_PAGE_BYTES} bytes; the rest was not read",) if len(body) > MAX_PAGE_BYTES else ()
    return Page(tree=tree, warnings=(*cut_warnings, *decoded.warnings, *repairs, *depth_warnings, *size_warnings))


def _cut(body: bytes) -> bytes:
    """What is read of a page: embedded pictures go first, and no tag or character is cut in two where one ends nearby."""
    if len(body) <= MAX_PAGE_BYTES:
        return body
    body = _EMBEDDED.sub(b"data:", body)
    if len(body) <= MAX_PAGE_BYTES:
        return body
    end = body.rfind(b">", MAX_PAGE_BYTES - _CUT_WITHIN, MAX_PAGE_BYTES) + 1
    return body[: end or MAX_PAGE_BYTES]


def _cut_tree(tree: HtmlElement) -> bool:
    """Drop what stands beyond `MAX_ELEMENTS` of a body and `_MOST_IN_HEAD` of a head, and tell whether something did."""
    head = next(tree.iterchildren("head"), None)
    is_head_cut = head is not None and _cut_after(head, _MOST_IN_HEAD)
    # A page without a body keeps its article in the root.
    return _cut_after(next(tree.iterchildren("body"), tree), MAX_ELEMENTS) or is_head_cut


def _cut_after(root: HtmlElement, most: int) -> bool:
    beyond = next(islice(root.iter(), most, None), None)
    if beyond is None:
        return False
    # Whatever follows in the page's order is a later child of this element's parents.
    for child, parent in pairwise([beyond, *beyond.iterancestors()]):
        del parent[parent.index(child) + (child is not beyond) :]
        child.tail = None
        if parent is root:
            break
    return True


def _refuse_other(body: bytes, subject: str) -> None:
    start = body[:_MAGIC_WITHIN].lstrip(b"\xef\xbb\xbf \t\r\n\x00")
    if not body.strip(b"\xef\xbb\xbf \t\r\n\x00"):
        raise NoArticle(subject, "no HTML page: it is empty")
    for magic, description in _MAGIC:
        if start.startswith(magic):
            raise NoArticle(subject, f"no HTML page: it is {description}")
    plain = body.replace(b"\x00", b"")  # UTF-16
    if start[:1] in (b"{", b"["):
        raise NoArticle(subject, "no HTML page: it looks like JSON")
    if not _TAG.search(plain):
        raise NoArticle(subject, "no HTML page: there is no markup in it")
    if _FEED.match(start):
        raise NoArticle(subject, "no HTML page: it is a feed")


def parse_html(text: str, subject: str) -> HtmlElement:
    """The tree of a page or of a piece of one; comments and processing instructions are gone from it.

    Raises:
        NoArticle: There is nothing in it that makes a tree.
    """
    return _parse(text, subject)[0]


def _parse(text: str, subject: str) -> tuple[HtmlElement, tuple[str, ...]]:
    # Vertical tabs and form feeds stand where words end.
    text = _NO_CHARACTERS.sub(lambda match: " " if "\x0b" in match[0] or "\x0c" in match[0] else "", text)
    tree, is_whole = _parse_clean(text, subject)
    if is_whole:
        return tree, ()
    tree, is_whole = _parse_clean(flatten(text), subject)
    return tree, ("nested too deeply; read without the wrappers of its texts" if is_whole else _LOST_BELOW,)


def _parse_clean(text: str, subject: str) -> tuple[HtmlElement, bool]:
    """The tree, and whether libxml2 read the page to its end."""
    # Without huge_tree libxml2 drops everything below a depth of 256, and whole articles with it, without an error.
    # Comments go: trafilatura drops the text that stands after one (React writes one between any two texts).
    parser = HTMLParser(huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
    clean = clean_references(text.encode("utf-8", "replace"))
    try:
        tree = lxml.html.document_fromstring(clean, parser=parser)
    except (LxmlError, ValueError, AssertionError) as error:
        raise NoArticle(subject, f"no HTML page: {error}") from error
    # Markup for browsers without frames, of which none are left; to a reader of HTML 5 it is plain text.
    for frame in tree.iter("iframe", "noembed"):
        frame.text = None
    return tree, not any(entry.type == ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log)
