"""Stages 4 to 6 for all the letters of a run: taken from the store, or rendered, converted and proofread.

A PDF is named by a digest of everything that decides its bytes (`recipe`): fields, template, settings, engine, and the
code and libraries that make it. The store checks a PDF against its digest when it is taken out. Each new one is kept
at once, so that a killed run loses only the letters it was making.
"""
