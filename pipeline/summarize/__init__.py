"""8. summarize  everything -> reports      recapitulatif.xlsx, anomalies.xlsx, rapport.html, rapport.json

A frozen `Summary` goes in, the bytes of one file come out. `anomalies.xlsx` is the user's own file changed in place;
it is made first, because nothing else takes as much memory. `rapport.html` is one static file that reads without
script or network; a policy in its head lets no other script run. Its passages on sendings are rewritten after each
sending.
"""
