"""What is said when a registration cannot be: volunteers, families, organisations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from backend.accounts.purposes import ConsentPurpose
from backend.words.moments import weekday

Facts = Mapping[str, Any]


# --- who one is -----------------------------------------------------------------------------------
def bad_phone(facts: Facts) -> str:
    if facts["why"] == "landline":
        return _("这是座机，收不到验证码，请填 11 位的手机号")
    return _("请只填一个中国大陆的电话号码：手机 11 位，座机带区号，不写分机和别的字")


def too_many_codes(facts: Facts) -> str:
    """A password is another way only for who signs in."""
    if facts["why"] != "address" and facts["minutes"] <= 1:
        return _("刚发过一条，请等一分钟再要")
    said = _too_many(facts)
    if facts["purpose"]:
        return said
    return _("%(said)s，或用密码登录") % {"said": said}


def _too_many(facts: Facts) -> str:
    if facts["why"] == "address":
        return _("这个网络要的验证码太多了。换一个网络（比如手机流量）再试")
    if facts["why"] == "number":
        return _("要得太多了。换一个网络（比如手机流量）再试，或过些时候再来")
    if facts["minutes"] <= 60:
        return _("要得太多了，请过一小时再试")
    return _("今天发得太多了，请明天再试")


def too_many_proofs(facts: Facts) -> str:
    if facts["days"] > 1:
        return _("试得太多了，请让妇联确认")
    return _("今天试得太多了，请让妇联确认，或明天再试")


def too_many_reports(facts: Facts) -> str:
    return _("今天交的报告都存好了，这一场也有。还有要说的，请打 110 或 12345")


def already_confirmed(facts: Facts) -> str:
    return _("别人已经答复过了")


def agreement_not_published(facts: Facts) -> str:
    if facts["field"] == "text":
        return _("请写上须知的内容，最多 %(most)d 个字") % facts
    return _("请选今天到一年以内的一天")


def own_number(facts: Facts) -> str:
    return _("自己的号码要请别人来确认")


def number_by_herself(facts: Facts) -> str:
    return _("她的资料是你改的，请另一位调度员来确认号码")


def bad_identity(facts: Facts) -> str:
    return {
        "length": _("身份证号码要 18 位，请数一数"),
        "characters": _("身份证号码只有数字，最后一位可以是 X"),
        "region": _("身份证号码开头两位不对，请对照证件看一看"),
        "date": _("身份证号码里的出生日期不对，请对照证件看一看"),
        "check": _("身份证号码有一位抄错了，请对照证件看一看"),
    }[facts["why"]]


def under_age(facts: Facts) -> str:
    return _(
        "按身份证号还没有满 18 周岁。满 14 周岁的请本人用手机报名，监护人用自己的手机同意，"
        "不用名单登记"
    )


def name_refused(facts: Facts) -> str:
    return _("请写姓名，最多 %(most)d 个字") % {"most": facts["most"]}


def already_volunteer(facts: Facts) -> str:
    return _("这个账号已经登记过志愿者")


def already_answered(facts: Facts) -> str:
    return _("别人已经答复过她了，请看一看现在的状态")


def merge_refused(facts: Facts) -> str:
    if facts["why"] == "history":
        return _("她已经用新的登记排过班，两份合不起来")
    return _("这两份合不起来：号码不一样，或者那一份已经有人在用")


def own_application(facts: Facts) -> str:
    return _("自己的报名要请别人来确认")


def paused_by_another(facts: Facts) -> str:
    if facts["by"]:
        text = _("是%(by)s停的，要她来恢复。可以在「我的」里请她恢复")
        return text % {"by": facts["by"]}
    return _("是调度员停的，要她来恢复。可以在「我的」里请她恢复")


def data_erased(facts: Facts) -> str:
    return _("她删除了自己的资料；编号、做过的场次和时长不带名字留着")


def not_asked(facts: Facts) -> str:
    return _("现在没有要恢复的，请看看她现在的状态")


def reason_needed(facts: Facts) -> str:
    return _("请写一句为什么，她会看到，最多 %(most)d 个字") % {"most": facts["most"]}


def already_registered(facts: Facts) -> str:
    return _("这个身份证号已经登记过，编号 %(number)s") % {"number": facts["number"]}


# --- links in messages ----------------------------------------------------------------------------
def link_used(facts: Facts) -> str:
    return _("这个问题已经回答过了")


def link_over(facts: Facts) -> str:
    return _("这个问题已经不用回答了")


# --- what a volunteer can and may -----------------------------------------------------------------
def span_refused(facts: Facts) -> str:
    day = weekday(date(2024, 1, 1 + facts["weekday"] % 7))  # the first of January 2024 was a Monday
    start, end = (f"{minute // 60}:{minute % 60:02d}" for minute in (facts["start"], facts["end"]))
    return _("%(day)s %(start)s 到 %(end)s 不成一段时间，结束要比开始晚") % {
        "day": day,
        "start": start,
        "end": end,
    }


def team_refused(facts: Facts) -> str:
    if facts["why"] == "in":
        return _("你已经在这支队伍里了")
    return _("这个链接或申请已经过了，请让队伍再发一次")


def friend_refused(facts: Facts) -> str:
    if facts["why"] == "own":
        return _("这是你自己的号码，请填朋友的")
    if facts["why"] == "twice":
        return _("这个号码已经问过了，等她答应就行")
    if facts["why"] == "many":
        return _("最多 %(most)d 位，今天也不能再问了；想换人，先去掉一位，明天再来") % facts
    return _("这个邀请已经过了")


def weeks_refused(facts: Facts) -> str:
    return _("请选多久来一次")


def time_off_refused(facts: Facts) -> str:
    if facts["to_date"] < facts["from_date"]:
        return _("请假的最后一天在第一天之前，请换过来")
    if not facts["first"] <= facts["from_date"] <= facts["to_date"] <= facts["last"]:
        return _("请看一看年份：请假最多填到 %(last)s，要停更久请告诉调度员") % {
            "last": facts["last"]
        }
    return _("这几天已经过去了，不用再请假")


def limit_refused(facts: Facts) -> str:
    return _("请填 %(low)d 到 %(high)d 之间的数") % {"low": facts["low"], "high": facts["high"]}


def credential_refused(facts: Facts) -> str:
    return {
        "own": _("自己的资质要请别人来核对"),
        "dates": _("有效期的最后一天在开始之前，请对照证书看一看"),
        "vetting": _("从业查询要向公安机关查，不看证书；请用「发起查询」"),
        "over": _("按上面的日子，这个证书已经过期了，请对照证书看一看"),
        "done": _("这次查询已经有结果；要再查，请发起新的一次"),
        "ended": _("它本来就到那天为止，不用提前结束"),
        "consent": _("查询的日子要在她同意以后、今天以前"),
    }[facts["why"]]


def minor(facts: Facts) -> str:
    return {
        "young": _("谢谢你想来帮忙！满 14 周岁才能报名，现在什么都没有存下，到时候欢迎你来"),
        "adult": _("你已经满 18 周岁，不用监护人同意，请直接报名"),
        "own": _("监护人要填自己的手机号，不能跟你的一样"),
        "minor": _("这个号码不能用来替你同意，请填爸爸、妈妈或别的监护人自己的手机号"),
        "guardian": _(
            "你的手机号是一位监护人同意时用的，不能用来报名。请用自己的号码报名，或请街道的妇联帮忙"
        ),
        "none": _("现在不用监护人同意"),
        "given": _("监护人已经同意了，不用再发验证码"),
        "not_given": _("监护人现在没有同意，没有什么要撤回的"),
        "code": _("验证码不对，请看监护人手机上的短信"),
    }[facts["why"]]


def guardian_needed(facts: Facts) -> str:
    return _("未满 18 周岁，要监护人用自己的手机同意以后才行")


def training(facts: Facts) -> str:
    return {
        "over": _("这一场已经结束、取消或没有时间，不能再定；请在她的证书里逐个登记"),
        "home": _("到家里去的不是培训，请定在一场活动上"),
        "kind": _("这一项不能靠参加培训得到"),
        "months": _("请填 1 到 %(most)d 个月") % {"most": facts["most"]},
    }[facts["why"]]


def evidence_refused(facts: Facts) -> str:
    return {
        "empty": _("请选一张照片，或一个 PDF"),
        "bytes": _("文件太大了，最大 %(most)d 兆，请拍小一点再交"),
        "kind": _("只收照片（JPG、PNG）和 PDF，请拍一张照片再交"),
        "broken": _("这个文件打不开，请重新拍一张再交"),
        "pixels": _("照片太大了，最大 %(most)d 百万像素，请拍小一点再交"),
        "pages": _("PDF 最多 %(most)d 页，请只交有证书的那几页"),
        "locked": _("这个 PDF 有密码，请交没有密码的，或拍一张照片"),
        "busy": _("现在交的人多，请过一会儿再交"),
    }[facts["why"]] % {"most": facts["most"]}


# --- families -------------------------------------------------------------------------------------
def already_family(facts: Facts) -> str:
    return _("这个账号已经登记过家庭，可以在「我的」里添加孩子")


def guardian_refused(facts: Facts) -> str:
    return {
        "first": _("请登记这个家的那位家长来请人、请人退出"),
        "name": _("请写家里怎么叫她，最多 %(most)d 个字") % {"most": facts["most"]},
        "twice": _("这个号码已经在家里了，或者已经请过了"),
        "many": _("最多再请 %(most)d 位") % {"most": facts["most"]},
    }[facts["why"]]


def guardian_gone(facts: Facts) -> str:
    return _("这个邀请已经不能用了，请让家里人再请一次")


def not_her_child(facts: Facts) -> str:
    return _("没有找到这个孩子，请回到「我的」看一看")


def child_refused(facts: Facts) -> str:
    return {
        "empty": _("请写孩子的小名"),
        "long": _("小名最多 12 个字，不用写大名"),
        "form": _("请选孩子出生的年和月"),
        "age": _("我们服务 0 到 3 岁的孩子，请看一看出生年月有没有选错"),
    }[facts["why"]]


def consent_needed(facts: Facts) -> str:
    if facts["purpose"] == ConsentPurpose.CHILD_NOTE:
        return _("要先勾选同意记录过敏和午睡，才能写备注；不写也能预约")
    if facts["purpose"] == ConsentPurpose.VISIT:
        return _("要先由监护人同意老师到家里来")
    return _("要监护人同意使用孩子的月龄来预约，才能登记孩子")


def wish_refused(facts: Facts) -> str:
    if facts["why"] == "twice":
        return _("同一个项目的心愿已经有了，可以先结束它再许新的")
    return _("一张排班表里最多许 %(most)d 次") % {"most": facts["most"]}


def no_such_request(facts: Facts) -> str:
    return _("没有找到这个心愿，可能已经结束")


# --- the federation -------------------------------------------------------------------------------
def venue_refused(facts: Facts) -> str:
    return {
        "empty": _("请写点位叫什么"),
        "long": _("最多 %(limit)d 个字") % {"limit": facts["limit"]},
        "twice": _("这个街道已经有叫这个名字的点位"),
    }[facts["why"]]


def sheet_renewed(facts: Facts) -> str:
    return _("这张码刚有人换过，现在是第 %(number)d 张") % {"number": facts["number"]}


def invitation_refused(facts: Facts) -> str:
    if facts["why"] == "role":
        return _("这个身份要由运维来给")
    if facts["why"] == "twice":
        return _("这个号码已经请过了，等她答应就行")
    if facts["why"] == "self":
        return _("自己发的邀请要别人来答应，请让别人给你")
    return _("请写怎么称呼她，最多 %(most)d 个字") % {"most": facts["most"]}


def invitation_over(facts: Facts) -> str:
    return _("这个邀请已经不能用了，请让邀请你的人再发一次")


def robot_refused(facts: Facts) -> str:
    return {
        "channel": _("请选一种群机器人"),
        "webhook": _("请把机器人的 Webhook 地址整个贴进来"),
        "secret": _("钉钉机器人要选“加签”，把 SEC 开头的密钥贴进来"),
    }[facts["why"]]


def organisation_misplaced(facts: Facts) -> str:
    return _("组织只能放到高一级的组织下面，也不能放到自己下面")


REGISTRY: dict[str, Callable[[Facts], str]] = {
    words.__name__: words
    for words in (
        bad_phone,
        too_many_codes,
        too_many_proofs,
        too_many_reports,
        already_confirmed,
        agreement_not_published,
        own_number,
        number_by_herself,
        bad_identity,
        under_age,
        name_refused,
        already_registered,
        already_volunteer,
        already_answered,
        merge_refused,
        own_application,
        paused_by_another,
        data_erased,
        not_asked,
        reason_needed,
        span_refused,
        team_refused,
        friend_refused,
        weeks_refused,
        time_off_refused,
        limit_refused,
        credential_refused,
        training,
        minor,
        guardian_needed,
        evidence_refused,
        already_family,
        guardian_refused,
        guardian_gone,
        not_her_child,
        child_refused,
        consent_needed,
        wish_refused,
        no_such_request,
        link_used,
        link_over,
        venue_refused,
        sheet_renewed,
        invitation_refused,
        invitation_over,
        organisation_misplaced,
        robot_refused,
    )
}
