from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0004_chain_of_hours"),
        ("rota", "0007_assignment_attended"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attendance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("came_at", models.DateTimeField(blank=True, null=True)),
                (
                    "came_how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("code", "签到码"),
                            ("wall", "墙上的码"),
                            ("leader", "带队代签"),
                            ("later", "事后补说"),
                        ],
                        max_length=6,
                    ),
                ),
                ("came_by_id", models.BigIntegerField(blank=True, null=True)),
                ("left_at", models.DateTimeField(blank=True, null=True)),
                (
                    "left_how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("code", "签到码"),
                            ("wall", "墙上的码"),
                            ("leader", "带队代签"),
                            ("later", "事后补说"),
                        ],
                        max_length=6,
                    ),
                ),
                ("left_by_id", models.BigIntegerField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "等核对"),
                            ("attended", "到了"),
                            ("absent", "没到"),
                            ("excused", "请假"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decided_by_id", models.BigIntegerField(blank=True, null=True)),
                ("why", models.CharField(blank=True, max_length=200)),
                (
                    "assignment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendance",
                        to="rota.assignment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BackEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("minutes", models.PositiveSmallIntegerField()),
                ("reason", models.CharField(max_length=120)),
                ("asked_by_id", models.BigIntegerField()),
                ("asked_at", models.DateTimeField()),
                ("decided_by_id", models.BigIntegerField(blank=True, null=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("approved", models.BooleanField(blank=True, null=True)),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="back_entries",
                        to="rota.assignment",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("decided_at__isnull", True)),
                        fields=("assignment",),
                        name="one_open_back_entry",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("answered_by_id", models.BigIntegerField(blank=True, null=True)),
                ("answer", models.CharField(blank=True, max_length=200)),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="rota.assignment",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("answered_at__isnull", True)),
                        fields=["made_at"],
                        name="objection_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answered_at__isnull", True)),
                        fields=("assignment",),
                        name="one_open_objection",
                    )
                ],
            },
        ),
    ]
