"""What can be checked of the containers without an engine: the files' own promises."""

from __future__ import annotations

import os
import re
from fnmatch import fnmatch

import pytest
import yaml

from backend.launcher.parts import LAST_SECONDS
from backend.launcher.web import HEARING_SECONDS
from tests.architecture.source import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker/compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
OURS = [
    name for name, service in SERVICES.items() if str(service["image"]).startswith("moli-roster")
]
LASTING = ("web", "relay", "worker", "sender", "solver", "beat", "backup")
PROXY = (ROOT / "docker/proxy/proxy.conf").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "docker/Dockerfile").read_text(encoding="utf-8")


def test_compose_runs_every_part_of_the_platform() -> None:
    assert set(OURS) == {"migrate", *LASTING}
    assert {name: SERVICES[name]["command"] for name in LASTING} == {n: [n] for n in LASTING}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_has_limits(name: str) -> None:
    limits = SERVICES[name]["deploy"]["resources"]["limits"]
    assert set(limits) == {"cpus", "memory"}


@pytest.mark.parametrize("name", OURS)
def test_our_processes_may_write_nothing_and_gain_nothing(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True and service["tmpfs"] == ["/tmp"]
    assert service["cap_drop"] == ["ALL"] and service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", ["valkey", "proxy"])
def test_nor_may_what_stands_beside_them(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["user"].split(":")[0] not in ("", "0", "root")


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_whatever_lasts_has_a_health_check(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"


def test_a_loop_is_judged_by_its_heartbeat() -> None:
    for name in set(LASTING) - {"web"}:
        assert SERVICES[name]["healthcheck"]["test"][-1] == "alive"
    assert "HEARTBEAT_FILE=/tmp/" in DOCKERFILE


def test_the_proxy_asks_for_names_again_and_says_who_comes() -> None:
    upstream = re.search(r"upstream web \{(.*?)\}", PROXY, re.S)
    assert upstream is not None and re.search(r"server web:8000 resolve\b", upstream[1])
    assert re.search(r"^\s*zone ", upstream[1], re.M) and "resolver 127.0.0.11 valid=" in PROXY
    places = [p for p in re.split(r"(?=location )", PROXY)[1:] if "proxy_pass" in p]
    assert len(places) == 5
    for place in places:
        assert "proxy_set_header X-Real-IP $remote_addr;" in place
        assert "proxy_set_header X-Forwarded-For $remote_addr;" in place
        assert "proxy_set_header X-Forwarded-Proto https;" in place
    assert re.search(r"location = /metrics \{ return 404; \}", PROXY)


def test_the_proxy_sends_a_form_once() -> None:
    """On a kept connection, or sent again after a failure, a form could be lost or done twice."""
    assert "non_idempotent" not in PROXY and not re.search(r"^\s*keepalive ", PROXY, re.M)
    assert set(re.findall(r"proxy_next_upstream (.+);", PROXY)) == {"error timeout"}
    sent = re.findall(r"proxy_set_header Connection (\S+);", PROXY)
    assert sorted(sent) == ["$connection_upgrade", "close", "close", "close", "close"]
    assert re.search(r"\n\s*''\s+close;", PROXY)


def test_containers_that_are_just_starting_cost_nobody_a_request() -> None:
    """All of them may be asked in a row: however many start, one that is at work comes after."""
    assert re.findall(r"proxy_next_upstream_(\w+) (\S+);", PROXY) == [("timeout", "20s")]


def test_what_the_proxy_itself_says_is_said_in_our_words() -> None:
    """In Chinese and in English, whatever she chose: the proxy cannot know. No page of nginx's."""
    said = re.findall(r"error_page ([\d ]+) (/pages/\w+\.html);", PROXY)
    pages = {code: page for codes, page in said for code in codes.split()}
    assert sorted(pages) == ["400", "404", "413", "414", "494", "501", "502", "503", "504"]
    for page in pages.values():
        text = (ROOT / f"docker/proxy{page}").read_text(encoding="utf-8")
        assert '<html lang="zh-CN">' in text and '<p lang="en">' in text
        assert not re.search(r"<style|<script|style=", text)
        place = re.search(rf"location = {page} {{([^}}]*)}}", PROXY)
        assert place is not None and "internal;" in place[1] and "no-store always" in place[1]
        assert ("Retry-After 10 always" in place[1]) == (page == pages["503"])
    assert (ROOT / "docker/proxy/pages/page.css").exists()
    assert "proxy_intercept_errors" not in PROXY, "what a web container says passes as it is"


def test_a_request_that_was_sent_to_nobody_is_asked_again() -> None:
    """nginx gives up on a request whose container's name goes while it is being connected."""
    assert "error_page 502 = $after_502;" in PROXY and "recursive_error_pages on;" in PROXY
    (chosen,) = re.findall(r"map \$upstream_addr \$after_502 \{(.*?)\n    \}", PROXY, re.S)
    rules = dict(line.rstrip(";").split() for line in chosen.strip().splitlines())
    assert rules.pop("default") == "@away"
    ((pattern, again),) = rules.items()
    asked = {"web": True, "172.17.0.5:8000, web": True, "172.17.0.5:8000": False, "": False}
    assert again == "@again"
    assert {one: bool(re.search(pattern.lstrip("~"), one)) for one in asked} == asked


def test_a_web_container_is_given_the_time_that_it_takes_to_end() -> None:
    grace = int(SERVICES["web"]["stop_grace_period"].removesuffix("s"))
    assert grace > HEARING_SECONDS + int(LAST_SECONDS)
    upgrade = (ROOT / "docker/upgrade.sh").read_text(encoding="utf-8")
    assert re.findall(r"docker stop --time (\d+)", upgrade) == [str(grace)]


def test_the_proxy_buffers_on_a_disk() -> None:
    folders = re.findall(r"(?:client_body|proxy)_temp_path (\S+);", PROXY)
    assert [f for f in folders if not f.startswith("/var/tmp/")] == [] and len(folders) == 2
    assert "bodies:/var/tmp" in SERVICES["proxy"]["volumes"] and "bodies" in COMPOSE["volumes"]


def test_the_engine_is_sent_only_what_the_image_holds() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    sent = {rule[1:].split("/")[0] for rule in rules if rule.startswith("!")}
    copied = {
        source.split("/")[0]
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.M)
        for source in [part for part in line.split() if not part.startswith("--")][:-1]
    }
    assert sent == copied


@pytest.mark.parametrize("name", ["backup.sh", "restore.sh", "entrypoint.sh"])
def test_a_script_is_in_the_image_and_runs(name: str) -> None:
    assert "COPY --chown=root:root docker docker" in DOCKERFILE
    assert (ROOT / "docker" / name).stat().st_mode & 0o111


def test_every_dependency_exists_and_is_waited_for_by_health() -> None:
    for name, service in SERVICES.items():
        for other, how in service.get("depends_on", {}).items():
            assert other in SERVICES, (name, other)
            wanted = "service_completed_successfully" if other == "migrate" else "service_healthy"
            assert how == {"condition": wanted}


def test_only_migrate_knows_the_owner_of_the_tables() -> None:
    secret = {"POSTGRES_PASSWORD", "OWNER_DATABASE_URL"}
    for name in LASTING:
        assert SERVICES[name]["environment"] == dict.fromkeys(secret, "")
    told = SERVICES["migrate"]["environment"]["OWNER_DATABASE_URL"]
    assert told == "${OWNER_DATABASE_URL:-}"
    lines = (ROOT / "docker/env.example").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("DATABASE_URL=postgresql://moli_app:")]
    assert "log_error_verbosity=terse" in SERVICES["postgres"]["command"]


def test_only_the_proxy_is_reachable_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]


