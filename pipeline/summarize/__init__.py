"""The reports, one module each: a frozen `Summary` goes in, the bytes of one file come out."""
