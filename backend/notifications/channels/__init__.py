"""The ways out of the house: one small interface (`base`), one file for each channel; which of them
are on is configuration."""

from backend.notifications.channels.configured import for_codes, on

__all__ = ["for_codes", "on"]
