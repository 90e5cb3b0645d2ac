"""Who must have a second factor reaches nothing without one; what proves it lies sealed."""

from __future__ import annotations

import importlib

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters_now
from django.apps import apps
from django.core.management import call_command
from django.test import Client

from backend.accounts.models import User
from backend.common import sealing
from backend.common.operations import keys_in_use
from backend.live.door import Ask, NotAdmitted, Pass, decide
from backend.organisations.models import Membership
from backend.web.second_factor import SecondFactorAdapter
from tests.common.test_rotation import NEW, use
from tests.factories import (
    make_coordinator,
    make_family,
    make_organisation,
    make_rota,
    make_user,
    make_volunteer,
)

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXP"
PASSWORD = "茉莉花开在四月里"


@pytest.fixture(autouse=True)
def asked(settings) -> None:  # type: ignore[no-untyped-def]
    settings.SECOND_FACTOR = True
    settings.MFA_TOTP_TOLERANCE = 1  # a half minute may end between a code and its proof
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def somebody(kind: str) -> User:
    if kind in Membership.Role.values:
        return make_coordinator(organisation=make_organisation(), role=kind)
    return make_user(is_staff=True, is_superuser=kind == "superuser")


@pytest.mark.parametrize(
    "kind", ["coordinator", "viewer", "officer", "operator", "staff", "superuser"]
)
def test_who_sees_others_data_first_sets_it_up(kind: str) -> None:
    user = somebody(kind)
    client = signed_in(user)
    for address in ("/", "/c/", "/c/volunteers/", "/o/", "/admin/", "/v/", "/account/"):
        answer = client.get(address)
        assert (answer.status_code, answer.headers.get("Location")) == (
            302,
            "/accounts/2fa/totp/activate/",
        ), address
        assert client.post(address).status_code == 403, address
        assert client.get(address, headers={"HX-Request": "true"}).status_code == 403, address
    assert client.get("/healthz").status_code == 200
    TOTP.activate(user, SECRET)
    assert client.get("/account/").status_code == 200


def test_volunteers_and_families_are_not_asked() -> None:
    volunteer, family = make_volunteer(with_user=True), make_family(with_user=True)
    assert volunteer.user and family.user
    assert signed_in(volunteer.user).get("/v/").status_code == 200
    assert signed_in(family.user).get("/f/").status_code == 200


def test_where_it_is_off_nobody_is_asked(settings) -> None:  # type: ignore[no-untyped-def]
    settings.SECOND_FACTOR = False
    assert signed_in(somebody("coordinator")).get("/c/").status_code == 200


def test_a_socket_asks_as_a_page_does(settings) -> None:  # type: ignore[no-untyped-def]
    organisation = make_organisation()
    user = make_coordinator(organisation=organisation)
    session = signed_in(user).cookies["sessionid"].value
    ask = Ask(session, [f"rota.{make_rota(organisation=organisation, state='draft').pk}"])
    assert isinstance(decide([ask])[0], NotAdmitted)
    TOTP.activate(user, SECRET)
    assert isinstance(decide([ask])[0], Pass)


def test_she_signs_in_with_both_steps_and_may_not_take_the_second_away() -> None:
    user = somebody("coordinator")
    user.set_password(PASSWORD)
    user.save()
    TOTP.activate(user, SECRET)
    client = Client()
    step = client.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    assert step.headers["Location"] == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in client.session
    code = format_hotp_value(hotp_value(SECRET, list(counters_now())[1]))
    wide = code.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    client.post("/accounts/2fa/authenticate/", {"code": wide})  # as a Chinese keyboard writes it
    assert client.session["_auth_user_id"] == str(user.pk)
    assert client.get("/c/").status_code == 200
    factor = Authenticator.objects.get(user=user, type="totp")
    assert not SecondFactorAdapter().can_delete_authenticator(factor)


def test_a_code_is_good_once_for_all_processes() -> None:
    user = somebody("coordinator")
    factor = TOTP.activate(user, SECRET)
    code = format_hotp_value(hotp_value(SECRET, list(counters_now())[1]))
    assert [factor.validate_code(code), factor.validate_code(code)] == [True, False]


def test_secrets_and_seeds_are_sealed() -> None:
    user = make_user()
    TOTP.activate(user, SECRET)
    codes = RecoveryCodes.activate(user)
    kept = {row.type: row.data for row in Authenticator.objects.all()}
    assert SECRET not in str(kept)
    assert kept["totp"]["secret"].startswith("sealed:")
    assert kept["recovery_codes"]["seed"].startswith("sealed:")
    assert codes.validate_code(codes.generate_codes()[0])


def test_what_was_stored_in_clear_is_sealed_and_works_as_before() -> None:
    user = make_user()
    seed = "5" * 80
    rows = [
        Authenticator(user=user, type="totp", data={"secret": SECRET}),
        Authenticator(user=user, type="recovery_codes", data={"seed": seed, "used_mask": 1}),
        Authenticator(
            user=make_user(), type="recovery_codes", data={"migrated_codes": ["111", "222"]}
        ),
    ]
    Authenticator.objects.bulk_create(rows)
    migration = importlib.import_module("backend.accounts.migrations.0007_sealed_second_factors")
    for _ in range(2):  # it may be run again
        migration.seal(apps, None)
    kept = [row.data for row in Authenticator.objects.order_by("pk")]
    assert not any(clear in str(kept) for clear in (SECRET, seed, "'111'", "'222'"))
    totp, codes, old = (row.wrap() for row in Authenticator.objects.order_by("pk"))
    assert totp.validate_code(format_hotp_value(hotp_value(SECRET, list(counters_now())[1])))
    assert len(codes.get_unused_codes()) == len(codes.generate_codes()) - 1
    assert old.get_unused_codes() == ["111", "222"]


def test_a_change_of_keys_reaches_them(settings) -> None:  # type: ignore[no-untyped-def]
    sealing._keys.cache_clear()
    old, user = settings.FIELD_KEYS[0], make_user()
    factor = TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    use(settings, NEW, old)
    assert keys_in_use() == {"k1": 2}
    call_command("rotate_keys", verbosity=0)
    assert keys_in_use() == {"k2": 2}
    use(settings, NEW)
    factor.instance.refresh_from_db()
    assert factor.validate_code(format_hotp_value(hotp_value(SECRET, list(counters_now())[1])))
    use(settings, old)
