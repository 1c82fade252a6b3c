"""What a layer says of the codes of its columns."""

from __future__ import annotations

from emadina_gis.domain.layer import FieldLabel, Title


def test_a_code_is_said_in_each_language_and_others_say_themselves():
    label = FieldLabel(
        Title.plain("Mode"), values=(("tram", Title("Tramway", "الطرامواي", "Tram")),)
    )
    assert [label.said("tram", language) for language in ("fr", "ar", "en")] == [
        "Tramway",
        "الطرامواي",
        "Tram",
    ]
    assert label.said("bus", "fr") == ""
