"""Which columns of a layer make a nomenclature: by role first, then by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emadina_gis.domain.role_names import plain_name
from emadina_gis.domain.schema import Role
from emadina_gis.report.web.withheld import is_personal, is_title

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emadina_gis.domain.layer import VectorLayer

#: What a column may be, with the role that says so and the names that give it away.
_ROLES: Mapping[str, Role] = {
    "index": Role.CONSTRAINT_INDEX,
    "nature": Role.CONSTRAINT_NATURE,
    "nature_ar": Role.CONSTRAINT_NATURE_AR,
    "state": Role.CONSTRAINT_STATE,
    "width": Role.CONSTRAINT_WIDTH_M,
    "area": Role.AREA_M2,
    "sector": Role.SECTOR,
    "commune": Role.COMMUNE,
}
_NAMES: Mapping[str, tuple[str, ...]] = {
    "index": (
        "indice", "road_index", "index", "index_pa", "num_indice", "facility_id",
        "reservation_id", "code_indice", "الرمز", "رمز",
    ),
    "name": ("name_fr", "nom_fr", "designation", "nom", "libelle", "denomination", "name"),
    "name_ar": ("name_ar", "nom_ar", "nom_arabe", "designation_ar", "الاسم", "التسمية"),
    "nature": ("nature_fr", "nature", "type"),
    "nature_ar": ("nature_ar",),
    "state": ("state", "etat", "observations", "observation", "الحالة"),
    "width": ("width_m", "emprise", "emprise_m", "largeur", "largeur_m", "عرض"),
    "existing_width": ("existing_width_m", "largeur_existante", "emprise_existante"),
    "area": ("area_m2", "superficie", "superficie_m2", "surface", "surface_m2", "المساحة"),
    "sector": ("sector", "secteur", "القطاع"),
    "commune": ("commune", "arrondissement", "الجماعة", "المقاطعة"),
    "observations": ("commentaires", "commentaire", "comments", "remarques", "observations"),
    "existing_index": (),
}  # fmt: skip


@dataclass(frozen=True)
class AnnexColumns:
    """Column of each part of a nomenclature; empty where the layer has none."""

    index: str = ""
    name: str = ""
    name_ar: str = ""
    nature: str = ""
    nature_ar: str = ""
    state: str = ""
    width: str = ""
    existing_width: str = ""
    area: str = ""
    sector: str = ""
    commune: str = ""
    observations: str = ""


def annex_columns(layer: VectorLayer) -> AnnexColumns:
    """Return the columns of a layer's nomenclature; never one of persons or land titles."""
    allowed = {
        plain_name(name): name
        for name, column in reversed(list(layer.table.columns.items()))
        if not is_personal(layer, name) and not is_title(layer, name, column)
    }
    found: dict[str, str] = {}
    for part in AnnexColumns.__dataclass_fields__:
        role = _ROLES.get(part)
        by_role = layer.schema.column(role) if role is not None else None
        if by_role in allowed.values() and by_role is not None:
            found[part] = by_role
            continue
        named = (allowed[name] for name in _NAMES.get(part, ()) if name in allowed)
        found[part] = next((name for name in named if name not in found.values()), "")
    return AnnexColumns(**found)
