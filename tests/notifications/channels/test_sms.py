"""Text messages, at a real server on this machine: signatures equal to recorded ones, and every way
in which a provider can fail."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from backend.notifications.channels import sms_aliyun, sms_tencent
from backend.notifications.channels.base import Channel, Message, Refused, Sent, Unreachable
from backend.notifications.channels.sms_aliyun import AliyunSms, canonical_query
from backend.notifications.channels.sms_tencent import TencentSms
from backend.notifications.channels.templates import Templates
from tests.notifications.channels.provider import Provider, nobody

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
TEMPLATES: Templates = {"offer_made": ("SMS_154950909", [("day", "day"), ("where", "place")])}
BY_NUMBER: Templates = {"offer_made": ("1110", [("1", "day"), ("2", "place")])}
YES = {
    "aliyun": '{"Message":"OK","RequestId":"F655A8D5","BizId":"900619746936498440^0","Code":"OK"}',
    "tencent": '{"Response":{"SendStatusSet":[{"SerialNo":"5000:1045710669157053657849499619",'
    '"PhoneNumber":"+8613800138000","Fee":1,"Code":"Ok","Message":"send success"}],'
    '"RequestId":"a0aabda6"}}',
}
RECEIPT = {"aliyun": "900619746936498440^0", "tencent": "5000:1045710669157053657849499619"}


def made(kind: str, url: str, templates: Templates | None = None) -> Channel:
    if kind == "aliyun":
        known = TEMPLATES if templates is None else templates
        return AliyunSms(url, "LTAIexample", "secret-example", "茉莉排班", known)
    known = BY_NUMBER if templates is None else templates
    return TencentSms(
        url, "AKIDexample", "secret-example", "茉莉排班", "1400006666", "ap-guangzhou", known
    )


def test_aliyuns_signature_is_the_one_of_its_documents() -> None:
    """The example of "V3 版本请求体&签名机制" (help.aliyun.com/zh/sdk/product-overview/
    v3-request-structure-and-signature)."""
    query = canonical_query(
        {
            "RegionId": "cn-shanghai",
            "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd",
        }
    )
    headers = {
        "host": "ecs.cn-shanghai.aliyuncs.com",
        "x-acs-action": "RunInstances",
        "x-acs-content-sha256": EMPTY,
        "x-acs-date": "2023-10-26T10:22:32Z",
        "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
        "x-acs-version": "2014-05-26",
    }
    signed = sms_aliyun.authorization(query, headers, "YourAccessKeyId", "YourAccessKeySecret")
    assert signed == (
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,"
        "SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;"
        "x-acs-signature-nonce;x-acs-version,"
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


def test_aliyuns_signature_is_the_one_of_its_own_client() -> None:
    """Recorded from alibabacloud-dysmsapi20170525 4.6.0, which sent this to a local server."""
    query = canonical_query(
        {
            "PhoneNumbers": "13800138000",
            "SignName": "茉莉排班",
            "TemplateCode": "SMS_154950909",
            "TemplateParam": '{"day": "12月5日 周六", "where": "鼓楼区图书馆"}',
            "OutId": "delivery.17.sms",
        }
    )
    headers = {
        "accept": "application/json",
        "host": "127.0.0.1:40191",
        "user-agent": "AlibabaCloud (Linux; x86_64) Python/3.11.7 Core/0.4.3 TeaDSL/2",
        "x-acs-action": "SendSms",
        "x-acs-content-sha256": EMPTY,
        "x-acs-credentials-provider": "static_ak",
        "x-acs-date": "2026-11-29T20:58:35Z",
        "x-acs-signature-nonce": "d114c4e9ff4d0513f3d508aece392fd5",
        "x-acs-version": "2017-05-25",
    }
    signed = sms_aliyun.authorization(query, headers, "LTAIexample", "secret-example")
    assert signed.rpartition("=")[2] == (
        "37f56ac6c53dc6230403a6c07710aaf495bb07c33cc4a9821fbb036551fee13b"
    )


def test_tencents_signature_is_the_one_of_its_documents() -> None:
    """The example of "签名方法 v3" (cloud.tencent.com/document/api/213/30654), with the secret as
    it is printed there."""
    body = r'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
    signed = sms_tencent.authorization(
        body,
        "cvm.tencentcloudapi.com",
        datetime.fromtimestamp(1551113065, UTC),
        "AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******",
        "Gu5t9xGARNpq86cd98joQYCN3*******",
        service="cvm",
    )
    assert signed == (
        "TC3-HMAC-SHA256 "
        "Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******/2019-02-25/cvm/tc3_request, "
        "SignedHeaders=content-type;host, "
        "Signature=2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c"
    )


def test_aliyun_is_asked_byte_for_byte(
    house: Provider, message: Message, moment: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address is its own client's but for the space, which is signed as %20 by both."""
    monkeypatch.setattr(secrets, "token_hex", lambda size: "3156853299f313e23d1673dc12e1703d")
    house.says(YES["aliyun"])
    assert made("aliyun", house.url).send(message, "13800138000") == Sent(RECEIPT["aliyun"])
    [asked] = house.asked
    query = (
        "OutId=delivery.17.sms&PhoneNumbers=13800138000"
        "&SignName=%E8%8C%89%E8%8E%89%E6%8E%92%E7%8F%AD&TemplateCode=SMS_154950909"
        "&TemplateParam=%7B%22day%22%3A%20%2212%E6%9C%885%E6%97%A5%20%E5%91%A8%E5%85%AD%22%2C"
        "%20%22where%22%3A%20%22%E9%BC%93%E6%A5%BC%E5%8C%BA%E5%9B%BE%E4%B9%A6%E9%A6%86%22%7D"
    )
    assert asked.line == f"POST /?{query} HTTP/1.1" and asked.body == b""
    signed = {
        "host": house.host,
        "x-acs-action": "SendSms",
        "x-acs-content-sha256": EMPTY,
        "x-acs-date": "2026-12-05T01:30:00Z",
        "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
        "x-acs-version": "2017-05-25",
    }
    assert signed.items() <= asked.headers.items()
    assert asked.headers["authorization"] == sms_aliyun.authorization(
        query, signed, "LTAIexample", "secret-example"
    )


