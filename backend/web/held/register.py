"""The one register of what is kept about people: which tables, why, for how long, who may see it,
and what is left of it once she has her data erased. tests/rights/test_register.py names a table of
people that stands nowhere here.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backend.cases.policy import CASE_KEPT
from backend.exchange.operations.forgetting import KEPT_DAYS
from backend.notifications.operations.planning import KEPT
from backend.pairs.policy import PAIR_KEPT
from backend.planning.operations.leasing import PROBLEM_KEPT
from backend.visits.policy import VISIT_KEPT
from backend.volunteers.operations.handing_in import EVIDENCE_KEPT

Words = str | Promise
# What erasing leaves: nothing, what goes when its days are over, figures, all.
GOES, LATER, NAMELESS, STAYS = "goes", "later", "nameless", "stays"
AFTER: dict[str, Words] = {
    GOES: _("删除资料时马上删掉"),
    LATER: _("删除资料后不再用，日子到了就删掉"),
    NAMELESS: _("删除资料后留着，不带名字"),
    STAYS: _("删除资料后还留着，只记编号"),
}


@dataclass(frozen=True)
class Kept:
    """One kind of data. `tables`: the models, "app.Model"; `number`: the one in `until`."""

    key: str
    title: Words
    tables: tuple[str, ...]
    why: Words
    until: Words
    who: Words
    after: str
    number: int = 0

    @property
    def kept_for(self) -> str:
        return str(self.until) % {"n": self.number}


_YOURS = _("你，你组织和上级组织的调度员")
_HOME = _("你们家的大人；工作人员要看，都有记录")

OF_VOLUNTEERS = (
    Kept(
        "person",
        _("你是谁，怎么找到你"),
        (
            "volunteers.Volunteer",
            "accounts.User",
            "accounts.Phone",
            "accounts.WechatAccount",
            "accounts.SignIn",
            "volunteers.Application",
            "volunteers.GuardianConsent",
            "organisations.NumberQuestion",
        ),
        _("招募志愿者要知道是谁、住哪一带、怎么联系（《志愿服务条例》第七条）"),
        _("在册的时候"),
        _("你，你组织和上级组织的调度员；电话和证件号码加密保存，看不全"),
        GOES,
    ),
    Kept(
        "when",
        _("什么时候有空，想做什么"),
        (
            "volunteers.Availability",
            "volunteers.TimeOff",
            "volunteers.Wish",
            "volunteers.Pause",
            "volunteers.Apart",
            "volunteers.Friendship",
            "volunteers.TeamRequest",
            "families.Avoid",
            "families.Knows",
        ),
        _("只按你说的时间和意愿找班"),
        _("你改之前"),
        _YOURS,
        GOES,
    ),
    Kept(
        "credentials",
        _("证书"),
        (
            "volunteers.VolunteerCredential",
            "volunteers.HandIn",
            "volunteers.EvidencePage",
            "records.TrainingGrant",
        ),
        _("有些岗位要证书才能去（《志愿服务条例》第十六条）"),
        _("证书在册的时候；照片在核对后 %(n)d 天删掉"),
        _("你，核对证书的调度员；照片加密保存"),
        GOES,
        EVIDENCE_KEPT.days,
    ),
    Kept(
        "vetting",
        _("从业查询"),
        ("volunteers.VettingCheck",),
        _("接触孩子的岗位每年要查（《未成年人保护法》第六十二条）；只记结果"),
        _("一直留着：要能说明谁来之前查过"),
        _("你，核对证书的调度员"),
        NAMELESS,
    ),
    Kept(
        "consents",
        _("你同意过的"),
        ("accounts.Consent",),
        _("要能说明你同意过什么、什么时候撤回的"),
        _("一直留着"),
        _("你"),
        STAYS,
    ),
    Kept(
        "agreements",
        _("志愿者须知"),
        ("volunteers.Agreement",),
        _("要能说明你同意过哪一版、什么时候（《志愿服务条例》第十四条）"),
        _("一直留着，谁也改不了"),
        _YOURS,
        STAYS,
    ),
    Kept(
        "places",
        _("问过你的、你答应的"),
        ("rota.Offer", "rota.Assignment", "rota.CoverAsk", "rota.Notice", "rota.Act"),
        _("排班，和改了什么通知你"),
        _("一直留着，是谁来过的记录"),
        _YOURS,
        NAMELESS,
    ),
    Kept(
        "service",
        _("签到和时长"),
        (
            "records.Attendance",
            "records.ServiceRecord",
            "records.Objection",
            "records.BackEntry",
        ),
        _("如实记录志愿服务，是组织的义务（《志愿服务条例》第十九条）"),
        _("一直留着，谁也改不了，只能冲账"),
        _YOURS,
        NAMELESS,
    ),
    Kept(
        "pairs",
        _("结对"),
        ("pairs.Pair", "pairs.PairMeeting", "pairs.PairMeetingChange"),
        _("谁陪哪个孩子、多久去一次、去过没有"),
        _("一直留着；写过的话和原因加密保存，最晚在孩子不再结对 %(n)d 天后删掉"),
        _("你，孩子组织和上级组织的调度员；你写的话只有你和儿童信息负责人，都有记录"),
        NAMELESS,
        PAIR_KEPT.days,
    ),
    Kept(
        "cases",
        _("办过的个案"),
        ("cases.CaseHelper", "cases.CaseMeeting", "cases.CaseNote"),
        _("谁在办几号案、什么时候见过面"),
        _("一直留着，只记号；写过的话和为什么回避加密保存，结案 %(n)d 天后删掉"),
        _("你，你办的案子的负责人；别人只看到号，每次打开都有记录"),
        NAMELESS,
        CASE_KEPT.days,
    ),
    Kept(
        "papers",
        _("服务记录单和星级"),
        (
            "proofs.Statement",
            "proofs.Doubt",
            "proofs.StarAward",
            "proofs.BatchLine",
        ),
        _("拿着纸的人要能查真假"),
        _("一直留着"),
        _("你，开记录单的调度员；查真假的人只看到姓和时长"),
        NAMELESS,
    ),
    Kept(
        "remarks",
        _("调度员的备注"),
        ("volunteers.Remark",),
        _("同事之间交接，写的是能当面对你说的话"),
        _("在册的时候"),
        _YOURS,
        GOES,
    ),
    Kept(
        "messages",
        _("发给你的消息"),
        (
            "notifications.Delivery",
            "notifications.Mute",
            "notifications.CalendarFeed",
        ),
        _("让你在消息里找得到说过什么"),
        _("%(n)d 天"),
        _("你"),
        GOES,
        KEPT.days,
    ),
    Kept(
        "plans",
        _("排班运算里的"),
        ("planning.Run", "planning.Proposal"),
        _("一版排班要能重算、能说明为什么"),
        _("运算结束后 %(n)d 天，加密保存"),
        _("没有人直接看；排班程序用"),
        LATER,
        PROBLEM_KEPT.days,
    ),
    Kept(
        "imports",
        _("表格里的"),
        ("exchange.ImportRow", "exchange.ImportFile"),
        _("调度员导入名册时，确认之前先放着"),
        _("%(n)d 天"),
        _("导入的调度员"),
        LATER,
        KEPT_DAYS,
    ),
    Kept(
        "looks",
        _("谁看过、改过"),
        ("accounts.Access",),
        _("让你能查谁看过你的资料；谁也改不了"),
        _("一直留着"),
        _("你，审计的人"),
        STAYS,
    ),
)
OF_FAMILIES = (
    Kept(
        "home",
        _("家"),
        (
            "families.Family",
            "accounts.User",
            "accounts.Phone",
            "accounts.WechatAccount",
            "accounts.SignIn",
            "families.FamilyAvailability",
            "organisations.NumberQuestion",
        ),
        _("要能联系到你们，算活动离家多远"),
        _("登记着的时候"),
        _HOME,
        GOES,
    ),
    Kept(
        "adults",
        _("家里的大人"),
        ("families.Guardian",),
        _("让爸爸、外婆也能用自己的手机号登录"),
        _("她在这个家里的时候"),
        _HOME,
        GOES,
    ),
    Kept(
        "children",
        _("孩子"),
        ("families.Child",),
        _("只用来算月龄、留位子、排心愿"),
        _("最晚在孩子三岁后 %(n)d 个月删掉；你随时可以自己删"),
        _HOME,
        GOES,
        settings.CHILD_KEPT_MONTHS,
    ),
    Kept(
        "consents",
        _("同意书"),
        ("accounts.Consent",),
        _("要能说明你同意过什么、什么时候撤回的"),
        _("一直留着"),
        _HOME,
        STAYS,
    ),
    Kept(
        "wishes",
        _("心愿"),
        ("families.Request", "families.Avoid", "families.Knows"),
        _("帮你们找合适的活动"),
        _("登记着的时候"),
        _HOME,
        GOES,
    ),
    Kept(
        "visits",
        _("请老师上门"),
        ("visits.VisitRequest", "visits.Visit"),
        _("约时间、找两位老师，老师那天要找得到门"),
        _("门牌和想聊的事加密保存，结束后 %(n)d 天删掉"),
        _("你们家的大人；安排的调度员，看不到门牌；来的老师，只在上门前后几小时，都有记录"),
        NAMELESS,
        VISIT_KEPT.days,
    ),
    Kept(
        "bookings",
        _("约过的活动"),
        ("bookings.Booking", "records.Feedback", "rota.Act"),
        _("留位子，和公平地排候补"),
        _("一直留着，是来过多少人的记录"),
        _("你们家的大人，办这一场的人"),
        NAMELESS,
    ),
    Kept(
        "messages",
        _("收到的消息"),
        ("notifications.Delivery", "notifications.Mute", "notifications.CalendarFeed"),
        _("让你们在消息里找得到说过什么"),
        _("%(n)d 天"),
        _HOME,
        GOES,
        KEPT.days,
    ),
    Kept(
        "plans",
        _("排班运算里的"),
        ("planning.Run", "planning.Proposal"),
        _("一版排班要能重算、能说明为什么"),
        _("运算结束后 %(n)d 天，加密保存"),
        _("没有人直接看；排班程序用"),
        LATER,
        PROBLEM_KEPT.days,
    ),
    Kept(
        "looks",
        _("谁看过、改过"),
        ("accounts.Access",),
        _("让你能查谁看过；谁也改不了"),
        _("一直留着"),
        _("你们家的大人，审计的人"),
        STAYS,
    ),
)
