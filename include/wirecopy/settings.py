"""Settings, read once at the edge from the environment and handed down as values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from wirecopy import __version__
from wirecopy.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopbackRule:
    """A host and port that may be reached though they are on this machine.

    Attributes:
        host: Name or address as it stands in URLs, lower case.
        port: Port as it stands in URLs, or the scheme's own.
        address: The loopback address to dial.
        dial_port: The port to dial.
    """

    host: str
    port: int
    address: str
    dial_port: int

    @classmethod
    def parse(cls, text: str) -> LoopbackRule:
        """Read `HOST:PORT=ADDRESS:PORT`, such as `courier.test:80=127.0.0.1:8123`, or `HOST:PORT` alone.

        Raises:
            ValueError: The text has another form or the address is no loopback address.
        """
        match = re.fullmatch(
            r"(?P<host>\[[0-9a-fA-F:.]+\]|[^\s:\[\]=]+):(?P<port>\d+)"
            r"(?:=(?P<address>\[[0-9a-fA-F:.]+\]|[0-9.]+):(?P<dial>\d+))?",
            text.strip(),
        )
        if match is None:
            message = f"{text!r} is not HOST:PORT or HOST:PORT=ADDRESS:PORT"
            raise ValueError(message)
        host = match["host"].strip("[]").lower()
        address = match["address"].strip("[]") if match["address"] else ("127.0.0.1" if host == "localhost" else host)
        try:
            is_loopback = ip_address(address).is_loopback
        except ValueError:
            is_loopback = False
        if not is_loopback:
            message = f"{text!r} must name a loopback address to dial, such as {host}:{match['port']}=127.0.0.1:8000"
            raise ValueError(message)
        return cls(host=host, port=int(match["port"]), address=address, dial_port=int(match["dial"] or match["port"]))


class Settings(BaseSettings):
    """Every setting. Each is read from `WIRECOPY_` and its name in capitals; `docs/settings.md` lists them."""

    model_config = SettingsConfigDict(env_prefix="WIRECOPY_", frozen=True, extra="ignore")

    data: Path = Field(default=Path("wirecopy-data"), description="Folder of the archive and of the default store.")
    store: str = Field(default="", description="Store URL; empty for sqlite:DATA/wirecopy.sqlite.")
    sources: Path = Field(default=Path("sources.toml"), description="The sources file.")
    user_agent: str = Field(
        default=f"Wirecopy/{__version__} (+https://github.com/wirecopy/wirecopy)",
        description="What Wirecopy calls itself; give an address where you can be reached.",
    )
    loopback: Annotated[tuple[LoopbackRule, ...], NoDecode] = Field(
        default=(),
        description="Hosts of this machine that may be fetched, HOST:PORT=ADDRESS:PORT separated by commas. Everything else "
        "that is not on the public web is refused.",
    )
    robots: bool = Field(default=True, description="Whether robots.txt is obeyed for pages.")
    delay_s: float = Field(default=5.0, ge=0, description="Seconds between two requests to one registrable domain.")
    timeout_s: float = Field(default=45.0, gt=0, description="Deadline of a whole request, redirects included, seconds.")
    max_bytes: int = Field(default=10_000_000, gt=0, description="Most bytes of a decoded body.")
    max_redirects: int = Field(default=5, ge=0, description="Longest chain of redirects that is followed.")
    concurrency: int = Field(default=64, gt=0, description="Most requests in flight over all hosts.")
    poll_interval_s: float = Field(
        default=900.0, ge=0, description="Seconds between two polls of a feed whose habits are not known yet."
    )
    poll_min_interval_s: float = Field(default=600.0, ge=0, description="Shortest interval that a feed's habits can lead to.")
    poll_max_interval_s: float = Field(
        default=86_400.0, gt=0, description="Longest interval that a feed's habits, wishes or failures can lead to."
    )
    max_entries: int = Field(default=10_000, gt=0, description="Most entries that one poll of a feed takes up.")
    websub_callback: str = Field(
        default="",
        description="Public address of the web app, such as https://news.example/wirecopy; where it is set, hubs are asked to "
        "tell us when their feeds change (WebSub).",
    )
    max_attempts: int = Field(default=5, gt=0, description="Attempts before a URL is quarantined.")
    retry_base_s: float = Field(default=300.0, ge=0, description="Wait after a first failure; doubles each time, seconds.")
    worker_count: int = Field(default=2, gt=0, description="Processes that read feeds and pages.")
    worker_timeout_s: float = Field(
        default=15.0, gt=0, description="Time to read one feed or page before its process is killed."
    )
    worker_memory_bytes: int = Field(default=1_500_000_000, gt=0, description="Address space of such a process.")
    min_article_chars: int = Field(default=150, ge=0, description="A page with less text is not an article.")
    link_window_days: int = Field(default=14, gt=0, description="Copies are looked for so many days before and after.")

    @field_validator("loopback", mode="before")
    @classmethod
    def _read_loopback(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(LoopbackRule.parse(part) for part in value.split(",") if part.strip())
        return value

    @field_validator("websub_callback")
    @classmethod
    def _check_callback(cls, value: str) -> str:
        value = value.strip()
        if value and not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", value, re.IGNORECASE):
            message = f"{value!r} is not an http(s) address without query, such as https://news.example/wirecopy"
            raise ValueError(message)
        return value

    @property
    def store_url(self) -> str:
        """The store's URL, the default filled in."""
        return self.store or f"sqlite:{self.data / 'wirecopy.sqlite'}"

    @property
    def archive_dir(self) -> Path:
        """The archive's folder."""
        return self.data / "archive"


def load_settings(**overrides: Any) -> Settings:
    """Read the settings from the environment; overrides that are None are passed over.

    Raises:
        ConfigError: A value cannot be used; the setting is named.
    """
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]) or "settings"
        raise ConfigError(f"WIRECOPY_{name.upper()}", first["msg"]) from None
