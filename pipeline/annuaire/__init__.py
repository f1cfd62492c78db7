"""The register of schools, where there is one: read from its file, asked by number or by name, compared with a row."""
