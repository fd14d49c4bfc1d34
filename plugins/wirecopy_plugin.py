"""Shows Wirecopy's web app in Airflow at /wirecopy/, to whoever may see Airflow's own site and to nobody else.

Airflow guards no plugin's app (apache/airflow#72655): the guard is the dependency here, and the app puts every address behind
it. Airflow imports this file in all its processes, so nothing is opened or read here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from airflow.api_fastapi.auth.managers.models.resource_details import AccessView
from airflow.api_fastapi.core_api.security import requires_access_view
from airflow.plugins_manager import AirflowPlugin
from fastapi import Depends

from wirecopy.web.app import create_app

if TYPE_CHECKING:
    from wirecopy.store.ports import Store


def _open_store() -> Store:
    from wirecopy.settings import load_settings  # noqa: PLC0415 - when the first page is asked for
    from wirecopy.store import open_store  # noqa: PLC0415

    return open_store(load_settings().store_url, must_exist=True)


class WirecopyPlugin(AirflowPlugin):
    """The app, and a link to it in Airflow's menu: a plain link, since articles' links do nothing in Airflow's frame."""

    name = "wirecopy"
    fastapi_apps: ClassVar[list[dict[str, Any]]] = [
        {
            "name": "Wirecopy",
            "url_prefix": "/wirecopy",
            "app": create_app(
                store_factory=_open_store,
                dependencies=[Depends(requires_access_view(AccessView.WEBSITE))],
                login="../auth/login",
            ),
        }
    ]
    external_views: ClassVar[list[dict[str, Any]]] = [
        {"name": "Wirecopy", "href": "wirecopy/", "destination": "nav", "nav_top_level": True}
    ]
