from wirecopy.feeds.items import LONGEST_GUID, LONGEST_TITLE, LONGEST_URL, FeedDocument, FeedItem
from wirecopy.feeds.parse import parse_feed

URL = "https://courier.test/feed"


def parse(link, title, guid):
    items = f'<item><title>{title}</title><link>{link}</link><guid isPermaLink="false">{guid}</guid></item>'
    body = f'<rss version="2.0"><channel><title>Courier</title>{items}</channel></rss>'
    return parse_feed(body.encode(), url=URL)


def link_of(length):
    start = "https://courier.test/"
    return start + "a" * (length - len(start))


def test_what_fits_is_kept_whole():
    feed = parse(link_of(LONGEST_URL), "t" * LONGEST_TITLE, "g" * LONGEST_GUID)
    (entry,) = feed.entries
    assert (len(entry.url), len(entry.title), len(entry.guid)) == (LONGEST_URL, LONGEST_TITLE, LONGEST_GUID)
    assert feed.dropped == 0


def test_an_address_that_is_too_long_is_dropped_and_counted():
    feed = parse(link_of(LONGEST_URL + 1), "A title", "1")
    assert (feed.entries, feed.dropped) == ((), 1)


def test_a_relative_link_is_measured_as_it_is_followed():
    feed = parse("/" + "a" * (LONGEST_URL - 5), "A title", "1")
    assert (feed.entries, feed.dropped) == ((), 1)


def test_a_title_is_cut_and_an_id_that_is_too_long_passed_over():
    (entry,) = parse("https://courier.test/a", "t" * (LONGEST_TITLE + 1), "g" * (LONGEST_GUID + 1)).entries
    assert entry.title == "t" * LONGEST_TITLE
    assert entry.guid is None


def test_an_item_without_title_or_id_stays_without():
    document = FeedDocument(format="rss20", title=None, items=(FeedItem(url="https://courier.test/a", is_usable=True),))
    (entry,) = document.to_parsed().entries
    assert (entry.title, entry.guid) == (None, None)
