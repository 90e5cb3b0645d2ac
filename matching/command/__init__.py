"""The command line: `python -m matching`."""
