"""`moli load-federation`: the federation's four-level tree over the divisions that are loaded.

Safe to run again.
"""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count

from backend.organisations.models import Organisation
from backend.organisations.operations import build_federation
from backend.places.models import Division


class Command(BaseCommand):
    help = (
        "Make the federation's organisations from the divisions of the service area; "
        "existing ones stay."
    )

    def handle(self, *args: object, **options: object) -> None:
        if not Division.objects.exists():
            raise CommandError("There are no divisions yet; run load_places first.")
        build_federation()
        for level, count in (
            Organisation.objects.values_list("level").annotate(n=Count("pk")).order_by("level")
        ):
            self.stdout.write(f"{count:>6,}  {Organisation.Level(level).label}")
