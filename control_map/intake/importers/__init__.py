"""Exports of other projects, converted to reports."""
