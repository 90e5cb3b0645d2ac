"""Whose request it is, as far as an address tells."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest

from backend.common.asgi import Scope

IPV6_NETWORK = 64  # one household or phone has that many addresses of its own


def client_ip(request: HttpRequest) -> str:
    """The address of whoever asks, "" when it is not known; of IPv6 the network.

    Behind our own proxy (BEHIND_PROXY) it is what the proxy puts into X-Real-IP, over whatever the
    client sent; otherwise nobody's word is taken but the line's. Behind a proxy that says nothing
    it is not the proxy's own address: everybody would share it.
    """
    said = request.META.get("REMOTE_ADDR")
    if settings.BEHIND_PROXY:
        said = request.headers.get("X-Real-IP")
    return _named(said)


def socket_ip(scope: Scope) -> str:
    """As client_ip(), of a socket."""
    said: str | None = (scope.get("client") or [""])[0]
    if settings.BEHIND_PROXY:
        real = [value for name, value in scope["headers"] if name == b"x-real-ip"]
        said = real[0].decode("latin-1") if real else None
    return _named(said)


def _named(said: str | None) -> str:
    try:
        address = ipaddress.ip_address((said or "").strip())
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.IPv6Network((address, IPV6_NETWORK), strict=False).network_address)
    return str(address)


def networks_of(address: str) -> tuple[str, str]:
    """Of an address that client_ip() gave: what one customer of a provider has (of IPv4 the
    address, of IPv6 a /56), and what lies round it (a /24, a /48)."""
    one = ipaddress.ip_address(address)
    sizes = (56, 48) if one.version == 6 else (32, 24)
    narrow, wide = (str(ipaddress.ip_network((address, size), strict=False)) for size in sizes)
    return narrow, wide
