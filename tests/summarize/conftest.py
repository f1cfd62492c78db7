"""What these tests find ready: a workbook judged as a run does, and its marked copy."""

from support.marked_copies import checked, copy

__all__ = ["checked", "copy"]
