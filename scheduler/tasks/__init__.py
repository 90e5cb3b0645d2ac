"""Three lines each: import, one operation, nothing else.

What starts them: subscriptions.py (events) and timetable.py (the clock).
"""
