"""Invoices and their corrections: drafted, checked, numbered, issued."""
