"""Matching on Ray."""
