"""Text messages through Tencent Cloud (SMS 2021-01-11), signed with TC3-HMAC-SHA256.

The request is the one of the provider's own documents: "签名方法 v3" and "发送短信".
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from backend.common import clock, outgoing
from backend.notifications.channels.base import Message, Refused, Sent, Unreachable
from backend.notifications.channels.templates import Templates, filled

ALGORITHM = "TC3-HMAC-SHA256"
CONTENT_TYPE = "application/json; charset=utf-8"
SIGNED = "content-type;host"
LONGEST = 12  # characters of a variable, for accounts of organisations
FOR_GOOD = frozenset(
    [
        "FailedOperation.PhoneNumberInBlacklist",
        "FailedOperation.ContainSensitiveWord",
        "InvalidParameterValue.IncorrectPhoneNumber",
        "InvalidParameterValue.TemplateParameterFormatError",
        "InvalidParameterValue.TemplateParameterLengthLimit",
        "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter",
        "UnsupportedOperation.ContainDomesticAndInternationalPhoneNumber",
    ]
)


@dataclass(frozen=True)
class TencentSms:
    url: str
    key_id: str
    key_secret: str
    sign: str
    app_id: str
    region: str
    templates: Templates
    name: str = "sms"

    def send(self, message: Message, address: str) -> Sent | Refused:
        chosen = filled(self.templates, message, LONGEST)
        if chosen is None:
            return Refused("no_template")
        asked = {
            "PhoneNumberSet": [address if address.startswith("+") else f"+86{address}"],
            "SmsSdkAppId": self.app_id,
            "TemplateId": chosen.template,
            "SignName": self.sign,
            "TemplateParamSet": [value for _, value in chosen.fields],
            "SessionContext": message.key,
        }
        try:
            answer = self._ask("SendSms", "2021-01-11", json.dumps(asked)).fields()
        except outgoing.NoAnswer as none:
            raise Unreachable(none.code) from None
        return _read(answer.get("Response"))

    def _ask(self, action: str, version: str, body: str) -> outgoing.Response:
        now = clock.now()
        host = urlsplit(self.url).netloc
        headers = {
            "Authorization": authorization(body, host, now, self.key_id, self.key_secret),
            "Content-Type": CONTENT_TYPE,
            "Host": host,
            "X-TC-Action": action,
            "X-TC-Region": self.region,
            "X-TC-Timestamp": str(int(now.timestamp())),
            "X-TC-Version": version,
        }
        return outgoing.post(f"{self.url}/", body.encode(), headers)


def _read(answer: object) -> Sent | Refused:
    """Of one number. Raises Unreachable."""
    found = answer if isinstance(answer, dict) else {}
    statuses = found.get("SendStatusSet")
    if isinstance(statuses, list) and statuses and isinstance(statuses[0], dict):
        code = str(statuses[0].get("Code", "nonsense"))
        if code == "Ok":
            return Sent(str(statuses[0].get("SerialNo", ""))[:120])
    else:
        error = found.get("Error")
        code = str(error.get("Code", "nonsense")) if isinstance(error, dict) else "nonsense"
    if code in FOR_GOOD:
        return Refused(code)
    raise Unreachable(code[:40])


def authorization(
    body: str, host: str, now: datetime, key_id: str, key_secret: str, service: str = "sms"
) -> str:
    """Of a POST to / with this body."""
    digest = hashlib.sha256(body.encode()).hexdigest()
    lines = f"content-type:{CONTENT_TYPE}\nhost:{host}\n"
    canonical = f"POST\n/\n\n{lines}\n{SIGNED}\n{digest}"
    day = now.astimezone(UTC).strftime("%Y-%m-%d")
    scope = f"{day}/{service}/tc3_request"
    request = hashlib.sha256(canonical.encode()).hexdigest()
    key = f"TC3{key_secret}".encode()
    for word in (day, service, "tc3_request"):
        key = _hmac(key, word)
    signature = _hmac(key, f"{ALGORITHM}\n{int(now.timestamp())}\n{scope}\n{request}").hex()
    return f"{ALGORITHM} Credential={key_id}/{scope}, SignedHeaders={SIGNED}, Signature={signature}"


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
