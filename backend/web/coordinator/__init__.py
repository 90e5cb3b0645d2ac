"""Desktop pages of a coordinator."""
