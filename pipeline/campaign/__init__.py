"""A year's folder over time: who holds it, what is published in it, corrected, proved, mended, purged.

A run publishes everything at once, by renaming, inside the block that records it in the journal: whatever interrupts
it, every rename is undone. Files that people changed or added in a shared folder are moved aside or left, never
replaced; which files are ours is decided by name and content, from the journal and the store, never by name alone.
"""
