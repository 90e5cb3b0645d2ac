"""Who sees and who changes which rota and session: one place, for pages, sockets, messages, imports
and interfaces alike. Nothing here knows of HTTP: an answer is a row, None, NotSeen or NotHers."""
