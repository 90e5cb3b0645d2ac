"""The containers, for real: `make containers` builds, starts, lives, breaks and restores them."""
