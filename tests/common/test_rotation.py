"""Keys can be changed while the platform runs: every value is sealed anew, a stopped rotation goes
on, nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command

from backend.common import sealing
from backend.common.operations import (
    keys_in_use,
    packed_columns,
    reseal_some,
    sealed_columns,
    sealed_models,
)
from backend.families.models import Child, Family
from backend.planning.models import Run
from backend.planning.packing import open_problem, pack_problem
from backend.rota.snapshot import problem_of
from backend.volunteers.models import EvidencePage, HandIn, Volunteer
from tests import factories as make

pytestmark = pytest.mark.django_db
NEW = "k2:" + "bmV3IGtleSBmb3IgYSB0ZXN0IG9mIDMyIGJ5dGVzISE="


@pytest.fixture(autouse=True)
def keys(settings) -> Iterator[None]:  # type: ignore[no-untyped-def]
    sealing._keys.cache_clear()
    yield
    sealing._keys.cache_clear()


def use(settings, *keys: str) -> None:  # type: ignore[no-untyped-def]
    settings.FIELD_KEYS = list(keys)
    sealing._keys.cache_clear()


def people() -> None:
    for n in range(3):
        make.make_volunteer(phone=f"1380013800{n}", identity_number=f"identity {n}")
    make.make_family(phone="13900139000", children=["2025-03", "2024-01"])
    make.make_volunteer()  # nothing sealed at all


def test_every_sealed_column_is_rotated() -> None:
    known = {"Volunteer", "Family", "Child", "Phone", "Code", "Invitation"}
    known |= {"ProviderToken", "CalendarFeed", "WechatAccount", "EvidencePage"}
    known |= {"Guardian", "GuardianConsent", "Remark"}
    known |= {"ImportFile", "ImportRow", "Statement", "NumberQuestion", "GroupRobot"}
    known |= {"VisitRequest", "HarmReport", "PairedChild", "Pair", "PairMeeting"}
    known |= {"PairMeetingChange", "Friendship"}
    known |= {"CareCase", "CaseParty", "CaseHelper", "CaseNote"}
    assert {m.__name__ for m in sealed_models()} == known
    assert [f.name for _, f in packed_columns()] == ["problem"]
    assert {f.name for f in sealed_columns(Child)} == {"nickname", "birth_month", "note"}


def test_everything_is_sealed_anew_and_reads_as_before(
    settings, capsys: pytest.CaptureFixture[str]
) -> None:  # type: ignore[no-untyped-def]
    old = settings.FIELD_KEYS[0]
    people()
    count = keys_in_use()["k1"]
    use(settings, NEW, old)
    call_command("rotate_keys", batch=2)
    assert keys_in_use() == {"k2": count}
    assert "key k2 (first)" in capsys.readouterr().out
    use(settings, NEW)  # the old key is gone for good
    assert sorted(v.phone for v in Volunteer.objects.exclude(phone=None)) == [
        "13800138000",
        "13800138001",
        "13800138002",
    ]
    assert {v.identity_number for v in Volunteer.objects.exclude(phone=None)} == {
        "identity 0",
        "identity 1",
        "identity 2",
    }
    assert Family.objects.get().phone == "13900139000" and {
        c.birth_month for c in Child.objects.all()
    } == {"2025-03", "2024-01"}


def test_pictures_are_sealed_anew_as_well(settings) -> None:  # type: ignore[no-untyped-def]
    old = settings.FIELD_KEYS[0]
    shown = HandIn.objects.create(
        volunteer=make.make_volunteer(),
        kind=make.make_credential_kind(code="speaker"),
        valid_from=make.NOW.date(),
        made_at=make.NOW,
    )
    EvidencePage.objects.create(hand_in=shown, position=1, picture=b"\xff\xd8 no text")
    use(settings, NEW, old)
    assert reseal_some(model=EvidencePage, most=2) == 1
    use(settings, NEW)
    assert EvidencePage.objects.get().picture == b"\xff\xd8 no text"


def test_the_problem_of_a_run_is_sealed_anew_as_well(settings) -> None:  # type: ignore[no-untyped-def]
    old = settings.FIELD_KEYS[0]
    rota = make.make_rota()
    fields = {"rota": rota, "requested_by": make.make_user(), "requested_at": make.NOW}
    fields |= {"seconds_limit": 5, "state": "finished"}
    stored = pack_problem(problem_of(rota, now=make.NOW))
    run = Run.objects.create(problem=stored, **fields)
    plain = Run.objects.create(problem=open_problem(stored), **fields)  # of the version before
    assert stored.startswith(b"k1:")
    use(settings, NEW, old)
    call_command("rotate_keys", verbosity=0)
    use(settings, NEW)
    assert set(keys_in_use()) == {"k2"}
    anew = bytes(Run.objects.get(pk=run.pk).problem or b"")
    assert anew.startswith(b"k2:")
    assert open_problem(anew) == bytes(Run.objects.get(pk=plain.pk).problem or b"")


def test_a_stopped_rotation_goes_on_where_it_was(settings) -> None:  # type: ignore[no-untyped-def]
    old = settings.FIELD_KEYS[0]
    people()
    use(settings, NEW, old)
    assert reseal_some(model=Volunteer, most=2) == 2
    assert set(keys_in_use()) == {"k1", "k2"}
    assert [reseal_some(model=Volunteer, most=2) for _ in range(2)] == [1, 0]
    assert {v.phone for v in Volunteer.objects.exclude(phone=None)} == {
        "13800138000",
        "13800138001",
        "13800138002",
    }


def test_a_missing_key_is_named_and_nothing_is_lost(settings) -> None:  # type: ignore[no-untyped-def]
    old = settings.FIELD_KEYS[0]
    people()
    use(settings, NEW)
    with pytest.raises(CommandError, match="volunteers_volunteer:.*FIELD_KEYS"):
        call_command("rotate_keys")
    use(settings, NEW, old)
    call_command("rotate_keys", verbosity=0)
    assert set(keys_in_use()) == {"k2"}


def test_a_check_changes_nothing(settings, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    people()
    use(settings, NEW, settings.FIELD_KEYS[0])
    call_command("rotate_keys", check=True)
    assert "key k1 (old)" in capsys.readouterr().out and set(keys_in_use()) == {"k1"}
