"""`wirecopy extract --batch`: whatever stands in the manifest or in a page, a line is answered by a line, in order."""

from __future__ import annotations

import gzip
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from wirecopy.cli.read_file import MOST_PAGE_BYTES
from wirecopy.extract.page.document import MAX_PAGE_BYTES

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "The harbour authority said on Monday that the new bridge would open to traffic before the end of the year. " * 4
PAGE = (
    f"<html lang='en'><head><title>Bridge opens</title></head><body><h1>Bridge opens</h1><p>{TEXT}</p></body></html>".encode()
)

Run = Callable[..., tuple[int, list[dict[str, Any]], str]]


def test_a_batch_is_answered_line_by_line_in_order(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "a.html").write_bytes(PAGE)
    (pages / "b.html.gz").write_bytes(gzip.compress(PAGE))
    (pages / "c.pdf").write_bytes(b"%PDF-1.7")
    os.mkfifo(pages / "pipe")
    (tmp_path / "here.html").write_bytes(PAGE)
    monkeypatch.chdir(tmp_path)
    rows = [
        "{broken",
        json.dumps({"id": "a", "path": "a.html", "url": "https://courier.example/a"}),
        json.dumps([1]),
        json.dumps({"id": "none", "path": "missing.html"}),
        "",
        json.dumps({"id": 7, "path": "b.html.gz", "url": None}),
        json.dumps({"id": "c", "path": "c.pdf"}),
        json.dumps({"path": "a.html"}),
        json.dumps({"id": "nopath"}),
        json.dumps({"id": "folder", "path": "."}),
        json.dumps({"id": "pipe", "path": "pipe"}),
        json.dumps({"id": "url", "path": "a.html", "url": 5}),
        json.dumps({"id": "words", "path": "a.html", "url": "not an address"}),
        json.dumps({"id": "nul", "path": "a\0b"}),
        json.dumps({"id": "here", "path": "here.html"}),
        "\ufffd",
    ]
    (pages / "manifest.jsonl").write_text("\n".join(rows))
    status, lines, err = run("extract", "--batch", "pages/manifest.jsonl")
    assert (status, err.splitlines()[-1]) == (0, "15 of 15 pages done, 11 of them with an error")
    assert [line["id"] for line in lines] == [
        None,
        "a",
        None,
        "none",
        7,
        "c",
        None,
        "nopath",
        "folder",
        "pipe",
        "url",
        "words",
        "nul",
        "here",
        None,
    ]
    read = [line for line in lines if "error" not in line]
    assert [line["id"] for line in read] == ["a", 7, "words", "here"]
    assert all(line["title"] == "Bridge opens" for line in read)
    failed = {str(line["id"]): line for line in lines if "error" in line}
    assert all(list(line) == ["id", "error"] for line in failed.values())
    assert "PDF" in failed["c"]["error"]
    assert "missing.html" in failed["none"]["error"]
    assert failed["nopath"]["error"].startswith("line 9 ")  # as an editor counts: the empty line is one


