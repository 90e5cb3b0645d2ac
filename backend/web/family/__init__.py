"""Phone pages of a family."""
