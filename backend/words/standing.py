"""How somebody stands in the register, said to herself while nothing can be asked of her."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backend.volunteers.models import Pause, Volunteer


def standing(volunteer: Volunteer, reason: str) -> str:
    """Nothing while she serves. `reason`: why a coordinator did not take her on, or ""."""
    state = Volunteer.State
    if reason:
        text = _("这次没有通过：%(reason)s。有疑问请问你们街道的妇联。")
        return text % {"reason": reason}
    return {
        state.ACTIVE: "",
        state.APPLIED: _("报名收到了，等妇联确认。确认之前可以先看看，还不能接班。"),
        state.PAUSED: _("你现在停着，不能接新的班；答应过的还算数。想恢复，在「我的」里说一声。"),
        state.LEFT: _("你已经退出服务，不能接新的班；答应过的还算数。想回来，请联系调度员。"),
    }[state(volunteer.state)]


def why_paused(pause: Pause) -> str:
    """Why somebody else than herself paused her: what a person wrote, or what made it."""
    return of_pause(pause.because, pause.why)


def of_pause(because: str, why: str) -> str:
    return {
        "": why,
        Pause.Because.GUARDIAN: _(
            "监护人撤回了同意，答应过的场次已经退了。监护人再同意以后可以恢复"
        ),
    }[because]
