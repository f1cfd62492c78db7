"""7. bundle     Documents -> Lots          plan (pure: names, collisions, sizes), then write; one zip a DSDEN

The same letters give the same bytes. A zip is opened within limits (`opening`), checked against its own manifest
(`checking`), and may leave only if it is the one that the journal recorded (`ready`). `held` works out, from what
left, every version of each letter that a DSDEN may hold; `corrective` writes the zip that is right in all these cases.
"""
