"""The key of a URL: what is one article and what is two."""

from __future__ import annotations

import random
import string
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirecopy.urls import MAX_KEY_CHARS, is_home_page, registrable_domain, resolve_url, url_key

ARTICLE = "https://courier.test/politics/Budget-2026?id=7"

SAME = {
    "scheme": (ARTICLE, "http://courier.test/politics/Budget-2026?id=7"),
    "www": (ARTICLE, "https://www.courier.test/politics/Budget-2026?id=7"),
    "mobile m": (ARTICLE, "https://m.courier.test/politics/Budget-2026?id=7"),
    "mobile": (ARTICLE, "https://mobile.courier.test/politics/Budget-2026?id=7"),
    "touch": (ARTICLE, "https://touch.courier.test/politics/Budget-2026?id=7"),
    "wap": (ARTICLE, "http://wap.courier.test/politics/Budget-2026?id=7"),
    "mobile inside": ("https://en.wiki.test/Budget", "https://en.m.wiki.test/Budget"),
    "www and m": (ARTICLE, "https://www.m.courier.test/politics/Budget-2026?id=7"),
    "default port https": (ARTICLE, "https://courier.test:443/politics/Budget-2026?id=7"),
    "default port http": (ARTICLE, "http://courier.test:80/politics/Budget-2026?id=7"),
    "port with zeros": (ARTICLE, "http://courier.test:0080/politics/Budget-2026?id=7"),
    "empty port": (ARTICLE, "http://courier.test:/politics/Budget-2026?id=7"),
    "host case": (ARTICLE, "HTTPS://Courier.TEST/politics/Budget-2026?id=7"),
    "trailing dot of the host": (ARTICLE, "https://courier.test./politics/Budget-2026?id=7"),
    "user and password": (ARTICLE, "https://user:secret@courier.test/politics/Budget-2026?id=7"),
    "IDN": ("https://bücher.example/a", "https://xn--bcher-kva.example/a"),
    "IDN case": ("https://BÜCHER.example/a", "https://bücher.example/a"),
    "IDN escaped": ("https://b%C3%BCcher.example/a", "https://bücher.example/a"),
    "IDN ideographic dot": ("https://新聞。example/a", "https://新聞.example/a"),
    "IDN emoji": ("https://i❤.example/a", "https://xn--i-7iq.example/a"),
    "escape of an unreserved character": ("https://a.test/~x-1", "https://a.test/%7Ex%2d1"),
    "case of escapes": ("https://a.test/caf%c3%a9", "https://a.test/caf%C3%A9"),
    "raw and escaped UTF-8": ("https://a.test/समाचार?q=कर", f"https://a.test/{quote('समाचार')}?q={quote('कर')}"),
    "composed and decomposed": ("https://a.test/caf\u00e9", "https://a.test/cafe\u0301"),
    "composed and decomposed escapes": ("https://a.test/caf%C3%A9", "https://a.test/cafe%CC%81"),
    "escape of a sub-delimiter": ("https://a.test/news,1(2)", "https://a.test/news%2C1%282%29"),
    "space in a path": ("https://a.test/a b", "https://a.test/a%20b"),
    "space in a query": ("https://a.test/?q=a+b", "https://a.test/?q=a%20b"),
    "lone percent sign": ("https://a.test/100%", "https://a.test/100%25"),
    "dot segments": (ARTICLE, "https://courier.test/sport/../politics/./Budget-2026?id=7"),
    "escaped dot segments": (ARTICLE, "https://courier.test/sport/%2e%2E/politics/%2e/Budget-2026?id=7"),
    "a dot segment with a session": (ARTICLE, "https://courier.test/politics/.;jsessionid=0A1B/Budget-2026?id=7"),
    "doubled slashes": (ARTICLE, "https://courier.test//politics//Budget-2026?id=7"),
    "backslashes": (ARTICLE, "https://courier.test\\politics\\Budget-2026?id=7"),
    "white space around and line breaks inside": (ARTICLE, " \n https://courier.test/polit\nics/Budget-2026?id=7\t"),
    "trailing slash": (ARTICLE, "https://courier.test/politics/Budget-2026/?id=7"),
    "no path": ("https://courier.test", "https://courier.test/"),
    "plain fragment": (ARTICLE, f"{ARTICLE}#comments"),
    "text fragment": (ARTICLE, f"{ARTICLE}#:~:text=the%20budget"),
    "anchor and text fragment": (ARTICLE, f"{ARTICLE}#top:~:text=the"),
    "empty fragment": (ARTICLE, f"{ARTICLE}#"),
    "empty hash route": (ARTICLE, f"{ARTICLE}#!"),
    "root hash route": (ARTICLE, f"{ARTICLE}#/"),
    "text fragment of a hash route": ("https://a.test/#!/story/1", "https://a.test/#!/story/1:~:text=x"),
    "parameter order": ("https://a.test/x?a=1&b=2&b=3", "https://a.test/x?b=3&a=1&b=2"),
    "empty query": ("https://a.test/x", "https://a.test/x?"),
    "empty parameters": ("https://a.test/x?a=1", "https://a.test/x?&a=1&&"),
    "empty value": ("https://a.test/x?a=", "https://a.test/x?a"),
    "repeated parameter": ("https://a.test/x?a=1", "https://a.test/x?a=1&a=1"),
    "doubly escaped ampersand": ("https://a.test/x?a=1&b=2", "https://a.test/x?a=1&amp;b=2"),
    "ampersand escaped three times": ("https://a.test/x?a=1&b=2", "https://a.test/x?a=1&amp;amp;b=2"),
    "index.html": ("https://a.test/story/", "https://a.test/story/index.html"),
    "index.php": ("https://a.test/?p=3", "https://a.test/index.php?p=3"),
    "index.cgi": ("https://a.test/story", "https://a.test/story/index.cgi"),
    "index in capitals": ("https://a.test/story", "https://a.test/story/INDEX.HTM"),
    "Default.aspx": ("https://a.test/story", "https://a.test/story/Default.aspx"),
    "amp path": (ARTICLE, "https://courier.test/politics/Budget-2026/amp?id=7"),
    "amp path with slash": (ARTICLE, "https://courier.test/politics/Budget-2026/amp/?id=7"),
    "amp prefix": (ARTICLE, "https://courier.test/amp/politics/Budget-2026?id=7"),
    "amp host": (ARTICLE, "https://amp.courier.test/politics/Budget-2026?id=7"),
    "amp suffix": ("https://a.test/story.html", "https://a.test/story.amp.html"),
    "bare amp suffix": ("https://a.test/story", "https://a.test/story.amp"),
    "amp page": ("https://a.test/story", "https://a.test/story/amp.html"),
    "amp parameter": (ARTICLE, f"{ARTICLE}&amp=1"),
    "bare amp parameter": (ARTICLE, f"{ARTICLE}&amp"),
    "outputType=amp": (ARTICLE, f"{ARTICLE}&outputType=amp"),
    "amp and index": ("https://a.test/story", "https://a.test/amp/story/amp/index.html"),
    "Google's AMP viewer": (ARTICLE, "https://www.google.co.uk/amp/s/courier.test/politics/Budget-2026?id=7"),
    "Google's AMP cache": (ARTICLE, "https://courier-test.cdn.ampproject.org/c/s/courier.test/politics/Budget-2026?id=7"),
    "Google's AMP cache by its first name": ("https://a.test/story", "https://cdn.ampproject.org/c/s/a.test/story"),
    "Bing's AMP viewer": ("https://a.test/story", "https://www.bing.com/amp/s/a.test/story"),
    "an escaped query in an AMP viewer": ("https://a.test/story?id=7", "https://www.google.com/amp/s/a.test/story%3Fid=7?usqp=m"),
    "Blogger on a telephone": ("https://a.blogspot.com/2026/11/x.html", "https://a.blogspot.com/2026/11/x.html?m=1&spref=tw"),
    "session in the path": (ARTICLE, "https://courier.test/politics/Budget-2026;jsessionid=0A1B?id=7"),
    "session of ASP.NET in the path": ("https://a.test/story", "https://a.test/(S(lit3py55t21z5v55vlm25s55))/story"),
    "Google's AMP viewer of an AMP page": (ARTICLE, "https://www.google.com/amp/s/www.courier.test/amp/politics/Budget-2026?id=7"),
    "trackers in the order of trackers": (ARTICLE, "https://courier.test/politics/Budget-2026?utm_source=a&id=7&fbclid=b#xtor=RSS-1"),
    "a tracker twice": (ARTICLE, f"{ARTICLE}&utm_source=a&utm_source=b"),
    "everything at once": (
        "https://courier.test/news/Budget",
        "HTTP://WWW.Courier.TEST.:80//sport/../news/%42udget/amp/index.html?amp=1&utm_medium=rss&&fbclid=x#:~:text=a,b",
    ),
    "BBC": ("https://bbc.com/news/articles/c1", "https://www.bbc.com/news/articles/c1?at_medium=RSS&at_campaign=rss"),
    "New York Times": ("https://nytimes.com/2026/a.html", "https://www.nytimes.com/2026/a.html?partner=rss&emc=rss"),
    "BBC's own links": ("https://bbc.co.uk/news/uk-1", "https://www.bbc.co.uk/news/uk-1?intlink_from_url=https://www.bbc.co.uk/news"),
    "Deutsche Welle": ("https://dw.com/de/a-6", "https://www.dw.com/de/a-6?maca=de-rss-de-all-1119-xml-mrss"),
}  # fmt: skip

