"""``FormulaError``: what is wrong with a formula, where, and what was expected there."""

from __future__ import annotations

from emadina_gis.errors import AnalysisError


class FormulaError(AnalysisError):
    """A formula that cannot be read or applied; ``params["position"]`` counts from 1.

    Nothing else is raised by reading or evaluating a formula.
    """

    @property
    def position(self) -> int:
        """Place in the text, from 0."""
        return int(self.params["position"]) - 1

    @property
    def expected(self) -> str:
        """Kind of what was expected there (``"value"``, ``"operator"``, ``")"``…), or empty."""
        wanted = self.params.get("expected")
        return "" if not isinstance(wanted, AnalysisError) else _kind_of(wanted.code)


_WANTED = "formula.wants."


def formula_error(code: str, position: int, **params: object) -> FormulaError:
    """Return an error of a formula; positions are told from 1."""
    return FormulaError(code, position=position + 1, **params)


def wanted(kind: str) -> AnalysisError:
    """Return what is expected at a place, as something that can be said in a sentence."""
    return AnalysisError(f"{_WANTED}{_NAMES.get(kind, kind)}")


def _kind_of(code: str) -> str:
    name = code.removeprefix(_WANTED)
    return next((kind for kind, other in _NAMES.items() if other == name), name)


_NAMES = {")": "close", "(": "open", ",": "separator"}
