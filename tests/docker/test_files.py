"""What can be checked of the containers without an engine: the files' own promises."""

from __future__ import annotations

import re

import pytest
import yaml

from tests.architecture.source import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker/compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
OURS = [
    name for name, service in SERVICES.items() if str(service["image"]).startswith("moli-roster")
]
DOCKERFILE = (ROOT / "docker/Dockerfile").read_text(encoding="utf-8")


def test_compose_runs_every_part_of_the_platform() -> None:
    assert set(OURS) == {"migrate", "web", "relay", "worker", "solver", "beat"}
    assert [SERVICES[name]["command"] for name in ("web", "relay", "worker", "solver", "beat")] == [
        ["web"],
        ["relay"],
        ["worker"],
        ["solver"],
        ["beat"],
    ]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_has_limits(name: str) -> None:
    limits = SERVICES[name]["deploy"]["resources"]["limits"]
    assert set(limits) == {"cpus", "memory"}


@pytest.mark.parametrize("name", OURS)
def test_our_processes_may_write_nothing_and_gain_nothing(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True and service["tmpfs"] == ["/tmp"]
    assert service["cap_drop"] == ["ALL"] and service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", ["postgres", "valkey", "web", "proxy"])
def test_what_others_wait_for_has_a_health_check(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"


def test_every_dependency_exists_and_is_waited_for_by_health() -> None:
    for name, service in SERVICES.items():
        for other, how in service.get("depends_on", {}).items():
            assert other in SERVICES, (name, other)
            wanted = "service_completed_successfully" if other == "migrate" else "service_healthy"
            assert how == {"condition": wanted}


def test_only_the_proxy_is_reachable_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]


def test_no_image_floats() -> None:
    images = [str(s["image"]) for s in SERVICES.values()] + re.findall(
        r"^FROM (\S+)", DOCKERFILE, re.M
    )
    assert [i for i in images if ":" not in i or i.endswith(":latest")] == []


def test_the_image_is_built_from_hashes_and_runs_as_nobody_in_particular() -> None:
    assert "--require-hashes" in DOCKERFILE and not re.search(r"^ADD ", DOCKERFILE, re.M)
    last_user = re.findall(r"^USER (\S+)", DOCKERFILE, re.M)[-1]
    assert last_user.split(":")[0].isdigit() and last_user != "0"
    assert DOCKERFILE.index("USER ") < DOCKERFILE.index("ENTRYPOINT")
    assert re.search(r'^ENTRYPOINT \["', DOCKERFILE, re.M), "the exec form, so that signals arrive"


def test_what_the_image_copies_is_there() -> None:
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.M):
        *sources, _ = [part for part in line.split() if not part.startswith("--")]
        assert all((ROOT / source).exists() for source in sources), line


def test_the_example_environment_holds_no_secret() -> None:
    lines = (ROOT / "docker/env.example").read_text(encoding="utf-8").splitlines()
    values = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    assert {
        values[name] for name in ("SECRET_KEY", "FIELD_KEYS", "INDEX_KEY", "POSTGRES_PASSWORD")
    } == {""}
