"""Pages of an operator: what runs and how it is."""
