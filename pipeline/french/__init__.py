"""French as letters and reports write it: amounts, dates, agreement, articles, spaces.

Template filters are here (`filters`); one that cannot read its text returns it unchanged, so that an odd cell stops no
other letter.
"""
