"""Pages that need no sign-in: front door, demo sign-ins, preferences."""
