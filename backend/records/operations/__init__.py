"""What took place, and what outlives a change: presence, hours, erasing what is personal while the
figures stay."""

from backend.records.operations.erasing import erase_child, erase_family
from backend.records.operations.forgetting import forget_grown_children
from backend.records.operations.hours import (
    BadMinutes,
    NothingToCorrect,
    OneWordOnly,
    OwnHours,
    confirm_hours,
    confirm_signed,
    correct_hours,
    note_away,
)
from backend.records.operations.number import take_number
from backend.records.operations.objecting import (
    AlreadyAnsweredIt,
    AlreadyAsked,
    SecondPerson,
    answer_objection,
    ask_back_entry,
    decide_back_entry,
    object_to,
)
from backend.records.operations.presence import (
    AlreadyDecided,
    BadTimes,
    NotExpected,
    NotThereYet,
    NotTheTime,
    TooManyTries,
    WrongCode,
    say_afterwards,
    sign_in,
    sign_in_by_code,
    sign_in_by_proof,
    sign_out,
    take_back_arrival,
)

__all__ = [
    "AlreadyAnsweredIt",
    "AlreadyAsked",
    "AlreadyDecided",
    "BadMinutes",
    "BadTimes",
    "NotExpected",
    "NotTheTime",
    "NotThereYet",
    "NothingToCorrect",
    "OneWordOnly",
    "OwnHours",
    "SecondPerson",
    "TooManyTries",
    "WrongCode",
    "answer_objection",
    "ask_back_entry",
    "confirm_hours",
    "confirm_signed",
    "correct_hours",
    "decide_back_entry",
    "erase_child",
    "erase_family",
    "forget_grown_children",
    "note_away",
    "object_to",
    "say_afterwards",
    "sign_in",
    "sign_in_by_code",
    "sign_in_by_proof",
    "sign_out",
    "take_back_arrival",
    "take_number",
]
