"""Writes to accounts and to the ledger of consents."""

from backend.accounts.operations.attempts import (
    count_attempt,
    count_one,
    forget_attempts,
    forget_replies,
    take_back_attempt,
)
from backend.accounts.operations.browsers import (
    end_sign_in,
    forget_sign_ins,
    keep_sign_in,
    move_sign_in,
)
from backend.accounts.operations.closing import close_account
from backend.accounts.operations.codes import (
    CodeTried,
    TooManyCodes,
    claim_code,
    end_guardian_codes,
    forget_codes,
    give_code_back,
    guardian_number,
    note_code_sent,
    request_code,
    tell_number,
    try_code,
)
from backend.accounts.operations.person import (
    PREFERENCES,
    keep_phone,
    keep_preferences,
    open_account,
    sign_out_everywhere,
    tell_signed_out,
)
from backend.accounts.operations.told import tell_of_account
from backend.accounts.operations.wechat import link_wechat, unlink_wechat

__all__ = [
    "PREFERENCES",
    "CodeTried",
    "TooManyCodes",
    "claim_code",
    "close_account",
    "count_attempt",
    "count_one",
    "end_guardian_codes",
    "end_sign_in",
    "forget_attempts",
    "forget_codes",
    "forget_replies",
    "forget_sign_ins",
    "give_code_back",
    "guardian_number",
    "keep_phone",
    "keep_preferences",
    "keep_sign_in",
    "link_wechat",
    "move_sign_in",
    "note_code_sent",
    "open_account",
    "request_code",
    "sign_out_everywhere",
    "take_back_attempt",
    "tell_number",
    "tell_of_account",
    "tell_signed_out",
    "try_code",
    "unlink_wechat",
]
