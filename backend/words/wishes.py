"""A wish as a sentence, and the chance that it has, in words."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.bookings.queries.chances import WEEKS, Chance
from backend.families.models import Request

# Families that somebody has seen; of fewer it is chance, and might tell of one of them. Whoever has
# several numbers registers several families, and knows of these what they wished: ADR 63.
FEW = 10
MOSTLY, HALF = 0.8, 0.4
WHEN = {
    "": gettext_lazy("都行"),
    "am": gettext_lazy("上午"),
    "pm": gettext_lazy("下午"),
    "weekday": gettext_lazy("周一到周五"),
    "weekend": gettext_lazy("周末"),
}
RHYTHMS = {
    (1, 1): gettext_lazy("四周一次"),
    (2, 1): gettext_lazy("两周一次"),
    (4, 1): gettext_lazy("每周一次"),
    (8, 2): gettext_lazy("每周两次"),
}  # how often in four weeks, how often in a week at the most


def way_in_words(minutes: int) -> str:
    return _("路上 %(n)d 分钟以内") % {"n": minutes}


def rhythm_in_words(wants: int, per_week: int) -> str:
    known = RHYTHMS.get((wants, per_week))
    if known is not None:
        return str(known)
    amounts = {"wants": wants, "per_week": per_week}
    return _("四周 %(wants)s 次，一周最多 %(per_week)s 次") % amounts


def wish_in_words(wish: Request, names: Sequence[str]) -> str:
    """ "小葡萄想去亲子课：周末，路上 25 分钟以内，两周一次". Reads its family and programme."""
    facts = {
        "who": "、".join(names) or _("我们家"),
        "what": wish.programme.name,
        "when": WHEN.get(wish.part, WHEN[""]) if wish.part else _("有空的时候都行"),
        "way": way_in_words(wish.max_travel or wish.family.max_travel),
        "rhythm": rhythm_in_words(wish.wants, wish.per_week),
    }
    return _("%(who)s想去%(what)s：%(when)s，%(way)s，%(rhythm)s") % facts


def chance_in_words(chance: Chance) -> str:
    """In steps, without a number: two of them, read one after the other, would tell how the wish
    went that came between."""
    facts = {"weeks": WEEKS, "few": FEW}
    if chance.known < FEW:
        said = _("最近 %(weeks)d 周，附近来过活动、又有这样心愿的不到 %(few)d 家，说不准")
        return said % facts
    said = _("看附近最近 %(weeks)d 周：%(so)s")
    return said % (facts | {"so": _so(chance.met / chance.many)})


def _so(share: float) -> str:
    if share >= MOSTLY:
        return _("多半排得上")
    return _("差不多一半排得上") if share >= HALF else _("不太容易排上")
