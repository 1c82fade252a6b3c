"""What makes a PDF last (ISO 19005-2, PDF/A-2): metadata in XMP, colours by a profile.

A file says level U where every glyph has its letters, else level B, and says nothing where a box
stands for a letter that no font has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from emadina_gis.report.pdf_check import PdfMeta
    from emadina_gis.report.pdf_pages import Rewriting

_SRGB = "sRGB IEC61966-2.1"
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<dc:format>application/pdf</dc:format>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<xmp:CreatorTool>emadina_gis</xmp:CreatorTool>
<xmp:CreateDate>{date}T00:00:00Z</xmp:CreateDate>
<xmp:ModifyDate>{date}T00:00:00Z</xmp:ModifyDate>
<pdf:Producer>emadina_gis</pdf:Producer>
{conformance}</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


def conformance_of(rewriting: Rewriting) -> str:
    """Return the level of PDF/A-2 that a file reaches: ``"U"``, ``"B"`` or empty."""
    if rewriting.missing_letters:
        return ""
    return "B" if rewriting.letters_unknown or rewriting.texts_left else "U"


def make_lasting(pdf: Any, meta: PdfMeta, *, profile: bytes, conformance: str) -> None:
    """Write metadata and the colour profile, and remove what an archive may not have."""
    import pikepdf

    pdf.Root.Metadata = pdf.make_stream(
        _xmp(meta, conformance), Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML
    )
    if profile:
        pdf.Root.OutputIntents = pikepdf.Array([_intent(pdf, profile)])
    for key in ("/AA", "/OpenAction", "/AcroForm", "/Names"):
        if key in pdf.Root:
            del pdf.Root[key]
    _forget_unused(pdf)


def _xmp(meta: PdfMeta, conformance: str) -> bytes:
    level = (
        f"<pdfaid:part>2</pdfaid:part>\n<pdfaid:conformance>{conformance}</pdfaid:conformance>\n"
        if conformance
        else ""
    )
    return _XMP.format(
        title=_plain(meta.title),
        subject=_plain(meta.subject),
        language=_plain(meta.language),
        date=meta.date.isoformat(),
        conformance=level,
    ).encode()


def _plain(text: str) -> str:
    """Return a text as XML may hold it."""
    return escape("".join(letter for letter in text if letter >= " "))


def _intent(pdf: Any, profile: bytes) -> Any:
    import pikepdf

    return pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.OutputIntent,
            S=pikepdf.Name.GTS_PDFA1,
            OutputConditionIdentifier=pikepdf.String(_SRGB),
            Info=pikepdf.String(_SRGB),
            DestOutputProfile=pdf.make_stream(profile, N=3),
        )
    )


def _forget_unused(pdf: Any) -> None:
    """Drop colour spaces of inks that Qt names on every page and no page uses."""
    for page in pdf.pages:
        spaces = page.Resources.get("/ColorSpace")
        for name in ("/CSpcmyk", "/PCSpcmyk"):
            if spaces is not None and name in spaces:
                del spaces[name]
