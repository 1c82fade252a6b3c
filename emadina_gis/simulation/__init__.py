"""What land may carry, scenarios, and what they change."""

from __future__ import annotations

from emadina_gis.simulation.binding import (
    binding_details,
    flags_of,
)
from emadina_gis.simulation.capacity import capacity
from emadina_gis.simulation.codes import Labels
from emadina_gis.simulation.coefficients import Coefficient, Parameters, default_parameters
from emadina_gis.simulation.columns import Outcome
from emadina_gis.simulation.compare import Comparison, compare
from emadina_gis.simulation.from_table import TableInputs, check_parcels, inputs_from_table
from emadina_gis.simulation.outcome import outcome_dict, simulate, warnings_of
from emadina_gis.simulation.parcels import (
    LAND_CLASSES,
    Fronts,
    ParcelInputs,
    Regime,
    parcel_inputs,
)
from emadina_gis.simulation.people import (
    basements_for,
    capacity_columns,
    dwellings_of,
    jobs_of,
    parking_of,
    part_of,
    people_per_dwelling,
)
from emadina_gis.simulation.rows import CapacityRows, Zoning, capacity_rows
from emadina_gis.simulation.scenario import (
    BASELINE,
    Applied,
    Change,
    Scenario,
    SetRegime,
    SetSector,
    SetSectorValue,
    apply_scenario,
)
from emadina_gis.simulation.settings_keys import SettableKey, settable_keys, with_settings
from emadina_gis.simulation.straddle import Parts, cut_by_zones, merge_columns
from emadina_gis.simulation.totals import FIGURES, MEASURES, Summary, Totals, summarise
from emadina_gis.simulation.update import update_summary

__all__ = [
    "BASELINE",
    "FIGURES",
    "LAND_CLASSES",
    "MEASURES",
    "Applied",
    "CapacityRows",
    "Change",
    "Coefficient",
    "Comparison",
    "Fronts",
    "Labels",
    "Outcome",
    "Parameters",
    "ParcelInputs",
    "Parts",
    "Regime",
    "Scenario",
    "SetRegime",
    "SetSector",
    "SetSectorValue",
    "SettableKey",
    "Summary",
    "TableInputs",
    "Totals",
    "Zoning",
    "apply_scenario",
    "basements_for",
    "binding_details",
    "capacity",
    "capacity_columns",
    "capacity_rows",
    "check_parcels",
    "compare",
    "cut_by_zones",
    "default_parameters",
    "dwellings_of",
    "flags_of",
    "inputs_from_table",
    "jobs_of",
    "merge_columns",
    "outcome_dict",
    "parcel_inputs",
    "parking_of",
    "part_of",
    "people_per_dwelling",
    "settable_keys",
    "simulate",
    "summarise",
    "update_summary",
    "warnings_of",
    "with_settings",
]
