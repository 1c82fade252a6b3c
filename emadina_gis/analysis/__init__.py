"""Functions on tables: classes for styles, indicators, selections by formula; no files, no Qt."""
