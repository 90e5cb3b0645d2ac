"""The demo's own people: one to sign in as for each side of the house. All of them are invented."""

from __future__ import annotations

from dataclasses import dataclass

from backend.accounts.models import User
from backend.organisations.models import Membership


@dataclass(frozen=True)
class DemoPerson:
    key: str  # in the address: /demo/volunteer/
    side: str  # whose side of the house
    name: str
    what: str  # what there is to see, for the sign-in page
    role: str = ""  # of her membership, for those who have one

    @property
    def username(self) -> str:
        return f"demo-{self.key}"


PEOPLE = (
    DemoPerson("volunteer", "志愿者", "曾丽华", "回复邀请，挑附近的空岗位"),
    DemoPerson(
        "city", "市妇联调度员", "林静", "看全市，排班、发布、补缺", Membership.Role.COORDINATOR
    ),
    DemoPerson(
        "county", "县妇联调度员", "陈晓云", "看本县的排班表和志愿者", Membership.Role.COORDINATOR
    ),
    DemoPerson(
        "village", "村妇联调度员", "黄秀珍", "看本村的值班和姐妹们", Membership.Role.COORDINATOR
    ),
    DemoPerson("family", "家庭", "方晓梅", "孩子不到一岁，附近有适合的亲子课"),
    DemoPerson(
        "officer",
        "儿童信息负责人",
        "郑文君",
        "有人提强制报告，只有她看得到",
        Membership.Role.OFFICER,
    ),
    DemoPerson("operator", "运维", "值班运维", "看各个进程和任务的状态", Membership.Role.OPERATOR),
)
BY_KEY = {person.key: person for person in PEOPLE}


def user_of(person: DemoPerson) -> User | None:
    """Her account; None before the demo city is loaded."""
    return User.objects.filter(username=person.username, is_active=True).first()
