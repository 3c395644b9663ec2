"""The catalogue of settings is whole, and says what is wrong in words that help."""

from __future__ import annotations

import pytest

from app import settings
from app.errors import ConfigurationError
from app.settings import format_duration, parse_duration

SECOND, DAY = 1_000, 86_400_000


@pytest.mark.parametrize("row", settings.catalogue(), ids=lambda row: row.name)
def test_every_setting_has_a_unit_a_meaning_and_a_default_that_reads_back(row: settings.Setting) -> None:
    assert row.unit
    assert row.meaning
    assert row.parse(row.format(row.default)) == row.default


@pytest.mark.parametrize(("text", "ms"), [("0s", 0), ("90s", 90 * SECOND), ("24h", DAY), ("400d", 400 * DAY)])
def test_a_duration_is_an_integer_and_a_unit(text: str, ms: int) -> None:
    assert parse_duration(text) == ms
    assert parse_duration(format_duration(ms)) == ms


@pytest.mark.parametrize("text", ["", "15", "1.5m", "-1m", "15 m", "15M", "m", "1w", "٣d"])
def test_anything_else_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="write an integer and one of s m h d"):
        parse_duration(text)


def test_the_environment_gives_settings_of_the_process_and_of_the_rules() -> None:
    loaded = settings.load({"SYNCLINE_PARTITIONS": "4", "SYNCLINE_SEQ_GAP_GRACE": "1h", "HOME": "/"}, {})
    assert (loaded.partitions, loaded.policy.seq_gap_grace) == (4, 3_600_000)


def test_brokers_and_registry_are_known_by_their_common_names_and_by_ours() -> None:
    common = {"KAFKA_BOOTSTRAP": "a:1", "SCHEMA_REGISTRY_URL": "http://a"}
    assert settings.load(common, {}).kafka_bootstrap == "a:1"
    assert settings.load(common, {}).schema_registry_url == "http://a"
    assert settings.load({**common, "SYNCLINE_KAFKA_BOOTSTRAP": "b:1"}, {}).kafka_bootstrap == "b:1"


def test_a_command_line_wins_over_the_environment() -> None:
    assert settings.load({"SYNCLINE_CLOCK": "data"}, {"clock": "wall"}).clock == "wall"


def test_percentages_are_exact() -> None:
    assert settings.load({}, {"over_tolerance_pct": "2.5"}).policy.over_tolerance_pct == 25_000


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("seq_gap_grase", "1h", "seq_gap_grase: no such setting, the nearest is seq_gap_grace"),
        ("policy", "1h", "policy: no such setting"),
        ("seq_gap_grace", "1.5h", "seq_gap_grace: '1.5h' is no duration"),
        ("clock", "moon", "clock: 'moon' is not one of wall, data"),
        ("seq_from", "2", "seq_from: '2' is not one of 0, 1"),
        ("ack_expected", "yes", "ack_expected: 'yes' is not one of true, false"),
        ("over_tolerance_pct", "-1", "over_tolerance_pct: must not be negative"),
        ("over_tolerance_pct", "1e3", "over_tolerance_pct: '1e3' is not a decimal"),
        ("partitions", "0", "partitions: '0' is no whole number of at least 1"),
        ("application_id", " ", "application_id: must not be empty"),
    ],
)
def test_a_wrong_name_or_value_is_refused_by_name(name: str, text: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        settings.load({}, {name: text})
    assert str(refused.value).startswith(message)


def test_an_unknown_variable_of_ours_is_refused_under_its_full_name() -> None:
    with pytest.raises(ConfigurationError, match="SYNCLINE_SEQ_GAP_GRASE: no such setting"):
        settings.load({"SYNCLINE_SEQ_GAP_GRASE": "1h"}, {})


def test_what_kubernetes_says_of_a_service_named_syncline_is_no_setting() -> None:
    links = {"SYNCLINE_SERVICE_HOST": "10.0.0.1", "SYNCLINE_PORT": "tcp://10.0.0.1:9108", "SYNCLINE_PORT_9108_TCP": "x"}
    assert settings.load(links, {}) == settings.Settings()


def test_values_are_told_as_they_would_be_written() -> None:
    told = settings.values(settings.load({}, {"over_tolerance_pct": "2.5", "horizon": "48h"}))
    assert (told["over_tolerance_pct"], told["horizon"], told["ack_expected"]) == ("2.5", "2d", "true")
