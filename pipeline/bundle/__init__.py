"""What a bundle is on disk: its names, its files, how it is written, read again and known to be ready to leave."""
