"""What is said of a spreadsheet: of the file as a whole, of one row, of one cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

Facts = Mapping[str, Any]


def file_refused(facts: Facts) -> str:
    return {
        "empty": _("这个文件是空的，请看看是不是选错了"),
        "bytes": _("文件太大了，最多 %(most)d MB，请分成几个"),
        "kind": _("这不是表格，请用 .xlsx、.xls 或 CSV 文件"),
        "broken": _("文件打不开，请在表格软件里另存为 .xlsx 再传一次"),
        "unpacked": _("文件里的内容太多了，请只留要导入的表，另存一份再传"),
        "rows": _("行数太多了，最多 %(most)d 行，请分成几个文件"),
        "columns": _("列数太多了，最多 %(most)d 列，请删掉用不到的列"),
        "locked": _("文件有密码，请去掉密码再传"),
        "merged": _("%(where)s 是合并的单元格，请取消合并，每一行都写全"),
        "letters": _("文字读不出来，请另存为 UTF-8 或 GB 18030 的 CSV，或者 .xlsx"),
        "headings": _("第一行找不到这些列：%(where)s。请用下载的模板，第一行不要动"),
        "heading_twice": _("第一行有两个“%(where)s”，请留一个"),
        "interrupted": _("看这个文件时中断了几次，请再传一次，还不行请告诉运维"),
    }[facts["why"]] % facts


def row_moved(facts: Facts) -> str:
    return _("看过以后别人改了这一条，没有写进去，请重新导出再改")


def row_refused(facts: Facts) -> str:
    return _("这一行有几格要改")


def purpose_needed(facts: Facts) -> str:
    return _("要完整的手机号，请写一句用来做什么，会记下来")


def not_by_herself(facts: Facts) -> str:
    return _("要另一位来同意，提的人自己不能；同意以后只有提的人能下载")


def no_longer_held(facts: Facts) -> str:
    return _("没有人同意，或者过了一天，请重新提")


def import_over(facts: Facts) -> str:
    return _("这次导入已经结束，或者没有可以写的行")


# --- one cell -------------------------------------------------------------------------------------
def cell_refused(facts: Facts) -> str:
    return CELLS[facts["why"]](facts)


def _of_file(facts: Facts) -> str:
    return {
        "lost": _("数字太长，表格软件已经把后几位丢了，请把这一列设成文本再写一遍"),
        "error": _("这一格是表格软件报的错（%(text)s），请改成真的内容"),
        "said": "%(text)s",
    }[facts["why"]] % facts


def _of_words(facts: Facts) -> str:
    return {
        "empty": _("%(what)s不能空着"),
        "long": _("太长了，最多 %(most)d 个字"),
        "unknown": _("没有找到“%(text)s”，请对照模板里的名单"),
        "several": _("有 %(n)d 个叫这个的，请写全：%(names)s"),
        "yes_or_no": _("请写“是”或“否”"),
        "choice": _("这里只能写：%(names)s"),
        "fixed": _("这里不能改，原来是“%(text)s”"),
    }[facts["why"]] % facts


def _of_numbers(facts: Facts) -> str:
    return {
        "day": _("“%(text)s”不是日期，请写成 2026-12-05"),
        "month": _("没有 %(n)d 月"),
        "no_day": _("没有“%(text)s”这一天"),
        "clock": _("“%(text)s”不是时间，请写成 09:30"),
        "number": _("请写 %(low)d 到 %(high)d 的整数"),
        "below": _("要比 %(low)d 大"),
        "ends": _("结束要比开始晚"),
    }[facts["why"]] % facts


def _of_rows(facts: Facts) -> str:
    return {
        "not_here": _("编号 %(text)s 不在你能改的里面"),
        "left": _("编号 %(text)s 退出了。要请她回来：在志愿者表里写编号，状态写“%(state)s”"),
        "twice": _("跟第 %(row)d 行说的是同一条"),
        "other_name": _("编号 %(text)s 不是这个人，请对一对"),
        "rows": _("这个身份证号登记了不止一次（%(text)s），请写编号"),
        "registered": _("这个身份证号已经登记过，编号 %(text)s；要改她，请写编号"),
        "alike": _("只差最后四位的身份证号，一个月里最多登记 %(n)d 个，请隔些时候再登记"),
        "noted": _("已经记了 %(n)d 分钟，要改请在时长核对里更正"),
        "whole_phone": _("请写完整的手机号"),
        "under_age": _("还没有满 18 周岁，不用名单登记：满 14 周岁的请本人用手机报名，监护人同意"),
        "whole_identity": _("请写完整的身份证号，不登记就空着"),
    }[facts["why"]] % facts


def _of_sessions(facts: Facts) -> str:
    return {
        "heads": _("“%(text)s”看不懂，请写成“主讲 1至2；现场帮手 2至4”"),
        "role": _("没有“%(text)s”这个岗位，这里有：%(names)s"),
        "no_heads": _("至少要有一个岗位要人"),
        "at_home": _("上门不在排班表里新增：有家庭请老师上门，在「上门」那一页定时间"),
        "children_all_or_none": _("孩子的五个数要么都填，要么都不填"),
    }[facts["why"]] % facts


CELLS: dict[str, Callable[[Facts], str]] = {
    **dict.fromkeys(("lost", "error", "said"), _of_file),
    **dict.fromkeys(
        ("empty", "long", "unknown", "several", "yes_or_no", "choice", "fixed"), _of_words
    ),
    **dict.fromkeys(("day", "month", "no_day", "clock", "number", "below", "ends"), _of_numbers),
    **dict.fromkeys(
        (
            "not_here",
            "left",
            "twice",
            "other_name",
            "rows",
            "registered",
            "alike",
            "noted",
            "whole_phone",
            "whole_identity",
            "under_age",
        ),
        _of_rows,
    ),
    **dict.fromkeys(("heads", "role", "no_heads", "at_home", "children_all_or_none"), _of_sessions),
}
EXCHANGE: dict[str, Callable[[Facts], str]] = {
    words.__name__: words
    for words in (
        file_refused,
        row_moved,
        row_refused,
        purpose_needed,
        not_by_herself,
        no_longer_held,
        import_over,
        cell_refused,
    )
}
