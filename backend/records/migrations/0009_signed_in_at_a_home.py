"""She taps herself that she is at a family's home, and that she is out."""

from django.db import migrations, models

HOW = [
    ("code", "签到码"),
    ("wall", "墙上的码"),
    ("leader", "带队代签"),
    ("later", "事后补说"),
    ("kept", "签到码，没有网络时记下"),
    ("visit", "上门时自己点"),
]


class Migration(migrations.Migration):
    dependencies = [("records", "0008_feedback_of_families")]

    operations = [
        migrations.AlterField(
            model_name="attendance",
            name=name,
            field=models.CharField(blank=True, choices=HOW, max_length=6),
        )
        for name in ("came_how", "left_how")
    ]
