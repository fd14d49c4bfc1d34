from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from wirecopy.steps.batches import batch_by_domain, share_out
from wirecopy.urls import registrable_domain

ITEMS = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 5)), max_size=80).map(
    lambda pairs: [(n, f"https://www{sub}.outlet{host}.test/{n}") for n, (host, sub) in enumerate(pairs)]
)


@given(ITEMS, st.integers(1, 20), st.integers(1, 6), st.booleans())
def test_a_domain_is_in_one_batch_only_and_nothing_is_lost(items, batch_size, max_batches, may_defer):
    batches = batch_by_domain(items, batch_size=batch_size, max_batches=max_batches, may_defer=may_defer)
    urls = dict(items)
    homes = {}
    for number, batch in enumerate(batches):
        for item in batch:
            assert homes.setdefault(registrable_domain(urls[item]), number) == number
    placed = [item for batch in batches for item in batch]
    assert len(placed) == len(set(placed))
    assert len(batches) <= max_batches
    assert all(batches)
    if may_defer:
        assert all(len(batch) <= batch_size for batch in batches)
        assert bool(placed) == bool(items)
    else:
        assert sorted(placed) == sorted(urls)


@given(ITEMS, st.integers(1, 9), st.integers(1, 60))
def test_each_domain_has_its_share_and_what_is_beyond_is_named(items, quota, limit):
    taken, beyond = share_out(items, quota_of=lambda _: quota, limit=limit)
    urls = dict(items)
    of_domain = Counter(registrable_domain(urls[item]) for item in taken)
    assert len(taken) == len(set(taken)) <= limit
    assert not set(taken) & set(beyond)
    assert all(count <= quota for count in of_domain.values())
    whole = Counter(registrable_domain(url) for _, url in items)
    assert len(beyond) == sum(max(0, count - quota) for count in whole.values())
    if limit >= len(items):
        assert sorted([*taken, *beyond]) == sorted(urls)


def test_the_first_of_every_domain_come_before_the_second_of_any():
    items = [(n, f"http://slow.test/{n}") for n in range(1000)] + [(n, f"http://site{n}.test/") for n in range(1000, 1010)]
    taken, _ = share_out(items, quota_of=lambda _: 24, limit=20)
    assert set(range(1000, 1010)) <= set(taken)


def test_quotas_differ_by_domain():
    items = [(n, f"http://{'slow' if n % 2 else 'fast'}.test/{n}") for n in range(100)]
    taken, beyond = share_out(items, quota_of=lambda n: 1 if n % 2 else 1000, limit=1000)
    assert (len(taken), len(beyond)) == (51, 49)
