"""The newsroom, for tests that run the whole of Wirecopy."""

import os

import pytest

from wirecopy.demo.newsroom import Newsroom


@pytest.fixture
def newsroom():
    """A newsroom that answers while the test lasts, its request log empty."""
    with Newsroom() as newsroom:
        yield newsroom


@pytest.fixture(scope="session")
def clean_environment():
    """The environment without settings of whoever runs the tests."""
    return {name: value for name, value in os.environ.items() if not name.startswith("WIRECOPY_")}
