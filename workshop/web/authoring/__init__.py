"""Workshops that are written here, or come from a file: their parts as forms, their preview, their booklet."""
