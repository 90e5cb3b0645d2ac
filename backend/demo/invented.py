"""Invented names, numbers and titles: plausible to read, and plainly nobody's.

Phones begin with 100 and identity numbers with the county code 350199: neither is issued to anyone.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from backend.volunteers.identity import check_digit

SURNAMES = (
    "陈林黄郑王张李吴刘杨叶郭周谢何许江曾蔡魏翁邱徐肖方高游潘余卢程卓薛俞施赖范柯欧苏池阮"
    "傅韩邵严董丁沈倪唐詹宋廖冯姚章陆连官饶兰雷钟蓝单"
)
FREQUENCY = [max(1.0, 40 / (rank + 2)) for rank in range(len(SURNAMES))]
FIRST = "秀丽美玉金春淑桂巧雪月彩爱素凤惠珠宝红小晓文雅诗明志建国"
SECOND = "英华珍香莲燕兰芳琴梅霞云珠萍娟敏玲花妹清平静琳颖慧钦娥芬"
NICKNAMES = (
    "小葡萄",
    "团团",
    "豆豆",
    "糖糖",
    "小满",
    "安安",
    "果果",
    "乐乐",
    "小米",
    "圆圆",
    "朵朵",
    "毛豆",
    "小鱼",
    "可可",
    "石头",
    "年年",
    "小橙子",
    "悠悠",
    "点点",
    "小暖",
    "嘟嘟",
    "元宝",
    "小核桃",
    "一一",
)
LECTURES = (
    "怎样跟孩子好好说话",
    "隔代带娃不吵架",
    "孩子发脾气怎么办",
    "少看屏幕多陪玩",
    "入园前的准备",
    "夫妻同心带孩子",
)
BANDS = {
    (0, 6): "抚触和趴趴",
    (6, 12): "爬爬乐",
    (12, 18): "学步和指认",
    (18, 24): "儿歌和律动",
    (24, 36): "绘本和游戏",
}
LETTERS = "ACDEFHJKMNPRTWXY3479"  # for codes that are spoken: none sounds or looks like another


def name(r: Random) -> str:
    surname = r.choices(SURNAMES, FREQUENCY)[0]
    return surname + r.choice(FIRST) + (r.choice(SECOND) if r.random() < 0.92 else "")


CONTACT = "0591-10000000"  # of the federation; no number of the city begins with a one


def phone(number: int) -> str:
    return f"100{number:08d}"


def identity(number: int) -> str:
    """A number of the right form for person `number`; no two are the same below 4 million."""
    born = date(1958, 1, 1) + timedelta(days=number * 37 % 9001)
    first_17 = f"350199{born:%Y%m%d}{100 + 2 * (number // 9001):03d}"
    return first_17 + check_digit(first_17)


def spoken_code(r: Random) -> str:
    return "".join(r.choices(LETTERS, k=4))
