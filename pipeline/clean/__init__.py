"""2. clean      Table -> Table, changes    pandas, vectorised; pure; each change is recorded

What a cell says never changes: a wrong UAI key is reported, not corrected; a lost leading zero comes back only where
the key proves it. Column by column, each distinct text once; cleaning twice is cleaning once. `people` splits what one
cell says of a person only where that leaves no doubt. School names, communes and amounts are left as they were typed:
a remark proposes what to write, and reading amounts is validation.
"""
