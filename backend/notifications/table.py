"""Who is told what: for every kind of event either whom it concerns and which message she gets, or
why nobody is told. What is told by the clock alone stands in `operations/reminders.py`.

MESSAGES says of each message how it goes out; its words stand in `backend/words/messages.py` under
the same name. TOLD says which audience (`audiences`) of an event gets which message. NOBODY says
why not. tests/notifications/test_table.py fails on a kind of event that stands in neither.

A message's name is kept by rows (`Delivery`, `Mute`) and by an operator's SMS_TEMPLATES and
WECHAT_TEMPLATES, so three are older than the glossary: `visit_reminder`, `visit_unled` and
`visit_missed` are about a family's seats in a session. What is about a Visit is called `home_…`.
"""

from __future__ import annotations

from backend.notifications import beside
from backend.notifications import minor_table as minors
from backend.notifications.shape import (
    ASKING,
    BETWEEN,
    DESK,
    GATHERED,
    HERSELF,
    MOMENT,
    NO_SMS,
    ON_THE_PAGE,
    MessageKind,
    Night,
    Row,
    Together,
)
from backend.outbox import kinds
from backend.outbox.shape import Kind
from backend.rota.policy import UNDO

MESSAGES: dict[str, MessageKind] = beside.MESSAGES | {
    # to a volunteer
    "offer_made": MessageKind("offer_waits", "volunteer:mine", night=ASKING, together=MOMENT),
    "asked_again": MessageKind("offer_waits", "volunteer:mine", night=ASKING, optional=False),
    "notice": MessageKind("notice_unseen", "volunteer:mine", night=ASKING, optional=False),
    "offer_withdrawn": MessageKind(
        "offer_withdrawn", "volunteer:mine", channels=NO_SMS, together=MOMENT
    ),
    "offer_expired": MessageKind(
        "offer_expired", "volunteer:find", channels=NO_SMS, together=MOMENT
    ),
    "placed": MessageKind("assignment_active", "volunteer:mine", night=ASKING),
    "offer_prolonged": MessageKind("offer_waits", "volunteer:mine"),
    "deadline_near": MessageKind("offer_waits", "volunteer:mine"),
    "reminder": MessageKind("assignment_active", "volunteer:mine"),
    "credential_lapsing": MessageKind(
        "credential_lapses", "volunteer:credentials", channels=NO_SMS
    ),
    "credential_added": MessageKind("credential_there", "volunteer:credentials", channels=NO_SMS),
    "credential_returned": MessageKind("hand_in_returned", "volunteer:credentials", optional=False),
    "credential_ended": MessageKind("credential_over", "volunteer:credentials", optional=False),
    "vetting_clear": MessageKind("vetting_holds", "volunteer:credentials", channels=NO_SMS),
    "vetting_lapsing": MessageKind("vetting_lapses", "volunteer:credentials", channels=NO_SMS),
    "standing_changed": MessageKind("volunteer_standing", "volunteer:me", optional=False),
    "pause_kept": MessageKind("pause_stands", "volunteer:me", optional=False),
    "contact_corrected": MessageKind("always", "volunteer:me", optional=False),
    "merged": MessageKind("volunteer_standing", "volunteer:me", optional=False),
    "approved": MessageKind("volunteer_standing", "volunteer:me", optional=False),
    "turned_down": MessageKind("volunteer_standing", "volunteer:find", optional=False),
    "home_overdue": MessageKind(
        "pair_inside", "volunteer:check_in", night=Night.NOW, optional=False
    ),
    "home_again": MessageKind(
        "pair_back_inside", "volunteer:check_in", night=Night.NOW, optional=False
    ),
    # to a family
    "seat_offered": MessageKind(
        "seat_waits", "family:bookings", one="family:ticket", night=ASKING, together=MOMENT
    ),
    "booking_changed": MessageKind(
        "booking_changed", "family:bookings", one="family:ticket", night=ASKING, optional=False
    ),
    "booking_called_off": MessageKind(
        "booking_called_off", "family:book", night=ASKING, optional=False, together=MOMENT
    ),
    "booking_ended": MessageKind(
        "booking_over", "family:book", night=ASKING, optional=False, together=MOMENT
    ),
    "booking_reopened": MessageKind(
        "booking_waits", "family:bookings", one="family:ticket", optional=False
    ),
    "seat_deadline_near": MessageKind("seat_waits", "family:bookings", one="family:ticket"),
    "visit_reminder": MessageKind("booking_confirmed", "family:bookings", one="family:ticket"),
    # beside lead_gone it says "lead" for a minder
    "visit_unled": MessageKind(
        "visit_unled",
        "family:bookings",
        one="family:ticket",
        night=ASKING,
        optional=False,
        together=MOMENT,
    ),
    "visit_missed": MessageKind(
        "booking_absent", "family:bookings", one="family:ticket", optional=False
    ),
    "seat_expired": MessageKind("booking_expired", "family:book", channels=NO_SMS, together=MOMENT),
    "line_first": MessageKind(
        "line_first", "family:bookings", one="family:ticket", channels=NO_SMS, together=MOMENT
    ),
    "waiting_ended": MessageKind(
        "booking_expired", "family:book", channels=NO_SMS, together=MOMENT
    ),
    "booked_by_one": MessageKind("done_by_one", "family:bookings", channels=NO_SMS),
    "changed_by_one": MessageKind("done_by_one", "family:me", channels=NO_SMS),
    "child_forgotten": MessageKind("always", "family:me", optional=False),
    "home_declined": MessageKind("visit_turned_down", "family:bookings", optional=False),
    "home_unmet": MessageKind("visit_unmet", "family:bookings", optional=False),
    # to a coordinator
    "home_asked": MessageKind(
        "visit_wanted",
        "coordinator:visits",
        one="coordinator:visit",
        channels=DESK,
        together=MOMENT,
    ),
    "home_alarm": MessageKind(
        "pair_inside",
        "coordinator:visits",
        night=Night.NOW,
        channels=DESK,
        optional=False,
    ),
    "home_alarm_again": MessageKind(
        "pair_back_inside",
        "coordinator:visits",
        night=Night.NOW,
        channels=DESK,
        optional=False,
    ),
    "harm_reported": MessageKind(
        "always",
        "coordinator:harm_reports",
        night=Night.NOW,
        channels=("email",),  # a group may hold people who may not know that there is one
        optional=False,
    ),
    "harm_unread": MessageKind(
        "always", "team", night=Night.NOW, channels=("email",), optional=False
    ),
    "hole_near": MessageKind(
        "shift_short",
        "coordinator:today",
        one="coordinator:session",
        night=ASKING,
        channels=DESK,
        together=Together.OF_A_DAY,
    ),
    "lead_gone": MessageKind(
        "children_unminded",
        "coordinator:today",
        one="coordinator:session",
        night=ASKING,
        channels=DESK,
        together=Together.OF_A_DAY,
    ),
    "place_silent": MessageKind(
        "place_silent",
        "coordinator:today",
        one="coordinator:telephone",  # nobody is to telephone at night
        channels=DESK,
        together=Together.OF_A_DAY,
    ),
    "run_finished": MessageKind(
        "proposal_open",
        "coordinator:rotas",
        one="coordinator:proposal",
        channels=DESK,
    ),
    "run_failed": MessageKind(
        "run_over", "coordinator:rotas", one="coordinator:rota", channels=DESK
    ),
    "proposal_refused": MessageKind(
        "proposal_open", "coordinator:rotas", one="coordinator:proposal", channels=DESK
    ),
    "somebody_applied": MessageKind("still_applies", "coordinator:applications", channels=DESK),
    "number_asked": MessageKind("number_in_question", "coordinator:applications", channels=DESK),
    "resume_asked": MessageKind(
        "resume_waits", "coordinator:applications", one="coordinator:volunteer", channels=DESK
    ),
    "volunteer_erased": MessageKind(
        "took_back", "coordinator:volunteers", one="coordinator:volunteer", channels=DESK
    ),
    "credential_handed_in": MessageKind(
        "hand_in_waits",
        "coordinator:credentials",
        one="coordinator:hand_in",
        channels=DESK,
    ),
    "export_asked": MessageKind("export_waits", "coordinator:exchange", channels=DESK),
    "export_decided": MessageKind("export_answered", "coordinator:exchange", channels=DESK),
    "vetting_wanted": MessageKind(
        "vetting_waits", "coordinator:credentials", one="coordinator:vetting", channels=DESK
    ),
    "wall_renewed": MessageKind(
        "sheet_valid", "coordinator:venues", one="coordinator:wall", channels=DESK
    ),
    "let_out": MessageKind("always", "home", optional=False),
}

