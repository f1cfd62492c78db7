"""Letters from their fields to proofread PDFs: the store of those already made, and the making of the others."""
