"""4. render     Letter -> .docx            docxtpl

docxtpl patches the template's XML; it is then compiled once a run instead of once a letter, in a sandbox, strict on
unknown fields, with autoescape: its defaults lose « & » and whole paragraphs. Tests compare the result with docxtpl's
own, byte for byte. Fields are texts that already agree; `catalogue` says what each means. `variants` chooses the
template of each letter, `reads` finds which fields a template prints. `check/` refuses a faulty template before any
letter.
"""
