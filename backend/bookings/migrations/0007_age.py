"""A booking that ended because the child's month of birth was put right."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bookings", "0006_stays")]

    operations = [
        migrations.AlterField(
            model_name="booking",
            name="end_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", ""),
                    ("consent", "同意书撤回了"),
                    ("age", "改了出生年月，月龄不合适"),
                    ("silence", "过了回复的时间"),
                    ("begun", "没等到位子"),
                    ("called_off", "活动取消了"),
                    ("off_waiting", "还没有位子，活动取消了"),
                    ("replanned", "排班改了"),
                ],
                db_default="",
                default="",
                max_length=12,
            ),
        ),
    ]
