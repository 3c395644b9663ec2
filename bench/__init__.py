"""Measurements: what they print belongs to the machine they ran on."""
