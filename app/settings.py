"""Every setting: name, unit, default, meaning. The only reader of the environment, which comes as an argument.

A setting `seq_gap_grace` is SYNCLINE_SEQ_GAP_GRACE in the environment and `seq_gap_grace` on a command line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Annotated, Any, NamedTuple, get_type_hints

from msgspec import Meta, Struct, field
from msgspec.structs import FieldInfo, fields

from app.contracts.decimals import format_decimal, parse_decimal
from app.domain.calendar import known_country
from app.domain.policy import Policy
from app.errors import ConfigurationError

PREFIX = "SYNCLINE_"
WITHOUT_PREFIX = ("KAFKA_BOOTSTRAP", "SCHEMA_REGISTRY_URL")
# What Kubernetes sets for every Service of that name, and what only the tests read.
NOT_OURS = re.compile(r"SYNCLINE_(REQUIRE_KAFKA|(.*_)?(SERVICE_HOST|SERVICE_PORT|PORT)(_\w+)?)")
_DURATION = re.compile(r"([0-9]{1,9})([smhd])")
_MS = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000}
_BOOLS = {"true": True, "false": False}


def _meaning(text: str, unit: str) -> Meta:
    return Meta(description=text, extra={"unit": unit})


class Settings(Struct, frozen=True, kw_only=True):
    """What a process of Syncline is told from outside."""

    kafka_bootstrap: Annotated[str, _meaning("brokers to begin with", "host:port, ...")] = "127.0.0.1:9092"
    schema_registry_url: Annotated[str, _meaning("where writers' schemas are", "URL")] = "http://127.0.0.1:8081"
    application_id: Annotated[
        str, _meaning("consumer group, and prefix of changelogs; a cluster's topics are one application's", "name")
    ] = "syncline"
    partitions: Annotated[int, _meaning("partitions of topics that `syncline topics create` makes", "count")] = 8
    replication_factor: Annotated[int, _meaning("replicas of topics that it makes", "count")] = 1
    clock: Annotated[str, _meaning("wall: deadlines by the wall clock; data: by record_time alone", "wall or data")] = (
        "wall"
    )
    dead_letter_cap: Annotated[int, _meaning("the worker stops at more dead letters in a row", "count")] = 1_000
    metrics_port: Annotated[int, _meaning("where /metrics is served; 0: nowhere", "port")] = 0
    instance_id: Annotated[
        str, _meaning("a name of its own that a worker keeps over restarts, so that they cost no rebalance", "name")
    ] = ""
    session_timeout: Annotated[
        int,
        _meaning("how long a worker may be gone before others take over; with instance_id also a restart", "duration"),
    ] = 10_000
    state_dir: Annotated[
        str,
        _meaning("where a clean stop leaves copies of tables, so that the next start reads only the rest", "path"),
    ] = ""
    policy: Policy = field(default_factory=Policy)


class Setting(NamedTuple):
    """One row of the catalogue."""

    name: str
    unit: str
    default: Any
    meaning: str

    def parse(self, text: str) -> Any:
        """The value of a text; raises ValueError that says how to write it."""
        if self.unit == "duration":
            return parse_duration(text)
        if isinstance(self.default, bool):
            return _choose(text, _BOOLS)
        if self.unit in ("%", "quantity"):
            return _at_least_zero(parse_decimal(text, 4))
        if self.unit == "country":
            return known_country(text.strip())
        if self.unit == "business days":
            return _whole(text, at_least=0, at_most=366)
        if " or " in self.unit:
            return _choose(text, {choice: type(self.default)(choice) for choice in self.unit.split(" or ")})
        if isinstance(self.default, int):
            return _whole(text, at_least=1 if self.unit == "count" else 0)
        return _said(text) if self.default else text.strip()

    def format(self, value: Any) -> str:
        """The text that `parse` would read as this value."""
        if self.unit == "duration":
            return format_duration(value)
        if isinstance(value, bool):
            return str(value).lower()
        return format_decimal(value) if self.unit in ("%", "quantity") else str(value)


def parse_duration(text: str) -> int:
    """Milliseconds of an integer and one of s m h d; raises ValueError."""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r:.40} is no duration: write an integer and one of s m h d, such as 15m")
    return int(match[1]) * _MS[match[2]]


def format_duration(ms: int) -> str:
    """The shortest text `parse_duration` reads as this many milliseconds."""
    unit = next((unit for unit, size in _MS.items() if ms % size == 0 and ms), "s")
    return f"{ms // _MS[unit]}{unit}"


def load(environ: Mapping[str, str], overrides: Mapping[str, str]) -> Settings:
    """Settings of an environment, `overrides` winning; raises ConfigurationError for a wrong name or value."""
    given = {**_from_environment(environ), **{name: (name, text) for name, text in overrides.items()}}
    read = {name: _read(said_as, name, text) for name, (said_as, text) in given.items()}
    policy = Policy(**{name: read.pop(name) for name in list(read) if name in Policy.__struct_fields__})
    return Settings(**read, policy=policy)


def catalogue() -> tuple[Setting, ...]:
    """Every setting, those of the process before those of the rules."""
    return tuple(_CATALOGUE.values())


def values(settings: Settings) -> dict[str, str]:
    """name -> value as text, for every setting."""
    return {
        row.name: row.format(getattr(settings.policy if row.name in Policy.__struct_fields__ else settings, row.name))
        for row in catalogue()
    }


def _from_environment(environ: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    plain = {name.lower(): (name, environ[name]) for name in WITHOUT_PREFIX if environ.get(name)}
    prefixed = {
        name.removeprefix(PREFIX).lower(): (name, text)
        for name, text in environ.items()
        if name.startswith(PREFIX) and (_is_setting(name) or not NOT_OURS.fullmatch(name))
    }
    return plain | prefixed


def _is_setting(name: str) -> bool:
    return name.removeprefix(PREFIX).lower() in _CATALOGUE


def _read(said_as: str, name: str, text: str) -> Any:
    row = _CATALOGUE.get(name)
    if row is None:
        near = "".join(f", the nearest is {found}" for found in get_close_matches(name, _CATALOGUE, n=1))
        raise ConfigurationError(f"{said_as}: no such setting{near}; `syncline settings` lists all")
    try:
        return row.parse(text)
    except ValueError as error:
        raise ConfigurationError(f"{said_as}: {error}") from error


def _choose(text: str, choices: Mapping[str, Any]) -> Any:
    if text not in choices:
        raise ValueError(f"{text!r:.40} is not one of {', '.join(choices)}")
    return choices[text]


def _at_least_zero(number: int) -> int:
    if number < 0:
        raise ValueError("must not be negative")
    return number


def _whole(text: str, at_least: int, at_most: int = 999_999_999) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) < at_least:
        raise ValueError(f"{text!r:.40} is no whole number of at least {at_least}")
    if int(text) > at_most:
        raise ValueError(f"{text!r:.40} is more than {at_most}")
    return int(text)


def _said(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text


def _rows(struct: type[Struct]) -> Iterator[Setting]:
    hints = get_type_hints(struct, include_extras=True)
    for info in fields(struct):
        if hasattr(hints[info.name], "__metadata__"):
            yield _row(info, hints[info.name])


def _row(info: FieldInfo, hint: Any) -> Setting:
    meta: Meta = hint.__metadata__[0]
    return Setting(info.name, (meta.extra or {})["unit"], info.default, meta.description or "")


_CATALOGUE = {row.name: row for struct in (Settings, Policy) for row in _rows(struct)}
