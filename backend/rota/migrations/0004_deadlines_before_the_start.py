"""Offers that wait until after their session has begun are due before it."""

from django.db import migrations

DUE = """
UPDATE rota_offer AS offer
SET answer_by = session.starts_at - interval '15 minutes'
FROM rota_session AS session
WHERE session.id = offer.session_id
  AND offer.state = 'pending'
  AND offer.answer_by > session.starts_at - interval '15 minutes'
"""


class Migration(migrations.Migration):
    dependencies = [("rota", "0003_asked_again_and_notices")]

    operations = [migrations.RunSQL(DUE, migrations.RunSQL.noop)]
