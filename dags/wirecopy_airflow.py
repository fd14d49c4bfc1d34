"""What the DAGs share: pools, assets, retries, and the store out of an Airflow Connection. Holds no DAG (see `.airflowignore`).

Every process that reads the DAG files imports this module, so it imports nothing heavy and does no I/O: the library's
pipeline is imported inside the tasks.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from airflow.sdk import Asset, Connection, ExceptionRetryPolicy, RetryAction, RetryRule, TriggerRule, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException, AirflowNotFoundException
from airflow.sdk.log import mask_secret

from wirecopy.errors import ConfigError, LockHeld, PermanentError, TransientError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from wirecopy.models import Source
    from wirecopy.pipeline import Pipeline
    from wirecopy.settings import Settings

ENTRIES = Asset("wirecopy.entries")
"""Pages wait to be collected. Emitted by `poll_feeds`."""
ARTICLES = Asset("wirecopy.articles")
"""The index changed. Emitted by `collect_articles`."""

# Their sizes stand in pools.json, which `make airflow` and the compose file import; docs/airflow.md says what each is for.
FETCH_POOL = "wirecopy_fetch"
LINK_POOL = "wirecopy_link"

STORE_CONNECTION = "wirecopy_store"

RETRIES = ExceptionRetryPolicy(
    rules=[
        RetryRule(exception=TransientError, action=RetryAction.RETRY, reason="may pass by waiting"),
        RetryRule(
            exception=LockHeld,
            action=RetryAction.RETRY,
            retry_delay=timedelta(minutes=1),  # a `wirecopy run` by hand holds the lock for about that long
            reason="another writer links just now",
        ),
        RetryRule(exception=[PermanentError, ConfigError], action=RetryAction.FAIL, reason="waiting does not mend this"),
    ]
)
"""What is tried again. Anything the rules do not name, such as a bug or a timeout, is tried as often as `retries` says."""

DEFAULT_ARGS = {
    "owner": "wirecopy",
    "retries": 2,
    "retry_delay": timedelta(seconds=30),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=10),
    "retry_policy": RETRIES,
    "execution_timeout": timedelta(minutes=10),
}


def connected_pipeline(sources: Sequence[Source] = ()) -> AbstractContextManager[Pipeline]:
    """The pipeline over the store that `connected_settings` names, for a `with` block inside a task."""
    from wirecopy.pipeline import open_pipeline

    return open_pipeline(connected_settings(), sources)


def watched_sources() -> tuple[Source, ...]:
    """The sources of the file that the settings name.

    Tasks that can do without ask for none: a slip in that file must not keep what was collected from being indexed.
    """
    from wirecopy.settings import load_settings
    from wirecopy.sources import load_sources

    return load_sources(load_settings().sources)


def has_work(pipeline: Pipeline) -> bool:
    """Whether a page is due, or an article waits in the inbox because its linking failed."""
    return bool(pipeline.due_page_batches(batch_size=1, max_batches=1)) or pipeline.store.inbox.count() > 0


def connected_settings() -> Settings:
    """The settings of the environment, with the store of the Airflow Connection `wirecopy_store` where that is defined.

    Call it inside a task only: it may ask Airflow's API.

    Raises:
        ConfigError: The connection, or a setting, cannot be used.
    """
    from wirecopy.settings import load_settings

    try:
        connection = Connection.get(STORE_CONNECTION)
    except AirflowNotFoundException:
        return load_settings()
    return load_settings(store=store_url(connection))


def store_url(connection: Connection) -> str:
    """The store URL of a connection to Elasticsearch: `http(s)://user:password@host:port/PREFIX`.

    Its schema says `http` or `https`; left empty it is `https` where there is a password, so that none travels in the clear
    by omission, else `http`. `PREFIX`, the start of the names of all indices, comes from the extra field `prefix`.

    Raises:
        ConfigError: The connection is of another type, or has no bare host.
    """
    subject = f"Airflow connection {connection.conn_id}"
    if connection.conn_type not in {"elasticsearch", "http", "https"}:
        raise ConfigError(subject, f"has type {connection.conn_type!r}; use elasticsearch, http or https")
    host = connection.host or ""
    if not host or "/" in host or "@" in host:
        raise ConfigError(subject, "needs a bare host name; scheme, port and login have fields of their own")
    scheme = connection.schema or ("https" if connection.password or connection.conn_type == "https" else "http")
    if scheme not in {"http", "https"}:
        raise ConfigError(subject, f"has schema {scheme!r}; write http or https, and the index prefix as extra prefix")
    login = ""
    if connection.login:
        password = quote(connection.password or "", safe="")
        mask_secret(password)  # Airflow masks the password itself in logs, not the form it takes in a URL
        login = f"{quote(connection.login, safe='')}:{password}@"
    if ":" in host and not host.startswith("["):
        host = f"[{host}]"
    prefix = connection.extra_dejson.get("prefix", "")
    return f"{scheme}://{login}{host}:{connection.port or 9200}{f'/{prefix}' if prefix else ''}"


def label_map_index(text: str) -> None:
    """Name a mapped task in Airflow's UI; its task says `map_index_template="{{ label }}"`."""
    get_current_context()["label"] = text  # type: ignore[typeddict-unknown-key]


def add_counts(counts: Iterable[Mapping[str, int]] | None) -> dict[str, int]:
    """The sums over the counts of mapped tasks; those that failed or were skipped gave none."""
    total: dict[str, int] = {}
    for part in counts or ():
        for name, number in part.items():
            total[name] = total.get(name, 0) + number
    return total


@task(trigger_rule=TriggerRule.ONE_FAILED, retries=0)
def verdict() -> None:
    """Fail the run where any task before it failed; skipped otherwise, without a process of its own.

    A run's state is that of its last tasks, and ours go on when a batch failed, so a failed batch would pass unseen.
    """
    raise AirflowFailException("a task of this run failed; see the ones marked red")
