"""What outlives a change: erasing what is personal while the figures stay."""

from backend.records.operations.erasing import erase_child, erase_family
from backend.records.operations.number import take_number

__all__ = ["erase_child", "erase_family", "take_number"]