def test_a_file_of_several_gzip_members_is_read_to_its_end(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(PAGE)
    rows = [json.dumps({"id": name, "path": "a.html"}).encode() + b"\n" for name in "ab"]
    (tmp_path / "m.jsonl.gz").write_bytes(b"".join(gzip.compress(row) for row in rows))
    assert [line["id"] for line in run("extract", "--batch", str(tmp_path / "m.jsonl.gz"))[1]] == ["a", "b"]


def test_a_missing_manifest_fails_and_an_empty_one_is_done(run: Run, tmp_path: Path) -> None:
    status, lines, err = run("extract", "--batch", str(tmp_path / "none"))
    assert (status, lines, err.count("\n")) == (1, [], 1)
    (tmp_path / "empty").write_text("\n")
    assert run("extract", "--batch", str(tmp_path / "empty")) == (0, [], "")


def test_ids_come_back_as_they_are(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(PAGE)
    ids = [0, "", False, 1.5, {"set": "news", "n": 1}, ["a", None], "twice", "twice", "häfen 港", 10**30]
    rows = [json.dumps({"id": name, "path": "a.html"}) for name in ids]
    # CRLF and a BOM, as Windows writes them; ids that JSON cannot write are refused
    text = "\ufeff" + "\r\n".join([*rows, '{"id": NaN, "path": "a.html"}', '{"id": 1e999, "path": "a.html"}', " \t"]) + "\r\n"
    (tmp_path / "m.jsonl").write_text(text, encoding="utf-8", newline="")
    status, lines, _ = run("extract", "--batch", str(tmp_path / "m.jsonl"))
    assert status == 0
    assert [line["id"] for line in lines] == [*ids, None, None]
    assert ["error" in line for line in lines] == [False] * len(ids) + [True, True]


def test_a_line_without_end_is_an_error_and_no_memory(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(PAGE)
    row = json.dumps({"id": "after", "path": "a.html"})
    (tmp_path / "m.jsonl").write_text(f"{'x' * 3_000_001}\n{row}")
    _, lines, _ = run("extract", "--batch", str(tmp_path / "m.jsonl"))
    assert [line["id"] for line in lines] == [None, "after"]
    assert "longer than" in lines[0]["error"]


def test_a_manifest_that_breaks_off_is_answered_up_to_there_and_fails(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(PAGE)
    rows = "".join(
        json.dumps({"id": number, "path": "a.html", "noise": os.urandom(2_000).hex()}) + "\n" for number in range(40)
    )
    packed = gzip.compress(rows.encode())
    (tmp_path / "m.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    status, lines, err = run("extract", "--batch", str(tmp_path / "m.jsonl.gz"))
    assert status == 1
    assert [line["id"] for line in lines] == list(range(len(lines)))
    assert len(lines) > 5
    assert err.splitlines()[-1].startswith(f"wirecopy: {tmp_path / 'm.jsonl.gz'}: cannot be read: ")


def test_a_manifest_may_come_from_stdin(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.html").write_bytes(PAGE)
    row = json.dumps({"id": "a", "path": str(tmp_path / "a.html")}).encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(row)))
    status, lines, err = run("extract", "--batch", "-")
    assert (status, [line["title"] for line in lines], err) == (0, ["Bridge opens"], "1 pages done\n")


def test_hostile_pages_between_good_ones_cost_only_themselves(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIRECOPY_WORKER_TIMEOUT_S", "20")
    pages = {
        "good": PAGE,
        "empty": b"",
        "noise": bytes(range(256)) * 4_000,
        "bomb": gzip.compress(b"<p>" + b"harbour " * 30_000_000),
        "nested": b"<html><body>" + b"<div>" * 1_000_000,
        "broken": gzip.compress(PAGE)[:-20],
        "after": PAGE,
    }
    for name, body in pages.items():
        (tmp_path / f"{name}.html").write_bytes(body)
    rows = [json.dumps({"id": name, "path": f"{name}.html"}) for name in [*pages, "missing"]]
    (tmp_path / "m.jsonl").write_text("\n".join(rows))
    began = time.monotonic()
    status, lines, _ = run("extract", "--batch", str(tmp_path / "m.jsonl"))
    assert status == 0
    assert [line["id"] for line in lines] == [*pages, "missing"]
    answers = {line["id"]: line for line in lines}
    assert answers["good"]["text"] == answers["after"]["text"] == TEXT.strip()
    assert all("error" in answers[name] for name in ("empty", "noise", "broken", "missing"))
    assert [line for line in lines if "raised" in line.get("error", "")] == []
    assert time.monotonic() - began < 180  # workers that were killed start anew, on machines that have other work too


def test_thousands_of_errors_wait_for_no_more_than_a_page(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(PAGE)
    good = [json.dumps({"id": name, "path": "a.html"}) for name in ("first", "last")]
    bad = [json.dumps({"id": number, "path": "missing.html"}) for number in range(5_000)]
    (tmp_path / "m.jsonl").write_text("\n".join([*bad[:2_000], good[0], *bad[2_000:], good[1]]))
    status, lines, _ = run("extract", "--batch", str(tmp_path / "m.jsonl"))
    assert status == 0
    assert [line["id"] for line in lines] == [*range(2_000), "first", *range(2_000, 5_000), "last"]
    assert [line["id"] for line in lines if "error" not in line] == ["first", "last"]


def test_a_page_is_cut_where_its_reader_says_so() -> None:
    assert MOST_PAGE_BYTES == MAX_PAGE_BYTES + 1


def _start(*arguments: str, **options: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "wirecopy", "extract", "--batch", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,  # a line that was read must leave the rest to communicate()
        **options,
    )


def _endless(tmp_path: Path, count: int) -> Path:
    (tmp_path / "a.html").write_bytes(PAGE)
    manifest = tmp_path / "m.jsonl"
    manifest.write_text("".join(json.dumps({"id": number, "path": "a.html"}) + "\n" for number in range(count)))
    return manifest


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_without_a_traceback(tmp_path: Path, number: signal.Signals) -> None:
    def heed() -> None:  # whoever runs the tests may have them ignored
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)

    with _start(str(_endless(tmp_path, 100_000)), preexec_fn=heed) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        first = json.loads(process.stdout.readline())
        process.send_signal(number)
        began = time.monotonic()
        rest, err = process.communicate(timeout=60)
    assert first["id"] == 0
    assert time.monotonic() - began < 30
    assert (process.returncode, err.decode().splitlines()[-1]) == (1, "wirecopy: interrupted")
    assert b"Traceback" not in err
    assert all(json.loads(line)["id"] for line in rest.splitlines())  # whole lines only


def test_a_reader_that_goes_away_ends_it_quietly(tmp_path: Path) -> None:
    with _start(str(_endless(tmp_path, 100_000))) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        err = process.stderr.read()
        assert process.wait(timeout=60) == 1
    assert all(line.endswith(b" pages done") for line in err.splitlines())


def test_a_long_manifest_is_read_as_pages_are(tmp_path: Path) -> None:
    """Answers come while the manifest is still being written: nothing waits for its end."""
    (tmp_path / "a.html").write_bytes(PAGE)
    with _start("-", stdin=subprocess.PIPE, cwd=tmp_path) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in range(30):
            process.stdin.write(json.dumps({"id": number, "path": "a.html"}).encode() + b"\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == 0
        process.stdin.close()
        process.stdin = None
        out, err = process.communicate(timeout=60)
    assert [json.loads(line)["id"] for line in out.splitlines()] == list(range(1, 30))
    assert err.splitlines()[-1] == b"30 pages done"


@pytest.mark.data
@pytest.mark.slow
def test_every_real_page_is_answered(run: Run, test_data: Path, tmp_path: Path) -> None:
    paths = sorted(test_data.glob("pages*/*.html.gz"))
    manifest = tmp_path / "manifest.jsonl"
    manifest.write_text("\n".join(json.dumps({"id": path.name, "path": str(path), "url": None}) for path in paths))
    status, lines, err = run("extract", "--batch", str(manifest))
    assert (status, err.splitlines()[-1]) == (0, f"{len(paths)} of {len(paths)} pages done")
    assert [line["id"] for line in lines] == [path.name for path in paths]
    assert [line for line in lines if "error" in line] == []
    assert sum(bool(line["text"]) for line in lines) >= 0.97 * len(lines)
