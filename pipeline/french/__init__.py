"""French as letters and reports write it."""
