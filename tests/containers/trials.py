"""What is done to the running containers. Each trial returns what a reader is to know of it."""

from __future__ import annotations

import json
import os
import re
import signal
import ssl
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx

from backend.common.keys import new_keys
from tests.containers.crowd import Coordinator, Crowd, Family, Volunteer, Worker
from tests.containers.engine import run
from tests.containers.people import PASSWORD, SECRET, Person, trust
from tests.containers.stack import (
    ALL,
    HTTPS,
    OURS,
    OWNER_PASSWORD,
    SITE,
    TOKEN,
    WATCHED,
    Stack,
    until,
)

PEOPLE = ("demo-volunteer", "demo-city", "demo-family")
PAGES = {"demo-volunteer": "/v/", "demo-city": "/c/", "demo-family": "/f/"}
SET_UP = f"""
from django.contrib.auth.hashers import make_password
from allauth.mfa.totp.internal.auth import TOTP
from backend.accounts.models import User
for name in {PEOPLE!r}:
    user = User.objects.get(username=name)
    user.password = make_password({PASSWORD!r})
    user.save()
TOTP.activate(User.objects.get(username="demo-city"), {SECRET!r})
"""
# What a person made since a number, as the tables know it.
MADE = {
    "rota_assignment": (
        "SELECT a.id FROM rota_assignment a JOIN volunteers_volunteer v ON v.id = a.volunteer_id "
        "JOIN accounts_user u ON u.id = v.user_id "
        "WHERE u.username = 'demo-volunteer' AND a.id > {last}"
    ),
    "bookings_booking": (
        "SELECT b.id FROM bookings_booking b JOIN families_family f ON f.id = b.family_id "
        "JOIN accounts_user u ON u.id = f.user_id "
        "WHERE u.username = 'demo-family' AND b.id > {last}"
    ),
}
NETWORK = "moli_default"
CUT_SECONDS = 15  # longer than any connection of ours is tried
GROW = "docker compose up -d --no-build --no-recreate --scale web=3 --scale solver=2"
RELOAD = "docker compose exec proxy nginx -c /etc/nginx/moli/proxy.conf -s reload"
BACKUP_NOW = "docker compose exec backup /app/docker/entrypoint.sh backup-now"
ELSEWHERE = "docker cp $(docker compose ps -q backup):/backups /some/other/disk"
BROUGHT_BACK = (
    "docker compose exec -T backup sh -c 'umask 077; cat >/backups/moli-….dump' "
    "</some/other/disk/backups/moli-….dump"
)
EMPTY = (
    "docker compose exec postgres psql -U moli -d moli "
    "-c 'DROP SCHEMA public CASCADE; CREATE SCHEMA public'"
)
DEMO = {"DEMO": "True", "HTTPS": "False", "SECOND_FACTOR": "False"}


WEEKS_AHEAD = 4
WELL_SECONDS = 300  # a busy machine is slow, not broken


