"""Names of columns that give their role away, in French, Arabic and English.

`SURE_NAMES` are taken at their word; `LIKELY_NAMES` need the values to agree. Names are compared
without accents, case or separators' kind, and also cut to the ten letters of a shapefile. Roles are
the values of `domain.schema.Role`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

SHAPEFILE_NAME_LENGTH = 10

_SURE: Mapping[str, str] = {
    "parcel_id": """titre titre_foncier tf num_titre numero_titre n_titre no_titre num_tf numtf
        reference_fonciere ref_fonciere titre_f land_title title_number title_no
        الرسم_العقاري رقم_الرسم_العقاري رسم_عقاري رقم_الرسم""",
    "sector": """secteur zone secteur_pa zone_pa code_secteur code_zone sect zonage secteur_plan
        zone_code zcode zoning القطاع قطاع المنطقة رمز_القطاع""",
    "commune": """commune arrondissement code_commune cod_com code_commu nom_commune com_fr
        municipality district_name الجماعة المقاطعة جماعة مقاطعة""",
    "area_m2": """superficie surface surface_m2 superficie_m2 sup_m2 surf_m2 contenance
        contenance_m2 superficie_titre area_sqm land_area المساحة مساحة المساحة_م2""",
    "frontage_m": "facade facade_m longueur_facade frontage الواجهة طول_الواجهة",
    "depth_m": "profondeur profondeur_m depth العمق",
    "road_width_m": """largeur_voie emprise largeur_de_voie larg_voie largeur_voie_m emprise_voie
        road_width عرض_الطريق""",
    "issu_lotissement": "lotissement issu_de_lotissement من_تجزئة",
    "existing_floor_area_m2": """surface_plancher surface_de_plancher plancher_existant
        plancher_m2 shon floor_area floor_area_m2 gross_floor_area gfa مساحة_الأرضيات""",
    "existing_levels": "niveaux nb_niveaux nombre_niveaux levels building:levels عدد_المستويات",
    "existing_dwellings": """logements nb_logements nombre_logements nb_logts dwellings
        housing_units عدد_المساكن المساكن""",
    "use": "usage affectation destination occupation land_use الاستعمال التخصيص",
    "owner": """proprietaire proprietaires nom_proprietaire nom_prop titulaire owner owner_name
        owners المالك اسم_المالك الملاك""",
    "identity_number": """cin cnie n_cin num_cin numero_cin cine national_id identity_number
        رقم_البطاقة رقم_البطاقة_الوطنية البطاقة_الوطنية""",
    "population": """population_2024 pop_2024 population_totale pop_totale pop_t total_population
        عدد_السكان السكان""",
    "households": """households_2024 menages_2024 menages nb_menages nombre_menages
        عدد_الأسر الأسر""",
    "name": "nom nom_fr libelle_fr name_fr nom_arabe name_ar nom_ar denomination الاسم التسمية",
    "constraint_nature": "nature nature_fr",
    "constraint_nature_ar": "nature_ar",
    "constraint_index": "indice reservation_id",
    "constraint_state": "etat state observations",
    "constraint_expiry": "expiry_date date_caducite",
    "fallback_sector": "secteur_repli",
}
_LIKELY: Mapping[str, str] = {
    "parcel_id": "parcelle id_parcelle num_parcelle numero reference ref parcel parcel_no القطعة",
    "sector": "libelle typezone type_zone district",
    "area_m2": "aire area sup surf superf landarea shape_area st_area",
    "road_width_m": "largeur width",
    "existing_floor_area_m2": "plancher sp shob bati_m2 surface_batie",
    "existing_levels": "etages nb_etages hauteur_niveaux storeys stories floors عدد_الطوابق",
    "existing_dwellings": "units nb_log log",
    "use": "use type_usage fonction",
    "population": "pop habitants populati_1 inhabitants",
    "households": "mng foyers",
    "name": "libelle appellation propriete designation titre_fr label",
}
_SEPARATORS = re.compile(r"[\s\-./\\()°]+")


def plain_name(name: str) -> str:
    """Return a column name without accents, in lower case, words joined by ``_``."""
    decomposed = unicodedata.normalize("NFKD", name.replace("°", " "))
    kept = "".join(char for char in decomposed if not unicodedata.combining(char))
    return _SEPARATORS.sub("_", kept.strip().lower()).strip("_")


def _by_name(names: Mapping[str, str]) -> dict[str, str]:
    return {plain_name(name): role for role, listed in names.items() for name in listed.split()}


SURE_NAMES: Mapping[str, str] = _by_name(_SURE)
LIKELY_NAMES: Mapping[str, str] = _by_name(_LIKELY)
#: Columns that together make a title in a delivery of the cadastre.
TITLE_KEY = ("nature", "numero", "indice", "complement")
CUT_NAMES: Mapping[str, str] = {
    name[:SHAPEFILE_NAME_LENGTH]: role
    for name, role in SURE_NAMES.items()
    if len(name) > SHAPEFILE_NAME_LENGTH
}
