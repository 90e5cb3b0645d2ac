"""The ways out of the house: one small interface (`base`), one file for each channel; which of them
are on is configuration."""

from backend.notifications.channels.configured import on

__all__ = ["on"]
