"""No value in an address, asked by whom it is for and by a stranger, is a fault of ours."""

from __future__ import annotations

from collections.abc import Iterator

from tests.web.odd.addresses import addresses
from tests.web.odd.asking import BEYOND, Asked, failures, signed_in
from tests.web.odd.scene import Scene

IN_ADDRESS = ("0", BEYOND, "9" * 30, "²", "x", "%00", "9" * 1500)


def in_addresses(scene: Scene) -> Iterator[Asked]:
    browsers = {user.pk: signed_in(user) for user in filter(None, scene.city.users.values())}
    stranger = signed_in(None)
    for address in addresses():
        right = browsers[scene.right(address).pk]
        for part in address.parts or [""]:
            for value in IN_ADDRESS if part else [""]:
                path = scene.path(address, **{part: value}) if part else scene.path(address)
                yield Asked(right, "get", path, {})
                yield Asked(right, "post", path, {})
                yield Asked(stranger, "get", path, {})


def test_no_odd_value_in_an_address_is_our_failure(scene: Scene) -> None:
    assert len(addresses()) > 150
    assert failures(in_addresses(scene)) == []
