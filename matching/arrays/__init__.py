"""The problem as numbers: people, candidate columns, sparse rows, cliques of what excludes
each other."""
