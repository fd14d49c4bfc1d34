# Airflow with Wirecopy in it, for docker-compose.yml. The official image brings Airflow, its PostgreSQL driver and a user that
# is not root; what Wirecopy needs comes in the versions of constraints.txt, which were resolved together with this Airflow.
FROM apache/airflow:3.3.2-python3.11

WORKDIR /opt/wirecopy
COPY --chown=airflow:root pyproject.toml README.md LICENSE constraints.txt ./
COPY --chown=airflow:root include ./include
# `pip check` fails the build where the two sets of versions do not agree, rather than a task at night.
RUN pip install --no-cache-dir --constraint constraints.txt ".[web]" \
    && pip check

# A named volume takes over the owner of the folder it is mounted on first.
RUN mkdir -p /opt/airflow/data
WORKDIR /opt/airflow
