"""What a browser says of itself, as the two words by which a person knows it again."""

from __future__ import annotations

from django.db import models


class BrowserProgram(models.TextChoices):
    """What somebody opened."""

    WECHAT = "wechat", "微信"
    BROWSER = "browser", "浏览器"


class BrowserMachine(models.TextChoices):
    """On what."""

    IPHONE = "iphone", "iPhone"
    TABLET = "tablet", "平板"
    ANDROID = "android", "安卓手机"
    COMPUTER = "computer", "电脑"
    MAC = "mac", "Mac 或 iPad"  # a tablet of theirs says that it is a computer
    UNKNOWN = "unknown", "看不出是什么"


# The first that stands in what the browser says decides. An Android tablet is an Android that
# does not say Mobile.
PROGRAMS = (("MicroMessenger", BrowserProgram.WECHAT),)
MACHINES = (
    ("iPhone", BrowserMachine.IPHONE),
    ("iPad", BrowserMachine.TABLET),
    ("Mobile", BrowserMachine.ANDROID),
    ("HarmonyOS", BrowserMachine.ANDROID),
    ("Android", BrowserMachine.TABLET),
    ("Windows NT", BrowserMachine.COMPUTER),
    ("Macintosh", BrowserMachine.MAC),
    ("Linux", BrowserMachine.COMPUTER),
)


def program_of(agent: str) -> BrowserProgram:
    """`agent`: the header User-Agent, as it came."""
    return next((program for word, program in PROGRAMS if word in agent), BrowserProgram.BROWSER)


def machine_of(agent: str) -> BrowserMachine:
    """`agent`: the header User-Agent, as it came."""
    return next((machine for word, machine in MACHINES if word in agent), BrowserMachine.UNKNOWN)