TRACKERS = (  # noqa: SIM905 - words
    "fbclid=IwY2x gclid=Cj0 gclsrc=aw.ds dclid=1 gbraid=1 wbraid=1 msclkid=1 yclid=1 twclid=1 ttclid=1 igshid=1 utm_source=rss "
    "UTM_Medium=rss utm_anything_new=1 at_medium=RSS at_campaign=KARANGA at_custom1=x CMP=share_btn_tw cmp=rss PHPSESSID=8f2 "
    "phpsessid=8f2 JSESSIONID=1 ASPSESSIONIDQQ=1 mc_cid=1 mc_eid=1 mkt_tok=1 _ga=1 _gl=1 _hsenc=1 _hsmi=1 xtor=RSS-1 wt_mc=rss "
    "ref_src=twsrc%5Etfw guccounter=1 guce_referrer=x pk_campaign=1 ns_mchannel=rss traffic_source=rss %75tm_source=x amp=true "
    "igsh=1 wt_zmc=x ns_source=x ns_campaign=x ns_linkname=x ns_fee=0 xtref=x intcmp=x at_link_id=1 at_format=link mtm_campaign=x "
    "matomo_source=x piwik_kwd=x itm_source=parsely echobox=1764 Echobox=1764 hss_channel=tw-1 spMailingID=1 spJobID=2 "
    "elqTrackId=a elq=b sc_campaign=x sc_channel=rss wprov=sfla1 replytocom=12 cx_testId=3 cx_artPos=2 __cf_chl_tk=x sort=newest "
    "sort=asc cmpid=rss ncid=txtlnkusaolp00000618 smid=tw-share mbid=social_twitter zanpid=x sfmc_id=x vgo_ee=x trkCampaign=x "
    "WT.mc_id=1 srsltid=1 ysclid=1 __twitter_impression=true PHPSESSIONID=1 mc_tc=1 pk_cid=1 sc_cid=1 ga_source=rss _gac=1.1 "
    "_branch_referrer=x _bhlid=x ml_subscriber=1 ml_subscriber_hash=x"
).split()

