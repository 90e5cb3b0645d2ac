"""`moli calibration`: how well chances of coming are estimated, on the answers that are there.

Each answer is estimated from those before it alone.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections import defaultdict

from django.core.management.base import BaseCommand

from backend.common import clock
from backend.planning.chances import FEWEST, Learned, answers
from backend.volunteers.models import Volunteer


class Command(BaseCommand):
    help = "How often people came of whom that was estimated, in steps of ten per cent."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--organisation", default="", help="path of an organisation (default: all)"
        )

    def handle(self, *args: object, organisation: str, **options: object) -> None:
        people = Volunteer.objects.filter(organisation__path__startswith=organisation)
        known = Learned()
        steps = defaultdict[int, list[tuple[float, bool]]](list)
        for answer in answers(people, clock.now()):
            if known.known(answer.at) >= FEWEST:
                mean = known.mean(answer.group, answer.at)
                said = known.chance(answer.volunteer, mean, answer.at)
                steps[min(9, int(10 * said))].append((said, answer.came))
            known.add(answer)
        every = [pair for pairs in steps.values() for pair in pairs]
        if not every:
            self.stdout.write(f"fewer than {FEWEST} answers: nothing is estimated")
            return
        self.stdout.write("estimated  answers  said   came")
        for step, pairs in sorted(steps.items()):
            said = sum(p for p, _ in pairs) / len(pairs)
            came = sum(c for _, c in pairs) / len(pairs)
            row = (
                f"{10 * step:3d}-{10 * step + 10:3d} %  {len(pairs):7d}  {said:4.0%}   {came:4.0%}"
            )
            self.stdout.write(row)
        brier = sum((p - c) ** 2 for p, c in every) / len(every)
        self.stdout.write(f"Brier {brier:.3f} over {len(every)} answers")
