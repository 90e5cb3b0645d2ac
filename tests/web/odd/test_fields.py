"""No value in a field is a fault of ours: each field that a page reads is asked with one odd value
while the others are right, and with all odd at once. Which value meets which field is drawn with a
fixed seed; THOROUGH draws more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import cycle
from random import Random
from typing import NamedTuple

import pytest
from django.forms import CharField
from django.http import HttpResponse, QueryDict
from django.test import RequestFactory

from tests.thorough import thorough
from tests.web.odd.addresses import addresses, fields_of
from tests.web.odd.asking import ODD, Asked, answer_to, failures, signed_in
from tests.web.odd.reads import Watching, watched
from tests.web.odd.scene import Scene

NOT_HERE = (404, 405)
NO_ROW = str(2**63 - 1)  # a key as a database may hold it, and of nothing here


class Form(NamedTuple):
    """A page with right values, and those of its fields that it then reads."""

    asked: Asked
    read: list[str]

    def but(self, **odd: str) -> Asked:
        return self.asked._replace(sent=self.asked.sent | odd)


def in_fields(scene: Scene) -> Iterator[Asked]:
    draw = Random(20261129)
    values = cycle(draw.sample(ODD, len(ODD)))  # in turn, so that each occurs
    for here in forms(scene):
        yield from at(here, values)


def forms(scene: Scene) -> list[Form]:
    """Every address that is there for whoever may, with its fields filled in rightly. What is in a
    field that nothing reads while all others are right changes nothing."""
    browsers = {user.pk: signed_in(user) for user in filter(None, scene.city.users.values())}
    found = []
    with watched() as reads:
        for address in addresses():
            if address.route.startswith("admin/"):
                continue
            browser = browsers[scene.right(address).pk]
            names = fields_of(address.module)
            good = {name: scene.values.get(name, "1") for name in names}
            for method in ("get", "post"):
                here = Asked(browser, method, scene.path(address), good)
                if answer_to(here).status_code not in NOT_HERE:
                    found.append(Form(here, [name for name in names if reads(name)]))
    return found


def at(here: Form, values: Iterator[str]) -> Iterator[Asked]:
    """All fields odd at once, then one after another among right ones."""
    for _ in range(thorough(3)):
        yield here.but(**dict.fromkeys(here.asked.sent, next(values)))
    for name in here.read:
        for _ in range(thorough(1)):
            yield here.but(**{name: next(values)})


def test_no_odd_value_in_a_field_is_our_failure(scene: Scene) -> None:
    asked = list(in_fields(scene))
    assert len({one.path for one in asked}) > 60
    assert {value for one in asked for value in one.sent.values()} >= set(ODD)
    assert failures(asked) == []


def test_no_key_of_a_row_that_is_not_there_is_our_failure(scene: Scene) -> None:
    """Whatever a field names, a form may be sent after it has gone."""
    asked = [
        here.but(**{name: NO_ROW})
        for here in forms(scene)
        if here.asked.method == "post"
        for name in here.read
    ]
    assert len(asked) > 100
    assert failures(asked) == []


@pytest.mark.parametrize(
    ("page", "read"),
    [
        (lambda sent: sent.get("a"), "a"),
        (lambda sent: [sent["a"], "b" in sent], "ab"),
        (lambda sent: CharField().widget.value_from_datadict(sent, {}, "b"), "b"),
        (lambda sent: sent.getlist("c"), "c"),
        (lambda sent: list(sent.lists()), "abc"),
        (lambda sent: sent.copy(), "abc"),
        (lambda sent: dict(sent), "abc"),
        (lambda sent: {**sent}, "abc"),
        (lambda sent: None, ""),
    ],
)
def test_what_a_page_reads_is_noted(page: Callable[[QueryDict], object], read: str) -> None:
    """By its name, by a form, or all at once."""
    request = RequestFactory().post("/", dict.fromkeys("abc", "1"))
    with watched() as reads:
        Watching(lambda request: HttpResponse(str(page(request.POST))))(request)
        assert "".join(name for name in "abc" if reads(name)) == read
