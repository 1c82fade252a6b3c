"""Formulas that a person keeps with the project: a name, what it says, and the layer it is for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SavedFormula:
    """A condition on the features of a layer.

    Attributes
    ----------
    name : str
        What the person calls it; one of a name is kept per layer.
    text : str
        In the form in which formulas are stored (`analysis.formula.stored_formula`).
    """

    name: str
    layer_id: str
    text: str
