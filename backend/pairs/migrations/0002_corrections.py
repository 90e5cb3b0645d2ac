import backend.common.sealing
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pairs", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="pair",
            name="rested_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="PairMeetingChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("began_at", models.DateTimeField()),
                ("minutes", models.PositiveSmallIntegerField()),
                (
                    "felt",
                    models.CharField(
                        choices=[("well", "挺好"), ("fairly", "一般"), ("help", "想请调度员帮忙")],
                        max_length=8,
                    ),
                ),
                ("words", backend.common.sealing.SealedField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=120)),
                ("changed_at", models.DateTimeField()),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="pairs.pairmeeting",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
