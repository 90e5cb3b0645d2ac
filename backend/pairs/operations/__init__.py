"""Every write of a pair. Its mentor is locked first, then the child: a child's pairs have one
writer."""

from backend.pairs.operations.asking import (
    MentorUnfit,
    PairAskRefused,
    agree_to_pair,
    ask_mentor,
    expire_pair_questions,
    take_back_question,
    turn_down_pair,
)
from backend.pairs.operations.children import (
    ChildWords,
    PairedChildRefused,
    forget_paired_children,
    note_child,
    withdraw_agreement,
)
from backend.pairs.operations.correcting import correct_minutes, correct_visit
from backend.pairs.operations.ending import (
    PairEndRefused,
    end_pair,
    end_pairs_of,
    leave_pair,
    rest_pair,
    resume_pair,
)
from backend.pairs.operations.holding import ConsentGone, PairMoved, PairNotHers
from backend.pairs.operations.meeting import (
    MeetingRefused,
    MeetingWords,
    NextVisitRefused,
    set_next_visit,
    tell_visit,
)

__all__ = [
    "ChildWords",
    "ConsentGone",
    "MeetingRefused",
    "MeetingWords",
    "MentorUnfit",
    "NextVisitRefused",
    "PairAskRefused",
    "PairEndRefused",
    "PairMoved",
    "PairNotHers",
    "PairedChildRefused",
    "agree_to_pair",
    "ask_mentor",
    "correct_minutes",
    "correct_visit",
    "end_pair",
    "end_pairs_of",
    "expire_pair_questions",
    "forget_paired_children",
    "leave_pair",
    "note_child",
    "rest_pair",
    "resume_pair",
    "set_next_visit",
    "take_back_question",
    "tell_visit",
    "turn_down_pair",
    "withdraw_agreement",
]
