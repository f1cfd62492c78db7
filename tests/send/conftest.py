"""What the tests of sendings find ready: a campaign and its server, one that fails on demand or a real one."""

from support.faulty_sendings import sending
from support.postfix_sendings import server
from support.rectorat import rectorat

__all__ = ["rectorat", "sending", "server"]
