"""3. validate   Table -> Letters, anomalies  pure; a Letter exists only if it is valid

One module a subject. Each rule takes a `Row` and returns a value and its anomalies, all of them in one pass; rules
across rows come last. Every row has one fate, so that `lues = lettres + a_pourvoir + rejetees + ignorees` whatever the
table. The register of schools (optional) reports and proposes; it never corrects.
"""
