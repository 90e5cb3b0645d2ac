"""A code knows what it is for, so that its words are true of it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_wechat_accounts"),
    ]

    operations = [
        migrations.AddField(
            model_name="code",
            name="purpose",
            field=models.CharField(blank=True, db_default="", default="", max_length=8),
        ),
        migrations.AddField(
            model_name="code",
            name="about",
            field=models.BigIntegerField(null=True),
        ),
    ]
