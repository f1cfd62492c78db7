"""The proof that files are what was produced: one module for each thing that is proved."""
