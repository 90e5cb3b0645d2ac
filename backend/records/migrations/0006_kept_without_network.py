from django.db import migrations, models

HOW = [
    ("code", "签到码"),
    ("wall", "墙上的码"),
    ("leader", "带队代签"),
    ("later", "事后补说"),
    ("kept", "签到码，没有网络时记下"),
]


class Migration(migrations.Migration):
    dependencies = [("records", "0005_attendance")]

    operations = [
        migrations.AlterField(
            model_name="attendance",
            name=name,
            field=models.CharField(blank=True, choices=HOW, max_length=6),
        )
        for name in ("came_how", "left_how")
    ]
