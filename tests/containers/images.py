"""Images without a registry: two Debians by debootstrap, stand-ins of the services, and ours of
the commit before; the how-to builds the one of today."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.architecture.source import ROOT
from tests.containers.engine import run

BOOKWORM, FORKY = "local/debian:bookworm", "local/debian:forky"
SERVICES = ("postgres", "valkey", "proxy")
CERTIFICATES = "etc/ssl/certs/ca-certificates.crt"


def make_bases(folder: Path) -> None:
    """`bookworm` carries our image; `forky` has the services in the versions that compose names."""
    _base(folder / "bookworm", "bookworm", BOOKWORM, "python3,python3-venv,ca-certificates")
    _base(folder / "forky", "forky", FORKY, "ca-certificates,curl")


def _base(root: Path, suite: str, name: str, packages: str) -> None:
    if not run("docker", "image", "inspect", name, check=False).returncode:
        return
    script = Path("/usr/share/debootstrap/scripts") / suite
    scripts = [] if script.exists() else [script.with_name("sid")]  # newer than the machine's own
    included = f"--include={packages}"
    run("debootstrap", "--variant=minbase", included, suite, root, mirror(), *scripts)
    # The machine's own list of authorities, for a proxy that signs with its own.
    shutil.copy(Path("/") / CERTIFICATES, root / CERTIFICATES)
    (root / "etc/apt/apt.conf.d/99-any-day").write_text('Acquire::Check-Valid-Until "false";\n')
    with subprocess.Popen(["tar", "-C", root, "-c", "."], stdout=subprocess.PIPE) as packed:
        run("docker", "import", "-", name, stdin=packed.stdout)
    shutil.rmtree(root)


def mirror() -> str:
    """Where this machine has its own packages of Debian from: its first source, in either form."""
    lists = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]
    texts = [path.read_text(encoding="utf-8") for path in lists if path.is_file()]
    found = re.search(r"^(?:URIs:|deb(?: \[[^]]*\])?)\s+(\S+)", "\n".join(texts), re.M)
    if found is None:
        raise SystemExit("apt names no source of packages here, and the bases are made of them.")
    return found[1]


def build_services() -> None:
    for name in SERVICES:
        file = ROOT / "tests/containers/images" / f"{name}.Dockerfile"
        _build(file.parent, file, f"moli-local/{name}", FORKY)


def build_before(name: str) -> str:
    """The image of the commit before, for the upgrade, under this name; where there is none, what
    has the name stays. Which."""
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "before.tar"
        done = run("git", "-C", ROOT, "archive", "-o", archive, "HEAD~1", check=False)
        if done.returncode:
            return "the same code"
        tree = Path(folder) / "tree"
        tree.mkdir()
        run("tar", "-C", tree, "-xf", archive)
        _build(tree, tree / "docker/Dockerfile", name, BOOKWORM)
    return "the commit before"


def _build(context: Path, file: Path, tag: str, base: str) -> None:
    options = ["--network=host", f"--build-arg=BASE={base}", f"--file={file}", f"--tag={tag}"]
    run("docker", "build", *options, context)
