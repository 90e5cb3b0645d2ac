"""Pages that need no sign-in."""

from __future__ import annotations

from django.urls import path
from django.views.generic import RedirectView

from backend.web import assets, health, inbox, kept, styleguide, tabs
from backend.web.methods import read, read_or_write
from backend.web.public import (
    account,
    again,
    calendar,
    children,
    demo,
    here,
    home,
    join,
    link,
    minors,
    new_number,
    phone,
    preferences,
    team,
    verify,
    wechat,
)

urlpatterns = [
    path("", read(home.home), name="home"),
    path("healthz", read(health.healthz), name="healthz"),
    path("readyz", read(health.readyz), name="readyz"),
    path("metrics", read(health.metrics), name="metrics"),
    path("tabs/<slug:audience>/<slug:place>/", read(tabs.tabs), name="tabs"),
    path(
        "sign-in/",
        read(RedirectView.as_view(pattern_name="sign_in_phone", query_string=True)),
        name="sign_in",
    ),
    path("sign-in/phone/", read_or_write(phone.number), name="sign_in_phone"),
    path("sign-in/code/", read_or_write(phone.code), name="sign_in_code"),
    path("sign-in/who/", read_or_write(phone.who), name="sign_in_who"),
    path("sign-in/you/", read_or_write(phone.you), name="sign_in_you"),
    path("account/again/", read_or_write(again.again), name="again"),
    path("account/number/", read_or_write(new_number.new_number), name="new_number"),
    path("welcome/", read_or_write(phone.welcome), name="welcome"),
    path("join/family/", read_or_write(join.join_family), name="join_family"),
    path("join/guardian/<id:guardian_id>/", read_or_write(join.guardian), name="guardian"),
    path("join/minor/", read_or_write(minors.join_minor), name="join_minor"),
    path("join/volunteer/", read_or_write(join.join_volunteer), name="join_volunteer"),
    path("team/", read_or_write(team.team), name="team"),
    path("team/invitations/<id:pk>/", team.take_back, name="take_back_invitation"),
    path("team/members/<id:pk>/", team.end, name="end_membership"),
    path("invitations/<id:pk>/", read_or_write(team.invitation), name="invitation"),
    path("children/", read(children.children), name="children"),
    path("account/elsewhere/", account.sign_out_elsewhere, name="sign_out_elsewhere"),
    path("account/", read(account.account), name="account"),
    path("bell/<slug:side>/", read(inbox.bell), name="bell"),
    path("demo/messages/", demo.demo_messages, name="demo_messages"),
    path("demo/wechat/", wechat.demo_wechat, name="demo_wechat"),
    path("demo/<slug:key>/", demo.demo_sign_in, name="demo_sign_in"),
    path("account/wechat/", read_or_write(wechat.wechat), name="wechat"),
    path("account/wechat/back/", read(wechat.back), name="wechat_back"),
    path("wechat/events/", read_or_write(wechat.events), name="wechat_events"),
    path("account/calendar/", read_or_write(calendar.calendar_address), name="calendar_address"),
    path("calendar/<slug:token>.ics", read(calendar.feed), name="calendar_feed"),
    path("here/<id:session_id>/<slug:code>/", read(here.here_session), name="here_session"),
    path("here/place/<id:venue_id>/<slug:code>/", read(here.here_venue), name="here_venue"),
    path("l/<slug:token>/", read_or_write(link.link), name="link"),
    path("verify/<slug:number>/<slug:code>/", read(verify.verify), name="verify"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("assets/<slug:name>.<slug:digest>.<slug:kind>", read(assets.send), name="asset"),
    path("worker.js", read(kept.worker), name="worker"),
    path("manifest.webmanifest", read(kept.manifest), name="manifest"),
    path("offline/", read(kept.offline), name="offline"),
    path("styleguide/", read(styleguide.guide), name="styleguide"),
    path("styleguide/<slug:shell>/", read(styleguide.guide), name="styleguide"),
    path("styleguide/mock/<slug:page>/", read(styleguide.mock), name="styleguide_mock"),
]
