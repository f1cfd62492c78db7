"""6. proofread  .pdf -> Document"""
