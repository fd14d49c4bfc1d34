"""Titles and summaries as people see them, and that no text takes long to read."""

from __future__ import annotations

import time

import pytest

from wirecopy.feeds.plaintext import plain_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("A <!-- b --> c<br>", "A c"),
        ("A<!-- <b>x</b> -->B<br>", "AB"),
        ("A <!-- b <b>c</b>", "A <!-- b c"),
        ("A <!--> b --> c</b>", "A c"),
        ("<script>x <!-- </script> --> y</script>A", "A"),
        ("1 < 2 <b>and</b> 3 > 2", "1 < 2 and 3 > 2"),
    ],
)
def test_comments_are_left_out_where_they_end(markup: str, text: str) -> None:
    assert plain_text(markup) == text


@pytest.mark.parametrize(
    "piece", ["<!--", "<a ", "<a", "<!", "&amp;", "&a", "<script>", "</a", "<br", "<a:", "<", "a", "-->", "<!---->"]
)
def test_reading_takes_linear_time(piece: str) -> None:
    for text in (f"</b>{piece * 60_000}", f"</b><{piece * 60_000}", f"{piece * 60_000}</b>"):
        started = time.process_time()
        plain_text(text)
        assert time.process_time() - started < 2
