"""Text messages through Aliyun (Dysmsapi 2017-05-25), signed with ACS3-HMAC-SHA256.

The request is the one of the provider's own documents: "V3 版本请求体&签名机制" and "SendSms".
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from urllib.parse import quote, urlsplit

from backend.common import clock, outgoing
from backend.notifications.channels.base import Message, Refused, Sent, Unreachable
from backend.notifications.channels.templates import Templates, filled

ALGORITHM = "ACS3-HMAC-SHA256"
LONGEST = 35  # characters of a variable
# This number or this text will never do; everything else (credit, limits, rights, the signature)
# an operator or the next hour mends.
FOR_GOOD = frozenset(
    [
        "isv.MOBILE_NUMBER_ILLEGAL",
        "isv.MOBILE_COUNT_OVER_LIMIT",
        "isv.BLACK_KEY_CONTROL_LIMIT",
        "isv.PARAM_LENGTH_LIMIT",
        "isv.PARAM_NOT_SUPPORT_URL",
        "isv.TEMPLATE_MISSING_PARAMETERS",
        "isv.TEMPLATE_PARAMS_ILLEGAL",
        "isv.SMS_CONTENT_ILLEGAL",
        "isv.INVALID_JSON_PARAM",
    ]
)


@dataclass(frozen=True)
class AliyunSms:
    url: str
    key_id: str
    key_secret: str
    sign: str
    templates: Templates
    name: str = "sms"

    def send(self, message: Message, address: str) -> Sent | Refused:
        chosen = filled(self.templates, message, LONGEST)
        if chosen is None:
            return Refused("no_template")
        asked = {
            "OutId": message.key,
            "PhoneNumbers": address,
            "SignName": self.sign,
            "TemplateCode": chosen.template,
            "TemplateParam": json.dumps(dict(chosen.fields), ensure_ascii=False),
        }
        try:
            answer = self._ask("SendSms", "2017-05-25", asked).fields()
        except outgoing.NoAnswer as none:
            raise Unreachable(none.code) from None
        code = str(answer.get("Code", "nonsense"))
        if code == "OK":
            return Sent(str(answer.get("BizId", ""))[:120])
        if code in FOR_GOOD:
            return Refused(code)
        raise Unreachable(code[:40])

    def _ask(self, action: str, version: str, asked: Mapping[str, str]) -> outgoing.Response:
        headers = {
            "host": urlsplit(self.url).netloc,
            "x-acs-action": action,
            "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
            "x-acs-date": clock.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "x-acs-signature-nonce": secrets.token_hex(16),
            "x-acs-version": version,
        }
        query = canonical_query(asked)
        headers["authorization"] = authorization(query, headers, self.key_id, self.key_secret)
        return outgoing.post(f"{self.url}/?{query}", b"", headers)


def canonical_query(asked: Mapping[str, str]) -> str:
    return "&".join(f"{_quoted(key)}={_quoted(asked[key])}" for key in sorted(asked))


def _quoted(value: str) -> str:
    return quote(value, safe="-_.~")


def authorization(query: str, headers: Mapping[str, str], key_id: str, key_secret: str) -> str:
    """Of a POST to / without a body. `headers`: all that are signed, in small letters."""
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers))
    body = headers["x-acs-content-sha256"]
    canonical = f"POST\n/\n{query}\n{lines}\n{names}\n{body}"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    signed = hmac.new(key_secret.encode(), f"{ALGORITHM}\n{digest}".encode(), hashlib.sha256)
    return f"{ALGORITHM} Credential={key_id},SignedHeaders={names},Signature={signed.hexdigest()}"
