"""1. load       workbook -> Table          pandas; every non-blank row keeps its sheet and its Excel line number

calamine reads every sheet; no text is taken for a missing value, so that a M. Null gets his letter. Rows become a
pandas frame only once they are known to be rows, since a used range may hold millions of blank cells. calamine gives
"" for a cell in error and for a formula never computed: `marks_*.py` read those, and struck or hidden cells, from the
file itself. The header is the row that names the most roles, on one line or two; `header_words` reads one header. What
is hidden, left out or not understood is read or refused with a notice, never skipped in silence. Sizes are checked
before anything is unpacked.
"""
