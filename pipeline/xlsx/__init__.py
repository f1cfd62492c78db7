"""An xlsx changed in place: only the parts that must change are, so that all the rest of it stays the user's own."""
