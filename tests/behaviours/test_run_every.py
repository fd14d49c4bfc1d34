"""`wirecopy run --every` as a process of its own, over a scripted web on loopback."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from pathlib import Path

import pytest

from wirecopy.clock import utc_now
from wirecopy.rounds import run_rounds
from wirecopy.sources import format_sources

FEED = "http://courier.test/feed"
SECOND = "http://bote.test/feed"


@pytest.fixture
def process_of(rig_of, tmp_path):
    """Starts `wirecopy run --every` in a `with` block; rounds are JSON lines on its stdout."""

    @contextmanager
    def start(*feeds, every="1s", **settings):
        rig = rig_of(*feeds)
        sources = tmp_path / "sources.toml"
        sources.write_text(format_sources(rig.sources))
        rules = ",".join(f"{rule.host}:{rule.port}={rule.address}:{rule.dial_port}" for rule in rig.settings.loopback)
        values = {"delay_s": 0, "robots": False, "poll_interval_s": 1, "poll_min_interval_s": 1, "worker_count": 1, **settings}
        environment = {name: value for name, value in os.environ.items() if not name.startswith("WIRECOPY_")}
        environment |= {f"WIRECOPY_{name.upper()}": str(value) for name, value in values.items()}
        environment |= {"WIRECOPY_LOOPBACK": rules, "WIRECOPY_DATA": str(rig.settings.data), "WIRECOPY_SOURCES": str(sources)}
        process = subprocess.Popen(
            [sys.executable, "-m", "wirecopy", "run", "--every", every, "--json"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=_listen,  # noqa: PLW1509 - no other thread of the tests holds a lock that it would take
        )
        process.rig, process.sources = rig, sources
        try:
            yield process
        finally:
            process.kill()
            process.communicate()

    return start


def _listen():
    """Whoever runs the tests in the background, or under nohup, has these signals ignored, and so would the process."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def _next_round(process):
    line = process.stdout.readline()
    assert line, process.stderr.read()
    return json.loads(line)


def _ended(process, number, *, within_s=5):
    began = time.monotonic()
    process.send_signal(number)
    status = process.wait(within_s)
    assert time.monotonic() - began < within_s
    return status


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_rounds_follow_each_other_until_a_signal_ends_them(web, feeds, process_of, number):
    web.on(FEED, web.reply(200, feeds.rss(["one"])), web.reply(200, feeds.rss(["two", "one"])))
    web.on("http://courier.test/one", web.reply(200, feeds.page("The first bridge"), Content_Type="text/html"))
    web.on("http://courier.test/two", web.reply(200, feeds.page("The second bridge", text="Quite another text. " * 30)))
    with process_of(FEED) as process:
        rounds = [_next_round(process)]
        while sum(done["discovered_new"] for done in rounds) < 2:
            rounds.append(_next_round(process))
        assert [done["round"] for done in rounds] == list(range(1, len(rounds) + 1))
        assert rounds[0]["polls"] == {"read": 1}
        assert rounds[-1]["states"]["indexed"] == rounds[-1]["discovered"] == 2
        assert _ended(process, number) == 0
        assert "stopped" in process.stderr.read()


def test_a_signal_while_pages_are_fetched_loses_nothing_and_gives_the_lock_back(web, feeds, process_of):
    async def never(writer, _asked):
        import asyncio

        await asyncio.sleep(60)

    web.on(FEED, web.reply(200, feeds.rss(["slow", "quick"])))
    web.on("http://courier.test/quick", web.reply(200, feeds.page()))
    web.on("http://courier.test/slow", never)
    with process_of(FEED, timeout_s=60) as process:
        deadline = time.monotonic() + 60
        while "/slow" not in web.paths():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert _ended(process, signal.SIGTERM) == 0
        rig = process.rig
    web.on("http://courier.test/slow", web.reply(200, feeds.page("Slow", text="Something else was said about it. " * 20)))
    rig.clock.now = utc_now() + timedelta(days=1)
    report = rig.run_round()
    assert {state.value: n for state, n in report.states.items() if n} == {"indexed": 2}


def test_a_second_signal_ends_at_once(web, feeds, process_of):
    web.on(FEED, web.reply(200, feeds.rss(1)))
    with process_of(FEED, every="1h") as process:
        _next_round(process)
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) in {0, -signal.SIGTERM}


def test_the_sources_file_is_read_again_and_a_broken_edit_keeps_the_old_list(web, feeds, process_of):
    for feed in (FEED, SECOND):
        web.on(feed, web.reply(200, feeds.rss(0)))
    with process_of(FEED) as process:
        _next_round(process)
        process.sources.write_text("[[source]\n")
        for _ in range(3):
            assert _next_round(process)["error"] is None
        text = format_sources(process.rig.sources) + '\n[[source]]\nname = "Bote"\nfeeds = ["http://bote.test/feed"]\n'
        process.sources.write_text(text)
        deadline = time.monotonic() + 30
        while SECOND not in web.urls():
            assert time.monotonic() < deadline
            _next_round(process)
        assert _ended(process, signal.SIGTERM) == 0
        said = [line for line in process.stderr.read().splitlines() if "sources.toml" in line]
        assert len(said) == 1
        assert "is not TOML" in said[0]


