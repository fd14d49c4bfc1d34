"""Run by `test_airflow_plugin.py` in a process of its own: what Airflow's API server answers at the plugin's addresses, as JSON."""

from __future__ import annotations

import json
import sys

from starlette.testclient import TestClient

STRANGE = (
    "", "?q=harbour", "syntax", "ledger", "story/abc", "article/abc", "find?id=x", "static/style.css", "static/keys.js", "docs",
    "redoc", "openapi.json", "nothing", "a/b/c",
)  # fmt: skip


def main() -> None:
    before = set(sys.modules)
    from airflow import plugins_manager

    plugins = plugins_manager.get_plugin_info()
    loaded = sorted({name.partition(".")[0] for name in set(sys.modules) - before})

    from airflow.api_fastapi.app import create_app, get_auth_manager
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser

    app = create_app(apps="core")
    client = TestClient(app, follow_redirects=False)
    found: dict[str, object] = {
        "plugins": [plugin["name"] for plugin in plugins],
        "views": [view for plugin in plugins for view in plugin["external_views"]],
        "loaded": loaded,
        "strangers": {
            f"{method} {address}": client.request(method, f"/wirecopy/{address}").status_code
            for address in STRANGE
            for method in ("GET", "POST", "DELETE", "OPTIONS", "HEAD")
        },
    }
    browser = client.get("/wirecopy/ledger?state=pending", headers={"accept": "text/html"})
    found["browser"] = [browser.status_code, browser.headers.get("location")]
    found["forged"] = client.get("/wirecopy/", headers={"authorization": "Bearer forged"}).status_code
    found["login"] = client.get("/auth/login?next=%2Fwirecopy%2F").status_code
    for name, role in (("viewer", "VIEWER"), ("no role", None)):
        token = get_auth_manager().generate_jwt(SimpleAuthManagerUser(username="ana", role=role))
        bearer = client.get("/wirecopy/?q=harbour", headers={"authorization": f"Bearer {token}"})
        cookie = client.get("/wirecopy/syntax", headers={"cookie": f"_token={token}"})
        found[name] = [bearer.status_code, cookie.status_code, "How to write a query" in cookie.text]
        found[f"{name} words"] = bearer.text
    print(json.dumps(found))  # noqa: T201


main()
