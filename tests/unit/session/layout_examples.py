"""Examples and refusals of the commands on printed pages, on `a_full_project`."""

from __future__ import annotations

import base64
import datetime as dt
from dataclasses import replace

from emadina_gis.domain.layer import Title
from emadina_gis.project import Frame, Layout, PageFormat
from emadina_gis.project.layout_arrange import Align, Axis, Order
from emadina_gis.project.layouts import (
    CheckBarContent,
    LegendContent,
    MapContent,
    PictureContent,
    Revision,
    TextContent,
)
from emadina_gis.session import commands as c
from tests.builders import COMPOSED

NAN = float("nan")
A = Revision("A", dt.date(2026, 3, 9), "Première édition", "Agence")
NEW = Frame("new", 10.0, 230.0, 60.0, 20.0, TextContent(Title.plain("Texte")))
HUGE = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(4_300_000)).decode()
NOISE = base64.b64encode(b"neither one nor the other").decode()
OTHER = Layout("other", Title.plain("Autre"), frames=COMPOSED)
TWO = ("legend", "text")

LAYOUTS_GOOD = (
    c.AddLayout(OTHER),
    c.DuplicateLayout("composed", "copy", Title.plain("Copie")),
    c.RenameLayout("composed", Title("Page", "صفحة", "Page")),
    c.SetPaper("composed", PageFormat.A1, landscape=True),
    c.SetPaper("composed", PageFormat.A4, landscape=False, fitted=False),
    c.SetFoldMarks("composed", marks=True),
    c.ComposeLayout("planche", COMPOSED),
    c.SetRevisions("composed", (A,)),
    c.AddRevision("composed", A),
    c.RemoveRevision("revised", "A"),
    c.AddFrame("composed", NEW),
    c.RemoveFrames("composed", ("map", "text")),
    c.DuplicateFrames("composed", (("map", "map-2"), ("legend", "legend-2"))),
    c.MoveFrames("composed", (("map", 20.0, 25.0), ("legend", 500.0, -10.0))),
    c.ResizeFrame("composed", "legend", (300.0, 20.0, 90.0, 1.0)),
    c.SetContent("composed", "text", CheckBarContent(100.0)),
    c.SetContent("composed", "map", TextContent(Title.plain("Plus de carte"))),
    c.SetFrameLook("composed", TWO, border_mm=0.2, background="#f4f1ea", keeps_side=True),
    c.SetFrameLook("composed", ("held",), locked=False),
    c.AlignFrames("composed", ("beside", "held"), Align.BOTTOM),
    c.DistributeFrames("composed", ("legend", "text", "map"), Axis.Y),
    c.SameSize("composed", ("legend",), Axis.BOTH, "text"),
    c.OrderFrames("composed", ("map",), Order.FRONT),
)

LAYOUTS_REFUSED = (
    (c.AddLayout(replace(OTHER, id="composed")), "layout.exists"),
    (c.AddLayout(replace(OTHER, title=Title.plain(" "))), "command.empty-name"),
    (c.AddLayout(replace(OTHER, id=" ")), "layout.no-id"),
    (c.AddLayout(replace(OTHER, frames=(NEW, NEW))), "layout.frame-twice"),
    (c.AddLayout(replace(OTHER, frames=(replace(NEW, x=400.0),))), "layout.off-page"),
    (c.AddLayout(replace(OTHER, frames=(replace(NEW, width=1.0),))), "layout.too-small"),
    (c.AddLayout(replace(OTHER, center=(NAN, 0.0))), "layout.not-a-number"),
    (c.AddLayout(replace(OTHER, scale=-5)), "layout.value"),
    (
        c.AddLayout(replace(OTHER, frames=tuple(replace(NEW, id=f"{i}") for i in range(201)))),
        "layout.too-many-frames",
    ),
    (c.DuplicateLayout("nope", "x", Title.plain("x")), "project.no-layout"),
    (c.DuplicateLayout("composed", "planche", Title.plain("x")), "layout.exists"),
    (c.RenameLayout("composed", Title.plain("")), "command.empty-name"),
    (c.SetPaper("nope", PageFormat.A1, landscape=True), "project.no-layout"),
    (c.ComposeLayout("composed", (NEW,)), "layout.has-frames"),
    (c.ComposeLayout("planche", (replace(NEW, y=NAN),)), "layout.not-a-number"),
    (
        c.SetRevisions("composed", tuple(replace(A, index=str(i)) for i in range(61))),
        "layout.too-many-revisions",
    ),
    (c.AddRevision("revised", replace(A, text="Autre")), "layout.revision-exists"),
    (c.RemoveRevision("composed", "Z"), "layout.no-revision"),
    (c.AddFrame("composed", replace(NEW, id="map")), "layout.frame-twice"),
    (c.AddFrame("composed", replace(NEW, x=NAN)), "layout.not-a-number"),
    (c.AddFrame("composed", replace(NEW, content=LegendContent("nope"))), "layout.no-such-map"),
    (
        c.AddFrame("composed", replace(NEW, content=PictureContent("p", HUGE))),
        "layout.picture-too-large",
    ),
    (
        c.AddFrame("composed", replace(NEW, content=PictureContent("p", NOISE))),
        "layout.picture-unreadable",
    ),
    (c.RemoveFrames("composed", ("nope",)), "layout.no-frame"),
    (c.RemoveFrames("composed", ()), "layout.no-frame-chosen"),
    (c.RemoveFrames("composed", ("held",)), "layout.locked"),
    (c.RemoveFrames("revised", ("new",)), "layout.last-frame"),
    (c.DuplicateFrames("composed", (("text", "map"),)), "layout.frame-twice"),
    (c.MoveFrames("composed", (("held", 1.0, 1.0),)), "layout.locked"),
    (c.MoveFrames("composed", (("map", float("inf"), 1.0),)), "layout.not-a-number"),
    (c.ResizeFrame("composed", "held", (1.0, 1.0, 9.0, 9.0)), "layout.locked"),
    (c.ResizeFrame("composed", "map", (1.0, NAN, 9.0, 9.0)), "layout.not-a-number"),
    (c.SetContent("composed", "map", MapContent(follows="beside")), "layout.follows-circle"),
    (c.SetContent("composed", "map", MapContent(follows="legend")), "layout.no-such-map"),
    (c.SetContent("composed", "map", MapContent(scale=-1)), "layout.frame-value"),
    (c.SetContent("composed", "text", TextContent(color="red")), "layout.color"),
    (
        c.SetContent("composed", "text", TextContent(Title.plain("a" * 20_001))),
        "layout.text-too-long",
    ),
    (c.SetFrameLook("composed", ("map",), border_mm=NAN), "layout.frame-value"),
    (c.SetFrameLook("composed", ("map",), background="white"), "layout.color"),
    (c.AlignFrames("composed", ("nope",), Align.LEFT), "layout.no-frame"),
    (c.DistributeFrames("nope", ("map",), Axis.X), "project.no-layout"),
    (c.SameSize("composed", ("map",), Axis.X, "nope"), "layout.no-frame"),
    (c.OrderFrames("composed", (), Order.BACK), "layout.no-frame-chosen"),
)
