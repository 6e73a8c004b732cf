"""Weights that come with the package: where each is from, its licence and its sum stand in `weights.toml`."""
