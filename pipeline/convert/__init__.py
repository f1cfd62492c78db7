"""5. convert    .docx -> .pdf              an engine takes a LIST of files; what it does not return has failed

The only package that uses subprocess. LibreOffice exits with 0 on nearly every failure, so a letter is judged by its
PDF alone; what does not come back is tried again, alone. Each process has its own profile, a deadline, and a process
group that ends with ours. `finish` makes the PDF conform (PDF/A-2b, PDF/UA-1) and identical from one run to the next.
"""