def test_no_image_floats() -> None:
    images = [str(s["image"]) for s in SERVICES.values()]
    images = [re.sub(r"\$\{\w+:-([^}]+)\}", r"\1", image) for image in images]
    assert re.findall(r"^FROM (\S+)", DOCKERFILE, re.M) == ["${BASE}", "${BASE}"]
    images += re.findall(r"^ARG BASE=(\S+)$", DOCKERFILE, re.M)
    assert len(images) == len(SERVICES) + 1
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


def test_every_program_of_the_image_goes_to_the_engine() -> None:
    """One that .dockerignore leaves out fails at the moment when somebody types it."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    let_in = [line.removeprefix("!") for line in lines if line.startswith("!")]
    texts = [
        DOCKERFILE,
        *(path.read_text(encoding="utf-8") for path in (ROOT / "docker").glob("*.sh")),
    ]
    named = {name for text in texts for name in re.findall(r"\bdocker/[\w.-]+", text)}
    here = {name for name in named if (ROOT / name).is_file() and os.access(ROOT / name, os.X_OK)}
    assert {"docker/moli", "docker/entrypoint.sh", "docker/app_role.sh"} <= here
    assert [name for name in sorted(here) if not any(fnmatch(name, line) for line in let_in)] == []


def test_the_example_environment_holds_no_secret() -> None:
    lines = (ROOT / "docker/env.example").read_text(encoding="utf-8").splitlines()
    values = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    assert {
        values[name] for name in ("SECRET_KEY", "FIELD_KEYS", "INDEX_KEY", "POSTGRES_PASSWORD")
    } == {""}


def test_a_changed_proxy_file_is_the_one_that_is_read() -> None:
    """A single file that is mounted stays the old one when an editor or git writes a new one."""
    mounted = [volume for volume in SERVICES["proxy"]["volumes"] if volume.startswith("./")]
    assert mounted == ["./proxy:/etc/nginx/moli:ro"] and (ROOT / "docker/proxy").is_dir()
    read = ["nginx", "-c", "/etc/nginx/moli/proxy.conf"]
    assert SERVICES["proxy"]["command"][:3] == read
    upgrade = (ROOT / "docker/upgrade.sh").read_text(encoding="utf-8")
    assert f'nginx="$compose exec -T proxy {" ".join(read)}"' in upgrade
    checked, reloaded = upgrade.index("$nginx -t"), upgrade.index("$nginx -s reload")
    assert checked < upgrade.index("backup-now") < upgrade.index("up -d") < reloaded
