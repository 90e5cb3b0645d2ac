"""The search: greedy, relaxation, improvement, proof; and the best plan so far."""
