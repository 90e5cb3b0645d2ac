"""No value in the address of an admin list is a fault of ours, whichever look-up it names."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle

from django.contrib import admin

from tests.web.odd.asking import ODD, Asked, failures, signed_in
from tests.web.odd.scene import Scene

OF_LISTS = ("q", "p", "o", "e", "pk__in", "id__gt", "id__nonsense", "nonsense")


def in_admin(scene: Scene) -> Iterator[Asked]:
    browser = signed_in(scene.user("superuser"))
    values = cycle(ODD)
    for model in admin.site._registry:
        path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        for name in (*OF_LISTS, *(field.name for field in model._meta.fields)):
            yield Asked(browser, "get", path, {name: next(values)})


def test_no_odd_value_in_an_admin_list_is_our_failure(scene: Scene) -> None:
    assert failures(in_admin(scene)) == []
