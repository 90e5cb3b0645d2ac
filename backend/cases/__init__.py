"""个案: 茉莉姐姐's mediation and care, one case at a time, in a store of its own with its own keys.
Outside of it there is a number and nothing else."""
