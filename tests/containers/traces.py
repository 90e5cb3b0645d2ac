"""What an engine would leave on the machine: mounts, bridges, packet rules, processes, groups."""

from __future__ import annotations

from pathlib import Path

from tests.containers.aftermath import control_groups, running
from tests.containers.engine import run

FORWARDING = Path("/proc/sys/net/ipv4/ip_forward")


def traces(home: Path) -> set[str]:
    """A line each; two equal sets before and after mean that nothing was left."""
    mounts = Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
    bridges = [path.name for path in Path("/sys/class/net").iterdir()]
    return {
        *(f"mount {line.split()[1]}" for line in mounts),
        *(f"network device {name}" for name in bridges),
        *(f"packet rule {rule}" for rule in _rules()),
        *(f"process {number}" for number in running(str(home))),
        *(f"control group {group}" for group in control_groups(str(home))),
        f"forwarding {FORWARDING.read_text().strip()}",
    }


def _rules() -> list[str]:
    lines = run("iptables-save").stdout.splitlines()
    return [line.split("[")[0] for line in lines if not line.startswith("#")]