def test_a_wrong_configuration_at_the_start_ends_with_1(process_of):
    with process_of(FEED) as process:
        process.kill()
        process.sources.write_text("nonsense")
        done = subprocess.run(
            [sys.executable, "-m", "wirecopy", "run", "--every", "1s", "--sources", str(process.sources)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1


@pytest.fixture
def rounds_of(rig_of, tmp_path):
    """Rounds in this process, with the rig's clock: waits move it on and are noted."""

    def make(*feeds, every=timedelta(minutes=10), **changes):
        rig = rig_of(*feeds, **changes)
        sources = tmp_path / "sources.toml"
        sources.write_text(format_sources(rig.sources))
        rig.waits, rig.warnings = [], []

        def sleep(seconds):
            rig.waits.append(seconds)
            rig.clock.advance(seconds=round(seconds))

        settings = rig.settings.model_copy(update={"sources": sources})
        rig.rounds = run_rounds(settings, every, warn=rig.warnings.append, clock=rig.clock, sleep=sleep)
        return rig

    return make


def test_only_what_is_due_is_polled(web, feeds, rounds_of):
    web.on(FEED, web.reply(200, feeds.rss(0)))
    rig = rounds_of(FEED, poll_interval_s=3600, poll_min_interval_s=3600)
    polled = [done.report.polls for done in islice(rig.rounds, 5)]
    rig.rounds.close()
    assert polled == [{"read": 1}, {}, {}, {}, {}]
    assert len(web.asked) == 1


def test_a_store_that_fails_is_told_and_tried_again_with_longer_waits(web, feeds, rounds_of, monkeypatch):
    from wirecopy import rounds as module
    from wirecopy.errors import StoreUnavailable

    web.on(FEED, web.reply(200, feeds.rss(0)))
    opened, tries = module.open_pipeline, []

    def fails_thrice(*args, **options):
        tries.append(args)
        if len(tries) <= 3:
            raise StoreUnavailable("http://store", "does not answer")
        return opened(*args, **options)

    monkeypatch.setattr(module, "open_pipeline", fails_thrice)
    rig = rounds_of(FEED)
    done = list(islice(rig.rounds, 4))
    rig.rounds.close()
    assert [each.number for each in done] == [1, 2, 3, 4]
    assert [each.error for each in done] == ["http://store: does not answer"] * 3 + [None]
    assert rig.waits == [30, 60, 120]


def test_a_lock_that_is_held_costs_the_round_and_not_the_article(web, feeds, rounds_of):
    web.on(FEED, web.reply(200, feeds.rss(["one"])))
    web.on("http://courier.test/one", web.reply(200, feeds.page()))
    rig = rounds_of(FEED)
    rig.settings.data.mkdir()
    with rig.store() as store, store.writer_lock("somebody else", ttl=timedelta(days=1)):
        failed = next(rig.rounds)
    assert "somebody else" in failed.error
    assert next(rig.rounds).report.linked == {"origin": 1}
    rig.rounds.close()


def test_a_clock_that_jumps_makes_no_storm_and_no_standstill(web, feeds, rounds_of):
    web.on(FEED, web.reply(200, feeds.rss(0)))
    rig = rounds_of(FEED)
    next(rig.rounds)
    rig.clock.advance(days=400)
    for _ in range(10):
        next(rig.rounds)
    forward = len(web.asked)
    assert forward <= 11
    rig.clock.advance(days=-800)
    for _ in range(10):
        next(rig.rounds)
    rig.rounds.close()
    assert forward < len(web.asked) <= forward + 10
    assert min(rig.waits) >= 30


@pytest.mark.slow
def test_memory_is_flat_over_a_hundred_rounds(web, feeds, rounds_of):
    numbers = iter(range(1_000_000))

    def body(_asked):
        return web.reply(200, feeds.rss([f"story-{next(numbers)}" for _ in range(5)]))

    web.on(FEED, body)
    rig = rounds_of(FEED, poll_interval_s=60, poll_min_interval_s=60, poll_max_interval_s=60, every=timedelta(minutes=2))
    sizes = []
    for done in islice(rig.rounds, 120):
        assert done.error is None
        sizes.append(_resident_bytes())
    rig.rounds.close()
    assert len(web.asked) > 120
    grown = sizes[-1] - sizes[19]
    assert grown < 8_000_000, f"{grown} bytes more after 100 rounds of 5 new URLs each"


def _resident_bytes():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
