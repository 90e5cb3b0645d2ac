"""From an empty database to the first sign-in, by one command."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from backend.accounts.models import User
from backend.organisations.models import Membership, Organisation
from backend.places.models import CalendarDay, Division
from backend.programmes.models import Programme

pytestmark = pytest.mark.django_db


def first_steps(**options: object) -> str:
    said = StringIO()
    call_command("first_steps", stdout=said, **options)
    return said.getvalue()


def link_in(said: str) -> str:
    (found,) = re.findall(r"^https?://[^/]+(/\S+)$", said, re.M)
    return str(found)


def test_one_command_leads_to_the_operators_page() -> None:
    said = first_steps(operator="chen.ops", area="350121")
    assert (Division.objects.count() > 3000, CalendarDay.objects.exists()) == (True, True)
    assert Programme.objects.exists()
    codes = Organisation.objects.exclude(level=1).values_list("division_id", flat=True)
    assert {str(code)[:6] for code in codes} == {"350121"}

    her = Client()
    page = her.get(link_in(said), follow=True)
    form = page.redirect_chain[-1][0]
    chosen = {"password1": "seven green boats", "password2": "seven green boats"}
    her.post(form, chosen, follow=True)
    assert her.get("/o/").status_code == 200
    assert Client().login(username="chen.ops", password="seven green boats") is True
    assert her.get("/admin/").status_code == 200

    again = Client().get(link_in(said), follow=True).content.decode()
    assert "这个链接用过了，或者已经过期。" in again and "password1" not in again


def test_the_link_begins_with_the_address_that_people_type(settings: Settings) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://*.example"]
    settings.PUBLIC_URL = "https://roster.example"
    assert "\nhttps://roster.example/accounts/" in first_steps(operator="chen.ops", area="350121")


def test_run_again_it_changes_nothing_and_gives_no_second_link() -> None:
    first_steps(operator="chen.ops", area="350121")
    user = User.objects.get(username="chen.ops")
    user.set_password("seven green boats")
    user.save()
    before = Organisation.objects.count()
    said = first_steps(operator="chen.ops", area="350121")
    assert "has a password; nothing was changed" in said and "http" not in said
    assert (Organisation.objects.count(), Membership.objects.count()) == (before, 1)
    assert "http" in first_steps(operator="chen.ops", area="350121", new_link=True)


def test_a_second_first_operator_and_odd_words_are_refused_with_a_sentence() -> None:
    first_steps(operator="chen.ops", area="350121")
    for options, words in (
        ({"operator": "lin.ops"}, "There is an operator already"),
        ({"operator": "a b"}, "A user name has"),
        ({"operator": "chen.ops", "area": "999999"}, "999999 is not the code"),
    ):
        with pytest.raises(CommandError, match=words):
            first_steps(**options)
    assert not User.objects.filter(username="lin.ops").exists()
