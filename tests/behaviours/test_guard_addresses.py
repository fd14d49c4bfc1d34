"""The guard: whatever address a stranger writes, wherever it stands, nothing of this machine or its network is ever dialled.

Connections are counted twice: at the server, and where sockets are made.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from wirecopy.archive import ArchiveWriter
from wirecopy.errors import UnsafeAddress
from wirecopy.fetch.client import Fetcher
from wirecopy.fetch.dial import GuardedSockets
from wirecopy.models import FetchRequest, Purpose, Source, SourceId

FEED = "http://courier.test/feed"
# PORT is where a server of ours listens.
FORMS = {
    "loopback": "http://127.0.0.1:PORT/",
    "loopback at port 80": "http://127.0.0.1/",
    "name of loopback": "http://localhost:PORT/",
    "trailing dot": "http://LOCALHOST.:PORT/",
    "address with a trailing dot": "http://127.0.0.1.:PORT/",
    "decimal": "http://2130706433:PORT/",
    "hexadecimal": "http://0x7f000001:PORT/",
    "dotted hexadecimal": "http://0x7f.0x0.0x0.0x1:PORT/",
    "octal": "http://0177.0.0.1:PORT/",
    "whole octal": "http://017700000001:PORT/",
    "short": "http://127.1:PORT/",
    "zero": "http://0:PORT/",
    "IPv6": "http://[::1]:PORT/",
    "IPv6 of any": "http://[::]:PORT/",
    "mapped": "http://[::ffff:127.0.0.1]:PORT/",
    "mapped in hexadecimal": "http://[::ffff:7f00:1]:PORT/",
    "compatible": "http://[::127.0.0.1]:PORT/",
    "NAT64": "http://[64:ff9b::7f00:1]/",
    "6to4": "http://[2002:7f00:1::]/",
    "Teredo": "http://[2001:0:7f00:1::]/",
    "site-local": "http://[fec0::1]/",
    "link-local with a zone": "http://[fe80::1%25lo]/",
    "unique local": "http://[fd00:ec2::254]/",
    "IPv6 multicast": "http://[ff02::1]/",
    "multicast": "http://224.0.0.1/",
    "circled digits": "http://①②⑦.⓪.⓪.①:PORT/",
    "full-width digits": "http://１２７.0.0.1:PORT/",
    "ideographic dots": "http://127。0。0。1:PORT/",
    "full-width dots": "http://127．0．0．1:PORT/",
    "metadata": "http://169.254.169.254/latest/meta-data/",
    "metadata of Alibaba": "http://100.100.100.200/",
    "metadata of Azure": "http://168.63.129.16/",
    "private": "http://10.0.0.1/",
    "private C": "http://192.168.1.1/",
    "user": "http://courier.test@127.0.0.1:PORT/",
    "user and password": "http://user:pw@courier.test/x",
    "port of a service": "http://courier.test:9200/",
    "port of the server itself": "http://courier.test:PORT/",
    "backslash": "http://127.0.0.1:PORT\\@courier.test/",
    "fragment": "http://127.0.0.1:PORT#@courier.test/",
    "escaped host": "http://%31%32%37.0.0.1:PORT/",
    "file": "file:///etc/passwd",
    "gopher": "gopher://127.0.0.1:PORT/_x",
    "data": "data:text/xml,<rss/>",
}


@pytest.fixture
def dialled(monkeypatch):
    """The addresses that sockets were made for."""
    made = []
    real = GuardedSockets.__call__

    def record(self, info):
        opened = real(self, info)
        made.append(info[4][:2])
        return opened

    monkeypatch.setattr(GuardedSockets, "__call__", record)
    return made


@pytest.fixture
def forms(web):
    return [form.replace("PORT", str(web.port)) for form in FORMS.values()]


def fetch_all(rig, requests):
    results = []
    with ArchiveWriter(rig.settings.archive_dir, rig.clock) as archive:
        Fetcher(rig.settings, archive, rig.clock).run(requests, results.append)
    assert len(results) == len(requests)
    return results


def test_a_feed_at_a_hostile_address_is_never_asked(web, rig_of, forms, dialled):
    rig = rig_of(Source(id=SourceId("courier"), name="Courier", feeds=tuple(forms)))
    assert rig.poll() == {"failed": len(forms)}
    assert all(rig.state(form).last_error for form in forms)
    assert (web.connections, dialled) == (0, [])


def test_a_page_at_a_hostile_address_is_never_asked(web, rig_of, feeds, forms, dialled):
    web.on(FEED, web.reply(200, feeds.rss([feeds.item(str(n), link=form) for n, form in enumerate(forms)])))
    rig = rig_of(FEED)
    rig.run_round()
    assert web.urls() == [FEED]
    assert web.connections == len(dialled) == 1


@pytest.mark.parametrize("purpose", list(Purpose))
def test_no_request_of_any_purpose_reaches_a_hostile_address(web, rig_of, forms, dialled, purpose):
    form = (("hub.mode", "subscribe"),) if purpose is Purpose.SUBSCRIBE else ()
    results = fetch_all(
        rig_of(robots=True),
        [FetchRequest(url=url, purpose=purpose, source_id=SourceId("courier"), form=form) for url in forms],
    )
    assert [type(result.error) for result in results] == [UnsafeAddress] * len(forms)
    assert all(len(result.error.message) > 10 for result in results)
    assert (web.connections, dialled) == (0, [])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_a_hostile_address_is_not_followed(web, rig_of, forms, dialled, status):
    for n, form in enumerate(forms):
        web.on(f"http://courier.test/{n}", web.reply(status, Location=form.encode().decode("latin-1")))
    purposes = (Purpose.FEED, Purpose.PAGE, Purpose.SITEMAP)
    requests = [
        FetchRequest(url=f"http://courier.test/{n}", purpose=purposes[n % 3], source_id=SourceId("courier"))
        for n in range(len(forms))
    ]
    results = fetch_all(rig_of(), requests)
    assert [type(result.error) for result in results] == [UnsafeAddress] * len(forms)
    assert {asked.host for asked in web.asked} == {"courier.test"}
    assert len(web.asked) == len(forms)
    assert set(dialled) == {("127.0.0.1", web.port)}


def test_a_hub_that_redirects_is_not_followed_anywhere(web, rig_of, forms, dialled):
    for n, form in enumerate(forms):
        web.on(f"http://courier.test/{n}", web.reply(307, Location=form.encode().decode("latin-1")))
    requests = [
        FetchRequest(
            url=f"http://courier.test/{n}", purpose=Purpose.SUBSCRIBE, source_id=SourceId("courier"), form=(("a", "b"),)
        )
        for n in range(len(forms))
    ]
    assert {result.page.status for result in fetch_all(rig_of(), requests)} == {307}
    assert set(dialled) == {("127.0.0.1", web.port)}
    assert {asked.host for asked in web.asked} == {"courier.test"}


@pytest.mark.parametrize("purpose", [Purpose.PAGE, Purpose.SITEMAP])
def test_a_robots_txt_that_redirects_to_a_hostile_address_is_not_followed(web, rig_of, forms, dialled, purpose):
    requests = []
    for n, form in enumerate(forms):
        web.on(f"http://site{n}.test/robots.txt", web.reply(301, Location=form.encode().decode("latin-1")))
        web.on(f"http://site{n}.test/x", web.reply(200, b"words"))
        requests.append(FetchRequest(url=f"http://site{n}.test/x", purpose=purpose, source_id=SourceId("courier")))
    results = fetch_all(rig_of(robots=True), requests)
    assert {result.page.status for result in results} == {200}  # a robots.txt that leads nowhere forbids nothing
    assert {asked.path for asked in web.asked} == {"/robots.txt", "/x"}
    assert {asked.host for asked in web.asked} == {f"site{n}.test" for n in range(len(forms))}
    assert set(dialled) == {("127.0.0.1", web.port)}


INSIDE = {
    "metadata.example": "169.254.169.254",
    "azure.example": "168.63.129.16",
    "alibaba.example": "100.100.100.200",
    "aws6.example": "fd00:ec2::254",
    "private.example": "10.0.0.7",
    "loopback.example": "127.0.0.1",
    "loopback6.example": "::1",
    "mapped.example": "::ffff:127.0.0.1",
    "nat64.example": "64:ff9b::7f00:1",
    "site-local.example": "fec0::1",
    "link-local.example": "fe80::1%lo",
    "multicast.example": "224.0.0.251",
    "any.example": "0.0.0.0",
}


def test_a_name_that_leads_inside_is_not_dialled(web, rig_of, dialled):
    """Also where a server of ours listens at that very address and a rule opens it to another name."""

    async def lookup(host):
        return [INSIDE[host]]

    rig = rig_of()
    results = []
    requests = [FetchRequest(url=f"http://{host}/", purpose=Purpose.FEED, source_id=SourceId("x")) for host in INSIDE]
    requests += [
        replace(request, url=request.url.replace("http:", "https:"), purpose=Purpose.PAGE, robots=True) for request in requests
    ]
    with ArchiveWriter(rig.settings.archive_dir, rig.clock) as archive:
        Fetcher(rig.settings, archive, rig.clock, lookup=lookup).run(requests, results.append)
    assert [type(result.error) for result in results] == [UnsafeAddress] * len(requests)
    assert (web.connections, dialled) == (0, [])


def test_a_name_that_is_public_when_looked_at_and_loopback_when_dialled_reaches_nobody(web, rig_of, dialled):
    """DNS rebinding: each connection looks the name up once, and what that lookup said is checked and dialled."""
    answers = {}

    async def lookup(host):
        answers[host] = answers.get(host, 0) + 1
        return ["127.0.0.1"] if answers[host] > 1 else ["192.0.2.1", "127.0.0.1", "::1"]

    rig = rig_of()
    results = []
    requests = [FetchRequest(url="http://rebind.example/", purpose=Purpose.PAGE, source_id=SourceId("x"))]
    with ArchiveWriter(rig.settings.archive_dir, rig.clock) as archive:
        fetcher = Fetcher(rig.settings, archive, rig.clock, lookup=lookup)
        for _ in range(3):
            fetcher.run(requests, results.append)
    assert [type(result.error) for result in results] == [UnsafeAddress] * 3
    assert (web.connections, dialled) == (0, [])
