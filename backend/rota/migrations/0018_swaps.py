import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rota", "0017_hours_of_cases"),
        ("volunteers", "0017_team_requests"),
    ]

    operations = [
        migrations.AlterField(
            model_name="assignment",
            name="origin",
            field=models.CharField(
                choices=[
                    ("picked", "自己报名"),
                    ("accepted", "接受邀请"),
                    ("placed", "电话说好"),
                    ("covered", "替别人"),
                ],
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="Cover",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "在找人"),
                            ("taken", "有人去了"),
                            ("stopped", "不找了"),
                            ("expired", "没找到人"),
                            ("over", "不用找了"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("answer_by", models.DateTimeField()),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="covers",
                        to="rota.assignment",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="covers",
                        to="rota.session",
                    ),
                ),
                (
                    "shift",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="covers",
                        to="rota.shift",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CoverAsk",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("named", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "等回复"),
                            ("accepted", "去了"),
                            ("declined", "去不了"),
                            ("spared", "不用答了"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "cover",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="asks",
                        to="rota.cover",
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cover_asks",
                        to="volunteers.volunteer",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="cover",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["answer_by"], name="cover_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="cover",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")), fields=("place",), name="one_open_cover"
            ),
        ),
        migrations.AddIndex(
            model_name="coverask",
            index=models.Index(fields=["volunteer", "state"], name="cover_ask_volunteer"),
        ),
        migrations.AddConstraint(
            model_name="coverask",
            constraint=models.UniqueConstraint(
                fields=("cover", "volunteer"), name="asked_once_to_cover"
            ),
        ),
    ]
