"""What a letter may say: its fields, their meaning, the template that each letter takes."""
