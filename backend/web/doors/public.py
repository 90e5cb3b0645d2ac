"""The addresses that nobody has to be anybody for, and those of everybody's own account."""

from __future__ import annotations

from backend.web.doors.line import Line, form, page, shows
from backend.web.doors.roles import (
    MISSING,
    MOVED,
    NO_GET,
    NOT_ALLOWED,
    OK,
    REFUSED,
    SEE_OTHER,
    everybody,
    families,
    signed_in,
    some,
    volunteers,
)

MANY_SIDES = ["nobody", "member", "staff", "superuser"]  # a page to choose from
INVITERS = ["city", "county", "county2", "street", "village", "village2", "far", "operator"]
IN_COUNTY = some(INVITERS, MISSING, others=403) | dict.fromkeys(
    ["city", "county", "operator"], SEE_OTHER
)

PUBLIC: list[Line] = [
    shows("home", everybody(MOVED) | dict.fromkeys(MANY_SIDES, OK)),
    shows("healthz", everybody(OK)),
    shows("readyz", everybody(OK)),
    shows("metrics", everybody(OK)),  # this machine, or who brings METRICS_TOKEN
    shows("tabs", volunteers(OK), audience="=volunteer", place="=find"),
    shows("tabs", families(OK), audience="=family", place="=book"),
    shows("tabs", signed_in(MISSING), audience="=coordinator", place="=today"),
    shows("bell", signed_in(OK), side="=volunteer"),
    shows("bell", signed_in(MISSING), side="=operator"),
    shows("sign_in", everybody(MOVED)),
    page("sign_in_phone", everybody(OK), everybody(REFUSED)),
    page("sign_in_code", everybody(MOVED)),
    page("sign_in_who", everybody(MOVED)),
    page("sign_in_you", everybody(MOVED)),
    page("again", signed_in(MOVED), signed_in(OK)),
    page("new_number", signed_in(MOVED)),
    page("welcome", everybody(MOVED)),
    page(
        "join_family",
        signed_in(MOVED) | {"member": OK},
        signed_in(MOVED) | {"member": REFUSED},
    ),
    page(
        "join_volunteer",
        signed_in(MOVED) | {"member": OK},
        signed_in(MOVED) | {"member": REFUSED},
    ),
    page(
        "join_minor",
        signed_in(MOVED) | {"member": OK},
        signed_in(MOVED) | {"member": REFUSED},
    ),
    page(
        "guardian",
        signed_in(MISSING) | {"member": OK},
        signed_in(MISSING) | {"member": SEE_OTHER},
        guardian_id="guardian",
    ),
    page("join_team", everybody(MISSING), code="=abc"),
    page("team", some(INVITERS, OK, others=403), some(INVITERS, REFUSED, others=403)),
    form("take_back_invitation", NO_GET, IN_COUNTY, pk="invitation"),
    form("end_membership", NO_GET, IN_COUNTY, pk="membership"),
    page(
        "invitation",
        signed_in(MISSING) | {"member": OK},
        signed_in(MISSING) | {"member": SEE_OTHER},
        pk="invitation",
    ),
    shows("children", everybody(OK)),
    shows("sign_ins", signed_in(OK)),
    form("end_sign_in", NO_GET, signed_in(SEE_OTHER), pk="sign_in"),
    form("sign_out_elsewhere", NO_GET, signed_in(SEE_OTHER)),
    shows("account", signed_in(OK)),
    shows("demo_messages", everybody(MISSING)),  # with DEMO=True: 200
    page("demo_sign_in", everybody(MISSING), key="demo"),  # with DEMO=True: 200, and 302
    # where "wechat" is one of CHANNELS, or in the demo
    page("wechat", signed_in(MISSING) | {"nobody": MOVED}),
    shows("wechat_back", signed_in(MISSING) | {"nobody": MOVED}),
    page("wechat_events", everybody(MISSING)),  # WeChat's machines, with its signature
    shows("demo_wechat", signed_in(MISSING) | {"nobody": MOVED}),
    page("calendar_address", signed_in(OK), signed_in(SEE_OTHER) | {"nobody": MOVED}),
    shows("calendar_feed", everybody(MISSING), token="=abc"),  # whoever has her secret address
    page("link", everybody(MISSING), token="=abc"),  # whoever holds one from a message may answer
    form("preferences", NO_GET, everybody(400)),
    shows("worker", everybody(OK)),
    shows("manifest", everybody(OK)),
    shows("offline", everybody(OK)),
    shows("asset", everybody(OK), name="=phone", digest="=old", kind="=css"),
    shows("styleguide", everybody(MISSING) | dict.fromkeys(["staff", "superuser"], OK)),
    shows(
        "styleguide",
        everybody(MISSING) | dict.fromkeys(["staff", "superuser"], OK),
        shell="=desktop",
    ),
    shows(
        "styleguide_mock",
        everybody(MISSING) | dict.fromkeys(["staff", "superuser"], OK),
        page="=family",
    ),
]

ACCOUNT: list[Line] = [
    page("account_login", signed_in(MOVED) | {"nobody": OK}),
    page("account_logout", signed_in(OK) | {"nobody": MOVED}, everybody(MOVED)),
    page("account_inactive", everybody(OK), everybody(NOT_ALLOWED)),
    page("account_reauthenticate", signed_in(OK)),
    page("account_change_password", signed_in(OK)),
    page("mfa_index", signed_in(OK), signed_in(NOT_ALLOWED)),
    page("mfa_authenticate", everybody(MOVED)),
    page("mfa_reauthenticate", everybody(MOVED)),
    page("mfa_activate_totp", signed_in(MOVED)),
    page("mfa_deactivate_totp", signed_in(MISSING)),
    page("mfa_view_recovery_codes", signed_in(MISSING), signed_in(NOT_ALLOWED)),
    page("mfa_generate_recovery_codes", everybody(MOVED)),
    page("mfa_download_recovery_codes", signed_in(MISSING)),
    # the link with which an operator chooses her first password; this one is none
    page("account_reset_password_from_key", everybody(OK), uidb36="=1", key="=abc"),
    # taken out: backend/config/urls.py
    page("account_signup", everybody(MISSING)),
    page("account_email", everybody(MISSING)),
    page("account_email_verification_sent", everybody(MISSING)),
    page("account_confirm_email", everybody(MISSING), key="=abc"),
    page("account_set_password", everybody(MISSING)),
    page("account_reset_password", everybody(MISSING)),
    page("account_reset_password_done", everybody(MISSING)),
    page("account_reset_password_from_key_done", everybody(MISSING)),
    page("account_confirm_login_code", everybody(MISSING)),
]
