"""The sections of config.toml, and what is wrong with them said in French."""
