"""A second judge of matching-problem/2, apart from the engine: plain data in, which rules a plan
breaks and what it costs out. It imports nothing of `matching` and takes its time: everything is
counted anew, minute by minute where that is clearest, from the words of the contract alone.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from datetime import date, timedelta
from typing import Any

DAY = 1440
WEEK = 7 * DAY
Data = dict[str, Any]


class Second:
    """One problem and one plan. `broken` are the codes of the rules that it breaks, `cost` what
    each part of the cost comes to."""

    def __init__(self, problem: Data, plan: Data) -> None:
        self.p = problem
        self.w = problem["weights"]
        self.volunteers = {v["id"]: v for v in problem["volunteers"]}
        self.sessions = {s["id"]: s for s in problem["sessions"]}
        self.shift = {h["id"]: (s, h) for s in problem["sessions"] for h in s["shifts"]}
        self.requests = {q["id"]: q for q in problem["requests"]}
        self.served = [(a["volunteer"], a["shift"]) for a in plan["assignments"]]
        self.said = [(y["request"], y["session"]) for y in plan["seats"]]
        self.seated = [(q, s) for q, s in self.said if self.sessions[s]["seats"]]
        self.broken: set[str] = set()
        self.cost: Counter[str] = Counter()
        for check in (_pairs, _hers, _windows, _in_sessions, _who_with_whom, _families, _between):
            check(self)
        for part in (_session_cost, _people_cost, _family_cost, _rest_of_cost):
            part(self)

    @property
    def total(self) -> int:
        return sum(self.cost.values())

    def no(self, code: str, broken: Any = True) -> None:
        if broken:
            self.broken.add(code)

    def of(self, volunteer: str) -> list[tuple[Data, Data]]:
        """Her sessions with the shifts."""
        return [self.shift[h] for v, h in self.served if v == volunteer]

    def timed(self, volunteer: str) -> list[Data]:
        return [s for s, _ in self.of(volunteer) if s["start"] is not None]

    def people(self, session: str) -> list[str]:
        return [v for v, h in self.served if self.shift[h][0]["id"] == session]

    def heads(self, shift: str) -> int:
        return sum(h == shift for _, h in self.served)

    def guests(self, session: str) -> list[str]:
        return [q for q, s in self.seated if s == session]

    def children(self, session: str) -> int:
        return sum(len(self.requests[q]["children"]) for q in self.guests(session))

    def open(self, s: Data) -> bool:
        return s["required"] or bool(self.people(s["id"])) or self.children(s["id"]) > 0

    def holds(self, volunteer: str, code: str, s: Data) -> bool:
        held = self.volunteers[volunteer]["qualifications"]
        until = self.p["horizon"] if s["end"] is None else s["end"]
        return code in held and (held[code] is None or held[code] >= until)

    def way(self, a: Any, b: Any) -> int:
        phi = [math.radians(a[0]), math.radians(b[0])]
        dl = math.radians(b[1] - a[1])
        h = math.sin((phi[1] - phi[0]) / 2) ** 2
        h += math.cos(phi[0]) * math.cos(phi[1]) * math.sin(dl / 2) ** 2
        km = 2 * 6371.0088 * math.asin(math.sqrt(h))
        return math.ceil(km * self.p["travel"]["detour"] / self.p["travel"]["kmh"] * 60 - 1e-9)


def judged(problem: Data, plan: Data) -> Second:
    """The verdict on a plan whose ids are all in the problem."""
    return Second(problem, plan)


def inside(free: list[list[int]], s: Data) -> bool:
    return any(a <= s["start"] and s["end"] <= b for a, b in free)


# ── one volunteer and one shift
def _pairs(t: Second) -> None:
    banned = [(b["volunteer"], b["session"]) for b in t.p["bans"]]
    for v, h in t.served:
        her = t.volunteers[v]
        s, shift = t.shift[h]
        t.no("qualification", not all(t.holds(v, code, s) for code in shift["requires"]))
        t.no("availability", s["start"] is not None and not inside(her["available"], s))
        t.no("reach", t.way(her["home"], s["place"]) > her["max_travel"])
        t.no("ban", (v, s["id"]) in banned)
        t.no("head_count", t.heads(h) > shift["target"] + shift.get("spare", 0))
    t.no("pin", any((p["volunteer"], p["shift"]) not in t.served for p in t.p["pins"]))


# ── what one volunteer does
def _hers(t: Second) -> None:
    for v, her in t.volunteers.items():
        hers = t.of(v)
        t.no("one_place", max(Counter(s["id"] for s, _ in hers).values(), default=0) > 1)
        timed = {s["id"]: s for s in t.timed(v)}.values()
        others = [c for c in her.get("commitments", []) if c["start"] is not None]
        pairs = [(a, b) for a in timed for b in [*timed, *others] if a is not b]
        t.no("overlap", any(_overlap(t, a, b) for a, b in pairs))
        past = her.get("history", [])
        close = [(a, b) for a in timed for b in [*timed, *others, *past] if a is not b]
        t.no("rest", any(_tired(her, a, b) or _tired(her, b, a) for a, b in close))
        for name, span in (("max_per_day", DAY), ("max_per_week", WEEK)):
            mine = Counter(s["start"] // span for s in t.timed(v))
            used = Counter(c["start"] // span for c in others)
            cap = her[name]
            if cap is not None:
                t.no(name, any(n > max(0, cap - used[at]) for at, n in mine.items()))
        cap = her["max_total"]
        t.no("max_total", cap is not None and len(t.timed(v)) > cap)
        endless = sum(c["start"] is None for c in her.get("commitments", []))
        n = sum(s["start"] is None for s, _ in hers)
        cap = her["max_open"]
        t.no("max_open", cap is not None and n > max(0, cap - endless))
        met = sum(t.children(s) for s in {s["id"] for s, _ in hers})
        cap = her.get("max_children")
        t.no("max_children", cap is not None and met > cap)
        _runs(t, her, {s["start"] // DAY for s in t.timed(v)})
        _long_rest(t, her, [(c["start"], c["end"]) for c in [*others, *past]])


def _overlap(t: Second, a: Data, b: Data) -> bool:
    if b["start"] < a["start"]:
        return _overlap(t, b, a)
    way = t.way(a["place"], b["place"]) if a["start"] // DAY == b["start"] // DAY else 0
    return b["start"] < a["end"] + way


def _tired(her: Data, a: Data, b: Data) -> bool:
    """`b`, which does not begin before `a`, begins within the rest after it."""
    if b["start"] < a["start"]:
        return False
    rests = [{"minutes": her.get("min_rest", 0)}, *her.get("rests", [])]
    for rest in rests:
        after = rest.get("after")
        if after is not None and after not in a.get("kinds", []):
            continue
        nights = rest.get("series") and after in b.get("kinds", [])
        if nights and b["start"] // DAY - a["start"] // DAY <= 1:
            continue
        if rest["minutes"] and b["start"] - a["end"] < rest["minutes"]:
            return True
    return False


def _runs(t: Second, her: Data, on: set[int]) -> None:
    days = math.ceil(t.p["horizon"] / DAY)
    line = "".join("x" if day in on else "." for day in range(days))
    for length in range(1, her.get("min_days_on", 0)):
        t.no("runs", f".{'x' * length}." in line)
    for length in range(1, her.get("min_days_off", 0)):
        t.no("runs", f"x{'.' * length}x" in line)


def _long_rest(t: Second, her: Data, other: list[tuple[int, int]]) -> None:
    block = her.get("rest_block")
    if not block:
        return
    days = math.ceil(t.p["horizon"] / DAY)
    window = block.get("window", 7)
    mine = [(s["start"], s["end"]) for s in t.timed(her["id"])]
    for first in range(0, days, 1 if block.get("rolling", True) else window):
        if first + window <= days:
            ends = (first * DAY, (first + window) * DAY)
            before = _longest_free(ends, other)
            if before >= block["minutes"] > _longest_free(ends, other + mine):
                t.no("rest_block")


def _longest_free(window: tuple[int, int], busy: list[tuple[int, int]]) -> int:
    """The longest stretch of a window in which nothing lies."""
    at, best = window[0], 0
    for start, end in sorted(busy):
        best = max(best, min(start, window[1]) - at)
        at = max(at, end)
    return max(best, window[1] - at)


# ── how much of something in any window
def _of_sort(limit: Data, programme: Any, role: Any, codes: Any, kinds: Any) -> bool:
    return (
        limit.get("programme") in (None, programme)
        and limit.get("role") in (None, role)
        and (limit.get("code") is None or limit["code"] in (codes or ()))
        and (limit.get("kind") is None or limit["kind"] in (kinds or ()))
    )


def _lists(t: Second, her: Data, limit: Data) -> tuple[list[Any], list[Any]]:
    """What counts: (start, end) of the plan, and of what she has beside it."""
    plan = [
        (s["start"], s["end"])
        for s, h in t.of(her["id"])
        if s["start"] is not None
        and _of_sort(limit, s["programme"], h["role"], h["requires"], s.get("kinds", []))
    ]
    promised = [c for c in her.get("commitments", []) if c["start"] is not None]
    beside = [
        (c["start"], c["end"])
        for c in [*her.get("history", []), *promised]
        if _of_sort(limit, *(c.get(name) for name in ("programme", "role", "codes", "kinds")))
    ]
    return plan, beside


def _measure(unit: str, spans: list[Any], but: list[Any] = ()) -> int:
    if unit == "services":
        return len(spans)
    if unit == "minutes":
        return sum(end - start for start, end in spans)
    if unit == "days":
        return len({a // DAY for a, _ in spans} - {a // DAY for a, _ in but})
    on, had = ({a // WEEK for a, _ in some if a // DAY % 7 > 4} for some in (spans, but))
    return len(on - had)


def _each_window(t: Second, limit: Data, wholly: bool) -> list[tuple[float, float]]:
    """From and to, in minutes; `wholly` inside the problem or anywhere near it."""
    if limit.get("window") is None:
        return [(0, math.inf)]
    step = WEEK if limit["unit"] == "weekends" else DAY
    n = limit["window"]
    periods = math.ceil(t.p["horizon"] / step)
    last = max([periods, *((s["end"] or 0) // step + 1 for s in t.sessions.values())])
    firsts = range(0, periods - n + 1) if wholly else range(-n * 3, last + n * 3)
    rolling = limit.get("rolling", True)
    return [(f * step, (f + n) * step) for f in firsts if rolling or f % n == 0]


def excess(t: Second, her: Data, limit: Data) -> int:
    """Beyond max, in all windows: what the plan adds."""
    plan, beside = _lists(t, her, limit)
    total = 0
    for low, high in _each_window(t, limit, wholly=False):
        mine = [x for x in plan if low <= x[0] < high]
        other = [x for x in beside if low <= x[0] < high]
        has = _measure(limit["unit"], mine, other)
        total += max(0, has - max(0, limit["max"] - _measure(limit["unit"], other)))
    return total


def lack(t: Second, her: Data, limit: Data) -> int:
    """What is missing to min, in all windows inside the problem."""
    plan, beside = _lists(t, her, limit)
    total = 0
    for low, high in _each_window(t, limit, wholly=True):
        every = [x for x in [*plan, *beside] if low <= x[0] < high]
        total += max(0, limit["min"] - _measure(limit["unit"], every))
    return total


def distinct(limits: list[Data]) -> list[Data]:
    """One that stands twice counts once."""
    found: list[Data] = []
    full = {"window": None, "rolling": True, "price": None, "max": None, "min": None}
    for limit in limits:
        row = {**full, **{k: v for k, v in limit.items() if v is not None or k in full}}
        if row not in found:
            found.append(row)
    return found


def _windows(t: Second) -> None:
    for her in t.p["volunteers"]:
        for limit in distinct(her.get("limits", [])):
            if limit["max"] is not None and limit["price"] is None:
                t.no("limits", excess(t, her, limit))
        if her.get("max_weekends") is not None:
            most = {"unit": "weekends", "max": her["max_weekends"]}
            t.no("weekends", excess(t, her, most))
        if her.get("weekend_gap"):
            apart = {"unit": "weekends", "max": 1, "window": her["weekend_gap"] + 1}
            t.no("weekends", excess(t, her, apart))


# ── what a session needs
def _in_sessions(t: Second) -> None:
    for s in t.sessions.values():
        here = t.people(s["id"])
        if s["seats"]:
            carrying = [
                v
                for v, h in t.served
                if t.shift[h][0] is s and t.shift[h][1].get("carries_seats", True)
            ]
            places = [h for h in s["shifts"] if h.get("carries_seats", True)]
            hands = len(carrying)
            if any(h.get("spare", 0) for h in places):
                hands = min(hands, sum(h["target"] for h in places))
            room = min(s["seats"]["max"], s["seats"]["per_volunteer"] * hands)
            t.no("seats", t.children(s["id"]) > room and t.children(s["id"]) > 0)
        if t.open(s) and not s["required"]:
            t.no("open_without_staff", any(t.heads(h["id"]) < h["min"] for h in s["shifts"]))
            few = s["seats"] and t.children(s["id"]) < s["seats"]["min"]
            t.no("open_without_families", few)
            for mix in s.get("mix", []):
                t.no("mix", sum(t.holds(v, mix["code"], s) for v in here) < mix["min"])
        for rule in t.p.get("supervision", []):
            if rule.get("programmes") is None or s["programme"] in rule["programmes"]:
                t.no("supervision", _too_many_novices(t, rule, s, here))
        alone = [v for v in here if t.volunteers[v].get("alone")]
        t.no("alone", any(other != v for v in alone for other in here))


def _too_many_novices(t: Second, rule: Data, s: Data, here: list[str]) -> bool:
    by = rule.get("by")
    novices = [v for v in here if t.holds(v, rule["novice"], s)]
    if by is None:
        guides = [v for v in here if v not in novices]
    else:
        guides = [v for v in here if t.holds(v, by, s)]
    novices = [v for v in novices if v not in guides]
    return len(novices) > rule.get("ratio", 1) * len(guides)


def _who_with_whom(t: Second) -> None:
    where = {v: {s["id"] for s, _ in t.of(v)} for v in t.volunteers}
    for a, b in t.p["apart"]:
        t.no("apart", where.get(a, set()) & where.get(b, set()))
    for family, v in t.p["avoid"]:
        theirs = {s for q, s in t.seated if t.requests[q]["family"] == family}
        t.no("avoid", theirs & where.get(v, set()))
    for a, b, strength in t.p.get("together", []):
        if strength is None and a in where and b in where:
            t.no("together", where[a] != where[b])


# ── families
def _families(t: Second) -> None:
    begin = date.fromisoformat(t.p["start"])
    t.no("no_seats", len(t.said) > len(t.seated))
    for q, s_id in t.seated:
        wish, s = t.requests[q], t.sessions[s_id]
        on = begin + timedelta(minutes=s["start"])
        ages = [(on.year - int(b[:4])) * 12 + on.month - int(b[5:]) for b in wish["children"]]
        band = s["months"]
        t.no("age", band and any(not band[0] <= age <= band[1] for age in ages))
        t.no(
            "programme", wish["programmes"] is not None and s["programme"] not in wish["programmes"]
        )
        t.no("choices", wish["choices"] is not None and s_id not in wish["choices"])
        t.no("reserved", wish["choices"] is None and s["alternatives"] is not None)
        t.no("family_availability", not inside(wish["available"], s))
        t.no("family_reach", t.way(wish["home"], s["place"]) > wish["max_travel"])
        for code in wish.get("needs", []):
            t.no("needs", not any(t.holds(v, code, s) for v in t.people(s_id)))
    for q, wish in t.requests.items():
        had = [t.sessions[s] for r, s in t.seated if r == q]
        t.no("seat_twice", len({s["id"] for s in had}) < len(had))
        t.no("wants", len(had) > wish["wants"])
        weeks = Counter(s["start"] // WEEK for s in had)
        before = Counter(at // WEEK for at in wish.get("had", []))
        cap = wish["per_week"]
        if cap is not None:
            t.no("per_week", any(n + before[week] > cap for week, n in weeks.items()))
        pairs = [(a, b) for a in had for b in had if a["id"] < b["id"]]
        meet = any(a["start"] < b["end"] and b["start"] < a["end"] for a, b in pairs)
        t.no("family_overlap", meet)


def _between(t: Second) -> None:
    """Sessions among each other, requests among each other."""
    on = [s for s in t.sessions.values() if t.open(s)]
    taken = Counter(s["alternatives"] for s in on if s["alternatives"])
    t.no("alternatives", any(n > 1 for n in taken.values()))
    for name, group in t.p.get("groups", {}).items():
        mine = [s for s in on if name in s.get("groups", [])]
        most, budget = group.get("max"), group.get("budget")
        t.no("groups", most is not None and len(mine) > most)
        t.no("groups", budget is not None and sum(s.get("price", 0) for s in mine) > budget)
    for party in {q["party"] for q in t.p["requests"] if q.get("party")}:
        members = [q["id"] for q in t.p["requests"] if q.get("party") == party]
        when = [sorted(_moments(t, q)) for q in members]
        t.no("party", any(one != when[0] for one in when))


def _moments(t: Second, request: str) -> list[tuple[int, float, float]]:
    there = [t.sessions[s] for q, s in t.seated if q == request]
    return [(s["start"], *s["place"]) for s in there]


# ── what it costs
def _session_cost(t: Second) -> None:
    for s in t.sessions.values():
        dear = t.w["short"] * s.get("priority", 1)
        for h in s["shifts"]:
            n = t.heads(h["id"])
            t.cost["short"] += dear * max(0, h["min"] - n) * s["required"]
            if t.open(s):
                taken = min(n, h["target"]) if h.get("spare", 0) else n
                t.cost["target"] += t.w["target"] * (h["target"] - max(taken, h["min"]))
            if h.get("spare", 0):
                t.cost["surplus"] += t.w.get("surplus", 400) * max(0, n - h["target"])
            t.cost["expected"] += _feared(t, s, h)
        t.cost["open"] += t.w["open"] * (t.open(s) and not s["required"])
        if s["required"]:
            for mix in s.get("mix", []):
                has = sum(t.holds(v, mix["code"], s) for v in t.people(s["id"]))
                t.cost["mix"] += dear * max(0, mix["min"] - has)
            if s["seats"]:
                missing = max(0, s["seats"]["min"] - t.children(s["id"]))
                t.cost["under"] += t.w.get("under", 0) * missing


def _feared(t: Second, s: Data, h: Data) -> int:
    """What the people of one shift may leave empty, by the lines that the format's page draws."""
    price = t.w["short"] * s.get("priority", 1) if s["required"] else t.w.get("fall", 400)
    need = h["min"]
    away = []
    for v, shift in t.served:
        if shift == h["id"]:
            her = t.volunteers[v]
            p = her.get("asks_of", {}).get(shift, her.get("asks", 1))
            away.append(100 - int(100 * p + 1e-9))
    if need == 0 or price == 0:
        return 0
    if need == 1:
        return _nobody(price, away) if away else 0
    alone = sum(-(-price * a // 100) for a in away)
    beyond = len(away) - need
    if beyond <= 0:
        return alone
    beyond = min(beyond, 4)
    crew = need + beyond
    marks = [round(100 * crew * x) for x in (0, 0.08, 0.16, 0.24, 0.34, 0.46, 0.6, 1)]
    worth = [price * (m / 100 - _too_many(crew, beyond, m / 100 / crew)) for m in marks]
    saved = price * beyond
    for k in range(len(marks) - 1):
        slope = int((worth[k + 1] - worth[k]) / (marks[k + 1] - marks[k]) + 1e-6)
        saved = min(saved, slope * sum(away) + int(worth[k] - slope * marks[k] + 1e-6))
    return alone - saved


def _too_many(crew: int, spare: int, share: float) -> float:
    """How many more than `spare` of a crew stay away, each with the same share of chance."""
    total = 0.0
    for who in itertools.product((0, 1), repeat=crew):
        likely = math.prod(share if x else 1 - share for x in who)
        total += likely * max(0, sum(who) - spare)
    return total


def _nobody(price: int, away: list[int]) -> int:
    """What it costs that nobody of all comes, along chords."""
    unit = max(1, min(40, price // 20))
    length = sum(int(unit * math.log(100 / a) + 1e-9) if a else 20 * unit for a in away)
    nats = (0, 0.3, 0.7, 1.2, 1.8, 2.5, 3.3, 4.2, 5.2, 6.2)
    marks = list(dict.fromkeys(round(unit * x) for x in nats))
    found = [0, price - sum(price - -(-price * a // 100) for a in away)]
    for k, low in enumerate(marks):
        here = price * math.exp(-low / unit)
        if k + 1 < len(marks):
            there = price * math.exp(-marks[k + 1] / unit)
            slope = max(1, int((here - there) / (marks[k + 1] - low)))
        else:
            slope = max(1, math.ceil(here / (20 * unit - low)))
        found.append(math.ceil(here + slope * low - 1e-6) - slope * length)
    return max(found)


def _people_cost(t: Second) -> None:
    for v, her in t.volunteers.items():
        hers = t.of(v)
        unit = t.w.get("load_minutes")
        n = len(hers)
        if unit:
            minutes = sum(s["end"] - s["start"] for s in t.timed(v))
            n = math.ceil(minutes / unit) + len(hers) - len(t.timed(v))
        t.cost["load"] += t.w["load"] * sum(her["load_before"] + j for j in range(n))
        for s, h in hers:
            t.cost["travel"] += t.w["travel"] * t.way(her["home"], s["place"])
            t.cost["wishes"] += t.w["wish"] * (3 - her["likes"].get(s["programme"], 0))
            t.cost["preferences"] += her.get("choices", {}).get(s["id"], 0)
            for code, price in h.get("prefers", {}).items():
                t.cost["prefers"] += price * (not t.holds(v, code, s))
        for kind, price in t.w.get("kinds", {}).items():
            n = sum(kind in s.get("kinds", []) for s, _ in hers)
            had = her.get("load_before_of", {}).get(kind, 0)
            t.cost["kinds"] += price * sum(had + j for j in range(n))
        for limit in distinct(her.get("limits", [])):
            if limit["price"] is not None:
                much = excess(t, her, limit) if limit["max"] is not None else 0
                little = lack(t, her, limit) if limit["min"] is not None else 0
                t.cost["limits"] += limit["price"] * (much + little)
        if her.get("min_total"):
            wish = {"unit": "services", "min": her["min_total"]}
            t.cost["idle"] += t.w.get("idle", 200) * lack(t, her, wish)


def _family_cost(t: Second) -> None:
    serve = t.w["serve"]
    for q, wish in t.requests.items():
        got = [t.sessions[s] for r, s in t.seated if r == q]
        for k in range(len(got), wish["wants"]):
            t.cost["unserved"] += wish["priority"] * serve[min(k, len(serve) - 1)]
        for s in got:
            t.cost["choices"] += (wish["choices"] or {}).get(s["id"], 0)
            t.cost["family_travel"] += t.w["travel"] * t.way(wish["home"], s["place"])


def _rest_of_cost(t: Second) -> None:
    for family, v, strength in t.p["knows"]:
        for s in (s["id"] for s, _ in t.of(v) if v in t.volunteers):
            met = any(t.requests[q]["family"] == family for q in t.guests(s))
            t.cost["continuity"] -= t.w["know"] * strength * met
    for a, b, strength in t.p.get("together", []):
        if strength and a in t.volunteers and b in t.volunteers:
            both = {s["id"] for s, _ in t.of(a)} & {s["id"] for s, _ in t.of(b)}
            t.cost["together"] -= t.w["know"] * strength * len(both)
    told = t.p["current"] or {"assignments": [], "seats": []}
    had = {(a["volunteer"], a["shift"]) for a in told["assignments"]}
    sat = {(y["request"], y["session"]) for y in told["seats"]}
    t.cost["changes"] += t.w["change"] * len(had - set(t.served))
    gone = t.w.get("change_seat")
    price = t.w["change"] if gone is None else gone
    t.cost["changes"] += price * len(sat - set(t.said))
