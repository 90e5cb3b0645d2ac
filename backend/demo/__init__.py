"""A city of invented people on Fuzhou's real map, to try everything on.

Never part of a deployment.
"""
