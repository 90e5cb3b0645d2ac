"""安全模式: what WeChat tells, sealed, and signed with what it says. In plain mode (明文模式) it
signs the moment alone, and a signature that nobody has used yet carries any word."""

from __future__ import annotations

import binascii
import hashlib
import hmac
from base64 import b64decode
from xml.etree import ElementTree

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from backend.notifications.wechat_events import LARGEST

BLOCK = 32  # bytes to which WeChat fills up
RANDOM, LENGTH = 16, 4  # bytes in front of what is said: noise, and how long it is


def opened(
    body: bytes, *, key: str, token: str, app_id: str, signature: str, timestamp: str, nonce: str
) -> bytes | None:
    """What is sealed in the body for the account `app_id`, if `signature` is of it; None otherwise.
    `key`: its EncodingAESKey."""
    sealed = _sealed(body)
    said = "".join(sorted([token, timestamp, nonce, sealed])).encode()
    wanted = hashlib.sha1(said, usedforsecurity=False).hexdigest()  # as WeChat asks for
    if not sealed or not hmac.compare_digest(wanted.encode(), signature.encode()):
        return None
    try:
        return _opened(b64decode(sealed, validate=True), b64decode(f"{key}="), app_id.encode())
    except (binascii.Error, ValueError, IndexError):
        return None


def _sealed(body: bytes) -> str:
    if len(body) > 2 * LARGEST or b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        return ""
    try:
        return ElementTree.fromstring(body).findtext("Encrypt", "")
    except (ElementTree.ParseError, ValueError, LookupError):
        return ""


def _opened(sealed: bytes, key: bytes, app_id: bytes) -> bytes | None:
    plain = Cipher(AES(key), CBC(key[:16])).decryptor()
    text = plain.update(sealed) + plain.finalize()
    filled = text[-1]
    if not 1 <= filled <= BLOCK:
        return None
    text = text[RANDOM:-filled]
    long = int.from_bytes(text[:LENGTH])
    said, whose = text[LENGTH : LENGTH + long], text[LENGTH + long :]
    return said if whose == app_id else None
