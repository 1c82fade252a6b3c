"""Invented names: streets, quarters and stops, in French and Arabic.

Owns the lists and how they are dealt out. None of them claims to be a name of the real city.
"""

from __future__ import annotations

from layers.build.quarters import Street

_WORDS: tuple[tuple[str, str], ...] = (
    ("des Orangers", "البرتقال"),
    ("des Oliviers", "الزيتون"),
    ("des Amandiers", "اللوز"),
    ("des Grenadiers", "الرمان"),
    ("des Figuiers", "التين"),
    ("des Palmiers", "النخيل"),
    ("des Cèdres", "الأرز"),
    ("des Cyprès", "السرو"),
    ("des Lauriers", "الرند"),
    ("des Roses", "الورود"),
    ("du Jasmin", "الياسمين"),
    ("des Lilas", "الليلك"),
    ("des Iris", "السوسن"),
    ("des Narcisses", "النرجس"),
    ("du Basilic", "الحبق"),
    ("de la Menthe", "النعناع"),
    ("du Romarin", "إكليل الجبل"),
    ("de la Lavande", "الخزامى"),
    ("du Safran", "الزعفران"),
    ("de l'Arganier", "الأركان"),
    ("des Caroubiers", "الخروب"),
    ("des Mûriers", "التوت"),
    ("des Vignes", "الكروم"),
    ("des Blés", "القمح"),
    ("de la Source", "العين"),
    ("du Ruisseau", "الساقية"),
    ("de la Fontaine", "السقاية"),
    ("de la Colline", "التل"),
    ("du Vallon", "الوادي الصغير"),
    ("de la Plaine", "السهل"),
    ("des Prairies", "المروج"),
    ("du Verger", "البستان"),
    ("de la Ferme", "الضيعة"),
    ("de la Dune", "الكثيب"),
    ("de l'Aube", "الفجر"),
    ("du Matin", "الصباح"),
    ("du Soleil", "الشمس"),
    ("de la Lune", "القمر"),
    ("des Étoiles", "النجوم"),
    ("de l'Horizon", "الأفق"),
    ("du Printemps", "الربيع"),
    ("de l'Été", "الصيف"),
    ("de l'Automne", "الخريف"),
    ("des Hirondelles", "السنونو"),
    ("des Colombes", "الحمام"),
    ("des Cigognes", "اللقالق"),
    ("des Gazelles", "الغزلان"),
    ("des Abeilles", "النحل"),
    ("des Artisans", "الصناع"),
    ("des Tisserands", "النساجين"),
    ("des Potiers", "الخزافين"),
    ("des Menuisiers", "النجارين"),
    ("des Libraires", "الكتبيين"),
    ("des Écoliers", "التلاميذ"),
    ("des Poètes", "الشعراء"),
    ("des Savants", "العلماء"),
    ("du Savoir", "المعرفة"),
    ("de l'Espoir", "الأمل"),
    ("de la Paix", "السلام"),
    ("de l'Amitié", "الصداقة"),
    ("de la Concorde", "الوئام"),
    ("de la Solidarité", "التضامن"),
    ("du Progrès", "التقدم"),
    ("de l'Avenir", "المستقبل"),
    ("du Travail", "العمل"),
    ("des Métiers", "المهن"),
    ("de l'Atelier", "المعمل"),
    ("des Entrepôts", "المستودعات"),
    ("de la Gare", "المحطة"),
    ("du Pont", "القنطرة"),
    ("du Puits", "البئر"),
    ("de la Citerne", "الصهريج"),
)
_KINDS = {"collector": ("Avenue", "شارع"), "planned": ("Voie projetée", "طريق مقرر إحداثه")}


def word(number: int) -> tuple[str, str]:
    """The French and Arabic words of a number; past the list, a numeral follows."""
    french, arabic = _WORDS[number % len(_WORDS)]
    turn = number // len(_WORDS)
    return (french, arabic) if turn == 0 else (f"{french} {turn + 1}", f"{arabic} {turn + 1}")


def street_names(streets: list[Street]) -> list[tuple[str, str, str]]:
    """French name, Arabic name and index (``AC nn``, empty for local streets) of each street."""
    made: list[tuple[str, str, str]] = []
    index = collectors = local = tracks = 0
    for street in streets:
        if street.rank == "avenue":
            index += 1
            made.append((street.name_fr, street.name_ar, f"AC {index:02d}"))
        elif street.rank == "collector":
            index, collectors = index + 1, collectors + 1
            french, arabic = word(collectors - 1)
            made.append((f"Avenue {french}", f"شارع {arabic}", f"AC {index:02d}"))
        elif street.rank in {"track", "planned"}:
            index, tracks = index + 1, tracks + 1
            made.append((f"Voie {tracks}", f"طريق {tracks}", f"AC {index:02d}"))
        else:
            local += 1
            made.append((f"Rue {local}", f"زنقة {local}", ""))
    return made
