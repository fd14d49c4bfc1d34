"""### Rebuild ledger and index from the archive, without the network.

Started by hand only. `since` and `until` are dates or ISO 8601 times, `source` is a source's id; what is left empty means all.
What the store has already stays as it is, so a run may be repeated at any time; over an empty store it gives the same documents
as were there. It holds the one slot of the linking pool: articles that are collected meanwhile wait until it is done.
"""

from datetime import timedelta
from typing import Any

import wirecopy_airflow as shared
from airflow.sdk import Param, dag, task
from airflow.sdk.exceptions import AirflowSkipException

_TEXT = ["null", "string"]


@dag(
    schedule=None,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=30),  # a run that waits for a pool nobody made ends as failed, not never
    default_args=shared.DEFAULT_ARGS,
    params={
        "since": Param(None, type=_TEXT, description="Responses from then on, such as 2026-11-22 or 2026-11-22T08:30"),
        "until": Param(None, type=_TEXT, description="Responses before then; a date counts to the end of its day"),
        "source": Param(None, type=_TEXT, description="Responses for this source only"),
    },
    tags=["wirecopy", "maintain"],
    doc_md=__doc__,
)
def replay_archive() -> None:
    """Archive to index."""

    # Some 2 million pages (docs/replay.md, Cost); a longer archive is replayed in parts.
    @task(pool=shared.LINK_POOL, outlets=[shared.ARTICLES], execution_timeout=timedelta(hours=24))
    def replay(*, params: dict[str, Any], outlet_events: Any) -> dict[str, dict[str, int]]:
        from wirecopy.steps.replay import ReplayScope

        scope = ReplayScope.read(since=params["since"], until=params["until"], source=params["source"])
        with shared.connected_pipeline(shared.watched_sources()) as pipeline:
            done = pipeline.replay(scope)
        if not done.linked:
            raise AirflowSkipException("the index has everything that this part of the archive holds")
        outlet_events[shared.ARTICLES].extra = done.linked
        return {"feeds": done.feeds, "pages": done.pages, "collected": done.collected, "linked": done.linked}

    replay()


replay_archive()