DIFFERENT = {
    "port": ("http://a.test/x", "http://a.test:8080/x"),
    "port of the other scheme": ("http://a.test/x", "http://a.test:443/x"),
    "section host": ("https://sport.a.test/x", "https://news.a.test/x"),
    "section host and none": ("https://sport.a.test/x", "https://a.test/x"),
    "numbered www": ("https://www2.a.test/x", "https://a.test/x"),
    "language host": ("https://en.a.test/x", "https://de.a.test/x"),
    "mobile.de is a name": ("https://mobile.de/x", "https://de/x"),
    "m.uk.example": ("https://www.co.uk/x", "https://m.co.uk/x"),
    "blogs of a host": ("https://m.github.io/x", "https://www.github.io/x"),
    "hash routes": ("https://a.test/#!/story/1", "https://a.test/#!/story/2"),
    "hash route and none": ("https://a.test/#!/story/1", "https://a.test/"),
    "slash routes": ("https://a.test/app#/story/1", "https://a.test/app#/story/2"),
    "ids in hash routes": ("https://a.test/#!/s?id=1", "https://a.test/#!/s?id=2"),
    "path case": ("https://a.test/aBc", "https://a.test/abc"),
    "id": ("https://a.test/x?id=1", "https://a.test/x?id=2"),
    "sid": ("https://a.test/x?sid=123", "https://a.test/x?sid=456"),
    "cid": ("https://a.test/x?cid=1", "https://a.test/x?cid=2"),
    "ref": ("https://a.test/x?ref=8841", "https://a.test/x?ref=8842"),
    "p": ("https://a.test/?p=1", "https://a.test/?p=2"),
    "p and none": ("https://a.test/?p=1", "https://a.test/"),
    "source": ("https://a.test/x?source=7", "https://a.test/x?source=8"),
    "source and none": ("https://a.test/x?source=7", "https://a.test/x"),
    "page": ("https://a.test/x?page=1", "https://a.test/x?page=2"),
    "case of a value": ("https://a.test/x?v=aB", "https://a.test/x?v=ab"),
    "amp as a word": ("https://a.test/x?tag=amp", "https://a.test/x"),
    "amp as a number": ("https://a.test/x?amp=20", "https://a.test/x"),
    "amp as the whole path": ("https://a.test/amp", "https://a.test/"),
    "a slug that ends in amp": ("https://a.test/on-amp", "https://a.test/on-"),
    "escaped slash": ("https://a.test/a%2Fb", "https://a.test/a/b"),
    "escaped question mark": ("https://a.test/a%3Fb", "https://a.test/a?b"),
    "escaped percent sign": ("https://a.test/%2541", "https://a.test/%41"),
    "escapes that decoding would make": ("https://a.test/%%34%31", "https://a.test/A"),
    "escaped ampersand": ("https://a.test/?a=1%26b=2", "https://a.test/?a=1&b=2"),
    "escaped plus": ("https://a.test/?q=a%2Bb", "https://a.test/?q=a+b"),
    "bytes of another encoding": ("https://a.test/caf%E9", "https://a.test/caf%C3%A9"),
    "index inside a path": ("https://a.test/index.php/2", "https://a.test/2"),
    "a slug that starts like an index": ("https://a.test/index.html-explained", "https://a.test/-explained"),
    "a word that starts like an index": ("https://a.test/story/index.html2", "https://a.test/story"),
    "a folder and its file": ("https://a.test/story.html", "https://a.test/story"),
    "another index": ("https://a.test/index.php?id=1", "https://a.test/index.php?id=2"),
    "Blogger's parameter elsewhere": ("https://a.test/x?m=1", "https://a.test/x"),
    "a viewer's page and another": ("https://www.google.com/amp/s/a.test/x%3Fid=1", "https://www.google.com/amp/s/a.test/x%3Fid=2"),
    "id after a semicolon": ("https://a.test/x;id=1", "https://a.test/x;id=2"),
    "sid after a semicolon": ("https://a.test/x;sid=1", "https://a.test/x;sid=2"),
    "brackets that are no session": ("https://a.test/(s(a))/x", "https://a.test/x"),
    "a bare number": ("https://a.test/?1234", "https://a.test/?5678"),
    "one value of two": ("https://a.test/x?a=1&a=2", "https://a.test/x?a=1"),
    "numbered campaigns are ids": ("https://a.test/x?cmpid=17", "https://a.test/x?cmpid=18"),
    "numbered ncid": ("https://a.test/x?ncid=17", "https://a.test/x?ncid=18"),
    "ids beside trackers": ("https://a.test/x?id=1&utm_source=a", "https://a.test/x?id=2&utm_source=a"),
    "article": ("https://a.test/x?article=1", "https://a.test/x?article=2"),
    "aid": ("https://a.test/x?aid=1", "https://a.test/x?aid=2"),
    "nid": ("https://a.test/x?nid=1", "https://a.test/x?nid=2"),
    "s": ("https://a.test/x?s=1", "https://a.test/x?s=2"),
    "sessions of a conference": ("https://a.test/x?session_id=1", "https://a.test/x?session_id=2"),
    "names that start like trackers": ("https://a.test/x?utm=1", "https://a.test/x?utm=2"),
    "names that start like AT's": ("https://a.test/x?at=1", "https://a.test/x?at=2"),
    "sorted is no sort": ("https://a.test/x?sorted=1", "https://a.test/x?sorted=2"),
    "m is the whole name": ("https://m.test/x", "https://test/x"),
    "amp inside a path": ("https://a.test/tech/amp/story", "https://a.test/tech/story"),
    "output": ("https://a.test/x?output=pdf", "https://a.test/x"),
    "pages of a viewer without a page": ("https://www.google.com/amp/story", "https://www.google.com/story2"),
    "DW's parameter elsewhere": ("https://a.test/x?maca=1", "https://a.test/x"),
    "hosts": ("https://a.test/x", "https://b.test/x"),
    "top-level domains": ("https://a.example/x", "https://a.test/x"),
}  # fmt: skip


