"""Every door is in the register, every line of it names a door, and each is asked as each."""

from __future__ import annotations

import io
import json
import re

import pytest
from django.core.management import call_command, get_commands
from django.urls import get_resolver

from backend.config.urls import NOT_HERE
from backend.live.door import Ask, Pass, decide
from backend.live.permissions import TABLE
from backend.web.doors.machines import COMMANDS, STREAMS, TASKS, Stream
from backend.web.doors.printed import named_routes, register, walk
from backend.web.doors.roles import ROLES
from backend.web.doors.table import OURS, PAGES
from scheduler.app import app
from tests.city import Scene, build
from tests.doors.asking import address, ask, client_of
from tests.live.conftest import cookie_of

NO_NAMES = {  # patterns that lead away from an address, or stand for what is nowhere else
    NOT_HERE.replace("^", "/", 1): "404",
    r"/admin/<url>": "404 for staff, else to the sign-in",
    r"/admin/\w+/\w+/<object_id>/": "to its change page",
}


OF_ADMIN = {"nobody", "county", "staff", "superuser"}  # it asks the others nothing but: staff?


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", ROLES)
def test_each_door_answers_each_as_the_register_says(role: str, method: str) -> None:
    scene = build()
    client = client_of(scene.users[role])
    lines = PAGES if role in OF_ADMIN else OURS
    found = {line.key: ask(client, method, address(line, scene)) for line in lines}
    stated = {line.key: getattr(line, method)[role] for line in lines}
    # The doors that differ alone: a few hundred that agree hide them.
    assert {key: (found[key], stated[key]) for key in found if found[key] != stated[key]} == {}


def test_every_address_is_in_the_register_and_every_line_names_one() -> None:
    assert {(line.name, frozenset(line.rows)) for line in PAGES} == set(named_routes())


def test_an_address_without_a_name_only_leads_away() -> None:
    known = "|".join(f"(?:{re.escape(path) if '(?:' in path else path})" for path in NO_NAMES)
    unnamed = [path for name, _, path in walk(get_resolver()) if not name]
    assert [path for path in unnamed if not re.fullmatch(known, path)] == []


def test_no_line_stands_twice_and_each_says_what_every_role_is_answered() -> None:
    keys = [line.key for line in PAGES]
    assert sorted(keys) == sorted(set(keys))
    assert {frozenset(line.get) for line in PAGES} == {frozenset(ROLES)}
    assert {frozenset(line.post) for line in PAGES} == {frozenset(ROLES)}


def test_every_kind_of_stream_is_in_the_register() -> None:
    assert {stream.kind for stream in STREAMS} == set(TABLE)


def hears(scene: Scene, role: str, stream: Stream) -> bool:
    user = scene.users[role]
    session = cookie_of(user, keep=True).partition("=")[2] if user else ""
    row = stream.row.removeprefix("=") if stream.row.startswith("=") else scene.rows[stream.row]
    (answer,) = decide([Ask(session, [f"{stream.kind}.{row}"])])
    return isinstance(answer, Pass) and not answer.refused


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_each_hears_what_the_register_says(role: str) -> None:
    scene = build()
    found = {(stream.kind, stream.row): hears(scene, role, stream) for stream in STREAMS}
    assert found == {(stream.kind, stream.row): role in stream.heard_by for stream in STREAMS}


def test_every_task_is_in_the_register() -> None:
    app.loader.import_default_modules()
    ours = {name for name in app.tasks if name.startswith("scheduler.")}
    assert {task.name for task in TASKS} == ours


def test_every_command_is_in_the_register() -> None:
    ours = {name for name, package in get_commands().items() if package.startswith("backend.")}
    assert {command.name for command in COMMANDS} == ours


def test_the_register_is_printed_for_a_script() -> None:
    out = io.StringIO()
    call_command("doors", json=True, stdout=out)
    printed = json.loads(out.getvalue())
    assert printed == json.loads(json.dumps(register()))
    assert len(printed["addresses"]) == 2 * len(PAGES)
    door = next(
        door
        for door in printed["addresses"]
        if (door["example"], door["method"]) == ("/c/sessions/{village_session}/", "GET")
    )
    assert door["path"] == "/c/sessions/<pk>/"
    assert door["parameters"] == {"pk": "village_session"}
    assert door["expected"]["village"] == 200 and door["expected"]["village2"] == 404
    call_command("doors", stdout=out)
    assert "HEAR session.{draft_session}" in out.getvalue()


@pytest.mark.django_db
def test_who_may_only_look_elsewhere_is_shown_no_more_than_who_acts_there() -> None:
    scene = build()
    viewer, acts = scene.users["viewer"], scene.users["county2"]
    assert viewer is not None and acts is not None
    viewer.memberships.update(organisation=acts.memberships.get().organisation)
    hers = client_of(viewer)
    shut = [line for line in OURS if line.get["county2"] in (403, 404)]
    found = {line.key: ask(hers, "get", address(line, scene)) for line in shut}
    assert {key: answer for key, answer in found.items() if answer == 200} == {}
    assert len(found) > 50
