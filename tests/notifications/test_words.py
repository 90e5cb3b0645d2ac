"""Every message is put into words from real rows, in both languages, and none says what it must
not."""

from __future__ import annotations

import json
import re

import pytest

from backend.accounts.models import User
from backend.families.models import Family
from backend.notifications.models import Delivery
from backend.notifications.operations import send_due
from backend.notifications.operations.planning import write_down
from backend.notifications.recipients import Audience
from backend.notifications.table import MESSAGES
from backend.volunteers.models import Volunteer
from tests.factories import NOW, make_user
from tests.notifications.post import Box
from tests.notifications.scene import SECRETS, About, town

pytestmark = pytest.mark.django_db
THEIR_WORDS = r"“[^”]*”|活动室\d+|停电"  # names and a reason, as somebody wrote them down
HAN = re.compile(r"[\u3400-\u9fff]")


def sent(about: dict[str, About]) -> Box:
    """Each kind by itself, so that none is put together with others."""
    box = Box()
    for kind, one in about.items():
        write_down("event.1", kind, Audience({one.person: one.subjects}), NOW)
        send_due(channels={"file": box}, now=NOW)
    return box


def test_every_kind_of_message_is_sent_with_words_and_a_link() -> None:
    box = sent(town())
    assert sorted(message.template for _, message in box.got) == sorted(MESSAGES)
    for _, message in box.got:
        assert message.title and len(message.title) <= 40, message.template
        assert message.text and message.link, message.template
        assert "%(" not in message.title + message.text
        assert re.search(r"[。.]$", message.text), message.text
        said = re.sub(r"(活动室|场次|排班表|第)\d+", "", message.text)
        assert not re.search(r"[\u4e00-\u9fff]\d|\d[\u4e00-\u9fff]", said), said
        assert "。。" not in message.text and "，，" not in message.text


def test_no_message_names_a_child_a_guardian_a_case_or_a_telephone() -> None:
    box = sent(town())
    for address, message in box.got:
        said = json.dumps([address, message.__dict__], ensure_ascii=False)
        assert [secret for secret in SECRETS if secret in said] == [], message.template
    kept = json.dumps(list(Delivery.objects.values("title", "text", "link")), ensure_ascii=False)
    assert [secret for secret in SECRETS if secret in kept] == []


def test_a_title_names_no_place_no_session_and_no_day() -> None:
    for _, message in sent(town()).got:
        assert not re.search(r"活动室|场次\d|\d 月|\d:\d\d|「", message.title), message.title


def test_who_reads_english_is_told_in_english() -> None:
    about = town()
    User.objects.update(language="en")
    for her in Volunteer.objects.filter(user=None):
        her.user = make_user(language="en")
        her.save()
    assert Family.objects.filter(user=None).count() == 0
    for _, message in sent(about).got:
        assert message.language == "en"
        assert not HAN.search(message.title), message.title
        ours = re.sub(
            r"“[^”]*”|活动室\d+|场次\d+|停电|茉莉姐姐|亲子课|第\d+妇联|\d+月\S*", "", message.text
        )
        assert not HAN.search(ours), message.text
