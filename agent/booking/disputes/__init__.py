"""Disputes: claimed, opened, heard and ended."""