@pytest.mark.parametrize("pair", SAME.values(), ids=SAME.keys())
def test_one_article_has_one_key(pair):
    assert url_key(pair[0]) == url_key(pair[1])


@pytest.mark.parametrize("pair", DIFFERENT.values(), ids=DIFFERENT.keys())
def test_two_articles_have_two_keys(pair):
    assert url_key(pair[0]) != url_key(pair[1])


@pytest.mark.parametrize("tracker", TRACKERS)
def test_a_tracker_goes(tracker):
    assert url_key(f"{ARTICLE}&{tracker}") == url_key(ARTICLE)
    assert url_key(f"https://a.test/?{tracker}") == url_key("https://a.test/")


def test_a_key_is_readable_and_has_its_version():
    assert (
        url_key("HTTPS://www.Courier.test:443/Politics/../Budget%7e/?b=2&utm_source=x&a=1#top")
        == "1:courier.test/Budget~?a=1&b=2"
    )
    assert url_key("http://a.test:8080/#!/story/1?x=1") == "1:a.test:8080/#!/story/1?x=1"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "courier.test/x",
        "//courier.test/x",
        "/x",
        "ftp://courier.test/x",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "mailto:a@courier.test",
        "feed:https://courier.test/x",
        "http://",
        "http:///",
        "https://:80/x",
        "http://a.test:99999/",
        "http://a.test:port/",
        "http://a..test/",
        "http://a.test../",
        "http://.test/",
        "http://a b.test/",
        "http://a<b>.test/",
        "http://[::1/",
        "http://[zz]/",
        "http://1.2.3.4.5/",
        "http://999.1.1.1/",
        "http://a%00.test/",
        "http://a%2Fb.test/",
        f"http://{'a' * 64}.test/",
        f"http://{'a.' * 130}test/",
        f"http://a.test:{'9' * 5000}/",
        "http://℀.test/",
    ],
)
def test_what_is_no_url_is_refused_by_name(url):
    with pytest.raises(ValueError, match=r"\S"):
        url_key(url)


