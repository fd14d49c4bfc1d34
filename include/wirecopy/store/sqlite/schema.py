"""The tables, and the steps that bring an older file to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirecopy.errors import StoreTooNew, StoreUnavailable

if TYPE_CHECKING:
    import sqlite3

APPLICATION_ID = 0x57726370
"""`Wrcp`, in the file's header: tells our files from other programs' (`file` and `PRAGMA application_id` show it)."""

# Each step is a tuple of statements and raises the schema by one. A step that is released is never changed; a change to what
# `terms` makes of a text needs a step that fills `search` anew, for its rows are deleted by the terms they were made of.
_MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        # Times are ISO 8601 texts in UTC of one length: they sort, and a person can read them.
        """CREATE TABLE ledger (
            key TEXT PRIMARY KEY,
            url TEXT NOT NULL,
            source_id TEXT NOT NULL,
            feed_url TEXT NOT NULL,
            state TEXT NOT NULL,
            reason TEXT NOT NULL,
            first_seen_at TEXT NOT NULL,
            attempts INTEGER NOT NULL,
            next_attempt_at TEXT NOT NULL,
            entry_title TEXT,
            entry_published TEXT,
            final_key TEXT,
            archive_ref TEXT,
            http_status INTEGER,
            fetched_at TEXT,
            indexed_at TEXT,
            article_id TEXT
        ) WITHOUT ROWID""",
        "CREATE INDEX ledger_due ON ledger (state, next_attempt_at, first_seen_at, key)",
        "CREATE INDEX ledger_source ON ledger (source_id, state)",
        "CREATE INDEX ledger_final ON ledger (final_key) WHERE final_key IS NOT NULL",
        # Counted as rows are added, so that it checks the count by state instead of repeating it.
        "CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
        "INSERT INTO counters VALUES ('discovered', 0)",
        """CREATE TABLE feeds (
            url TEXT PRIMARY KEY,
            source_id TEXT NOT NULL,
            etag TEXT,
            last_modified TEXT,
            next_poll_at TEXT NOT NULL,
            last_polled_at TEXT,
            last_success_at TEXT,
            error_streak INTEGER NOT NULL,
            last_error TEXT
        ) WITHOUT ROWID""",
        "CREATE TABLE inbox (key TEXT PRIMARY KEY, news_time TEXT NOT NULL, body TEXT NOT NULL)",
        "CREATE INDEX inbox_order ON inbox (news_time, key)",
        # What queries ask for; lang, country and source_id in lower case. Bodies lie apart, so that a word that is in every
        # document costs the reading of 200 bytes a document, not of 5,000.
        """CREATE TABLE documents (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            version_id TEXT NOT NULL,
            story_id TEXT NOT NULL,
            kind TEXT NOT NULL,
            lang TEXT,
            country TEXT,
            source_id TEXT NOT NULL,
            first_seen_at TEXT NOT NULL,
            news_time INTEGER NOT NULL,
            indexed_at TEXT NOT NULL
        )""",
        "CREATE INDEX documents_story ON documents (story_id, first_seen_at, id)",
        "CREATE INDEX documents_order ON documents (first_seen_at DESC, id)",
        # The whole document as JSON.
        "CREATE TABLE document_bodies (number INTEGER PRIMARY KEY REFERENCES documents, body TEXT NOT NULL)",
        """CREATE TABLE document_versions (
            id TEXT NOT NULL,
            version_id TEXT NOT NULL,
            indexed_at TEXT NOT NULL,
            body TEXT NOT NULL,
            PRIMARY KEY (id, version_id)
        ) WITHOUT ROWID""",
        # Fingerprint keys as 64-bit numbers. The time stands inside the key so that a key which is everywhere costs only
        # what lies in the probe's window. New rows go to the second table, which is emptied into the first: see `keys`.
        """CREATE TABLE document_keys (
            hash INTEGER NOT NULL,
            news_time INTEGER NOT NULL,
            number INTEGER NOT NULL,
            PRIMARY KEY (hash, news_time, number)
        ) WITHOUT ROWID""",
        """CREATE TABLE recent_keys (
            hash INTEGER NOT NULL,
            news_time INTEGER NOT NULL,
            number INTEGER NOT NULL,
            PRIMARY KEY (hash, news_time, number)
        ) WITHOUT ROWID""",
        "INSERT INTO counters VALUES ('recent_keys', 0)",
        "CREATE TABLE story_aliases (alias TEXT PRIMARY KEY, story_id TEXT NOT NULL) WITHOUT ROWID",
        # The terms come from `terms`, separated by spaces; `ascii` takes every other character as it is.
        "CREATE VIRTUAL TABLE search USING fts5 (title, body, author, content='', tokenize='ascii')",
        """CREATE TABLE writer_lock (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            owner TEXT NOT NULL,
            token TEXT NOT NULL,
            until REAL NOT NULL
        )""",
    ),
    ("ALTER TABLE feeds ADD COLUMN retry_after_at TEXT",),
    (
        # A feed's state is remembered whole, as JSON: its history grew past what columns are good for.
        """CREATE TABLE feed_states (
            url TEXT PRIMARY KEY,
            source_id TEXT NOT NULL,
            next_poll_at TEXT NOT NULL,
            doc TEXT NOT NULL
        ) WITHOUT ROWID""",
        """INSERT INTO feed_states SELECT url, source_id, next_poll_at, json_object(
            'url', url, 'source_id', source_id, 'etag', etag, 'last_modified', last_modified, 'next_poll_at', next_poll_at,
            'last_polled_at', last_polled_at, 'last_success_at', last_success_at, 'retry_after_at', retry_after_at,
            'error_streak', error_streak, 'last_error', last_error
        ) FROM feeds""",
        "DROP TABLE feeds",
        "CREATE TABLE site_pauses (site TEXT PRIMARY KEY, until TEXT NOT NULL, doc TEXT NOT NULL) WITHOUT ROWID",
        "ALTER TABLE ledger ADD COLUMN entry_mark TEXT",
        "ALTER TABLE ledger ADD COLUMN revisits INTEGER NOT NULL DEFAULT 0",
    ),
    (
        "CREATE TABLE site_memories (site TEXT PRIMARY KEY, doc TEXT NOT NULL) WITHOUT ROWID",
        # In lower case; `keywords` is a JSON array. Earlier articles know none of the three.
        "ALTER TABLE documents ADD COLUMN agency TEXT",
        "ALTER TABLE documents ADD COLUMN section TEXT",
        "ALTER TABLE documents ADD COLUMN keywords TEXT",
    ),
)

SCHEMA_VERSION = len(_MIGRATIONS)
"""Version of the tables that this code reads and writes; kept in the file as `user_version`."""


def check_schema(connection: sqlite3.Connection, address: str) -> int:
    """The version of the tables in a file; 0 for an empty one.

    Args:
        connection: A connection to the file.
        address: The store's URL, for messages.

    Raises:
        StoreTooNew: The file was written by a newer version.
        StoreUnavailable: The file belongs to another program.
    """
    (owner,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if owner != APPLICATION_ID:
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if owner or version or tables:
            raise StoreUnavailable(address, "is another program's database; name a file of Wirecopy's own or a new one")
        return 0
    if version > SCHEMA_VERSION:
        raise StoreTooNew(
            address,
            f"was written by a newer Wirecopy (schema {version}, this one knows {SCHEMA_VERSION}); "
            "upgrade Wirecopy or name another store",
        )
    return int(version)


def migrate(connection: sqlite3.Connection, address: str) -> None:
    """Bring a file's tables to `SCHEMA_VERSION`, within the caller's transaction.

    Raises:
        StoreTooNew: The file was written by a newer version.
        StoreUnavailable: The file belongs to another program.
    """
    for statements in _MIGRATIONS[check_schema(connection, address) :]:
        for statement in statements:
            connection.execute(statement)
    # PRAGMA takes no parameters; both are numbers of ours. In a transaction they are undone with it.
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {len(_MIGRATIONS)}")
