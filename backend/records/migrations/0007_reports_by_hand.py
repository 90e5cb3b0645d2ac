"""Who said how many came to a session, how it was, and who put it right."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def who() -> models.ForeignKey:  # type: ignore[type-arg]
    return models.ForeignKey(
        null=True,
        on_delete=django.db.models.deletion.SET_NULL,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
    )


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("records", "0006_kept_without_network"),
    ]

    operations = [
        migrations.AddField(
            model_name="sessionreport",
            name="said",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(model_name="sessionreport", name="made_by", field=who()),
        migrations.AddField(
            model_name="sessionreport",
            name="corrected_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(model_name="sessionreport", name="corrected_by", field=who()),
    ]