def test_a_long_key_is_cut_and_stays_distinct():
    long = "https://a.test/" + "x" * 4000
    key = url_key(long)
    assert len(key) == MAX_KEY_CHARS
    assert key.startswith("1:a.test/xxx")
    assert key != url_key(long + "y")
    assert key == url_key(long + "?utm_source=rss")


def test_lone_surrogates_and_control_characters_make_a_key():
    key = url_key("https://a.test/\ud800\x01?q=\udfff")
    assert key.isascii()
    assert key.isprintable()


def test_an_accent_after_an_escape_leaves_the_escape_whole():
    assert url_key("https://a.test/%CA\u0301") == "1:a.test/%CA%CC%81"


_WORDS = st.text(alphabet=string.ascii_letters + string.digits + "-._~é漢🗞 ", min_size=1, max_size=12)
_PARAMETERS = st.lists(st.tuples(st.sampled_from(["id", "sid", "p", "page", "a[]", "q"]), _WORDS), max_size=5)


def disguise(word, chance):
    """The word with some of its characters escaped, in either case."""
    return "".join(
        "".join(chance.choice([f"%{byte:02X}", f"%{byte:02x}"]) for byte in char.encode()) if chance.random() < 0.5 else char
        for char in word
    )


@given(
    path=st.lists(_WORDS.filter(lambda word: word.strip(".")), max_size=4), parameters=_PARAMETERS, seed=st.integers(0, 2**32)
)
def test_disguises_do_not_change_a_key(path, parameters, seed):
    chance = random.Random(seed)
    query = [f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in parameters]
    plain = f"https://courier.test/{'/'.join(quote(word, safe='') for word in path)}?{'&'.join(query)}"

    host = chance.choice(["courier.test", "WWW.courier.test", "m.Courier.test", "amp.courier.test", "courier.test:80"])
    folder = "".join(f"/{chance.choice(['', './', 'x/../'])}{disguise(word, chance)}" for word in path)
    end = chance.choice(["", "/", "//", "/index.html"])
    disguised = [f"{disguise(name, chance)}={disguise(value, chance)}" for name, value in parameters]
    disguised += chance.sample(TRACKERS, 3)
    chance.shuffle(disguised)
    anchor = chance.choice(["", "#top", "#:~:text=x", "#"])
    assert url_key(f"http://{host}{folder}{end}?{'&'.join(disguised)}{anchor}") == url_key(plain)


