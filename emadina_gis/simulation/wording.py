"""What coefficients and rules that bind are called, in the person's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emadina_gis.simulation.coefficients import Coefficient
    from emadina_gis.words import Words


def coefficient_label(coefficient: Coefficient, words: Words) -> str:
    """Return the name of a coefficient."""
    name, _, zone = coefficient.key.partition(".")
    return words.text(f"simulation.coefficient.{name}", zone=zone)


def source_text(coefficient: Coefficient, words: Words) -> str:
    """Return where the value of a coefficient comes from."""
    return words.text(f"simulation.source.{coefficient.source}")


def rule_text(rule: str, words: Words) -> str:
    """Return the name of a rule that binds: both of a mix, or that no single one does."""
    named = [words.text(f"why.rule.{part}") for part in rule.split("|") if part]
    return " · ".join(named) or words.text("why.rule.none")
