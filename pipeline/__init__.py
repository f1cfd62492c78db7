"""Letters of mission: a spreadsheet goes in, one bundle of verified PDF letters per DSDEN comes out."""

__version__ = "0.1.0"
