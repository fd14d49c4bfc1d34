"""The guard: nothing that is not on the public web is ever dialled."""

from __future__ import annotations

import asyncio
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirecopy.archive import ArchiveWriter
from wirecopy.errors import NameNotFound, RobotsDenied, UnsafeAddress
from wirecopy.fetch.client import Fetcher
from wirecopy.fetch.dial import GuardedResolver, GuardedSockets
from wirecopy.fetch.guard import Guard, check_address, check_url
from wirecopy.models import Purpose
from wirecopy.settings import LoopbackRule

RULE = LoopbackRule(host="courier.test", port=80, address="127.0.0.1", dial_port=8123)

CLOSED = (  # noqa: SIM905 - words
    "0.0.0.0 10.1.2.3 100.64.0.1 100.100.100.200 127.0.0.1 127.1.2.3 168.63.129.16 169.254.169.254 172.16.0.1 172.31.255.255 "
    "192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 "
    "255.255.255.255 :: ::1 ::127.0.0.1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:8.8.8.8 64:ff9b::7f00:1 64:ff9b::808:808 "
    "64:ff9b:1::1 100::1 2001::1 2001:0:7f00:1:: 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1:: 2002:808:808::1 3fff::1 5f00::1 "
    "fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 2606:4700::1%eth0 fec0::1 ff02::1 localhost 127.1 2130706433"
).split()
OPEN = ("8.8.8.8", "151.101.1.1", "172.32.0.1", "192.0.1.1", "2606:4700::6810:84e5", "2a00:1450::200e", "2400:cb00::1")


@pytest.mark.parametrize("address", CLOSED)
def test_an_address_off_the_public_web_is_not_dialled(address):
    with pytest.raises(UnsafeAddress, match="not on the public web"):
        check_address(address, 443)
    with pytest.raises(UnsafeAddress):
        GuardedSockets(Guard())((socket.AF_INET, socket.SOCK_STREAM, 0, "", (address, 443)))


@pytest.mark.parametrize("address", OPEN)
def test_a_public_address_is(address):
    check_address(address, 443)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    GuardedSockets(Guard())((family, socket.SOCK_STREAM, 0, "", (address, 443))).close()


@pytest.mark.parametrize("port", [0, 22, 25, 81, 3306, 6379, 9200])
def test_an_odd_port_is_not_dialled(port):
    with pytest.raises(UnsafeAddress, match="port"):
        check_address("8.8.8.8", port)
    with pytest.raises(UnsafeAddress, match="port"):
        check_url(f"http://courier.example:{port or 1}/")


def test_a_rule_opens_one_address_and_port():
    check_address("127.0.0.1", 8123, [RULE])
    for address, port in (("127.0.0.1", 8124), ("127.0.0.1", 80), ("127.0.0.2", 8123), ("::1", 8123)):
        with pytest.raises(UnsafeAddress):
            check_address(address, port, [RULE])


def test_a_rule_opens_one_host_and_port():
    assert check_url("http://COURIER.test./a", [RULE]).rule is RULE
    assert check_url("http://courier.test:8080/a", [RULE]).rule is None
    assert check_url("http://www.courier.test/a", [RULE]).rule is None
    for url in ("http://127.0.0.1:8123/", "http://courier.test:8123/"):
        with pytest.raises(UnsafeAddress):
            check_url(url, [RULE])


@pytest.mark.parametrize(
    ("rule", "url"),
    [
        ("127.0.0.1:8000", "http://127.0.0.1:8000/"),
        ("[::1]:8000", "http://[::1]:8000/"),
        ("[::1]:8000", "http://[0:0::1]:8000/"),
        ("localhost:8000", "http://localhost:8000/"),
        ("bücher.test:80=127.0.0.1:8000", "http://xn--bcher-kva.test/"),
    ],
)
def test_rules_of_every_form(rule, url):
    assert check_url(url, [LoopbackRule.parse(rule)]).rule == LoopbackRule.parse(rule)


