"""Everybody hears what concerns her, in time, on a channel that she reads."""
