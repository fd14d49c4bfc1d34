"""`wirecopy extract --batch`: pages of one site teach each other what it shows on all of them."""

from __future__ import annotations

import io
import json
import sys

import pytest

from wirecopy.cli.app import main

LETTER = "The Courier in the morning, every morning, in your own inbox"


def page_of(number):
    body = "".join(
        f"<p>In town {number} the {word} met the council on day {number * 31} to talk about {number + 4} new houses, and nobody else.</p>"
        for word in ("ferrymen", "growers", "bakers", "referees")
    )
    head = f"<title>Of town {number}</title>"
    return f"<html lang='en'><head>{head}</head><body><article><h1>Of town {number}</h1>{body}<p>{LETTER}</p></article></body></html>"


@pytest.fixture
def manifest(tmp_path):
    rows = []
    for number in range(3):
        path = tmp_path / f"{number}.html"
        path.write_text(page_of(number))
        rows += [
            {"id": number, "path": str(path), "url": f"https://courier.example/{number}"},
            {"id": f"no{number}", "path": "none"},
        ]
    path = tmp_path / "manifest.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


@pytest.mark.parametrize("is_file", [True, False])
def test_pages_of_a_site_teach_each_other_in_order(manifest, capfd, monkeypatch, is_file):
    if not is_file:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(manifest.read_bytes())))
    with pytest.raises(SystemExit) as caught:
        main(["extract", "--batch", str(manifest) if is_file else "-"])
    sys.stdout.flush()
    out, err = capfd.readouterr()
    lines = [json.loads(line) for line in out.splitlines()]
    assert not caught.value.code
    assert [line["id"] for line in lines] == [0, "no0", 1, "no1", 2, "no2"]
    assert ["error" in line for line in lines] == [False, True] * 3
    # A file's first pages know what comes after them.
    assert [LETTER in line["text"] for line in lines[::2]] == ([False] * 3 if is_file else [True, True, False])
    assert {"text": LETTER, "reason": "site_template"} in lines[4]["boilerplate"]
    assert "6 of 6 pages done, 3 of them with an error" in err or "6 pages done, 3 of them with an error" in err
