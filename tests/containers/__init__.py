"""The containers, for real: `make containers` builds, starts, lives, breaks, scales, upgrades and restores them."""
