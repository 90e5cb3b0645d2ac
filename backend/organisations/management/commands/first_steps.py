"""`moli first-steps --operator NAME`: from an empty database to the first sign-in.

Brings the tables up to date, loads divisions, calendar and programmes, makes the federation of the
service area (or of one part of it, --area CODE) and appoints the first operator, who gets a link
with which she chooses her password once. Safe to run again: what is there stays, and whoever has
chosen a password gets no new link.
"""

from __future__ import annotations

import re
from argparse import ArgumentParser

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count
from django.urls import reverse

from backend.accounts.models import User
from backend.common import clock
from backend.organisations.models import Membership, Organisation
from backend.organisations.operations import appoint_operator, build_federation
from backend.places.models import Division

NAME = re.compile(r"[\w.@+-]{2,150}")


class Command(BaseCommand):
    help = "From an empty database to the first sign-in: tables, places, federation, operator."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--operator", default="operator", help="her user name")
        parser.add_argument("--area", default="", help="a division's code; all unless given")
        parser.add_argument(
            "--new-link", action="store_true", help="a link although she has a password already"
        )

    def handle(self, *args: object, **options: object) -> None:
        name = str(options["operator"])
        area = str(options["area"])
        if not NAME.fullmatch(name):
            raise CommandError("A user name has 2 to 150 letters, digits or . @ + - _")
        call_command("migrate", interactive=False, verbosity=0)
        self.stdout.write("Tables are up to date.")
        call_command("load_places", stdout=self.stdout)
        call_command("load_programmes", stdout=self.stdout)
        city = self._federation(area)
        self._operator(name, city, bool(options["new_link"]))

    def _federation(self, area: str) -> Organisation:
        if area and not Division.objects.filter(code=area, in_service_area=True).exists():
            raise CommandError(
                f"{area} is not the code of a division of the service area "
                "(350121 is 闽侯县, 350121100 a street of it)."
            )
        city = build_federation(area=area)
        counts = Organisation.objects.values_list("level").annotate(n=Count("pk")).order_by("level")
        words = [f"{count} × {Organisation.Level(level).label}" for level, count in counts]
        self.stdout.write(f"Federation: {', '.join(words)}.")
        return city

    def _operator(self, name: str, city: Organisation, new_link: bool) -> None:
        others = Membership.objects.filter(role=Membership.Role.OPERATOR).exclude(
            user__username=name
        )
        known = User.objects.filter(username=name).first()
        if known is None and others.exists():
            raise CommandError(
                "There is an operator already; she appoints others at /admin/. "
                "This command makes the first one only."
            )
        user = appoint_operator(username=name, organisation=city, now=clock.now())
        if user.has_usable_password() and not new_link:
            self.stdout.write(f"Operator {name} is there and has a password; nothing was changed.")
            return
        path = reverse(
            "account_reset_password_from_key",
            kwargs={
                "uidb36": user_pk_to_url_str(user),
                "key": default_token_generator.make_token(user),
            },
        )
        hours = settings.PASSWORD_RESET_TIMEOUT // 3600
        self.stdout.write(
            f"Operator {name} chooses a password here, once, within {hours} hours:\n"
            f"{settings.PUBLIC_URL}{path}"
        )
