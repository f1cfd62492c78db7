"""What was produced and sent, in SQLite, and the witness that proves the journal.

A command that writes opens a journal only once it is proved (`opening`); reading for people goes through a copy in
memory. SQLite notices neither a flipped byte nor an old copy that was put back; the witness beside it holds SQLite's
count of transactions, which only grows, and the digest of the whole file. The state of a message is on the disk before
what it announces: `prepare` before the first byte, `en_cours` before the final dot, then `envoye`, `refuse` or
`incertain`. The copy is written before the witness, and before each last byte.
"""