def test_tencent_is_asked_byte_for_byte(
    house: Provider, message: Message, moment: datetime
) -> None:
    """The body is the one that tencentcloud-sdk-python-sms 3.1.153 sent to a local server."""
    house.says(YES["tencent"])
    assert made("tencent", house.url).send(message, "13800138000") == Sent(RECEIPT["tencent"])
    [asked] = house.asked
    body = (
        r'{"PhoneNumberSet": ["+8613800138000"], "SmsSdkAppId": "1400006666", '
        r'"TemplateId": "1110", "SignName": "\u8309\u8389\u6392\u73ed", '
        r'"TemplateParamSet": ["12\u67085\u65e5 \u5468\u516d", '
        r'"\u9f13\u697c\u533a\u56fe\u4e66\u9986"], "SessionContext": "delivery.17.sms"}'
    )
    assert asked.line == "POST / HTTP/1.1" and asked.body == body.encode()
    said = {
        "content-type": "application/json; charset=utf-8",
        "host": house.host,
        "x-tc-action": "SendSms",
        "x-tc-region": "ap-guangzhou",
        "x-tc-timestamp": "1796434200",
        "x-tc-version": "2021-01-11",
        "authorization": sms_tencent.authorization(
            body, house.host, moment, "AKIDexample", "secret-example"
        ),
    }
    assert said.items() <= asked.headers.items()


@pytest.mark.parametrize("kind", ["aliyun", "tencent"])
def test_a_message_that_is_sent_again_carries_the_same_key(
    house: Provider, message: Message, kind: str
) -> None:
    """A provider that says yes twice can tell that it is one message, and so can its receipts."""
    house.says(YES[kind])
    channel = made(kind, house.url)
    assert [channel.send(message, "13800138000") for _ in range(2)] == [Sent(RECEIPT[kind])] * 2
    carried = [asked.line.encode() + asked.body for asked in house.asked]
    assert all(b"delivery.17.sms" in one for one in carried) and len(carried) == 2


def aliyun_says(code: str) -> str:
    return json.dumps({"Code": code, "Message": "…", "RequestId": "F655A8D5"})


def tencent_says(code: str) -> str:
    status = {"SerialNo": "", "PhoneNumber": "+8613800138000", "Code": code}
    return json.dumps({"Response": {"SendStatusSet": [status], "RequestId": "a"}})


def tencent_fails(code: str) -> str:
    return json.dumps({"Response": {"Error": {"Code": code, "Message": "…"}, "RequestId": "a"}})