BOOKED_BY_ONE = Row("family_of_several", "booked_by_one")
NEXT_IN_LINE = Row("who_is_next", "line_first", UNDO)
CHANGED_BY_ONE = Row("family_of_several", "changed_by_one")

MISSED = (
    Row("who_minds_the_children", "lead_gone"),
    Row("families_unminded", "visit_unled"),
)
TOLD: dict[type[Kind], tuple[Row, ...]] = beside.TOLD | {
    kinds.SessionChanged: (
        Row("asked_again", "asked_again"),
        Row("asked_after_all", "offer_made"),
        Row("noticed", "notice"),
    ),
    kinds.SessionCancelled: (Row("noticed", "notice"),),
    kinds.SessionReopened: (Row("noticed", "notice"),),
    kinds.ShiftClaimed: minors.GROWN_UP_AGAIN,
    kinds.OfferAccepted: minors.GROWN_UP_AGAIN,
    kinds.ShiftPlaced: (Row("placed", "placed", UNDO), *minors.GROWN_UP_AGAIN),
    kinds.VolunteerTakenOut: (
        Row("noticed", "notice", UNDO),
        Row("families_unminded", "visit_unled", UNDO),
        Row("minors_left_alone", "no_grown_up", UNDO),
    ),
    kinds.AssignmentWithdrawn: (
        Row("who_fills_the_hole", "hole_near"),
        *MISSED,
        *minors.WITHOUT_GROWN_UP,
    ),
    kinds.OfferMade: (Row("asked", "offer_made", UNDO),),
    kinds.OfferProlonged: (Row("asked_longer", "offer_prolonged", UNDO),),
    kinds.OfferDeclined: (
        Row("who_fills_the_hole", "hole_near"),
        *MISSED,
    ),
    kinds.OfferWithdrawn: (
        Row("asked_in_vain", "offer_withdrawn", UNDO),
        Row("noticed", "notice", UNDO),
    ),
    kinds.ActUndone: (Row("noticed", "notice"),),
    kinds.OfferExpired: (
        Row("silent", "offer_expired", GATHERED),
        Row("noticed_in_sessions", "notice"),
        Row("who_fills_the_holes", "hole_near"),
        *MISSED,
    ),
    kinds.OfferBarred: (
        Row("noticed_in_sessions", "notice"),
        Row("who_fills_the_holes", "hole_near"),
        *MISSED,
    ),
    kinds.OfferReopened: (Row("asked", "offer_made"),),
    kinds.ClaimUndone: (
        Row("who_fills_the_hole", "hole_near"),
        *MISSED,
        *minors.WITHOUT_GROWN_UP,
    ),
    kinds.BookingMade: (BOOKED_BY_ONE,),
    kinds.BookingWaiting: (BOOKED_BY_ONE,),
    kinds.BookingConfirmed: (BOOKED_BY_ONE,),
    kinds.BookingMoved: (BOOKED_BY_ONE, NEXT_IN_LINE),
    kinds.BookingChildrenChanged: (BOOKED_BY_ONE,),
    kinds.BookingCancelled: (
        Row("families_of_others_doing", "booking_ended"),
        BOOKED_BY_ONE,
        NEXT_IN_LINE,
    ),
    kinds.SeatAccepted: (BOOKED_BY_ONE,),
    kinds.SeatDeclined: (BOOKED_BY_ONE,),
    kinds.RequestOpened: (CHANGED_BY_ONE,),
    kinds.RequestClosed: (CHANGED_BY_ONE,),
    kinds.FamilyDetailsCorrected: (CHANGED_BY_ONE,),
    kinds.FamilyHoursChanged: (CHANGED_BY_ONE,),
    kinds.ChildAdded: (CHANGED_BY_ONE,),
    kinds.ChildCorrected: (CHANGED_BY_ONE,),
    kinds.ChildErased: (CHANGED_BY_ONE, Row("family_by_the_clock", "child_forgotten")),
    kinds.ConsentGiven: (CHANGED_BY_ONE,),
    kinds.ConsentWithdrawn: (CHANGED_BY_ONE,),
    kinds.VisitAsked: (CHANGED_BY_ONE, Row("who_plans_visits", "home_asked")),
    kinds.VisitWishChanged: (CHANGED_BY_ONE,),
    kinds.VisitWishEnded: (CHANGED_BY_ONE, Row("whose_visit", "home_unmet")),
    kinds.VisitDeclined: (Row("whose_visit", "home_declined"),),
    kinds.VisitSoughtAgain: (Row("who_plans_visits", "home_asked"),),
    kinds.VisitOverdue: (Row("who_is_inside", "home_overdue"),),
    kinds.VisitAlarmed: (Row("who_looks_after_them", "home_alarm"),),
    kinds.VisitReopened: (
        Row("who_goes_with_her", "home_again"),
        Row("whose_alarm_was_closed", "home_alarm_again"),
    ),
    kinds.HarmReported: (
        Row("who_reads_reports", "harm_reported"),
        Row("who_appoints_readers", "harm_unread"),
    ),
    kinds.InvitationAccepted: (Row("who_reads_from_now_on", "harm_reported"),),
    kinds.GuardianJoined: (Row("family", "changed_by_one"),),
    kinds.GuardianLeft: (Row("family", "changed_by_one"), Row("who_left", "let_out")),
    kinds.BookingsCalledOff: (Row("families", "booking_called_off"),),
    kinds.BookingsReopened: (Row("families", "booking_reopened"),),
    kinds.BookingAsked: (Row("families", "booking_changed"),),
    kinds.SeatOffered: (Row("families_offered", "seat_offered"), NEXT_IN_LINE),
    kinds.SeatTakenBack: (Row("families", "booking_ended", GATHERED),),
    kinds.SeatExpired: (Row("families", "seat_expired", GATHERED),),
    kinds.FamiliesAbsent: (Row("families", "visit_missed"),),
    kinds.WaitingEnded: (Row("families", "waiting_ended", GATHERED),),
    kinds.RunFinished: (Row("who_planned", "run_finished"),),
    kinds.RunFailed: (Row("whose_run", "run_failed"),),
    kinds.ProposalPublished: (
        Row("asked_by_proposal", "offer_made"),
        Row("seated_by_proposal", "seat_offered"),
    ),
    kinds.ProposalRefused: (Row("who_published", "proposal_refused"),),
    kinds.ContactCorrected: (Row("herself_if_others_did", "contact_corrected"),),
    kinds.VolunteerApplied: (Row("who_confirms", "somebody_applied"),),
    kinds.VolunteerApproved: (Row("herself_if_others_did", "approved"),),
    kinds.VolunteerMerged: (Row("herself_if_others_did", "merged"),),
    kinds.VolunteerTurnedDown: (Row("herself_if_others_did", "turned_down"),),
    kinds.VolunteerPaused: (Row("herself_if_others_did", "standing_changed"),),
    kinds.NumberAsked: (Row("who_knows_her", "number_asked"),),
    kinds.ResumeAsked: (Row("who_confirms", "resume_asked"),),
    kinds.VolunteerErased: (Row("who_confirms", "volunteer_erased"),),
    kinds.ExportAsked: (Row("who_agrees", "export_asked"),),
    kinds.ExportDecided: (Row("who_asked_for_it", "export_decided"),),
    kinds.PauseKept: (Row("herself_if_others_did", "pause_kept"),),
    kinds.VolunteerResumed: (Row("herself_if_others_did", "standing_changed"),),
    kinds.VolunteerLeft: (Row("herself_if_others_did", "standing_changed"),),
    kinds.CredentialAdded: (Row("holder", "credential_added"),),
    kinds.CredentialHandedIn: (Row("who_checks", "credential_handed_in"),),
    kinds.CredentialReturned: (Row("whose_hand_in", "credential_returned"),),
    kinds.CredentialEnded: (Row("holder", "credential_ended"),),
    kinds.VettingRequested: (Row("who_vets", "vetting_wanted"),),
    # a blocked one is told by a person, not by a message
    kinds.VettingAnswered: (Row("cleared", "vetting_clear"),),
    kinds.WallRenewed: (Row("who_printed", "wall_renewed"),),
}

