"""Geometry over the Page model: lines to cells, cells to columns, labelled fields and blocks. Knows no kind of document."""