class Trials:
    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.context = trust(stack.folder / "tls")
        self.people: dict[str, Person] = {}
        self.last: dict[str, int] = {}
        self.gone: list[str] = []  # the logs of webs that were thrown away

    def crowd(self) -> Crowd:
        """A volunteer claims, a family books, a coordinator reads and writes."""
        volunteer, coordinator, family = (self.people[name] for name in PEOPLE)
        self.last = {table: self._last(table) for table in MADE}
        workers: list[Worker] = [
            Volunteer(volunteer, self._shifts()),
            Coordinator(coordinator),
            Family(family, self._sessions(), self._child()),
        ]
        return Crowd(workers)

    def _last(self, table: str) -> int:
        return int(self.stack.sql(f"SELECT coalesce(max(id), 0) FROM {table}"))

    def nobody_noticed(self, crowd: Crowd) -> str:
        """No request failed, and what people were told that they have is what the tables hold."""
        assert not crowd.failed, (Counter(crowd.failed), crowd.words(), self._errors())
        made = {}
        for worker, table in zip(crowd.workers[::2], MADE, strict=True):
            told = {one for one in worker.made if one > self.last[table]}
            rows = self.stack.sql(MADE[table].format(last=self.last[table])).split()
            assert told == set(map(int, rows)), (table, sorted(told), rows)
            made[table] = len(told)
            assert told, (f"nothing came into {table}", worker.makes, crowd.answers)
        claims, bookings = made.values()
        return f"{claims} claims and {bookings} bookings, each once; {crowd.words()}"

    def facts(self) -> dict[str, str]:
        try:
            asked = Person(self.context).get("/readyz", Authorization=f"Bearer {TOKEN}")
            return dict(json.loads(asked.text))
        except (httpx.HTTPError, ValueError):
            return {}

    def is_ready(self) -> bool:
        return self.facts().get("status") == "ready"

    # --- coming up --------------------------------------------------------------------------------

    def comes_up(self) -> str:
        self.stack.typed("docker compose up -d --no-build")
        seconds = until(self.stack.healthy, WELL_SECONDS, "every container healthy")
        until(self.is_ready, WELL_SECONDS, "/readyz ready")
        assert "(healthy)" in self.stack.typed("docker compose ps")
        assert "verify-records" in self.stack.typed("docker compose exec worker moli")
        return f"all healthy {seconds:.0f} s after `up` returned, /readyz says ready"

    def is_shut(self) -> str:
        """Who runs as whom, and what is reachable."""
        for service in (*OURS, "proxy", "valkey"):
            for container in self.stack.containers(service):
                shown = json.loads(run("docker", "inspect", container).stdout)[0]
                config, host = shown["Config"], shown["HostConfig"]
                assert config["User"].split(":")[0] not in ("", "0", "root"), service
                assert host["ReadonlyRootfs"] and host["CapDrop"] == ["ALL"], service
                assert host["Memory"] > 0 and host["NanoCpus"] > 0, service
        somebody = Person(self.context)
        assert somebody.get("/metrics").status_code == 404
        (web, *_) = self.stack.containers("web")
        asked = (
            f"u.Request('http://web:8000/metrics', headers={{'Authorization': 'Bearer {TOKEN}'}})"
        )
        code = f"import urllib.request as u; print(u.urlopen({asked}).read().decode())"
        numbers = run("docker", "exec", web, "python", "-c", code).stdout
        heard = dict(
            re.findall(r'^moli_heartbeat_age_seconds\{role="(\w+)"\} (\S+)', numbers, re.M)
        )
        assert set(WATCHED) <= set(heard) and max(map(float, heard.values())) < 60, heard
        self._owner_apart(web)
        return (
            "not root, read-only, no capabilities, limits; metrics from inside alone; "
            "no rights of the tables' owner"
        )

    def _owner_apart(self, web: str) -> None:
        """The platform's own account can neither empty a table nor take a guard off."""
        shown = run("docker", "exec", web, "env").stdout
        assert "postgresql://moli:" not in shown and OWNER_PASSWORD not in shown
        table = "accounts_access"
        for statement in (f"TRUNCATE {table}", f"ALTER TABLE {table} DISABLE TRIGGER ALL"):
            code = f"from django.db import connection; connection.cursor().execute({statement!r})"
            words = ["python", "-m", "backend.manage", "shell", "-c", code]
            done = run("docker", "exec", web, *words, check=False)
            assert "permission denied" in done.stderr or "must be owner" in done.stderr, statement

    def first_steps(self) -> str:
        steps = "docker compose run --rm migrate first-steps --operator NAME --area 350121"
        blanks = {"NAME": "ops", "350121": "350102"}
        said = self.stack.typed(steps, blanks)
        (link,) = re.findall(rf"^https://{SITE}(/\S+)$", said, re.M)
        her = Person(self.context)
        form = her.get(link).headers["Location"]
        her.get(form)
        chosen = {"password1": PASSWORD, "password2": PASSWORD}
        assert her.post(form, chosen).status_code == 302  # by the library of accounts
        assert her.get("/o/").headers["Location"].startswith("/accounts/2fa/")
        assert "nothing was changed" in self.stack.typed(steps, blanks)
        return "one command, one link; then her second factor; a second time changes nothing"

    # --- living -----------------------------------------------------------------------------------

    def people_come(self) -> str:
        self.stack.once("manage", "load_fuzhou", "--scale", "small", "--replace", **DEMO)
        self.stack.once("manage", "shell", "-c", SET_UP)
        self.stack.typed(BACKUP_NOW)  # the note of the first went with the rows
        for name in PEOPLE:
            person = self.people[name] = Person(self.context)
            person.sign_in(name)
            assert person.get(PAGES[name]).status_code == 200
        return "volunteer, coordinator (with a second factor) and family sign in through the proxy"

    def plan(self) -> str:
        her = self.people["demo-city"]
        rota = self.stack.sql("SELECT id FROM rota_rota WHERE state = 'draft' LIMIT 1")
        assert her.post(f"/c/rotas/{rota}/run/").status_code in (302, 303)
        asked = (
            "SELECT p.id FROM planning_proposal p JOIN planning_run r ON r.id = p.run_id "
            f"WHERE r.rota_id = {rota}"
        )
        planned = until(lambda: self.stack.sql(asked), 240, "the plan")
        proposal = self.stack.sql(asked)
        assert her.post(f"/c/proposals/{proposal}/publish/").status_code in (302, 303)
        state = f"SELECT state FROM planning_proposal WHERE id = {proposal}"
        published = until(lambda: self.stack.sql(state) == "published", 120, "publication")
        offers = self.stack.sql("SELECT count(*) FROM rota_offer")
        return f"plan after {planned:.0f} s, published after {published:.0f} s, {offers} offers"

    def claim_and_book(self) -> str:
        volunteer, family = self.people["demo-volunteer"], self.people["demo-family"]
        hers = (
            "SELECT count(*) FROM rota_assignment a JOIN volunteers_volunteer v ON "
            "v.id = a.volunteer_id JOIN accounts_user u ON u.id = v.user_id "
            "WHERE u.username = 'demo-volunteer'"
        )
        before = int(self.stack.sql(hers))
        shifts = self._shifts()
        for shift in shifts:
            volunteer.post(f"/v/shifts/{shift}/claim/")
            if int(self.stack.sql(hers)) > before:
                break
        assert int(self.stack.sql(hers)) == before + 1, f"none of {len(shifts)} shifts"
        child = self._child()
        since = self._numbered()
        booked: list[int] = []

        def book() -> None:
            for session in self._sessions():
                answer = family.post("/f/confirm/", {"session": session, "child": child})
                booked.append(answer.status_code)
                if answer.status_code in (302, 303):
                    return

        streams = ",".join(f"session.{number}" for number in self._sessions())
        heard = family.first_word(streams, since, book)
        assert heard["streams"] and booked[-1] in (302, 303), (booked, heard)
        return "claimed, booked, and the open page was told of it over the socket"

    def _shifts(self) -> list[str]:
        return self.stack.sql(
            "SELECT s.id FROM rota_shift s JOIN rota_session e ON e.id = s.session_id JOIN "
            "rota_rota r ON r.id = e.rota_id WHERE r.state = 'published' AND "
            "e.starts_at > now() + interval '1 day' ORDER BY e.starts_at"
        ).split()

    def _child(self) -> str:
        return self.stack.sql(
            "SELECT min(c.id) FROM families_child c JOIN families_family f ON f.id = c.family_id "
            "JOIN accounts_user u ON u.id = f.user_id WHERE u.username = 'demo-family'"
        )

    def _sessions(self) -> list[str]:
        """What her page of a child offers in the next weeks: which week has a tutor by now hangs on
        the day on which this runs."""
        family, child = self.people["demo-family"], self._child()
        today = datetime.now(UTC).date()
        weeks = [today + timedelta(weeks=ahead) for ahead in range(WEEKS_AHEAD)]
        pages = [family.get(f"/f/sessions/?child={child}&from={week}").text for week in weeks]
        return sorted(set(re.findall(r"/f/sessions/(\d+)/", "".join(pages))))[:20]

    # --- breaking ---------------------------------------------------------------------------------

    def kill(self, service: str) -> str:
        """The process dies as by a crash; the engine starts it again."""
        (container, *_) = self.stack.containers(service)
        before = self.stack.state(container)["pid"]
        with self.crowd() as crowd:
            os.kill(int(before), signal.SIGKILL)
            until(lambda: self.stack.state(container)["pid"] not in ("0", before), 60, "a new one")
            seconds = until(self._well, WELL_SECONDS, f"all well after {service} was killed")
        return f"well again after {seconds:.0f} s; {crowd.words()}"

    def _well(self) -> bool:
        return self.is_ready() and self.stack.healthy()

    def freeze_the_watched(self) -> str:
        """All of them at once: each is named on /readyz within a minute."""
        frozen = {role: self.stack.containers(role) for role in WATCHED}
        every = [container for containers in frozen.values() for container in containers]
        for container in every:
            run("docker", "pause", container)
        try:
            seconds = until(self._all_named, 60, "a frozen process named")
        finally:
            for container in every:
                run("docker", "unpause", container)
        back = until(self._well, WELL_SECONDS, "all well after the thaw")
        return f"each named on /readyz after {seconds:.0f} s; well {back:.0f} s after the thaw"

    def _all_named(self) -> bool:
        facts = self.facts()
        return bool(facts) and all(facts.get(role, "ok") != "ok" for role in WATCHED)

    def pause(self, service: str) -> str:
        (container, *_) = self.stack.containers(service)
        with self.crowd() as crowd:
            run("docker", "pause", container)
            time.sleep(10)
            run("docker", "unpause", container)
            seconds = until(self._well, WELL_SECONDS, f"all well after {service} was paused")
        return f"well {seconds:.0f} s after the thaw; {crowd.words()}"

    def disconnect(self, service: str) -> str:
        """The cable is out until everybody can see it: a watched role is named on /readyz. It
        comes back under another address, so no line from before can go on."""
        (container, *_) = self.stack.containers(service)
        shown = json.loads(run("docker", "inspect", container).stdout)[0]
        names = shown["NetworkSettings"]["Networks"][NETWORK]["Aliases"]
        aliases = [word for name in names for word in ("--alias", name)]
        before = self._address(container)
        with self.crowd() as crowd:
            run("docker", "network", "disconnect", NETWORK, container)
            try:
                if service in WATCHED:
                    until(lambda: self._named(service), 120, f"{service} named on /readyz")
                else:
                    time.sleep(CUT_SECONDS)
                fillers = self._take_address(before)
            finally:
                run("docker", "network", "connect", *aliases, NETWORK, container)
            run("docker", "rm", "--force", *fillers)
            assert self._address(container) != before
            seconds = until(self._well, WELL_SECONDS, f"all well after {service} was cut off")
        return f"well {seconds:.0f} s after the cable; {crowd.words()}"

    def _address(self, container: str) -> str:
        shown = json.loads(run("docker", "inspect", container).stdout)[0]
        return str(shown["NetworkSettings"]["Networks"][NETWORK]["IPAddress"])

    def _take_address(self, wanted: str) -> list[str]:
        """Containers that do nothing, until one of them has it. Where the engine goes on to new
        addresses, or somebody else has it by now, none will: then it is not given back either."""
        fillers: list[str] = []
        while len(fillers) < 20 and (not fillers or self._address(fillers[-1]) != wanted):
            idle = ["--entrypoint", "sleep", "moli-local/valkey", "3600"]
            started = run("docker", "run", "--detach", "--network", NETWORK, *idle)
            fillers.append(started.stdout.strip())
        return fillers

    def _named(self, role: str) -> bool:
        return self.facts().get(role, "ok") != "ok"

    def no_web_at_all(self) -> str:
        """Whoever comes then is told by the proxy in our words, and when to come again."""
        webs = self.stack.containers("web")
        run("docker", "stop", "--time", "20", *webs)
        try:
            somebody = Person(self.context)
            read = somebody.get("/f/")
            sent = somebody.post("/accounts/login/", {"login": "x", "password": "y"})
            style = somebody.get("/pages/page.css")
        finally:
            run("docker", "start", *webs)
        for page in (read, sent):
            assert page.status_code in (502, 503, 504), page.status_code
            assert page.headers["Content-Type"] == "text/html; charset=utf-8", page.headers
            assert "你的班表和预约都在" in page.text and 'lang="en"' in page.text, page.text
            assert int(page.headers["Retry-After"]) > 0
        assert (style.status_code, style.headers["Content-Type"]) == (200, "text/css")
        seconds = until(self._well, WELL_SECONDS, "all well with webs again")
        return (
            f"{read.status_code}, our page in Chinese and English, come again in "
            f"{read.headers['Retry-After']} s; well {seconds:.0f} s after they were started"
        )

    def proxy_refuses(self) -> str:
        """What never reaches a web container is refused in our words, too."""
        somebody = Person(self.context)
        large = somebody.post("/accounts/login/", {"login": "x" * 300_000})
        long = somebody.get("/" + "x" * 20_000)
        heads = somebody.get("/", Cookie="x" * 40_000)
        hidden = somebody.get("/metrics")
        said = [page.status_code for page in (large, long, heads, hidden)]
        assert said == [413, 414, 400, 404], said
        for page, words in (
            (large, "太大了"),
            (long, "打不开"),
            (heads, "打不开"),
            (hidden, "打不开"),
        ):
            assert words in page.text and "nginx" not in page.text, page.text
        return "413, 414, 400 and 404 of the proxy are pages of ours"

    # --- growing and changing ---------------------------------------------------------------------

    def scale(self) -> str:
        with self.crowd() as crowd:
            self.stack.typed(GROW)
            until(self._well, WELL_SECONDS, "all well after scaling")
            until(lambda: min(self._served()) > 0, WELL_SECONDS, "each web asked for a page")
        served = self._served()
        assert len(served) == 3, served
        return (
            f"each of 3 webs served ({', '.join(map(str, served))}); {self.nobody_noticed(crowd)}"
        )

    def _served(self) -> list[int]:
        return [self._requests(container) for container in self.stack.containers("web")]

    def _requests(self, container: str) -> int:
        return self._log(container).count('"page": "preferences"')

    def renew_a_web(self) -> str:
        """Each web container in turn is ended, thrown away and made anew, while people work."""
        logs = []
        with self.crowd() as crowd:
            for container in self.stack.containers("web"):
                time.sleep(2)
                self.stack.typed("docker stop --time 20 CONTAINER", {"CONTAINER": container})
                logs.append(self._log(container))
                self.gone.append(logs[-1])
                run("docker", "rm", container)
                self.stack.typed(GROW)
                until(self._well, WELL_SECONDS, "all well after a web was made anew")
            time.sleep(4)
        logs += [self._log(container) for container in self.stack.containers("web")]
        asked = Counter(re.findall(r'"request": "(\w+)", "message": "POST', "".join(logs)))
        assert asked and max(asked.values()) == 1, asked.most_common(3)
        return self.nobody_noticed(crowd)

    def _errors(self) -> list[str]:
        """What the webs that are there, and those that were thrown away, said went wrong."""
        logs = [*self.gone, *map(self._log, self.stack.containers("web"))]
        return re.findall(r'^.*"level": "error".*$', "\n".join(logs), re.M)[:3]

    def _log(self, container: str) -> str:
        log = run("docker", "logs", container)
        return log.stdout + log.stderr

    def upgrade(self) -> str:
        """With a proxy.conf that changed, too."""
        self.stack.set(MOLI_VERSION="2", SOLVER_WORKERS="2")
        self.stack.edit_proxy("server_tokens off;", "server_tokens off; add_header X-Trial 2;")
        proxy = self.stack.containers("proxy")
        with self.crowd() as crowd:
            self.stack.typed("./upgrade.sh")
            until(self._well, WELL_SECONDS, "all well after the upgrade")
            until(lambda: "X-Trial" in Person(self.context).get("/healthz").headers, 60, "it")
            self.stack.typed("docker compose run --rm migrate moli rotate-keys")
        shown = [
            json.loads(run("docker", "inspect", c).stdout)[0] for c in self.stack.containers("web")
        ]
        assert [row["Config"]["Image"] for row in shown] == ["moli-roster:2"] * 3
        assert len(self.stack.containers("solver")) == 2
        assert self.stack.containers("proxy") == proxy, "the proxy was made anew"
        return f"the changed proxy.conf is in force; {self.nobody_noticed(crowd)}"

    def upgrade_refused(self) -> str:
        """A proxy.conf that cannot be read is found before anything is touched."""
        before = run("docker", "ps", "-q").stdout
        self.stack.edit_proxy("server_tokens off;", "server_tokens of;")
        try:
            self.stack.typed("./upgrade.sh")
        except RuntimeError as error:
            assert "nothing was changed" in str(error)
        else:
            raise AssertionError("it was not refused")
        finally:
            self.stack.edit_proxy("server_tokens of;", "server_tokens off;")
        assert run("docker", "ps", "-q").stdout == before and self._well()
        return "a proxy.conf with a slip is named before anything is changed"

    def renew_the_certificate(self) -> str:
        """Whoever connects afterwards is shown the new one; who is connected is not cut off."""
        (container,) = self.stack.containers("proxy")
        before = self.shown_certificate()
        with self.crowd() as crowd:
            self.stack.make_certificate()
            self.context.load_verify_locations(str(self.stack.folder / "tls/fullchain.pem"))
            self.stack.typed(RELOAD)
            until(lambda: self.shown_certificate() != before, 30, "the new certificate")
            time.sleep(3)
        assert self.stack.containers("proxy") == [container]
        return f"another certificate is shown; {self.nobody_noticed(crowd)}"

    def shown_certificate(self) -> str:
        return ssl.get_server_certificate(("127.0.0.1", HTTPS))

    def back_up_and_restore(self) -> str:
        """Copied elsewhere, lost here, brought back from there, and restored."""
        newest = self._bring_backup_back()
        before = self._rows()
        numbered = self._numbered()
        self.stack.typed("docker compose stop proxy web relay worker sender solver beat backup")
        self.stack.typed(EMPTY)
        self.stack.typed("docker compose run --rm migrate restore /backups/moli-….dump", newest)
        self.stack.typed("docker compose up -d --no-build --scale web=3 --scale solver=2")
        until(self._well, WELL_SECONDS, "all well after the restore")
        assert self._rows() == before
        assert self._numbered() > numbered, "an open page would not read anew"
        self._owner_apart(self.stack.containers("web")[0])
        answers = [self.people[name].get(PAGES[name]).status_code for name in PEOPLE]
        assert answers == [200, 200, 200], answers
        return (
            f"files 0600; {before} rows before and after; events numbered anew; the platform's "
            "account as before; everybody still signed in"
        )

    def _bring_backup_back(self) -> dict[str, str]:
        """A backup that is only elsewhere, back in its volume: what the how-to's blank stands
        for."""
        self.stack.typed(BACKUP_NOW)
        disk = self.stack.folder.parent / "disk"
        disk.mkdir()
        self.stack.typed(ELSEWHERE, {"/some/other/disk": str(disk)})
        newest = max(path.name for path in disk.glob("backups/*.dump"))
        (container,) = self.stack.containers("backup")
        run("docker", "exec", container, "sh", "-c", "rm /backups/*")
        filled = {"/some/other/disk": str(disk), "moli-….dump": newest}
        self.stack.typed(BROUGHT_BACK, filled)
        listed = self.stack.typed("docker compose exec backup ls -l /backups")
        assert re.findall(r"^(\S{10}).* (\S+)$", listed, re.M) == [("-rw-------", newest)], listed
        return {"moli-….dump": newest}

    def change_keys(self) -> str:
        """As docs/how-to/change-keys.md: known to all before it seals, in front, then alone."""
        old = self.stack.setting("FIELD_KEYS")
        new = new_keys()["FIELD_KEYS"].replace("k1:", "k2:")
        with self.crowd() as crowd:
            for keys in (f"{old} {new}", f"{new} {old}"):
                self.stack.set(FIELD_KEYS=keys)
                self.stack.typed("./upgrade.sh")
            said = self.stack.once("manage", "rotate_keys")
            self.stack.set(FIELD_KEYS=new)
            self.stack.typed("./upgrade.sh")
            until(self._well, WELL_SECONDS, "all well with the new key")
        assert "k1" not in self.stack.once("manage", "rotate_keys", "--check"), said
        return f"every sealed value has the new key; {self.nobody_noticed(crowd)}"

    def _numbered(self) -> int:
        return int(self.stack.sql("SELECT max(last_seq) FROM outbox_stream"))

    def _rows(self) -> str:
        tables = ("rota_assignment", "rota_offer", "bookings_booking", "families_child")
        counts = " + ".join(f"(SELECT count(*) FROM {table})" for table in tables)
        return self.stack.sql(f"SELECT {counts}")


