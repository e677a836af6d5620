"""Matching on Dask."""
