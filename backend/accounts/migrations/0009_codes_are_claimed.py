from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_phones_and_codes"),
    ]

    operations = [
        migrations.AddField(
            model_name="code",
            name="next_at",
            field=models.DateTimeField(null=True),
        ),
    ]