@given(st.text(max_size=60))
def test_any_text_gives_a_key_or_a_value_error(text):
    for url in (text, f"http://{text}", f"https://a.test/{text}", f"https://a.test/?{text}", f"https://a.test/#!{text}"):
        try:
            key = url_key(url)
        except ValueError:
            continue
        assert key.isascii()
        assert key.isprintable()
        assert len(key) <= MAX_KEY_CHARS
        if "~" not in key:  # an uncut key, read as a URL, is its own key
            assert url_key("https://" + key[2:]) == key


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("https://news.bbc.co.uk/x", "bbc.co.uk"),
        ("news.bbc.co.uk", "bbc.co.uk"),
        ("NEWS.BBC.CO.UK:8080", "bbc.co.uk"),
        ("https://user:pw@news.bbc.co.uk:443/x@y", "bbc.co.uk"),
        ("courier.test", "courier.test"),
        ("http://www.courier.test:8123/", "courier.test"),
        ("a.b.courier.test", "courier.test"),
        ("127.0.0.1:8000", "127.0.0.1"),
        ("http://0x7f.1/", "127.0.0.1"),
        ("http://[::1]:80/", "::1"),
        ("::1", "::1"),
        ("localhost", "localhost"),
        ("http://localhost:8000/x", "localhost"),
        ("co.uk", "co.uk"),
        ("a.github.io", "a.github.io"),
        ("x.a.github.io", "a.github.io"),
        ("www.folha.uol.com.br", "uol.com.br"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("xn--fiqs8s", "xn--fiqs8s"),
    ],
)
def test_registrable_domain(text, domain):
    assert registrable_domain(text) == domain


@pytest.mark.parametrize("text", ["", "http://", "a b", "https://a..b/"])
def test_registrable_domain_of_nothing(text):
    with pytest.raises(ValueError, match=r"\S"):
        registrable_domain(text)


@pytest.mark.parametrize(
    "path", ["", "/", "/index.html", "/?utm_source=rss", "/#top", "/en/", "/de-AT", "/home", "//", "/index.php"]
)
def test_a_home_page(path):
    assert is_home_page(f"https://www.courier.test{path}")


@pytest.mark.parametrize(
    "path", ["/obama-wins", "/world-cup-final", "/sport/arsenal-win", "/?p=1234", "/#!/story/1", "/2026", "/ai-act"]
)
def test_not_a_home_page(path):
    assert not is_home_page(f"https://www.courier.test{path}")


@pytest.mark.parametrize(
    ("base", "href", "url"),
    [
        ("http://a.test/x/y", "../z?q=1", "http://a.test/z?q=1"),
        ("http://a.test/x", "//b.test/c", "http://b.test/c"),
        ("https://a.test/x", " /c\n ", "https://a.test/c"),
        ("https://a.test/x", "\\c\\d", "https://a.test/c/d"),
        ("https://a.test/x?y=1", "?z=2", "https://a.test/x?z=2"),
        ("https://a.test/x", "", "https://a.test/x"),
        ("https://a.test/x", "#!/s/1", "https://a.test/x#!/s/1"),
        ("", "https://b.test/", "https://b.test/"),
        ("https://a.test/x", "http:///b.test/c", "http:///b.test/c"),
        ("", "/c", None),
        ("https://a.test/", "mailto:a@b.test", None),
        ("https://a.test/", "javascript:alert(1)", None),
        ("https://a.test/", "data:text/html,x", None),
        ("https://a.test/", "file:///etc/passwd", None),
        ("https://a.test/", "http://[::1", None),
        ("https://a.test/", "http://a.test:99999999/", None),
        ("urn:x:y", "z", None),
    ],
)
def test_resolve_url(base, href, url):
    assert resolve_url(base, href) == url