# Every form of section 5 of the security checklist and the usual tricks; PORT is where a server of ours listens.
HOSTILE = (  # noqa: SIM905 - words
    "http://127.0.0.1/ http://127.0.0.1:PORT/ http://localhost:PORT/ http://localhost/ http://LOCALHOST./ http://2130706433/ "
    "http://2130706433:PORT/ http://0x7f000001/ http://0x7f.0x0.0x0.0x1:PORT/ http://017700000001/ http://0177.0.0.1/ http://127.1/ "
    "http://127.1:PORT/ http://0/ http://0.0.0.0:PORT/ http://①②⑦.⓪.⓪.①/ http://①②⑦.⓪.⓪.①:PORT/ http://127。0。0。1/ "
    "http://１２７.0.0.1/ http://[::1]/ http://[::1]:PORT/ http://[::]:PORT/ http://[::ffff:127.0.0.1]:PORT/ http://[::ffff:7f00:1]/ "
    "http://[::127.0.0.1]/ http://[64:ff9b::7f00:1]/ http://[2002:7f00:1::]/ http://[fec0::1]/ http://[fe80::1%25lo]/ "
    "http://[fd00:ec2::254]/ http://169.254.169.254/latest/meta-data/ http://100.100.100.200/ http://168.63.129.16/ "
    "http://10.0.0.1/ http://192.168.1.1/ http://user:pw@courier.example/ http://user@127.0.0.1:PORT/ http://@127.0.0.1:PORT/ "
    "http://courier.example@127.0.0.1:PORT/ http://courier.example:22/ http://courier.example:9200/ file:///etc/passwd "
    "gopher://127.0.0.1:PORT/ ftp://courier.example/ javascript:alert(1) data:text/html,x //127.0.0.1:PORT/ http:127.0.0.1:PORT "
    "http:///127.0.0.1:PORT/ http:\\\\127.0.0.1:PORT\\ http://127.0.0.1:PORT\\@courier.example/ "
    "http://127.0.0.1:PORT#@courier.example/ http://127.0.0.1%2f.courier.example/ http://127.0.0.1%00.courier.example/ "
    "http://%31%32%37.0.0.1:PORT/ http://0x08080808/ http://[::1/ http://999.1.1.1/ http://1.2.3.4.5/"
).split()


# Relative to the page it stands on, as browsers read it, and so harmless in a redirect.
ELSEWHERE = tuple(form for form in HOSTILE if form != "http:127.0.0.1:PORT")


@pytest.mark.parametrize("form", HOSTILE)
def test_a_hostile_address_reaches_nobody(web, fetch, form):
    result = fetch(form.replace("PORT", str(web.port)))[0]
    assert isinstance(result.error, UnsafeAddress)
    assert result.page is None
    assert web.connections == 0


@pytest.mark.parametrize("form", [*ELSEWHERE, "//user:pw@courier.test/", "http://courier.test:PORT/"])
def test_a_redirect_to_a_hostile_address_reaches_nobody(web, fetch, form):
    location = form.replace("PORT", str(web.port))
    web.on("http://courier.test/a", web.reply(302, Location=location.encode().decode("latin-1")))
    result = fetch("http://courier.test/a")[0]
    assert isinstance(result.error, UnsafeAddress)
    assert "redirects to" in result.error.message or "leads to" in result.error.message
    assert web.paths() == ["/a"]
    assert web.connections == 1


def test_a_robots_txt_that_redirects_inside_reaches_nobody(web, fetch):
    web.on("http://courier.test/robots.txt", web.reply(302, Location=f"http://127.0.0.1:{web.port}/robots.txt"))
    web.on("http://courier.test/a", web.reply())
    assert fetch("http://courier.test/a", robots=True)[0].page.status == 200
    assert {(asked.host, asked.path) for asked in web.asked} == {("courier.test", "/robots.txt"), ("courier.test", "/a")}


