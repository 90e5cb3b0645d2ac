"""What the plans of a rota look to, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.rota.aims import Aims

PRESETS = {
    "usual": gettext_lazy("照平常"),
    "fair": gettext_lazy("更公平"),
    "near": gettext_lazy("更近"),
    "steady": gettext_lazy("更稳"),
    "families": gettext_lazy("更多家庭"),
}
MEANINGS = {
    "usual": gettext_lazy("先补缺人，再满足心愿，再看公平和路程"),
    "fair": gettext_lazy("少让班多的人再加班，路可能远一点"),
    "near": gettext_lazy("少走路，班可能集中在住得近的几位身上"),
    "steady": gettext_lazy("少动已经说好的安排，熟悉的老师尽量再见"),
    "families": gettext_lazy("多让几家排上心愿，志愿者可能多跑一点"),
}


def aims_in_words(aims: Aims) -> str:
    """更公平，每人每周尽量不超过 3 场，一期尽量不超过 2 个周末."""
    said = [str(PRESETS[aims.preset])]
    if aims.per_week is not None:
        said.append(_("每人每周尽量不超过 %(n)d 场") % {"n": aims.per_week})
    if aims.weekends == 0:
        said.append(_("周末尽量不排"))
    elif aims.weekends is not None:
        said.append(_("每人尽量不超过 %(n)d 个周末") % {"n": aims.weekends})
    return _("，").join(said)
