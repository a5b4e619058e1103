"""Intake: files in, cleaned articles out."""
