"""What families say of a class: whether a tutor came, and how it was."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0005_moved_from"),
        ("records", "0007_reports_by_hand"),
    ]

    operations = [
        migrations.CreateModel(
            name="Feedback",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("tutor_came", models.BooleanField()),
                (
                    "felt",
                    models.PositiveSmallIntegerField(
                        blank=True, choices=[(3, "很好"), (2, "还可以"), (1, "不太好")], null=True
                    ),
                ),
                ("said_at", models.DateTimeField()),
                (
                    "booking",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="feedback",
                        to="bookings.booking",
                    ),
                ),
            ],
        ),
    ]
