"""The pages in a real Chromium: reading, keys, right-to-left text, narrow screens, no JavaScript, and no breach of the policy."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from typing import TYPE_CHECKING, Any

import pytest

from wirecopy.web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from wirecopy.store.ports import Store

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHROMIUM = (
    os.environ.get("WIRECOPY_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"
)
# Every breach of the policy, counted before any script of the page runs.
_WATCH = "window.breaches = []; document.addEventListener('securitypolicyviolation', (e) => window.breaches.push(e.violatedDirective));"


def _lacking() -> str | None:
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        return "Playwright is not installed: pip install '.[dev]'"
    return (
        None
        if os.access(CHROMIUM, os.X_OK)
        else f"no Chromium at {CHROMIUM}: apt-get install chromium, or WIRECOPY_CHROMIUM=PATH"
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    lacking = _lacking()
    if lacking and os.environ.get("CI"):
        pytest.fail(f"{lacking} (CI is set, so this is no skip)", pytrace=False)
    if lacking:
        pytest.skip(lacking)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def site(store_factory: Callable[[], Store]) -> Iterator[str]:
    """The app on a port of loopback, mounted below a path as it is in Airflow."""
    import uvicorn
    from fastapi import FastAPI

    parent = FastAPI()
    parent.mount("/wirecopy", create_app(store_factory=store_factory))
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(parent, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/wirecopy/"
    server.should_exit = True
    thread.join(20)
    listener.close()
    assert not thread.is_alive()


@pytest.fixture
def opened(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages in contexts of their own; at the end no page may have breached the policy or complained."""
    pages: list[Page] = []
    complaints: list[str] = []

    def open_page(**options: Any) -> Page:
        context = browser.new_context(**options)
        context.add_init_script(_WATCH)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", lambda request: complaints.append(f"failed: {request.url}"))
        page.on("dialog", lambda dialog: (complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        if page.context.browser is not None and not page.is_closed():
            page.context.close()
    assert complaints == []


def assert_well(page: Page) -> None:
    """No breach of the policy, one headline, nothing wider than the screen."""
    assert page.evaluate("window.breaches") == []
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{page.url} scrolls sideways"


def test_from_search_to_story_to_article_and_back(site: str, opened, news) -> None:
    page = opened(viewport={"width": 1280, "height": 800})
    page.goto(site)
    page.get_by_label("Search the index").fill("harbour strike* OR dockers")
    page.get_by_role("button", name="Search").click()
    assert page.get_by_text("Read as").is_visible()
    assert page.locator("#found").inner_text() == "1 story, 2 articles"
    assert page.locator("mark").first.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(255, 231, 160)"
    assert_well(page)

    page.locator(".hit h3 a").first.click()
    assert page.url == f"{site}story/{news.story[0].link.story_id}"
    assert page.locator(".copy").count() == 4
    page.locator(".copy").nth(1).get_by_text("Evidence").click()
    assert page.get_by_text("in the harbour of Northport walked out on Sunday").is_visible()
    assert_well(page)

    page.get_by_role("link", name="Northport dockers on strike").first.click()
    assert page.url == f"{site}article/{news.story[1].id}"
    assert page.get_by_role("heading", level=1).inner_text() == "Northport dockers on strike"
    out = page.get_by_role("link", name="Read the original at herald.test")
    assert out.get_attribute("href") == "https://herald.test/news/dockers"
    assert_well(page)

    page.go_back()
    page.go_back()
    assert page.get_by_label("Search the index").input_value() == "harbour strike* OR dockers"
    assert page.url.startswith(f"{site}?q=harbour+strike")


def test_the_keyboard_is_enough(site: str, opened, news) -> None:
    page = opened()
    page.goto(f"{site}?q=harbour&copies=all")
    page.keyboard.press("j")
    page.keyboard.press("j")
    focused = "document.activeElement.closest('.hit') === document.querySelectorAll('.hit')[{}]"
    assert page.evaluate(focused.format(1))
    page.keyboard.press("k")
    page.keyboard.press("k")
    assert page.evaluate(focused.format(0))
    target = page.locator(".hit h3 a").first.get_attribute("href")
    page.keyboard.press("o")
    page.wait_for_url(f"**/{target.removeprefix('./')}")

    page.goto(site)
    page.keyboard.press("/")
    page.keyboard.type("jok/")
    assert page.get_by_label("Search the index").input_value() == "jok/", "keys are letters where somebody types"
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.evaluate(focused.format(0))

    page.goto(f"{site}syntax")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_arabic_runs_from_right_to_left(site: str, opened, news) -> None:
    page = opened(viewport={"width": 1280, "height": 800})
    page.goto(f"{site}article/{news.story[3].id}")
    text = page.locator(".text")
    assert text.evaluate("e => getComputedStyle(e).direction") == "rtl"
    first = text.locator("p").first.evaluate(
        "e => { const r = document.createRange(); r.setStart(e.firstChild, 0); r.setEnd(e.firstChild, 1);"
        " const box = r.getBoundingClientRect(), line = e.getBoundingClientRect(); return line.right - box.right; }"
    )
    assert abs(first) < 2, "the first letter stands at the right edge"
    assert page.locator("html").evaluate("e => getComputedStyle(e).direction") == "ltr"
    assert_well(page)


@pytest.mark.parametrize("width", [320, 390, 768, 1600])
def test_nothing_scrolls_sideways(site: str, opened, news, width: int) -> None:
    page = opened(viewport={"width": width, "height": 700})
    long = news.long.id
    for path in (
        "", "?q=harbour&copies=all&lang=en", f"?q={'w' * 400}", f"article/{long}", f"story/{long}", f"article/{news.story[0].id}",
        f"story/{news.story[0].id}", f"article/{news.hostile.id}", "ledger?state=quarantined", "syntax",
    ):  # fmt: skip
        page.goto(site + path)
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        assert_well(page)


def test_hostile_words_stay_words(site: str, opened, news) -> None:
    page = opened()
    for path in (f"article/{news.hostile.id}", f"story/{news.hostile.id}", "?q=hostile", "ledger?state=quarantined"):
        page.goto(site + path)
        assert "<script>alert(1)</script>" in page.locator("main").inner_text()
        assert page.locator("main script, main img").count() == 0
        assert_well(page)


def test_a_breach_would_be_seen(site: str, browser: Browser) -> None:
    context = browser.new_context()
    context.add_init_script(_WATCH)
    page = context.new_page()
    page.goto(site)
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=http://127.0.0.1:9/x onerror=alert(1)>')"
    )
    page.wait_for_function("window.breaches.length >= 2")
    context.close()


def test_it_works_without_javascript(site: str, opened, news) -> None:
    page = opened(java_script_enabled=False)
    page.goto(site)
    page.get_by_label("Search the index").fill("hafen")
    page.get_by_text("Narrow it down").click()
    page.get_by_label("Languages").fill("de")
    page.get_by_role("button", name="Search").click()
    assert page.locator("#found").inner_text() == "1 story, 1 article"
    page.get_by_role("link", name="All copies").click()
    assert page.url.endswith("/?q=hafen&lang=de&copies=all")
    page.locator(".hit h3 a").click()
    assert page.url == f"{site}article/{news.story[2].id}"
    page.get_by_role("link", name="Ledger").click()
    assert page.get_by_text("as many as were ever discovered").is_visible()
    assert page.locator(".keys").is_hidden()


def test_a_page_that_is_wrong_says_so(site: str, browser: Browser) -> None:
    page = browser.new_context().new_page()
    page.goto(f"{site}?q=harbour+(strike")
    assert page.get_by_role("alert").is_visible()
    assert page.locator(".place mark").inner_text() == "("
    box = page.get_by_label("Search the index")
    assert box.get_attribute("aria-describedby") == "problem"
    page.goto(f"{site}no/such/page")
    page.get_by_role("link", name="Back to the search").click()
    assert page.url == site
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_their_ground(site: str, opened, news, scheme: str) -> None:
    """WCAG 2.2, 1.4.3: at least 4.5 to 1."""
    page = opened(color_scheme=scheme)
    for path in ("?q=harbour&copies=all", f"story/{news.story[0].id}", "ledger", f"article/{news.story[0].id}"):
        page.goto(site + path)
        poor = page.evaluate(_CONTRAST)
        assert poor == []


_CONTRAST = """() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (rgb) => { const [r, g, b] = rgb.slice(0, 3).map((v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = (e) => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
  const poor = [];
  for (const e of document.querySelectorAll('main *, header *, footer *')) {
    const own = Array.from(e.childNodes).some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !e.checkVisibility()) continue;
    const [a, b] = [light(parse(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) poor.push(`${e.tagName}.${e.className} ${ratio.toFixed(2)}`);
  }
  return poor;
}"""
