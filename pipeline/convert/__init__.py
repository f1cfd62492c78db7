"""What a PDF is made of: the finishing touches, its fonts, its colours."""
