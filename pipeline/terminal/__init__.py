"""What whoever types a command sees: stages, messages, help, the trace of a bug."""
