"""A week that holds every other week, or every fourth."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0014_agreements")]

    operations = [
        migrations.AddField(
            model_name="volunteer",
            name="every_weeks",
            field=models.PositiveSmallIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name="volunteer",
            name="weeks_from",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="volunteer",
            constraint=models.CheckConstraint(
                condition=Q(every_weeks=1) | Q(every_weeks__gt=1, weeks_from__isnull=False),
                name="volunteer_weeks",
            ),
        ),
    ]
