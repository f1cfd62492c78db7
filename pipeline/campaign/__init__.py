"""How results reach the disk: one run at a time, whole files only, all of them or none."""
