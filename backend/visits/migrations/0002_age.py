"""A wish for a visit that ended because the child's month of birth was put right."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("visits", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="visitrequest",
            name="end_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", ""),
                    ("consent", "同意书撤回了"),
                    ("child", "孩子的资料删除了"),
                    ("outgrown", "改了出生年月，月龄不合适"),
                    ("late", "没有等到合适的时间"),
                ],
                db_default="",
                default="",
                max_length=8,
            ),
        ),
    ]