@pytest.mark.parametrize(
    ("kind", "said", "code"),
    [
        ("aliyun", aliyun_says("isv.MOBILE_NUMBER_ILLEGAL"), "isv.MOBILE_NUMBER_ILLEGAL"),
        ("aliyun", aliyun_says("isv.PARAM_LENGTH_LIMIT"), "isv.PARAM_LENGTH_LIMIT"),
        (
            "tencent",
            tencent_says("FailedOperation.PhoneNumberInBlacklist"),
            "FailedOperation.PhoneNumberInBlacklist",
        ),
        (
            "tencent",
            tencent_fails("InvalidParameterValue.IncorrectPhoneNumber"),
            "InvalidParameterValue.IncorrectPhoneNumber",
        ),
    ],
)
def test_a_number_that_will_never_do_is_not_tried_again(
    house: Provider, message: Message, kind: str, said: str, code: str
) -> None:
    house.says(said)
    assert made(kind, house.url).send(message, "13800138000") == Refused(code)


@pytest.mark.parametrize(
    ("kind", "said", "status", "code"),
    [
        ("aliyun", aliyun_says("isv.BUSINESS_LIMIT_CONTROL"), 200, "isv.BUSINESS_LIMIT_CONTROL"),
        ("aliyun", aliyun_says("isv.AMOUNT_NOT_ENOUGH"), 200, "isv.AMOUNT_NOT_ENOUGH"),
        ("aliyun", aliyun_says("SignatureDoesNotMatch"), 400, "SignatureDoesNotMatch"),
        ("aliyun", "{}", 200, "nonsense"),
        ("aliyun", "<html>", 503, "http_503"),
        ("aliyun", aliyun_says("OK") * 2, 200, "nonsense"),
        ("tencent", tencent_says("LimitExceeded.PhoneNumberDailyLimit"), 200, None),
        ("tencent", tencent_fails("AuthFailure.SignatureFailure"), 200, None),
        ("tencent", "{}", 200, "nonsense"),
        ("tencent", '{"Response": []}', 200, "nonsense"),
        ("tencent", '{"Response": {"SendStatusSet": []}}', 200, "nonsense"),
        ("tencent", '{"Response": {"SendStatusSet": [null]}}', 200, "nonsense"),
        ("tencent", '{"Response": {"Error": "…"}}', 200, "nonsense"),
        ("tencent", "<html>", 502, "http_502"),
    ],
)
def test_what_may_do_later_is_tried_later(
    house: Provider, message: Message, kind: str, said: str, status: int, code: str | None
) -> None:
    house.says(said, status=status)
    with pytest.raises(Unreachable) as caught:
        made(kind, house.url).send(message, "13800138000")
    assert caught.value.code == code or (code is None and caught.value.code[:40] in said)


@pytest.mark.parametrize("kind", ["aliyun", "tencent"])
def test_a_provider_that_is_away_is_tried_later(message: Message, kind: str) -> None:
    with pytest.raises(Unreachable) as caught:
        made(kind, nobody()).send(message, "13800138000")
    assert caught.value.code == "away"


@pytest.mark.parametrize("kind", ["aliyun", "tencent"])
@pytest.mark.parametrize("wanted", [{}, {"offer_made": ("1", [("1", "hers")])}])
def test_without_a_template_that_fits_nobody_is_asked(
    house: Provider, message: Message, kind: str, wanted: Templates
) -> None:
    assert made(kind, house.url, wanted).send(message, "13800138000") == Refused("no_template")
    assert house.asked == []


def test_the_template_of_her_language_then_the_kinds_then_the_one_for_all(
    house: Provider, message: Message
) -> None:
    known: Templates = {
        "offer_made.en": ("SMS_1", []),
        "offer_made": ("SMS_2", []),
        "*": ("SMS_3", [("where", "path")]),
    }
    house.says(YES["aliyun"])
    channel = made("aliyun", house.url, known)
    for one in (
        replace(message, language="en"),
        message,
        replace(message, template="seat_offered"),
    ):
        channel.send(one, "13800138000")
    chosen = [asked.line.partition("TemplateCode=")[2].partition("&")[0] for asked in house.asked]
    assert chosen == ["SMS_1", "SMS_2", "SMS_3"]
    assert "%7B%22where%22%3A%20%22l%2Fabc%22%7D" in house.asked[2].line


def test_a_value_that_is_too_long_is_cut(house: Provider, message: Message) -> None:
    house.says(YES["tencent"])
    long = replace(message, variables={"day": "很" * 80, "place": "a\n b"})
    made("tencent", house.url).send(long, "+85291234567")
    sent = json.loads(house.asked[0].body)
    assert sent["TemplateParamSet"] == ["很" * 11 + "…", "a b"]
    assert sent["PhoneNumberSet"] == ["+85291234567"]
