"""### Fetch, archive and read the pages that are due, then link and index their articles.

`due` groups the due pages so that one site is in one batch, `collect` fetches and reads a batch into the inbox, `link` empties
the inbox: alone, in a pool of one, because two writers would each miss the other's copy. `link` runs even if a batch failed or
none was due, so what others collected, or an earlier run left, is indexed. What a failed task did not finish is still due.
"""

from datetime import timedelta
from typing import Any

import wirecopy_airflow as shared
from airflow.sdk import TriggerRule, dag, task
from airflow.sdk.exceptions import AirflowSkipException


@dag(
    schedule=[shared.ENTRIES],
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=6),  # a run that waits for a pool nobody made ends as failed, not never
    default_args=shared.DEFAULT_ARGS,
    tags=["wirecopy", "collect"],
    doc_md=__doc__,
)
def collect_articles() -> None:
    """Ledger to index."""

    @task(show_return_value_in_logs=False)
    def due() -> list[list[str]]:
        with shared.connected_pipeline(shared.watched_sources()) as pipeline:  # they may state delays of their own
            return pipeline.due_page_batches()

    # Ten minutes of one site when all answers are quick; more where they are slow.
    @task(pool=shared.FETCH_POOL, execution_timeout=timedelta(hours=1), map_index_template="{{ label }}")
    def collect(keys: list[str]) -> dict[str, int]:
        shared.label_map_index(f"{len(keys)} pages")
        with shared.connected_pipeline(shared.watched_sources()) as pipeline:
            return pipeline.collect(keys)

    @task(
        pool=shared.LINK_POOL,
        outlets=[shared.ARTICLES],
        trigger_rule=TriggerRule.ALL_DONE,
        execution_timeout=timedelta(hours=1),
    )
    def link(*, outlet_events: Any) -> dict[str, int]:
        with shared.connected_pipeline() as pipeline:
            counts = pipeline.link()
        if not counts:
            raise AirflowSkipException("the inbox is empty")
        outlet_events[shared.ARTICLES].extra = counts
        return counts

    batches = due()
    collected = collect.expand(keys=batches)
    [batches, collected] >> (linked := link())
    [batches, collected, linked] >> shared.verdict()


collect_articles()
