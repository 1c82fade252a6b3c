"""Values of the field: systems, extents, tables, styles and layers; no files, no Qt, no drawing."""
