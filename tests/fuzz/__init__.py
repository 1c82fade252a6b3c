"""Thousands of damaged files, made from valid small ones: a result or a refusal, never a crash.

``python -m tests.fuzz --count 20000`` tries many; the tests try a few of each format.
"""
