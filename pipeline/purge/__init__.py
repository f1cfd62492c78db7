"""What past campaigns keep of people: found, shown, removed; what proves that sendings took place stays."""