_FAMILY_ITSELF = "the family did it itself, and the page answered it"
_IMPORT = "whoever sent the file looks on, and its list keeps how it ended"

NOBODY: dict[type[Kind], str] = beside.NOBODY | {
    kinds.RotaOpened: "it is a draft without sessions",
    kinds.AimsSet: "it holds for plans that nobody has made yet; no promise is touched",
    kinds.RotaPublished: "whom it concerns has her offer; who looks for more is shown it",
    kinds.RotaClosed: "all its sessions are over, and nothing of it can be answered",
    kinds.SessionAdded: "nobody has a part in it yet",
    kinds.SessionsCopied: "nobody has a part in them yet",
    kinds.AcceptanceUndone: HERSELF,
    kinds.RefusalUndone: HERSELF,
    kinds.AnswerUndone: "a kind that is only read",
    kinds.NoticeSeen: HERSELF,
    kinds.VolunteerArrived: ON_THE_PAGE,
    kinds.VettingConsentWithdrawn: ON_THE_PAGE,
    kinds.SessionReported: ON_THE_PAGE,
    kinds.TrainingNamed: "her card says it; she is told when she has it",
    kinds.FeedbackGiven: ON_THE_PAGE,
    kinds.FeedbackSeen: ON_THE_PAGE,
    kinds.VolunteerLeftSession: ON_THE_PAGE,
    kinds.VisitPlanned: "the seat that is kept for the family asks it, and volunteers their offers",
    kinds.VisitBegun: ON_THE_PAGE,
    kinds.VisitFinished: ON_THE_PAGE,
    kinds.VisitHeardSafe: ON_THE_PAGE,
    kinds.ArrivalTakenBack: ON_THE_PAGE,
    kinds.OrganisationDescribed: ON_THE_PAGE,
    kinds.OfferPinned: "it is between coordinators and the planner; to her nothing changes",
    kinds.BookingsLeft: "a guardian took back a consent, corrected or erased a child: that is told",
    kinds.FamilyCame: ON_THE_PAGE,
    kinds.RunRequested: BETWEEN,
    kinds.RunCalledAgain: BETWEEN,
    kinds.RunStarted: BETWEEN,
    kinds.RunStopping: BETWEEN,
    kinds.RunCancelled: "whoever wanted it dropped sees that it is",
    kinds.ProposalPublishing: BETWEEN,
    kinds.PublicationCalledAgain: BETWEEN,
    kinds.ProposalDiscarded: "nobody had been told of it",
    kinds.VolunteerRegistered: "whoever registers her is with her or on the telephone",
    kinds.HandInTakenBack: HERSELF,
    kinds.LanguagesSaid: HERSELF,
    kinds.GuardianAgreed: "the guardian is with her; the desk that has her application shows it",
    kinds.GuardianWithdrew: "the pause that it makes is told, and each place that is given back",
    kinds.RemarkWritten: "it is between coordinators",
    kinds.LimitsChanged: HERSELF,
    kinds.LikingsChanged: HERSELF,
    kinds.ProgrammesChosen: HERSELF,
    kinds.NamingChanged: HERSELF,
    kinds.CountingChanged: HERSELF,
    kinds.AvailabilityChanged: HERSELF,
    kinds.TimeOffAdded: HERSELF,
    kinds.TimeOffRemoved: HERSELF,
    kinds.FamilyRegistered: _FAMILY_ITSELF,
    kinds.FamilyErased: "nothing is left to tell it by, and what it was told goes as well",
    kinds.ImportUploaded: _IMPORT,
    kinds.ImportChecked: _IMPORT,
    kinds.ImportConfirmed: "whom its rows concern hears of it by the events of those rows",
    kinds.ImportCalledAgain: BETWEEN,
    kinds.ImportEnded: _IMPORT,
    kinds.CodeRequested: "the code itself goes to the phone (codes.py)",
    kinds.GuardianAsked: "whoever asks her in tells her; she finds it when she comes in",
    kinds.NumberAnswered: "the number itself is written to (accounts, tell_number)",
    kinds.InvitationMade: "whoever invites tells her; she finds it when she comes in",
    kinds.InvitationTakenBack: ON_THE_PAGE,
    kinds.SignedOut: "whoever signs out does it herself; on her other devices the page says so",
    kinds.ProjectOpened: ON_THE_PAGE,
    kinds.ProjectChanged: ON_THE_PAGE,
    kinds.ProjectClosed: ON_THE_PAGE,
    kinds.ProjectBooked: ON_THE_PAGE,
    kinds.PartnerChanged: ON_THE_PAGE,
    kinds.StationChanged: ON_THE_PAGE,
    kinds.ReportMade: "it concerns whoever made it, who has it",
    kinds.MessagesTold: "it is the telling itself",
    kinds.MessagesSeen: ON_THE_PAGE,
}
