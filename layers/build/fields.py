"""What people read for each column: name in three languages, unit, decimals.

Owns the words of the catalogue for columns. It must not know files. COS and CUS stay in Latin.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FieldWords:
    """Names of one column, its unit, how many decimals are shown, and what its codes mean.

    ``values`` holds a code with its French, Arabic and English words.
    """

    fr: str
    ar: str
    en: str
    unit: str = ""
    decimals: int = 0
    values: tuple[tuple[str, str, str, str], ...] = ()


_F = FieldWords

#: What the codes of the columns mean.
_STATES = (
    ("EXISTANT", "Existant", "موجود", "Existing"),
    ("EXISTANTE", "Existante", "موجودة", "Existing"),
    ("A CREER", "À créer", "للإحداث", "To create"),
    ("A ELARGIR", "À élargir", "للتوسيع", "To widen"),
    ("CADUQUE", "Caduque", "منتهية المفعول", "Lapsed"),
)
_MODES = (("tram", "Tramway", "الطرامواي", "Tram"), ("bus", "Bus", "حافلة", "Bus"))
_RANKS = (
    ("avenue", "Boulevard, avenue", "شارع رئيسي", "Boulevard, avenue"),
    ("collector", "Voie de quartier", "طريق الحي", "Collector"),
    ("planned", "Voie à créer", "طريق مقرر إحداثه", "Road to create"),
    ("track", "Piste à élargir", "مسلك مقرر توسيعه", "Track to widen"),
    ("local", "Rue", "زنقة", "Street"),
)
_KINDS = (("facility", "Équipement", "تجهيز", "Facility"), ("road", "Voie", "طريق", "Road"))
_MILIEUX = (
    ("urban", "Commune urbaine", "جماعة حضرية", "Urban commune"),
    ("rural", "Commune rurale", "جماعة قروية", "Rural commune"),
    ("arrondissement", "Arrondissement", "مقاطعة", "Arrondissement"),
)
_FRONTS = (
    ("FB3", "Front bâti FB3", "واجهة مبنية FB3", "Built front FB3"),
    ("FB4", "Front bâti FB4", "واجهة مبنية FB4", "Built front FB4"),
    (
        "LC",
        "Linéaire de commerce et service",
        "واجهة للتجارة والخدمات",
        "Line of shops and services",
    ),
)

CENSUS: dict[str, FieldWords] = {
    "code": _F("Code HCP 2024", "رمز المندوبية السامية للتخطيط 2024", "HCP code 2024"),
    "name_fr": _F("Nom", "الاسم بالفرنسية", "Name"),
    "name_ar": _F("Nom en arabe", "الاسم", "Arabic name"),
    "code_2014": _F("Code HCP 2014", "رمز المندوبية السامية للتخطيط 2014", "HCP code 2014"),
    "type": _F("Milieu", "الوسط", "Kind", values=_MILIEUX),
    "population_2024": _F(
        "Population légale 2024", "السكان القانونيون 2024", "Legal population 2024", "people"
    ),
    "population_municipal_2024": _F(
        "Population municipale 2024", "السكان البلديون 2024", "Municipal population 2024", "people"
    ),
    "households_2024": _F("Ménages 2024", "الأسر 2024", "Households 2024", "households"),
    "household_size_2024": _F(
        "Taille des ménages 2024", "متوسط حجم الأسرة 2024", "Household size 2024", "people", 1
    ),
    "population_2014": _F(
        "Population légale 2014", "السكان القانونيون 2014", "Legal population 2014", "people"
    ),
    "households_2014": _F("Ménages 2014", "الأسر 2014", "Households 2014", "households"),
    "dwellings_2024": _F(
        "Logements urbains 2024", "المساكن الحضرية 2024", "Urban dwellings 2024", "dwellings"
    ),
    "dwellings_occupied_pct": _F(
        "Logements occupés", "المساكن المأهولة", "Occupied dwellings", "%", 1
    ),
    "dwellings_vacant_pct": _F("Logements vacants", "المساكن الشاغرة", "Vacant dwellings", "%", 1),
    "dwellings_seasonal_pct": _F(
        "Résidences secondaires", "المساكن الثانوية أو الموسمية", "Second homes", "%", 1
    ),
    "stock_villa_pct": _F("Parc : villas", "الحظيرة السكنية: الفيلات", "Stock: villas", "%", 1),
    "stock_apartment_pct": _F(
        "Parc : appartements", "الحظيرة السكنية: الشقق", "Stock: apartments", "%", 1
    ),
    "stock_traditional_pct": _F(
        "Parc : maisons traditionnelles",
        "الحظيرة السكنية: الدور التقليدية",
        "Stock: traditional houses",
        "%",
        1,
    ),
    "stock_modern_house_pct": _F(
        "Parc : maisons marocaines modernes",
        "الحظيرة السكنية: الدور المغربية العصرية",
        "Stock: modern Moroccan houses",
        "%",
        1,
    ),
    "stock_slum_pct": _F(
        "Parc : habitat sommaire",
        "الحظيرة السكنية: السكن غير اللائق",
        "Stock: basic houses and slums",
        "%",
        1,
    ),
    "stock_under_20_years_pct": _F(
        "Parc de moins de 20 ans", "مساكن عمرها أقل من 20 سنة", "Stock under 20 years", "%", 1
    ),
    "stock_20_49_years_pct": _F(
        "Parc de 20 à 49 ans", "مساكن عمرها بين 20 و49 سنة", "Stock of 20 to 49 years", "%", 1
    ),
    "stock_50_years_plus_pct": _F(
        "Parc de 50 ans et plus", "مساكن عمرها 50 سنة فأكثر", "Stock of 50 years and over", "%", 1
    ),
    "households_villa_pct": _F(
        "Ménages en villa", "الأسر القاطنة بالفيلات", "Households in villas", "%", 1
    ),
    "households_apartment_pct": _F(
        "Ménages en appartement", "الأسر القاطنة بالشقق", "Households in apartments", "%", 1
    ),
    "households_moroccan_house_pct": _F(
        "Ménages en maison marocaine",
        "الأسر القاطنة بالدور المغربية",
        "Households in Moroccan houses",
        "%",
        1,
    ),
    "households_slum_pct": _F(
        "Ménages en habitat sommaire",
        "الأسر القاطنة بالسكن غير اللائق",
        "Households in basic houses and slums",
        "%",
        1,
    ),
    "households_rural_dwelling_pct": _F(
        "Ménages en logement rural",
        "الأسر القاطنة بالمساكن القروية",
        "Households in rural dwellings",
        "%",
        1,
    ),
    "people_per_room": _F(
        "Personnes par pièce", "عدد الأفراد في الغرفة", "People per room", "people", 1
    ),
    "owners_pct": _F("Ménages propriétaires", "الأسر المالكة", "Owner households", "%", 1),
    "tenants_pct": _F("Ménages locataires", "الأسر المكترية", "Tenant households", "%", 1),
    "running_water_pct": _F("Eau courante", "الماء الجاري", "Running water", "%", 1),
    "public_sewer_pct": _F(
        "Réseau d'assainissement", "شبكة التطهير العمومية", "Public sewer", "%", 1
    ),
    "active_2024": _F(
        "Population active 2024", "السكان النشيطون 2024", "Active people 2024", "people"
    ),
    "employed_2024": _F(
        "Actifs occupés 2024", "النشيطون المشتغلون 2024", "Employed people 2024", "people"
    ),
    "unemployment_pct": _F("Taux de chômage", "معدل البطالة", "Unemployment rate", "%", 1),
    "commute_walking_pct": _F(
        "Vers le travail à pied", "التنقل إلى العمل مشيا", "To work on foot", "%", 1
    ),
    "commute_two_wheels_pct": _F(
        "Vers le travail à deux-roues", "التنقل إلى العمل بالدراجة", "To work on two wheels", "%", 1
    ),
    "commute_car_pct": _F(
        "Vers le travail en voiture", "التنقل إلى العمل بالسيارة الخاصة", "To work by car", "%", 1
    ),
    "commute_bus_pct": _F(
        "Vers le travail en bus", "التنقل إلى العمل بالحافلة", "To work by bus", "%", 1
    ),
    "commute_taxi_pct": _F(
        "Vers le travail en taxi", "التنقل إلى العمل بسيارة الأجرة", "To work by taxi", "%", 1
    ),
    "commute_employer_pct": _F(
        "Transport du personnel", "نقل المستخدمين", "Employer transport", "%", 1
    ),
    "commute_train_pct": _F(
        "Vers le travail en train", "التنقل إلى العمل بالقطار", "To work by train", "%", 1
    ),
    "commute_tram_pct": _F(
        "Vers le travail en tramway", "التنقل إلى العمل بالطرامواي", "To work by tram", "%", 1
    ),
    "establishments_2024": _F(
        "Établissements 2024", "المؤسسات 2024", "Establishments 2024", "establishments"
    ),
    "businesses_2024": _F(
        "Entreprises 2024", "المقاولات 2024", "Businesses 2024", "establishments"
    ),
    "business_jobs_2024": _F(
        "Emplois permanents 2024", "مناصب الشغل الدائمة 2024", "Permanent jobs 2024", "jobs"
    ),
    "area_km2": _F("Superficie", "المساحة", "Area", "km2", 2),
    "density_per_km2": _F("Densité brute", "الكثافة الخام", "Gross density", "people/km2"),
}

PARCELS: dict[str, FieldWords] = {
    "parcel_id": _F("Titre foncier", "الرسم العقاري", "Land title"),
    "sector": _F("Secteur", "القطاع", "Sector"),
    "zone": _F("Zone", "المنطقة", "Zone"),
    "commune": _F("Code de l'arrondissement", "رمز المقاطعة", "Arrondissement code"),
    "area_m2": _F("Superficie", "المساحة", "Area", "m2"),
    "frontage_m": _F("Façade", "طول الواجهة", "Frontage", "m", 2),
    "depth_m": _F("Profondeur", "العمق", "Depth", "m", 2),
    "road_width_m": _F(
        "Largeur de la voie (projetée)", "عرض الطريق (المقرر)", "Road width (projected)", "m"
    ),
    "fronts": _F("Façades sur voie", "الواجهات على الطريق", "Street fronts"),
    "side_road_width_m": _F(
        "Largeur de l'autre voie", "عرض الطريق الثانية", "Width of the other road", "m"
    ),
    "issu_lotissement": _F("Issu de lotissement", "ناتج عن تجزئة", "From a lotissement"),
    "plan_roads_m2": _F(
        "Emprise des voies du plan", "المساحة المخصصة لطرق التهيئة", "Taken by planned roads", "m2"
    ),
    "equipment_m2": _F(
        "Emprise des équipements", "المساحة المخصصة للتجهيزات", "Taken by facilities", "m2"
    ),
    "servitude_m2": _F(
        "Emprise des servitudes", "المساحة الخاضعة للارتفاقات", "Under servitudes", "m2"
    ),
    "use": _F("Usage", "الاستعمال", "Use"),
    "land_state": _F("État du foncier", "حالة العقار", "State of the land"),
    "existing_floor_area_m2": _F(
        "Plancher existant (brut)",
        "مساحة الأرضيات القائمة (الخام)",
        "Existing floor area (gross)",
        "m2",
    ),
    "existing_levels": _F("Niveaux existants", "المستويات القائمة", "Existing levels", "levels"),
    "existing_dwellings": _F(
        "Logements occupés existants",
        "المساكن المأهولة القائمة",
        "Existing occupied dwellings",
        "dwellings",
    ),
    "vacant_dwellings": _F(
        "Logements inoccupés", "المساكن غير المأهولة", "Unoccupied dwellings", "dwellings"
    ),
    "existing_population": _F(
        "Population existante", "السكان الحاليون", "Existing population", "people"
    ),
    "block_id": _F("Îlot", "الجزيرة العمرانية", "Block"),
    "street": _F("Voie", "الطريق", "Street"),
}

_NAMES = {
    "name_fr": _F("Nom", "الاسم بالفرنسية", "Name"),
    "name_ar": _F("Nom en arabe", "الاسم", "Arabic name"),
}
_NATURE = {
    "code": _F("Indice de nature", "رمز الصنف", "Nature code"),
    "nature_fr": _F("Nature", "الصنف بالفرنسية", "Nature"),
    "nature_ar": _F("Nature en arabe", "الصنف", "Nature in Arabic"),
    "state": _F("État", "الحالة", "State", values=_STATES),
    "area_m2": _F("Superficie", "المساحة", "Area", "m2"),
}

SECTORS: dict[str, FieldWords] = {
    "sector_id": _F("Identifiant", "المعرف", "Identifier"),
    "sector": _F("Secteur", "القطاع", "Sector"),
    "zone": _F("Zone", "المنطقة", "Zone"),
    **_NAMES,
    "area_ha": _F("Superficie", "المساحة", "Area", "ha", 2),
}
ROADS: dict[str, FieldWords] = {
    "road_id": _F("Identifiant", "المعرف", "Identifier"),
    "road_index": _F("Indice", "الرمز", "Index"),
    "rank": _F("Rang", "الرتبة", "Rank", values=_RANKS),
    **_NAMES,
    "width_m": _F("Emprise projetée", "العرض المقرر", "Projected width", "m"),
    "existing_width_m": _F("Emprise existante", "العرض الحالي", "Existing width", "m"),
    "state": _F("Observation", "الملاحظة", "State", values=_STATES),
    "front_rule": _F("Front imposé", "الواجهة المفروضة", "Imposed front", values=_FRONTS),
    "length_m": _F("Longueur", "الطول", "Length", "m"),
}
FACILITIES: dict[str, FieldWords] = {
    "facility_id": _F("Indice", "الرمز", "Index"),
    **_NATURE,
    **_NAMES,
    "public": _F("Public", "عمومي", "Public"),
}
RESERVATIONS: dict[str, FieldWords] = {
    "reservation_id": _F("Indice", "الرمز", "Index"),
    **_NATURE,
    "kind": _F("Genre", "النوع", "Kind", values=_KINDS),
    "width_m": _F("Emprise", "العرض", "Width", "m"),
    "expiry_date": _F("Fin d'effet", "تاريخ انتهاء المفعول", "Expiry"),
    "fallback_sector": _F("Secteur de repli", "القطاع البديل", "Fallback sector"),
}
SERVITUDES: dict[str, FieldWords] = {
    "servitude_id": _F("Indice", "الرمز", "Index"),
    "code": _F("Indice de nature", "رمز الصنف", "Nature code"),
    "nature_fr": _F("Nature", "الصنف بالفرنسية", "Nature"),
    "nature_ar": _F("Nature en arabe", "الصنف", "Nature in Arabic"),
    "state": _F("État", "الحالة", "State", values=_STATES),
    "width_m": _F("Largeur propre", "العرض الخاص", "Own width", "m"),
}
HERITAGE: dict[str, FieldWords] = {
    "heritage_id": _F("Indice", "الرمز", "Index"),
    "class": _F("Classe", "الفئة", "Class"),
    "nature_fr": _F("Nature", "الصنف بالفرنسية", "Nature"),
    "nature_ar": _F("Nature en arabe", "الصنف", "Nature in Arabic"),
    "state": _F("État", "الحالة", "State", values=_STATES),
    "parcel_id": _F("Titre foncier", "الرسم العقاري", "Land title"),
}
TRANSIT_LINES: dict[str, FieldWords] = {
    "line_id": _F("Ligne", "الخط", "Line"),
    "mode": _F("Mode", "وسيلة النقل", "Mode", values=_MODES),
    **_NAMES,
    "headway_min": _F("Intervalle", "مدة الانتظار", "Headway", "min"),
    "length_m": _F("Longueur", "الطول", "Length", "m"),
}
TRANSIT_STOPS: dict[str, FieldWords] = {
    "stop_id": _F("Arrêt", "المحطة", "Stop"),
    "line_id": _F("Ligne", "الخط", "Line"),
    "mode": _F("Mode", "وسيلة النقل", "Mode", values=_MODES),
    **_NAMES,
}
BUILDINGS: dict[str, FieldWords] = {
    "building_id": _F("Bâtiment", "البناية", "Building"),
    "parcel_id": _F("Titre foncier", "الرسم العقاري", "Land title"),
    "sector": _F("Secteur", "القطاع", "Sector"),
    "use": _F("Usage", "الاستعمال", "Use"),
    "levels": _F("Niveaux", "المستويات", "Levels", "levels"),
    "height_m": _F("Hauteur", "الارتفاع", "Height", "m", 1),
    "footprint_m2": _F("Emprise au sol", "المساحة المبنية على الأرض", "Footprint", "m2"),
    "floor_area_m2": _F("Plancher (brut)", "مساحة الأرضيات (الخام)", "Floor area (gross)", "m2"),
    "dwellings": _F("Logements occupés", "المساكن المأهولة", "Occupied dwellings", "dwellings"),
    "vacant_dwellings": _F(
        "Logements inoccupés", "المساكن غير المأهولة", "Unoccupied dwellings", "dwellings"
    ),
    "population": _F("Population", "السكان", "Population", "people"),
}
