"""What loading a workbook needs: what kind of file it is, where its table is, what its cells do not say."""
