"""The web app: search, stories, articles; alone or inside Airflow."""
