"""What users keep when a part of the platform dies: real processes, real clients, kill -9.

`make faults` runs all of it.
"""
