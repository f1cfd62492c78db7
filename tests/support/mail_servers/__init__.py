"""The mail servers that the tests talk to: a real one (Postfix and Dovecot), and one that fails on demand."""
