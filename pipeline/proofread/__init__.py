"""6. proofread  .pdf -> Document           reads the PDF back: names, school, amount, pages, fonts

The expected texts come from the fields that filled the template. A letter that does not show them is not bundled.
"""