class Names:
    """A lookup that changes its answers: the last repeats."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []

    async def __call__(self, host):
        self.asked.append(host)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def resolve(names, host="courier.example", port=80, rules=()):
    return [(e["host"], e["port"]) for e in asyncio.run(GuardedResolver(names, Guard(rules)).resolve(host, port))]


def test_a_name_that_leads_inside_is_refused():
    for address in ("127.0.0.1", "10.0.0.1", "::1", "fe80::1%eth0", "64:ff9b::a00:1"):
        with pytest.raises(UnsafeAddress, match=r"courier\.example"):
            resolve(Names([address]))


def test_of_several_addresses_the_public_ones_are_dialled():
    assert resolve(Names(["127.0.0.1", "8.8.8.8", "::1", "2606:4700::1"])) == [("8.8.8.8", 80), ("2606:4700::1", 80)]


def test_a_rules_host_is_never_looked_up():
    names = Names(["8.8.8.8"])
    assert resolve(names, "courier.test", 80, [RULE]) == [("127.0.0.1", 8123)]
    assert names.asked == []
    assert resolve(names, "courier.test", 8080, [RULE]) == [("8.8.8.8", 8080)]


def test_a_name_that_changes_its_address_is_checked_each_time(web, settings, request_for, tmp_path):
    """DNS rebinding: the name leads to the public web when it is looked at, and to loopback when it is dialled."""
    names = Names(["127.0.0.1"], ["10.0.0.1"], ["::1"])
    results = []
    values = settings()
    with ArchiveWriter(values.archive_dir, lambda: None) as archive:
        fetcher = Fetcher(values, archive, lookup=names)
        for port in (80, 8080, 443):
            scheme = "https" if port == 443 else "http"
            fetcher.run([request_for(f"{scheme}://rebind.example:{port}/")], results.append)
    assert [type(result.error) for result in results] == [UnsafeAddress] * 3
    assert names.asked == ["rebind.example"] * 3
    assert web.connections == 0


def test_the_address_that_was_checked_is_the_one_that_is_dialled(web, settings, request_for):
    """Were the name looked up once more for the dialling, the second answer would be loopback."""
    names = Names(["2001:db8::1", "192.0.2.1"], [f"127.0.0.{n}" for n in range(1, 5)])
    dialled = []
    values = settings(timeout_s=1)
    with ArchiveWriter(values.archive_dir, lambda: None) as archive, pytest.MonkeyPatch.context() as patch:
        patch.setattr("wirecopy.fetch.guard._is_public", lambda address: not address.startswith("127."))

        async def refuse(self, sock, address):
            dialled.append(address[0])
            raise OSError(111, "refused")

        patch.setattr(asyncio.selector_events.BaseSelectorEventLoop, "sock_connect", refuse)
        Fetcher(values, archive, lookup=names).run([request_for("http://rebind.example/")], lambda result: None)
    assert set(dialled) == {"2001:db8::1", "192.0.2.1"}
    assert names.asked == ["rebind.example"]


def test_a_name_without_an_address_is_a_failure_that_may_pass(web, settings, request_for):
    results = []
    values = settings()
    with ArchiveWriter(values.archive_dir, lambda: None) as archive:
        fetcher = Fetcher(values, archive, lookup=Names(socket.gaierror(-2, "Name or service not known")))
        fetcher.run([request_for("http://gone.example/")], results.append)
    assert isinstance(results[0].error, NameNotFound)
    assert "Name or service not known" in results[0].error.message


def test_a_rule_for_an_ip_address_is_dialled_where_it_says(web, fetch):
    rule = LoopbackRule(host="127.0.0.9", port=80, address="127.0.0.1", dial_port=web.port)
    web.on("http://127.0.0.9/a?b=1", web.reply(body=b"here"))
    result = fetch("http://127.0.0.9/a?b=1", loopback=(rule,))[0]
    assert result.page.body == b"here"
    assert result.page.final_url == "http://127.0.0.9/a?b=1"


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("HTTP://Courier.EXAMPLE:80/a b", "http://courier.example/a%20b"),
        ("http://courier.example", "http://courier.example/"),
        ("http://courier.example/नई?q=é", "http://courier.example/%E0%A4%A8%E0%A4%88?q=%C3%A9"),
        ("http://courier.example/%7eA%2f/../b?x=%zz#f g", "http://courier.example/b?x=%zz#f%20g"),
        ("http://bücher.example/", "http://xn--bcher-kva.example/"),
        ("http://courier.example\\a\\b?c\\d", "http://courier.example/a/b?c%5Cd"),
        ("https://courier.example:8443/?", "https://courier.example:8443/?"),
        ('http://courier.example/a|b{c}`"<>^', "http://courier.example/a%7Cb%7Bc%7D%60%22%3C%3E%5E"),
        ("http://courier.example/[x]", "http://courier.example/[x]"),
    ],
)
def test_a_url_is_sent_in_ascii_with_its_escapes_as_they_stand(url, sent):
    assert check_url(url).url == sent


@pytest.mark.parametrize(
    ("url", "rules", "site"),
    [
        ("https://news.bbc.co.uk/x", (), "bbc.co.uk"),
        ("https://8.8.8.8/x", (), "8.8.8.8"),
        ("http://courier.test/", (RULE,), "courier.test"),
        ("http://www.courier.test/", (LoopbackRule.parse("www.courier.test:80=127.0.0.1:1"),), "courier.test"),
        ("http://localhost:8000/", (LoopbackRule.parse("localhost:8000"),), "localhost:8000"),
        ("http://127.0.0.1:8000/", (LoopbackRule.parse("127.0.0.1:8000"),), "127.0.0.1:8000"),
    ],
)
def test_what_requests_are_counted_by(url, rules, site):
    assert check_url(url, rules).site == site


def test_a_host_ends_at_a_backslash_as_in_browsers():
    assert check_url("http://8.8.8.8\\.courier.test/").host == "8.8.8.8"


@given(st.text(max_size=60))
def test_any_text_is_refused_or_sendable(text):
    for url in (text, f"http://{text}", f"http://courier.example/{text}", f"http://courier.example/?{text}#{text}"):
        try:
            target = check_url(url)
        except UnsafeAddress:
            continue
        assert target.url.isascii()
        assert target.url.isprintable()
        assert " " not in target.url
        assert check_url(target.url) == target


def test_robots_errors_are_not_guard_errors(web, fetch, request_for):
    web.on("http://courier.test/robots.txt", web.reply(body=b"User-agent: *\nDisallow: /"))
    assert isinstance(fetch(request_for("http://courier.test/a", Purpose.PAGE), robots=True)[0].error, RobotsDenied)
