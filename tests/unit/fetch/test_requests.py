"""What a request asks and what its answer says of moves: purposes, robots.txt, forms, permanent redirects."""

from __future__ import annotations

import pytest

from wirecopy.archive import read_page
from wirecopy.errors import RobotsDenied
from wirecopy.models import Purpose

A = "http://courier.test/a"
ROBOTS = "http://courier.test/robots.txt"
DENIES = b"User-agent: *\nDisallow: /\n"


@pytest.mark.parametrize(
    ("purpose", "override", "setting", "is_asked"),
    [
        (Purpose.PAGE, None, True, True),
        (Purpose.SITEMAP, None, True, True),
        (Purpose.FEED, None, True, False),
        (Purpose.SUBSCRIBE, None, True, False),
        (Purpose.PAGE, None, False, False),
        (Purpose.SITEMAP, None, False, False),
        (Purpose.PAGE, False, True, False),
        (Purpose.SITEMAP, False, True, False),
        (Purpose.PAGE, True, False, True),
        (Purpose.FEED, True, False, True),
    ],
)
def test_whom_robots_txt_is_asked_for(web, fetch, request_for, purpose, override, setting, is_asked):
    web.on(A, web.reply())
    web.on(ROBOTS, web.reply(body=DENIES))
    result = fetch(request_for(A, purpose, robots=override), robots=setting)[0]
    assert web.paths() == (["/robots.txt"] if is_asked else ["/a"])
    assert (type(result.error) is RobotsDenied) is is_asked


def test_each_purpose_says_what_it_takes(web, fetch, request_for):
    web.on(A, web.reply())
    fetch(*[request_for(A, purpose) for purpose in Purpose])
    kinds = [asked.header("accept").split(b",")[0] for asked in web.asked]
    assert kinds == [b"application/atom+xml", b"text/html", b"application/xml", b"*/*"]


def test_a_form_is_posted_and_its_secret_is_not_archived(web, fetch, request_for, settings):
    posted = []

    async def hub(writer, asked):
        posted.append((asked.head.split(b" ")[0], asked.header("content-type"), int(asked.header("content-length"))))
        writer.write(web.reply(202, b"accepted"))

    web.on(A, hub)
    form = (("hub.mode", "subscribe"), ("hub.topic", "http://courier.test/f\u00e9ed?a=1&b"), ("hub.secret", "swordfish"))
    page = fetch(request_for(A, Purpose.SUBSCRIBE, form=form))[0].page
    assert (page.status, page.body) == (202, b"accepted")
    body = b"hub.mode=subscribe&hub.topic=http%3A%2F%2Fcourier.test%2Ff%C3%A9ed%3Fa%3D1%26b&hub.secret=swordfish"
    assert posted == [(b"POST", b"application/x-www-form-urlencoded", len(body))]
    assert read_page(settings().archive_dir, page.archive_ref) == page
    import gzip

    kept = gzip.decompress((settings().archive_dir / page.archive_ref.file).read_bytes())
    assert b"POST /a HTTP/1.1" in kept
    assert b"swordfish" not in kept
    assert b"Content-Length: 105" not in kept


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_post_follows_no_redirect(web, fetch, request_for, status):
    web.on(A, web.reply(status, Location="http://bote.test/b"))
    page = fetch(request_for(A, Purpose.SUBSCRIBE, form=(("a", "b"),)))[0].page
    assert (page.status, page.url, page.final_url, page.permanent_url) == (status, A, A, None)
    assert len(web.asked) == 1


@pytest.mark.parametrize(
    ("chain", "is_permanent"),
    [
        ((), False),
        ((301,), True),
        ((308,), True),
        ((301, 308, 301), True),
        ((302,), False),
        ((303,), False),
        ((307,), False),
        ((301, 302), False),
        ((302, 301), False),
        ((301, 307, 308), False),
    ],
)
@pytest.mark.parametrize("hosts", [("courier.test",), ("courier.test", "bote.test")])
def test_only_an_unbroken_chain_of_permanent_redirects_is_a_move(web, fetch, settings, chain, is_permanent, hosts):
    urls = [f"http://{hosts[n % len(hosts)]}/{n}" for n in range(len(chain) + 1)]
    for n, status in enumerate(chain):
        web.on(urls[n], web.reply(status, Location=urls[n + 1]))
    web.on(urls[-1], web.reply(body=b"there"))
    page = fetch(urls[0])[0].page
    assert page.final_url == urls[-1]
    assert page.permanent_url == (urls[-1] if is_permanent else None)
    assert read_page(settings().archive_dir, page.archive_ref) == page
