"""What may be done to a family's registration.

The family's row is locked first; every change is noted in the access log.
"""

from backend.families.operations.children import (
    ChildData,
    ChildRefused,
    add_child,
    correct_child_alone,
    remove_child,
)
from backend.families.operations.consents import (
    ConsentNeeded,
    end_consent,
    give_consent,
)
from backend.families.operations.guardians import (
    GuardianGone,
    GuardianRefused,
    ask_guardian,
    join_family,
    keep_guardian_phone,
    let_guardian_out,
)
from backend.families.operations.of_family import NotHerChild
from backend.families.operations.registering import (
    AlreadyFamily,
    change_family,
    change_family_hours,
    erase_registration,
    register_family,
)
from backend.families.operations.wishes import (
    NoSuchRequest,
    WishRefused,
    close_request,
    open_request,
)

__all__ = [
    "AlreadyFamily",
    "ChildData",
    "ChildRefused",
    "ConsentNeeded",
    "GuardianGone",
    "GuardianRefused",
    "NoSuchRequest",
    "NotHerChild",
    "WishRefused",
    "add_child",
    "ask_guardian",
    "change_family",
    "change_family_hours",
    "close_request",
    "correct_child_alone",
    "end_consent",
    "erase_registration",
    "give_consent",
    "join_family",
    "keep_guardian_phone",
    "let_guardian_out",
    "open_request",
    "register_family",
    "remove_child",
]
