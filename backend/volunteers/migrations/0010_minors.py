"""Volunteers under age: the day on which they are of age, and a guardian's consent."""

import backend.common.sealing
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("volunteers", "0009_identity_in_organisation"),
    ]

    operations = [
        migrations.AddField(
            model_name="volunteer",
            name="of_age_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="GuardianConsent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", backend.common.sealing.SealedField()),
                ("phone", backend.common.sealing.SealedField()),
                ("text_version", models.CharField(max_length=12)),
                ("asked_at", models.DateTimeField()),
                ("given_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "volunteer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="guardian_consent",
                        to="volunteers.volunteer",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
