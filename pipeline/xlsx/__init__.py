"""Spreadsheets: new workbooks written with XlsxWriter, the user's own edited in place.

Editing rewrites the parts that must change and keeps the bytes of every other, charts and pictures included. Our
sheets are recognised by their first row, our comments by their last line, which also keeps the colour that the cell
had: positions and authors do not survive sorting or LibreOffice.
"""
