"""The commands that are not a run of the pipeline, one module each."""
