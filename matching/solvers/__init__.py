"""The solvers and the child processes in which they run."""
