"""Builder of the bundled Casablanca demo: real boundaries and census, synthetic cadastre.

Owns the recipe of every file in ``layers/``; the application never imports it, it only reads
the files that it wrote. Run ``python -m layers.build`` from the root of the repository.
"""
