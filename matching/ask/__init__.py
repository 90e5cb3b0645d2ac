"""Questions about a problem and a plan: who could, why not, what changed, what mends it."""