def steps(trials: Trials) -> list[tuple[str, Callable[[], str]]]:
    """All trials in their order, each with its name."""

    def of(verb: str, service: str) -> tuple[str, Callable[[], str]]:
        return f"{verb} {service}", lambda: getattr(trials, verb)(service)

    return [
        ("comes up as shipped", trials.comes_up),
        ("is shut", trials.is_shut),
        ("first steps", trials.first_steps),
        ("people sign in", trials.people_come),
        ("run and publish", trials.plan),
        ("claim, book, live socket", trials.claim_and_book),
        ("scale web to 3, solver to 2", trials.scale),
        ("make a web anew", trials.renew_a_web),
        ("upgrade from the image before", trials.upgrade),
        ("upgrade with a slip in proxy.conf", trials.upgrade_refused),
        ("reload the proxy's certificate", trials.renew_the_certificate),
        ("back up and restore", trials.back_up_and_restore),
        ("change the keys of sealed fields", trials.change_keys),
        ("the proxy's own refusals", trials.proxy_refuses),
        ("every web stopped", trials.no_web_at_all),
        ("pause relay, worker, sender, solver, beat", trials.freeze_the_watched),
        *[of("kill", service) for service in ALL],
        *[of("pause", service) for service in ("web", "backup", "valkey", "postgres", "proxy")],
        *[of("disconnect", service) for service in ALL],
    ]
