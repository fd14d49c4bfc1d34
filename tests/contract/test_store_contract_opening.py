"""Opening a store: for writing it is made, for reading it has to be there."""

import pytest

from wirecopy.errors import StoreMissing
from wirecopy.store import open_store


def test_a_store_that_is_to_be_read_is_not_made(home):
    for _ in range(2):  # the first try must not have made it
        with pytest.raises(StoreMissing, match=r"wirecopy run"):
            open_store(home.url, must_exist=True)
    home.open().close()
    store = open_store(home.url, must_exist=True)
    assert store.documents.count() == 0
    store.close()
