"""Phone pages of a volunteer."""
