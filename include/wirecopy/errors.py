"""The tree of errors.

    WirecopyError
    ├── TransientError            may pass; has `retry_after_s`
    │   ├── FetchTimeout          the deadline passed
    │   ├── ConnectionFailed      no connection, or it broke
    │   │   └── NameNotFound      the host's name has no address
    │   ├── RateLimited           429 or 503
    │   │   └── SitePaused        not sent, because its site asked for fewer requests before
    │   ├── HostSilent            its host did not answer several requests; this one was not sent
    │   ├── OutOfTime             its site's turn did not come in the time given; this one was not sent
    │   ├── ServerFailed          any other 5xx
    │   └── StoreUnavailable      the store does not answer
    ├── PermanentError            will not pass by waiting
    │   ├── RobotsDenied          robots.txt says no
    │   ├── UnsafeAddress         the guard refused the address
    │   ├── TooManyRedirects      a chain longer than the limit, or a loop
    │   └── StoreTooNew           the store was written by a newer version
    ├── ContentError              the bytes are not what they should be
    │   ├── NotAFeed              HTML or anything else where a feed was expected
    │   ├── FeedMalformed         a feed that could not be read
    │   └── NoArticle             a page that could not be read
    ├── QuerySyntaxError          has `position` and `hint`
    ├── NotKnown                  an id or URL that the store does not have
    ├── ConfigError               settings, sources file, command line
    │   └── StoreMissing          a store that should be there and is not
    └── LockHeld                  another writer is at work

Each names the thing it is about in `subject` and says what to do in its message. A bad item is a value (a `State` with its
reason), not an exception that leaves the pipeline; only what concerns the whole run is raised through it.
"""

from __future__ import annotations


class WirecopyError(Exception):
    """Root of the tree.

    Args:
        subject: What it is about: a URL, a file, a setting.
        message: What is wrong and what to do about it.
    """

    def __init__(self, subject: str, message: str) -> None:
        """Keep the subject beside the message."""
        super().__init__(subject, message)
        self.subject = subject
        self.message = message

    def __str__(self) -> str:
        """`SUBJECT: MESSAGE`."""
        return f"{self.subject}: {self.message}" if self.subject else self.message


class TransientError(WirecopyError):
    """A failure that may pass by waiting.

    Args:
        subject: What it is about.
        message: What is wrong.
        retry_after_s: Seconds the other side asks us to wait, or None.
    """

    def __init__(self, subject: str, message: str, *, retry_after_s: float | None = None) -> None:
        """Keep the wait that was asked for."""
        super().__init__(subject, message)
        self.retry_after_s = retry_after_s


class FetchTimeout(TransientError):
    """The request's deadline passed."""


class ConnectionFailed(TransientError):
    """No connection could be made, or it broke."""


class NameNotFound(ConnectionFailed):
    """The host's name led to no address."""


class RateLimited(TransientError):
    """The host asks for fewer requests."""


class SitePaused(RateLimited):
    """The host asked for fewer requests some time before, so this one was not sent."""


class HostSilent(TransientError):
    """The host did not answer several requests in a row, so this one was not sent."""


class OutOfTime(TransientError):
    """The turn of the request did not come in the time that its run had, so this one was not sent."""


class ServerFailed(TransientError):
    """The host answered 5xx."""


class StoreUnavailable(TransientError):
    """The store does not answer."""


class PermanentError(WirecopyError):
    """A failure that waiting does not mend."""


class RobotsDenied(PermanentError):
    """robots.txt asks us not to fetch the address."""


class UnsafeAddress(PermanentError):
    """The guard refused the address."""


class TooManyRedirects(PermanentError):
    """A chain of redirects longer than the limit, or a loop."""


class StoreTooNew(PermanentError):
    """The store was written by a newer version of Wirecopy."""


class ContentError(WirecopyError):
    """Bytes that are not what they should be."""


class NotAFeed(ContentError):
    """Something else where a feed was expected."""


class FeedMalformed(ContentError):
    """A feed that could not be read."""


class NoArticle(ContentError):
    """A page that could not be read."""


class QuerySyntaxError(WirecopyError):
    """A query that cannot be read.

    Args:
        query: The query.
        message: What is wrong.
        position: Index of the first character that is wrong, from 0.
        hint: What to write instead.
    """

    def __init__(self, query: str, message: str, *, position: int, hint: str) -> None:
        """Keep where it is wrong and what would mend it."""
        super().__init__(query, message)
        self.position = position
        self.hint = hint

    def __str__(self) -> str:
        """The message, the place and the hint."""
        return f"query: {self.message} at character {self.position + 1}; {self.hint}"


class NotKnown(WirecopyError):
    """An id or URL that the store does not have."""


class ConfigError(WirecopyError):
    """A setting, sources file or command line that cannot be used."""


class StoreMissing(ConfigError):
    """There is no store yet where one was to be read.

    Args:
        subject: Its file, or the server's address.
    """

    def __init__(self, subject: str) -> None:
        super().__init__(subject, "there is no store here yet; `wirecopy run` makes one, or name another with --store")


class LockHeld(WirecopyError):
    """Another writer holds the store's lock."""
