"""Under whose name the private services run: our own, or `nobody` when we are root.

PostgreSQL refuses to run as root. We create no user and open no folder of anybody else: what
`nobody` must reach lies in a folder that it may enter already.
"""

from __future__ import annotations

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from backend.launcher import CannotStart


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int

    def may_enter(self, folder: Path) -> bool:
        """Whether every folder from the top down to this one lets the account pass, as it is named
        and as its links lead."""
        ways = {folder.absolute(), folder.resolve()}
        return all(self._may_pass(step) for way in ways for step in (*reversed(way.parents), way))

    def may_use(self, file: Path) -> bool:
        """Whether it may be read, and run or entered where its owner may; where it lies is not
        asked. A link has no mode of its own."""
        facts = file.lstat()
        if stat.S_ISLNK(facts.st_mode):
            return True
        wanted = stat.S_IRUSR | (facts.st_mode & stat.S_IXUSR)
        granted = facts.st_mode
        if facts.st_uid != self.uid:
            granted = (granted & 0o7) << 6
        return not wanted & ~granted

    def _may_pass(self, folder: Path) -> bool:
        facts = folder.stat()
        if facts.st_uid == self.uid:
            return bool(facts.st_mode & stat.S_IXUSR)
        return bool(facts.st_mode & stat.S_IXOTH)


class AsAccount(TypedDict, total=False):
    """Arguments of subprocess: as whom a program runs; none where it is ourselves."""

    user: int
    group: int
    extra_groups: list[int]


def as_account(account: Account | None) -> AsAccount:
    if account is None or account.uid == os.geteuid():
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def service_account() -> Account:
    """Ourselves; `nobody` when we are root."""
    who = f"number {os.geteuid()}"
    try:
        if os.geteuid() == 0:
            who = "nobody"
            entry = pwd.getpwnam(who)
        else:
            entry = pwd.getpwuid(os.geteuid())
    except KeyError:
        raise CannotStart(
            f"PostgreSQL needs a named user, and this machine does not know {who}; set "
            f"DATABASE_URL instead."
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def own_name() -> str:
    """The operating system's name for whoever runs the launcher; PostgreSQL's peer check compares
    it."""
    return pwd.getpwuid(os.geteuid()).pw_name
