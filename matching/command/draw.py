"""Pictures of a plan as SVG text: the rota day by day, how the load is spread, how a search went.

No drawing library.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape

from matching.plan import Plan
from matching.problem import DAY, Problem, Session
from matching.tally import Tally

INK = "#211A28"
MUTED = "#6E6578"
LINE = "#E5E0EA"
FULL = "#0F7A5A"
THIN = "#E9B949"
EMPTY = "#B3320E"
SHUT = "#D8D2DE"
ROSE = "#A8195F"
WIDTH = 1120
LEFT = 64
TOP = 56
ROW = 22


def timeline(problem: Problem, plan: Plan) -> str:
    """One line a day from left (morning) to right (night), one bar a session that takes place:
    green at its target, amber at its minimum, red below; grey outlines are optional sessions that
    do not take place."""
    tally = Tally(problem, plan)
    timed = sorted(
        (s for s in problem.sessions if s.start is not None), key=lambda s: (s.start, s.id)
    )
    lines, heights = _lanes(timed)
    body = []
    y = TOP
    for day in sorted(heights):
        body.append(_text(8, y + 14, _day_name(problem, day), MUTED))
        body.append(
            f'<line x1="{LEFT}" x2="{WIDTH - 12}" y1="{y - 3}" y2="{y - 3}" stroke="{LINE}"/>'
        )
        body += [_bar(tally, s, y + lane * 8) for s, lane in lines[day]]
        y += max(ROW, heights[day] * 8 + 8)
    hours = [_text(_x(h * 60), TOP - 14, f"{h}:00", MUTED) for h in range(8, 22, 2)]
    return _svg(
        WIDTH,
        y + 12,
        f"Rota of {problem.name}",
        [
            _text(8, 22, f"{problem.name}: {len(plan.assignments)} assignments", INK, 15),
            *hours,
            *body,
        ],
    )


def load(problem: Problem, plan: Plan) -> str:
    """How many volunteers give how many services in this plan, those before it included: a bar for
    each number."""
    here = Counter(v for v, _ in plan.assignments)
    spread = Counter(v.load_before + here[v.id] for v in problem.volunteers)
    most = max(spread, default=0)
    tallest = max(spread.values(), default=1)
    step = max(24, (WIDTH - LEFT - 24) // (most + 1))
    body = [_text(8, 22, f"{problem.name}: services per volunteer", INK, 15)]
    for n in range(most + 1):
        height = round(260 * spread[n] / tallest)
        x = LEFT + n * step
        body.append(
            f'<rect x="{x}" y="{320 - height}" width="{step - 6}" height="{height}" rx="3" '
            f'fill="{ROSE}"/>'
        )
        body.append(_text(x, 338, str(n), MUTED))
        body.append(_text(x, 312 - height, str(spread[n]) if spread[n] else "", INK, 11))
    return _svg(max(WIDTH, LEFT + (most + 1) * step), 352, "Services per volunteer", body)


def course(reports: Sequence[dict[str, float | None]]) -> str:
    """The cost of the best plan and the proven bound over the seconds of one search; `reports` as
    `solve --progress json` prints them."""
    known = [r for r in reports if r.get("cost") is not None and r.get("bound") is not None]
    if not known:
        return _svg(WIDTH, 120, "No report yet", [_text(8, 22, "No report yet", INK, 15)])
    low = min(float(r["bound"]) for r in known)  # type: ignore[arg-type]
    high = max(float(r["cost"]) for r in known)  # type: ignore[arg-type]
    last = max(float(r["seconds"]) for r in known) or 1.0  # type: ignore[arg-type]

    def points(field: str) -> str:
        across = ((float(r["seconds"]), float(r[field])) for r in known)  # type: ignore[arg-type]
        dots = []
        for seconds, cost in across:
            x = LEFT + (WIDTH - LEFT - 24) * seconds / last
            y = TOP + 260 * (high - cost) / (high - low or 1)
            dots.append(f"{x:.1f},{y:.1f}")
        return " ".join(dots)

    body = [
        _text(8, 22, "Best plan (rose) and proven bound (green) over time", INK, 15),
        f'<polyline points="{points("cost")}" fill="none" stroke="{ROSE}" stroke-width="2"/>',
        f'<polyline points="{points("bound")}" fill="none" stroke="{FULL}" stroke-width="2"/>',
        _text(8, TOP + 6, f"{high:,.0f}", MUTED),
        _text(8, TOP + 266, f"{low:,.0f}", MUTED),
        _text(WIDTH - 70, TOP + 288, f"{last:.1f} s", MUTED),
    ]
    return _svg(WIDTH, TOP + 300, "Course of a search", body)


def _lanes(timed: Sequence[Session]) -> tuple[dict[int, list[tuple[Session, int]]], dict[int, int]]:
    """Sessions by day, each in the first lane that is free when it begins; how many lanes a day
    needs."""
    lines: dict[int, list[tuple[Session, int]]] = {}
    ends: dict[int, list[int]] = {}
    for s in timed:
        assert s.start is not None and s.end is not None
        day = s.start // DAY
        busy = ends.setdefault(day, [])
        lane = next((k for k, end in enumerate(busy) if end <= s.start), len(busy))
        busy[lane:] = [s.end, *busy[lane + 1 :]]
        lines.setdefault(day, []).append((s, lane))
    return lines, {day: len(busy) for day, busy in ends.items()}


def _bar(tally: Tally, s: Session, y: int) -> str:
    assert s.start is not None and s.end is not None
    staff = [tally.heads[h.id] for h in s.shifts]
    title = escape(f"{s.id} {s.programme}")
    x = _x(s.start % DAY)
    width = max(3.0, _x(s.end % DAY or DAY) - x - 1)
    if not tally.is_open(s):
        paint = f'fill="none" stroke="{SHUT}"'
    elif any(n < h.min for n, h in zip(staff, s.shifts, strict=True)):
        paint = f'fill="{EMPTY}"'
    elif all(n >= h.target for n, h in zip(staff, s.shifts, strict=True)):
        paint = f'fill="{FULL}"'
    else:
        paint = f'fill="{THIN}"'
    frame = f'x="{x:.1f}" y="{y}" width="{width:.1f}" height="6" rx="2"'
    return f"<rect {frame} {paint}><title>{title}</title></rect>"


def _x(minute: int) -> float:
    """Minute of the day → across the page; the day is drawn from 7:00 to 22:00."""
    return LEFT + (WIDTH - LEFT - 24) * min(max(minute - 420, 0), 900) / 900


def _day_name(problem: Problem, day: int) -> str:
    from datetime import timedelta

    return f"{problem.start + timedelta(days=day):%m-%d}"


def _text(x: float, y: float, words: str, colour: str, size: int = 12) -> str:
    look = f'fill="{colour}" font-size="{size}" font-family="sans-serif"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {look}>{escape(words)}</text>'


def _svg(width: int, height: int, title: str, body: Sequence[str]) -> str:
    inside = "".join(body)
    frame = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img"'
    paper = f'<title>{escape(title)}</title><rect width="100%" height="100%" fill="#fff"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {frame}>{paper}{inside}</svg>\n'
