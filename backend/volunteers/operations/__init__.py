"""What may be done to a volunteer's registration.

Her row is locked first; every change is noted in the access log.
"""

from backend.volunteers.operations.agreeing import (
    AgreementNeeded,
    AgreementNotPublished,
    AgreementOver,
    agree,
    publish_agreement,
    require_agreed,
)
from backend.volunteers.operations.applying import (
    AlreadyAnswered,
    AlreadyVolunteer,
    GuardianNeeded,
    OwnApplication,
    ReasonNeeded,
    apply,
    approve,
    turn_down,
)
from backend.volunteers.operations.credentials import (
    CredentialRefused,
    add_credential,
    end_credential,
    note_of_age,
    record_vetting,
    request_vetting,
    withdraw_vetting,
)
from backend.volunteers.operations.erased import DataErased
from backend.volunteers.operations.friends import (
    FriendRefused,
    answer_friend,
    ask_friend,
    end_friendship,
)
from backend.volunteers.operations.handing_in import (
    accept_hand_in,
    forget_evidence,
    hand_in,
    return_hand_in,
    take_back_hand_in,
)
from backend.volunteers.operations.hours import (
    TimeOffRefused,
    WeeksRefused,
    add_time_off,
    change_availability,
    choose_weeks,
    remove_time_off,
)
from backend.volunteers.operations.limits import (
    LimitRefused,
    change_limits,
    choose_programmes,
    count_answers,
    say_languages,
    set_wishes,
    show_name,
)
from backend.volunteers.operations.merging import MergeRefused, merge_applicant
from backend.volunteers.operations.minors import (
    MinorRefused,
    apply_with_guardian,
    guardian_agrees,
    send_guardian_code,
)
from backend.volunteers.operations.pausing import (
    NotAsked,
    PausedByAnother,
    ask_to_resume,
    change_state,
    keep_paused,
)
from backend.volunteers.operations.registering import (
    CONTACT,
    AlreadyRegistered,
    NameRefused,
    UnderAge,
    correct_contact,
    register_volunteer,
)
from backend.volunteers.operations.remarks import RemarkEmpty, write_remark
from backend.volunteers.operations.teams import TeamRefused, answer_team_request, ask_for_team
from backend.volunteers.operations.telling import changed

__all__ = [
    "CONTACT",
    "AgreementNeeded",
    "AgreementNotPublished",
    "AgreementOver",
    "AlreadyAnswered",
    "AlreadyRegistered",
    "AlreadyVolunteer",
    "CredentialRefused",
    "DataErased",
    "FriendRefused",
    "GuardianNeeded",
    "LimitRefused",
    "MergeRefused",
    "MinorRefused",
    "NameRefused",
    "NotAsked",
    "OwnApplication",
    "PausedByAnother",
    "ReasonNeeded",
    "RemarkEmpty",
    "TeamRefused",
    "TimeOffRefused",
    "UnderAge",
    "WeeksRefused",
    "accept_hand_in",
    "add_credential",
    "add_time_off",
    "agree",
    "answer_friend",
    "answer_team_request",
    "apply",
    "apply_with_guardian",
    "approve",
    "ask_for_team",
    "ask_friend",
    "ask_to_resume",
    "change_availability",
    "change_limits",
    "change_state",
    "changed",
    "choose_programmes",
    "choose_weeks",
    "correct_contact",
    "count_answers",
    "end_credential",
    "end_friendship",
    "forget_evidence",
    "guardian_agrees",
    "hand_in",
    "keep_paused",
    "merge_applicant",
    "note_of_age",
    "publish_agreement",
    "record_vetting",
    "register_volunteer",
    "remove_time_off",
    "request_vetting",
    "require_agreed",
    "return_hand_in",
    "say_languages",
    "send_guardian_code",
    "set_wishes",
    "show_name",
    "take_back_hand_in",
    "turn_down",
    "withdraw_vetting",
    "write_remark",
]
