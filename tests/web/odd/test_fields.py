"""No value in a field is a fault of ours: each field of each page is asked with one odd value while
the others are right, and with all odd at once. Which value meets which field is drawn with a fixed
seed; THOROUGH draws more."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from random import Random

from tests.thorough import thorough
from tests.web.odd.addresses import addresses, fields_of
from tests.web.odd.asking import ODD, Asked, answer_to, failures, signed_in
from tests.web.odd.scene import Scene

NOT_HERE = (404, 405)
NO_ROW = str(2**63 - 1)  # a key as a database may hold it, and of nothing here


def in_fields(scene: Scene) -> Iterator[Asked]:
    draw = Random(20261129)
    values = cycle(draw.sample(ODD, len(ODD)))  # in turn, so that each occurs
    for here in forms(scene):
        yield from at(here, values)


def forms(scene: Scene) -> Iterator[Asked]:
    """Every address that is there for whoever may, with its fields filled in rightly."""
    browsers = {user.pk: signed_in(user) for user in filter(None, scene.city.users.values())}
    for address in addresses():
        if address.route.startswith("admin/"):
            continue
        browser = browsers[scene.right(address).pk]
        names = fields_of(address.module)
        good = {name: scene.values.get(name, "1") for name in names}
        for method in ("get", "post"):
            here = Asked(browser, method, scene.path(address), good)
            if answer_to(here).status_code not in NOT_HERE:
                yield here


def at(here: Asked, values: Iterator[str]) -> Iterator[Asked]:
    """All fields odd at once, then one after another among right ones."""
    for _ in range(thorough(3)):
        yield here._replace(sent=dict.fromkeys(here.sent, next(values)))
    for name in here.sent:
        for _ in range(thorough(1)):
            yield here._replace(sent=here.sent | {name: next(values)})


def test_no_odd_value_in_a_field_is_our_failure(scene: Scene) -> None:
    asked = list(in_fields(scene))
    assert len({one.path for one in asked}) > 60
    assert {value for one in asked for value in one.sent.values()} >= set(ODD)
    assert failures(asked) == []


def test_no_key_of_a_row_that_is_not_there_is_our_failure(scene: Scene) -> None:
    """Whatever a field names, a form may be sent after it has gone."""
    asked = [
        here._replace(sent=here.sent | {name: NO_ROW})
        for here in forms(scene)
        if here.method == "post"
        for name in here.sent
    ]
    assert failures(asked) == []
