"""Whose request it is, as far as an address tells."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest

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
    try:
        address = ipaddress.ip_address((said or "").strip())
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.IPv6Network((address, IPV6_NETWORK), strict=False).network_address)
    return str(address)
