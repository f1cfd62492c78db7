"""What these tests find ready: a campaign whose letters are given by what they say."""

from support.corrections import campagne

__all__ = ["campagne"]
