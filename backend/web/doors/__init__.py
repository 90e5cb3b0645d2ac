"""The register of doors: every address, stream, task and command, and who may pass.

One line each, in table.py and machines.py. tests/doors asks each as each, and fails on an address
that is not here and on a line that names nothing. `moli doors --json` prints it;
docs/reference/doors.md describes it.
"""
