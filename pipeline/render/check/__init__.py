"""The check of a Word template, before any letter. One module a family of rules, all listed in `check`.

Rules go from the outside in: what is no sane Word document is not opened, and no tag runs before it is known to be
harmless. Each returns `Fault`s with a code, a place and a remedy. An error refuses to print; a warning is shown once.
"""
