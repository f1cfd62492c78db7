"""What lies inside a Word template: its package, its parts, its tags, the fields that it may use."""
