from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from legation.runtime.settings import BadSettings, LogFormat, Settings, table

DOCS = Path(__file__).parents[2] / "docs" / "runtime.md"


def faults(**environ: str) -> list[str]:
    with pytest.raises(BadSettings) as caught:
        Settings.load(environ)
    return caught.value.faults


def test_an_empty_environment_gives_the_defaults() -> None:
    settings = Settings.load({})
    assert settings.kafka == "127.0.0.1:9092"
    assert settings.metrics_host == "127.0.0.1"
    assert settings.processes >= 1
    assert settings.stages == ()


def test_every_setting_is_read_from_its_variable() -> None:
    settings = Settings.load(
        {
            "LEGATION_KAFKA": "one:9092, two:9093",
            "LEGATION_STAGES": "clean, classify",
            "LEGATION_PROCESSES": "3",
            "LEGATION_LOG_FORMAT": "JSON",
            "LEGATION_BREAKER_SHARE": "0.25",
        }
    )
    assert settings.kafka == "one:9092,two:9093"
    assert settings.stages == ("clean", "classify")
    assert settings.processes == 3
    assert settings.log_format is LogFormat.JSON
    assert settings.breaker_share == 0.25


def test_an_empty_variable_counts_as_not_set() -> None:
    assert Settings.load({"LEGATION_PROCESSES": "", "LEGATION_KAFKA_PASSWORD": ""}) == Settings.load({})


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings.load({}).kafka = "elsewhere:1"  # type: ignore[misc]


def test_all_faults_are_told_at_once_and_each_names_its_variable() -> None:
    told = faults(
        LEGATION_KAFKA="nowhere", LEGATION_PROCESSES="0", LEGATION_LOG_LEVEL="loud", LEGATION_GROUP="My Group"
    )
    assert [line.split(":")[0] for line in told] == [
        "LEGATION_KAFKA",
        "LEGATION_GROUP",
        "LEGATION_PROCESSES",
        "LEGATION_LOG_LEVEL",
    ]
    assert "1 to 256" in told[2]
    assert "debug, info, warning, error" in told[3]


@pytest.mark.parametrize(
    ("mistyped", "meant"),
    [
        ("LEGATION_KAKFA", "LEGATION_KAFKA"),
        ("LEGATION_METRIC_PORT", "LEGATION_METRICS_PORT"),
        ("LEGATION_STAGE", "LEGATION_STAGES"),
        ("LEGATION_KAFKA_PASSWORD_FIEL", "LEGATION_KAFKA_PASSWORD_FILE"),
    ],
)
def test_a_mistyped_name_is_refused_with_the_one_that_was_meant(mistyped: str, meant: str) -> None:
    (told,) = faults(**{mistyped: "9464"})
    assert told == f"{mistyped}: there is no such setting; did you mean {meant}?"


def test_a_name_like_no_setting_is_refused_with_where_they_are_listed() -> None:
    (told,) = faults(LEGATION_XYZZY="1", LEGATION_FILE_THAT_IS_EMPTY="", LEGATIONS="1")
    assert told == "LEGATION_XYZZY: there is no such setting; `legation worker --help` lists them all"


def test_what_kubernetes_sets_for_services_is_no_fault() -> None:
    service = {
        "LEGATION_WORKER_SERVICE_HOST": "10.0.0.1",
        "LEGATION_WORKER_SERVICE_PORT": "9464",
        "LEGATION_WORKER_SERVICE_PORT_METRICS": "9464",
        "LEGATION_WORKER_PORT": "tcp://10.0.0.1:9464",
        "LEGATION_WORKER_PORT_9464_TCP": "tcp://10.0.0.1:9464",
        "LEGATION_WORKER_PORT_9464_TCP_PROTO": "tcp",
        "LEGATION_WORKER_PORT_9464_TCP_ADDR": "10.0.0.1",
    }
    assert Settings.load(service) == Settings.load({})


@pytest.mark.parametrize("value", ["nan", "-1", "1e3", "0,5", "½"])
def test_what_is_not_a_plain_number_is_refused(value: str) -> None:
    assert len(faults(LEGATION_BREAKER_SHARE=value)) == 1


@pytest.mark.parametrize("address", ["broker", "broker:0", "broker:65536", "http://broker:9092"])
def test_what_is_no_address_is_refused(address: str) -> None:
    assert len(faults(LEGATION_KAFKA=address)) == 1


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("opensesame\n")
    environ = {
        "LEGATION_KAFKA_SECURITY_PROTOCOL": "sasl_plaintext",
        "LEGATION_KAFKA_SASL_MECHANISM": "scram-sha-512",
        "LEGATION_KAFKA_USERNAME": "ali",
        "LEGATION_KAFKA_PASSWORD_FILE": str(secret),
    }
    settings = Settings.load(environ)
    assert settings.kafka_password == "opensesame"
    assert settings.client_options()["sasl_plain_password"] == "opensesame"
    assert settings.client_options()["sasl_mechanism"] == "SCRAM-SHA-512"
    assert "opensesame" not in repr(settings)


def test_a_secret_that_is_set_twice_or_whose_file_is_missing_is_refused(tmp_path: Path) -> None:
    assert "set twice" in faults(LEGATION_KAFKA_PASSWORD="a", LEGATION_KAFKA_PASSWORD_FILE="b")[0]
    missing = str(tmp_path / "none")
    told = faults(LEGATION_KAFKA_PASSWORD_FILE=missing)
    assert missing in told[0]


def test_sasl_needs_all_its_parts_and_no_part_is_silently_unused() -> None:
    assert len(faults(LEGATION_KAFKA_SECURITY_PROTOCOL="SASL_SSL")) == 3
    assert "would not be used" in faults(LEGATION_KAFKA_PASSWORD="a")[0]
    assert not any("=a" in line or "'a'" in line for line in faults(LEGATION_KAFKA_PASSWORD="a"))


def test_a_ca_file_must_hold_certificates_and_be_of_use(tmp_path: Path) -> None:
    broken = tmp_path / "ca.pem"
    broken.write_text("no certificate")
    assert (
        "holds no certificate" in faults(LEGATION_KAFKA_SECURITY_PROTOCOL="SSL", LEGATION_KAFKA_CA_FILE=str(broken))[0]
    )
    assert "would not be used" in faults(LEGATION_KAFKA_CA_FILE=str(broken))[0]


def test_the_documentation_lists_every_setting_with_its_default() -> None:
    text = DOCS.read_text(encoding="utf-8")
    for name, default, meaning in table():
        assert f"| `{name}` | {f'`{default}`' if default else ''} | {meaning} |" in text, f"docs/runtime.md: {name}"
