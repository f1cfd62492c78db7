"""config.toml, strict: every fault at once, in French, with the nearest key that exists."""
