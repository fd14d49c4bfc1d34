"""### Poll the feeds that are due and write their new entries to the ledger.

`due` groups the due feeds so that one site is in one batch, `poll` reads a batch, `announce` starts `collect_articles` if any
page waits in the ledger: a new one, one whose retry is due, or one that an earlier run left behind. A batch that fails stops no
other; the run is marked failed all the same. Nothing here is worth a backfill: a feed has no past to ask for.
"""

from datetime import timedelta
from typing import Any

import wirecopy_airflow as shared
from airflow.sdk import TriggerRule, dag, task
from airflow.sdk.exceptions import AirflowSkipException


@dag(
    schedule="*/10 * * * *",
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=2),  # a run that waits for a pool nobody made ends as failed, not never
    default_args=shared.DEFAULT_ARGS,
    tags=["wirecopy", "collect"],
    doc_md=__doc__,
)
def poll_feeds() -> None:
    """Feeds to ledger."""

    @task(show_return_value_in_logs=False)
    def due() -> list[list[str]]:
        with shared.connected_pipeline(shared.watched_sources()) as pipeline:
            return pipeline.due_feed_batches()

    # Ten minutes of one site, and then the sitemaps and older pages that its feeds lead to.
    @task(pool=shared.FETCH_POOL, execution_timeout=timedelta(minutes=30), map_index_template="{{ label }}")
    def poll(feed_urls: list[str]) -> dict[str, int]:
        shared.label_map_index(f"{len(feed_urls)} feeds: {feed_urls[0]}")
        with shared.connected_pipeline(shared.watched_sources()) as pipeline:
            return pipeline.poll(feed_urls)

    @task(outlets=[shared.ENTRIES], trigger_rule=TriggerRule.ALL_DONE)
    def announce(counts: list[dict[str, int]], *, outlet_events: Any) -> dict[str, int]:
        with shared.connected_pipeline() as pipeline:
            if not shared.has_work(pipeline):
                raise AirflowSkipException("no page is due and the inbox is empty")
        outlet_events[shared.ENTRIES].extra = total = shared.add_counts(counts)
        return total

    batches = due()
    polled = poll.expand(feed_urls=batches)
    [batches, polled, announce(polled)] >> shared.verdict()


poll_feeds()
