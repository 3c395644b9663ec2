"""The quick start: a hospital network's events through the whole pipeline, and what came of them in words."""
