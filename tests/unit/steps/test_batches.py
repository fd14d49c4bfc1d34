from hypothesis import given
from hypothesis import strategies as st

from wirecopy.steps.batches import batch_by_domain
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
