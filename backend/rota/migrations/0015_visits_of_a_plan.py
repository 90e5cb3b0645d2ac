from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rota", "0014_home_from_the_version_before"),
    ]

    operations = [
        migrations.AlterField(
            model_name="session",
            name="home",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", ""),
                    ("for_visit", "请老师上门"),
                    ("for_pair", "结对"),
                    ("for_home", "入户指导"),
                ],
                db_default="",
                default="",
                max_length=9,
            ),
        ),
    ]
