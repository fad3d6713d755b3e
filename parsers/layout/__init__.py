"""Geometry over the Page model: lines to cells, cells to columns, labelled fields. Knows no kind of document."""
