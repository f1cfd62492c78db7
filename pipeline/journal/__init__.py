"""The journal of a campaign: what was produced and what was sent, in SQLite."""
