"""Volunteers who would like to serve with each other."""

from __future__ import annotations

import backend.common.sealing
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0015_every_other_week")]

    operations = [
        migrations.CreateModel(
            name="Friendship",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("phone", backend.common.sealing.SealedField()),
                ("phone_index", models.BinaryField()),
                ("asked_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("agreed_at", models.DateTimeField(blank=True, null=True)),
                ("declined_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="friends_asked",
                        to="volunteers.volunteer",
                    ),
                ),
                (
                    "friend",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="friends_agreed",
                        to="volunteers.volunteer",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=Q(agreed_at=None, ended_at=None),
                        fields=["phone_index"],
                        name="friendship_open",
                    )
                ],
            },
        ),
    ]
