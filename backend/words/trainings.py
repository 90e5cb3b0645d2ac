"""What attending a training gives, in a few words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backend.records.models import Training


def gives(training: Training | None) -> str:
    """Which credential, and for how long from the day of the training; "" of what is none."""
    if training is None:
        return ""
    shown = {"name": training.kind.name, "n": training.months}
    if training.months is None:
        return _("到场并核对后得到「%(name)s」，长期有效") % shown
    return _("到场并核对后得到「%(name)s」，有效 %(n)d 个月") % shown
