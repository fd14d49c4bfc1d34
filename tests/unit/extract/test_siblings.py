"""The pages of a batch teach each other, and each answer comes as soon as its site's next pages were read."""

from __future__ import annotations

import pytest

from wirecopy.extract.lines import siblings
from wirecopy.extract.lines.siblings import MOST_AHEAD, Siblings
from wirecopy.models import Access, Article

LETTER = "Get the letter of this paper in your inbox every morning"
FAILED = ValueError("no page")


def article(number, *more, host="courier.example"):
    lines = [
        f"In story {number} the {word} of town {number * 7} met its {word} {number * 31}."
        for word in ("ferry", "clock", "kite")
    ]
    return Article(
        url=f"https://{host}/{number}",
        canonical_url=None,
        title=f"Story {number}",
        text="\n".join([*lines, *more]),
        outline="p" * (len(lines) + len(more)),
        authors=(),
        published_at=None,
        lang="en",
        site_name=None,
        image=None,
        access=Access.OPEN,
    )


def answers(results, *, are_known=True):
    """For each page added the results that were given then, and at last the rest."""
    urls = [result.url if isinstance(result, Article) else None for result in results]
    batch = Siblings(urls if are_known else ())
    return [*([*batch.add(url, result)] for url, result in zip(urls, results, strict=True)), [*batch.finish()]]


def test_the_first_page_has_what_the_last_one_taught():
    results = [article(number, LETTER) for number in range(3)]
    given = answers(results)
    assert [len(each) for each in given] == [0, 0, 3, 0]
    assert [result.url for result in given[2]] == [result.url for result in results]
    assert [LETTER in result.text for result in given[2]] == [False] * 3
    assert [[line.text for line in result.boilerplate] for result in given[2]] == [[LETTER]] * 3


def test_where_nobody_knows_what_comes_nothing_waits():
    given = answers([article(number, LETTER) for number in range(4)], are_known=False)
    assert [len(each) for each in given] == [1, 1, 1, 1, 0]
    assert [LETTER in result.text for each in given for result in each] == [True, True, False, False]


def test_two_pages_of_a_site_prove_nothing():
    given = answers([article(number, LETTER) for number in range(2)])
    assert [LETTER in result.text for each in given for result in each] == [True, True]


def test_pages_of_different_sites_do_not_wait_for_each_other():
    results = [article(number, LETTER, host=f"site{number}.example") for number in range(3)]
    given = answers(results)
    assert given == [[result] for result in results] + [[]]


def test_what_is_no_article_is_given_as_it_is_and_in_order():
    results = [article(0), FAILED, article(1), None, article(2)]
    given = answers(results)
    assert [len(each) for each in given] == [0, 0, 0, 0, 5, 0]
    assert given[4] == results


def test_an_answer_waits_for_near_pages_only():
    results = [
        article(0, LETTER),
        *(article(number, host=f"s{number}.example") for number in range(1, MOST_AHEAD + 1)),
        article(999, LETTER),
    ]
    given = answers(results)
    assert all(given[number] == [result] for number, result in enumerate(results))
    given = answers(results[:-2] + results[-1:])
    assert [len(each) for each in given] == [0] * MOST_AHEAD + [MOST_AHEAD + 1, 0]


def test_an_answer_waits_for_half_a_window_of_its_site():
    given = answers([article(number, LETTER) for number in range(100)])
    assert next(number for number, each in enumerate(given) if each) == 30


def test_waiting_is_bounded_by_the_text_that_waits(monkeypatch):
    monkeypatch.setattr(siblings, "_MOST_WAITING_CHARS", 1000)
    given = answers([article(number, "A long line, " * 40) for number in range(5)])
    assert [len(each) for each in given] == [0, 1, 1, 1, 2, 0]


def test_sites_are_forgotten_that_were_not_met_for_long(monkeypatch):
    monkeypatch.setattr(siblings, "_MOST_SITES", 1)
    results = [article(0, LETTER), article(1, LETTER), article(2, host="other.example"), article(3, LETTER)]
    given = answers(results, are_known=False)
    assert LETTER in given[3][0].text


def test_fewer_pages_than_were_announced_are_all_answered():
    batch = Siblings([f"https://courier.example/{number}" for number in range(5)])
    results = [article(number, LETTER) for number in range(3)]
    assert [given for result in results for given in batch.add(result.url, result)] == []
    assert [LETTER in result.text for result in batch.finish()] == [False] * 3


@pytest.mark.parametrize("url", [None, "", "not an address", "https://"])
def test_pages_without_an_address_have_no_site(url):
    batch = Siblings([url] * 3)
    results = [article(number, LETTER) for number in range(3)]
    given = [[*batch.add(url, result)] for result in results]
    assert given in ([[result] for result in results], [[], [], []])
    assert [*batch.finish()] == ([] if given[0] else results)


def test_one_page_under_one_address_three_times_is_one_page():
    results = [article(7, LETTER)] * 3
    assert [result for each in answers(results) for result in each] == results
