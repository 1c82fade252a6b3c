/* The page around the map: languages, legend, search, popups, divider. Every text goes through
   textContent; nothing is fetched. */
function showPage(map) {
  "use strict";
  var data = JSON.parse(document.getElementById("emadina-data").textContent);
  var read = readData(data);
  var drawing = drawLayers(map, data, read);
  var language = data.language, NARROW = 640, MOST_RESULTS = 12;
  var NNBSP = "\u202f", NBSP = "\u00a0", LRI = "\u2066", FSI = "\u2068", PDI = "\u2069", DASH = "\u2013";
  var NAMES = { fr: "Fran\u00e7ais", ar: "\u0627\u0644\u0639\u0631\u0628\u064a\u0629", en: "English" };
  var panel, found, zoom, divider, opened = null, sides = data.sides;

  /* --- words and numbers ---------------------------------------------------------------------- */
  function say(key) { return data.words[language][key] || ""; }
  function name(title) { return title[language] || title.fr; }
  function isolated(text) { return language === "ar" ? FSI + text + PDI : text; }
  function number(value, decimals) {
    if (value === null || value === undefined) { return DASH; }
    var parts = Math.abs(value).toFixed(decimals || 0).split(".");
    var text = parts[0].replace(/\B(?=(\d{3})+(?!\d))/g, NNBSP);
    if (parts[1]) { text += (language === "en" ? "." : ",") + parts[1]; }
    if (value < 0 && Number(parts.join(".")) !== 0) { text = "\u2212" + text; }
    return language === "ar" ? LRI + text + PDI : text;
  }
  function filled(key, places) {
    return say(key).replace(/\{(\w+)\}/g, function (whole, place) {
      return place in places ? places[place] : whole;
    });
  }
  function element(tag, className, text) {
    var made = document.createElement(tag);
    if (className) { made.className = className; }
    if (text !== undefined) { made.textContent = text; }
    return made;
  }
  function button(text, act, className) {
    var made = element("button", className, text);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  }

  /* --- what a row says ------------------------------------------------------------------------ */
  function hitText(hit) {
    var percent = hit.share % 10 ? number(hit.share / 10, 1) : number(hit.share / 10, 0);
    var amount = hit.way === 2
      ? filled("hit_front", { length: number(hit.amount) + NBSP + say("m") })
      : filled("hit_area", { area: number(hit.amount) + NBSP + say("m2"), share: percent + NBSP + "%" });
    return filled(hit.way === 1 ? "hit_lapsed" : "hit_line", { name: name(hit.name), amount: amount });
  }
  function unit(field) { return field.unit ? NBSP + name(field.unit) : ""; }
  function rangeText(from, field, row) {
    var middle = read.numberOf(from.values[field.of], 0, row) || 0;
    var ends = field.ends.map(function (key) { return read.numberOf(from.values[key], 0, row); });
    if (ends[0] === null || ends[1] === null) { return null; }
    return filled("span", { low: number(middle + ends[0]), high: number(middle + ends[1]) }) + unit(field);
  }
  /* The text of a field; null where it says nothing. */
  function cell(from, field, row) {
    var column = from.values[field.key];
    if (field.type === "range") { return rangeText(from, field, row); }
    if (field.type === "number") {
      var value = read.numberOf(column, field.decimals, row);
      if (value === "few") { return say("few"); }
      return value === null ? null : number(value, field.decimals) + unit(field);
    }
    if (field.type === "text") {
      var text = read.textOf(column, row);
      return text === null ? null : isolated(text);
    }
    if (field.type === "hits") {
      return read.hitsOf(field, column, row).map(hitText).join("\n") || null;
    }
    var word = read.wordOf(field, column, row);
    return word ? name(word) : null;
  }

  /* --- popups --------------------------------------------------------------------------------- */
  function content(layer, row) {
    var box = element("div", "popup");
    box.dir = language === "ar" ? "rtl" : "ltr";
    box.lang = language;
    box.appendChild(element("h3", "", name(layer.title)));
    var after = layer.changed[row];
    if (after === undefined) { addRows(box, layer, row); } else { addBoth(box, layer, row, after); }
    if (layer.note) { box.appendChild(element("p", "under", name(layer.note))); }
    return box;
  }
  function addRows(box, layer, row) {
    var table = element("table");
    layer.fields.forEach(function (field) {
      var text = cell(layer, field, row);
      if (!text) { return; }
      if (field.type === "notice") { box.appendChild(element("p", "warn", text)); return; }
      table.appendChild(line(name(field.title), [text]));
    });
    box.appendChild(table);
  }
  function addBoth(box, layer, row, after) {
    var table = element("table", "both"), head = element("tr");
    box.appendChild(element("p", "accent", say("changed")));
    head.appendChild(element("td"));
    [0, 1].forEach(function (index) {
      var title = element("th", "", sideName(index));
      title.scope = "col";
      head.appendChild(title);
    });
    table.appendChild(head);
    layer.fields.forEach(function (field, index) {
      if (field.type === "notice") { return; }
      var one = cell(layer, field, row), other = cell(layer.after, layer.after.fields[index], after);
      if (!one && !other) { return; }
      table.appendChild(line(name(field.title), one === other ? [one] : [one || DASH, other || DASH]));
    });
    box.appendChild(table);
  }
  function line(title, texts) {
    var made = element("tr"), head = element("th", "", title);
    head.scope = "row";
    made.appendChild(head);
    texts.forEach(function (text) {
      var place = element("td", "", text);
      if (texts.length === 1) { place.colSpan = 2; }
      made.appendChild(place);
    });
    return made;
  }
  function narrow() { return window.innerWidth <= NARROW; }
  function open(layer, rows, at) {
    drawing.mark(layer, rows);
    opened = { layer: layer, rows: rows, at: at };
    var above = narrow() ? panel.getBoundingClientRect().bottom + 8 : 20;
    var beside = narrow() ? 8 : panel.offsetWidth + 24;
    var isRight = language === "ar";
    L.popup({
      maxWidth: Math.min(360, window.innerWidth - 60), minWidth: Math.min(220, window.innerWidth - 90),
      maxHeight: Math.max(160, Math.round(window.innerHeight * 0.45)),
      autoPanPaddingTopLeft: [isRight ? 8 : beside, above],
      autoPanPaddingBottomRight: [isRight ? beside : 8, 20]
    }).setLatLng(at).setContent(content(layer, rows[0])).openOn(map);
    var close = document.querySelector(".leaflet-popup-close-button");
    if (close) { close.setAttribute("aria-label", say("close")); close.title = say("close"); }
  }

  /* --- legend ---------------------------------------------------------------------------------- */
  function swatch(whole, color, code) {
    var layer = drawing.marks.ofClass(whole, code);
    var canvas = element("canvas", "swatch");
    canvas.setAttribute("aria-hidden", "true");
    canvas.width = 44; canvas.height = 24;
    var pen = canvas.getContext("2d");
    pen.scale(2, 2);
    pen.strokeStyle = layer.kind === "line" ? color : (layer.stroke || color);
    pen.fillStyle = color;
    pen.lineWidth = Math.max(1, Math.min(layer.weight, 3));
    if (layer.dash) { pen.setLineDash(layer.dash.split(" ").map(Number)); }
    if (layer.kind === "line") {
      pen.fillStyle = "#d3ccbe"; pen.fillRect(0, 0, 22, 12);
      if (layer.casing) { cased(pen, layer); }
      pen.beginPath(); pen.moveTo(0, 6); pen.lineTo(22, 6); pen.stroke();
    } else if (layer.kind === "point") {
      pointSwatch(pen, layer, whole, code);
    } else {
      pen.globalAlpha = layer.fillOpacity * layer.opacity;
      if (layer.filled) { pen.fillRect(0, 0, 22, 12); }
      pen.globalAlpha = 1;
      if (layer.pattern) { drawing.marks.swatch(pen, layer.pattern, 22, 12); }
      if (layer.stroke) { pen.strokeRect(0.5, 0.5, 21, 11); }
    }
    return canvas;
  }
  function cased(pen, layer) {
    var inner = pen.lineWidth, color = pen.strokeStyle, dashes = pen.getLineDash();
    pen.strokeStyle = layer.casing; pen.lineWidth = Math.min(inner + 3, layer.casingWeight); pen.setLineDash([]);
    pen.beginPath(); pen.moveTo(0, 6); pen.lineTo(22, 6); pen.stroke();
    pen.strokeStyle = color; pen.lineWidth = inner; pen.setLineDash(dashes);
  }
  function pointSwatch(pen, layer, whole, code) {
    var radius = Math.min(layer.radius, 5);
    var image = drawing.marks.image(whole, code, function () { drawing.draw(whole); });
    if (image) {
      var put = function () {
        var share = 12 / Math.max(image.naturalWidth, image.naturalHeight, 1);
        var width = image.naturalWidth * share, height = image.naturalHeight * share;
        pen.drawImage(image, 11 - width / 2, 6 - height / 2, width, height);
      };
      if (image.complete) { put(); } else { image.addEventListener("load", put); }
      return;
    }
    if (layer.marker) { drawing.marks.outline(pen, layer.marker, { x: 11, y: 6 }, radius); }
    else { pen.beginPath(); pen.arc(11, 6, radius, 0, 7); }
    pen.fill();
    if (layer.stroke) { pen.stroke(); }
  }
  function layerItem(layer) {
    layer.rows = [];
    var item = element("div", "layer"), label = element("label"), check = element("input");
    check.type = "checkbox"; check.checked = layer.shown;
    check.addEventListener("change", function () {
      layer.shown = check.checked;
      drawing.draw(layer);
      follow();
    });
    label.appendChild(check);
    if (layer.entries.length === 1 && !layer.entries[0].text) {
      label.appendChild(swatch(layer, layer.entries[0].color, layer.entries[0].code));
    }
    label.appendChild(element("span", "", name(layer.title)));
    item.appendChild(label);
    item.appendChild(element("div", "away", say("far_away")));
    var same = !layer.after || JSON.stringify(layer.after.entries) === JSON.stringify(layer.entries);
    layer.sides.slice(0, same ? 1 : 2).forEach(function (one, index) {
      if (!same) { item.appendChild(element("div", "side", sideName(index))); }
      one.entries.forEach(function (entry) {
        if (entry.text) { item.appendChild(classItem(layer, entry, one)); }
      });
    });
    layer.item = item;
    return item;
  }
  function classItem(layer, entry, side) {
    var made = element("div", "entry");
    made.appendChild(swatch(layer, entry.color, entry.code));
    made.appendChild(element("span", "", name(entry.text)));
    var count = element("span", "count", number(entry.count));
    made.appendChild(count);
    layer.rows.push({ entry: entry, side: side, made: made, count: count });
    return made;
  }
  /* The legend lists the classes of what is seen at this scale. */
  function follow() {
    data.layers.forEach(function (layer) {
      layer.item.classList.toggle("off", !layer.shown);
      layer.item.classList.toggle("far", layer.shown && !drawing.inScale(layer));
      layer.rows.forEach(function (row) {
        var band = drawing.bandOf(row.side);
        var count = band ? band.counts[row.entry.code] || 0 : row.entry.count;
        row.made.hidden = !count;
        row.count.textContent = number(count);
      });
    });
  }

  /* --- search ---------------------------------------------------------------------------------- */
  /* Without accents, hamza, tatweel and marks; ta marbuta as ha, alif maqsura as ya. */
  function plain(text) {
    return text.normalize("NFKD").replace(/[\p{M}\p{Cf}\u0640\u0621]/gu, "").toLowerCase()
      .replace(/[\u0622\u0623\u0625\u0671]/g, "\u0627").replace(/\u0629/g, "\u0647")
      .replace(/\u0649/g, "\u064a").replace(/[\u2019'`\u00b4-]/g, " ").replace(/\s+/g, " ").trim();
  }
  function places() {
    if (data.places) { return data.places; }
    data.places = [];
    data.layers.forEach(function (layer) {
      var known = new Map();
      layer.search.forEach(function (key) {
        var column = layer.values[key], codes = read.whole(column);
        codes.forEach(function (code, row) {
          if (!code) { return; }
          var text = column.texts[code - 1], at = known.get(text);
          if (!at) {
            at = { layer: layer, text: text, plain: plain(text), rows: [] };
            known.set(text, at);
            data.places.push(at);
          }
          if (at.rows[at.rows.length - 1] !== row) { at.rows.push(row); }
        });
      });
    });
    return data.places;
  }
  function search(text) {
    found.textContent = "";
    var wanted = plain(text);
    if (wanted.length < 2) { return; }
    var ranked = places().filter(function (at) { return at.plain.indexOf(wanted) >= 0; });
    ranked.sort(function (a, b) { return rank(a, wanted) - rank(b, wanted); });
    ranked.slice(0, MOST_RESULTS).forEach(function (at) { found.appendChild(result(at)); });
    if (ranked.length > MOST_RESULTS) { found.appendChild(element("p", "under", say("more"))); }
    if (!ranked.length) { found.appendChild(element("p", "under", say("nothing"))); }
  }
  /* Whole words first, then beginnings, then the shorter. */
  function rank(at, wanted) {
    var place = (" " + at.plain + " ").indexOf(" " + wanted + " ") >= 0 ? 0 : 2;
    return (place + (at.plain.indexOf(wanted) === 0 ? 0 : 1)) * 1000 + at.plain.length;
  }
  function result(at) {
    var made = button("", function () { goTo(at); });
    made.appendChild(element("span", "", isolated(at.text)));
    made.appendChild(element("span", "under", " " + name(at.layer.title)));
    return made;
  }
  function goTo(at) {
    var layer = at.layer, box = [90, 180, -90, -180];
    at.rows.forEach(function (row) {
      var one = layer.shapes.box(row);
      box = [Math.min(box[0], one[0]), Math.min(box[1], one[1]), Math.max(box[2], one[2]), Math.max(box[3], one[3])];
    });
    if (!layer.shown) { layer.shown = true; layer.item.querySelector("input").checked = true; }
    if (narrow()) { panel.classList.add("closed"); showClosed(); }
    map.fitBounds([[box[0], box[1]], [box[2], box[3]]], { maxZoom: 18, padding: [60, 60], animate: false });
    open(layer, at.rows, anchor(layer, at.rows[Math.floor(at.rows.length / 2)]));
    drawing.redraw();
    follow();
  }
  /* A point on the thing: the middle of an area, a corner of a line. */
  function anchor(layer, row) {
    var box = layer.shapes.box(row);
    if (layer.kind === "polygon") { return [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2]; }
    var points = layer.shapes.shape(row)[0][0];
    return points[Math.floor((points.length - 1) / 2)];
  }

  /* --- divider between before and after ---------------------------------------------------------- */
  function sideName(index) {
    return isolated(name(sides[index]) || say(index ? "after" : "before"));
  }
  function makeDivider() {
    divider = element("div", "divider");
    divider.tabIndex = 0;
    divider.setAttribute("role", "slider");
    divider.setAttribute("aria-valuemin", "0");
    divider.setAttribute("aria-valuemax", "100");
    divider.share = 0.5;
    divider.appendChild(element("span", "grip", "\u2194"));
    divider.names = [element("span", "name"), element("span", "name")];
    var pane = map.createPane("divider");
    divider.names.concat(divider).forEach(function (made) { pane.appendChild(made); });
    L.DomEvent.disableClickPropagation(divider);
    divider.addEventListener("pointerdown", function (event) {
      divider.setPointerCapture(event.pointerId);
      divider.held = true;
      event.preventDefault();
      divider.focus();
    });
    divider.addEventListener("pointermove", function (event) {
      if (divider.held) { pull((event.clientX - map.getContainer().getBoundingClientRect().left) / map.getSize().x); }
    });
    ["pointerup", "pointercancel"].forEach(function (kind) {
      divider.addEventListener(kind, function () { divider.held = false; });
    });
    divider.addEventListener("keydown", function (event) {
      var by = { ArrowLeft: -0.02, ArrowRight: 0.02, PageDown: -0.1, PageUp: 0.1 }[event.key];
      var to = { Home: 0, End: 1 }[event.key];
      if (by === undefined && to === undefined) { return; }
      event.preventDefault();
      event.stopPropagation();
      pull(to === undefined ? divider.share + by : to);
    });
  }
  function pull(share) {
    divider.share = Math.min(1, Math.max(0, share));
    clip();
  }
  /* Before stands on the side where reading starts. */
  function clip() {
    if (!divider) { return; }
    var size = map.getSize(), x = Math.round(divider.share * size.x), isRtl = language === "ar";
    var from = map.containerPointToLayerPoint([0, 0]), to = map.containerPointToLayerPoint(size);
    L.DomUtil.setPosition(map.getPane("divider"), from);
    divider.style.left = x + "px";
    divider.style.height = size.y + "px";
    divider.setAttribute("aria-valuenow", String(Math.round(divider.share * 100)));
    divider.setAttribute("aria-valuetext", say("before") + " " + Math.round((isRtl ? 1 - divider.share : divider.share) * 100) + NBSP + "%");
    var middle = from.x + x;
    var left = "rect(" + from.y + "px," + middle + "px," + to.y + "px," + from.x + "px)";
    var right = "rect(" + from.y + "px," + to.x + "px," + to.y + "px," + middle + "px)";
    data.layers.forEach(function (layer) {
      if (layer.sides.length < 2) { return; }
      layer.sides[0].element.style.clip = isRtl ? right : left;
      layer.sides[1].element.style.clip = isRtl ? left : right;
    });
    divider.names.forEach(function (label, index) {
      var isLeft = (index === 0) !== isRtl, room = isLeft ? x : size.x - x;
      label.textContent = sideName(index);
      label.style.visibility = room > 70 ? "visible" : "hidden";
      label.style.maxWidth = Math.max(0, room - 20) + "px";
      label.style.top = (size.y - (narrow() ? 130 : 60)) + "px";
      label.style.left = (isLeft ? x - 8 - label.offsetWidth : x + 8) + "px";
    });
  }

  /* --- the panel ----------------------------------------------------------------------------------- */
  function head() {
    var header = element("header");
    header.appendChild(element("h1", "", name(data.title)));
    if (data.subtitle) { header.appendChild(element("div", "under", name(data.subtitle))); }
    header.appendChild(element("div", "warn", say("unofficial")));
    var bar = element("div", "bar"), languages = element("div", "languages");
    languages.setAttribute("role", "group");
    languages.setAttribute("aria-label", say("language"));
    data.languages.forEach(function (code) {
      var made = button(NAMES[code], function () { speak(code); });
      made.lang = code;
      made.setAttribute("aria-pressed", String(code === language));
      languages.appendChild(made);
    });
    bar.appendChild(languages);
    panel.toggle = button(say("panel"), function () { panel.classList.toggle("closed"); showClosed(); }, "toggle");
    bar.appendChild(panel.toggle);
    header.appendChild(bar);
    return header;
  }
  function showClosed() {
    var isClosed = panel.classList.contains("closed");
    panel.toggle.textContent = say(isClosed ? "panel" : "close");
    panel.toggle.setAttribute("aria-expanded", String(!isClosed));
  }
  function body() {
    var box = element("div", "body");
    if (data.layers.some(function (layer) { return layer.search.length; })) {
      var title = element("label", "heading", say("search")), input = element("input");
      input.type = "search";
      input.id = "search";
      title.htmlFor = "search";
      input.autocomplete = "off";
      input.dir = "auto";
      input.addEventListener("input", function () { search(input.value); });
      input.addEventListener("keydown", function (event) {
        var first = found.querySelector("button");
        if (event.key === "Enter" && first) { first.click(); }
      });
      found = element("div", "found");
      found.setAttribute("aria-live", "polite");
      found.setAttribute("aria-label", say("results"));
      [title, input, found].forEach(function (made) { box.appendChild(made); });
    }
    box.appendChild(element("h2", "", say("layers")));
    data.layers.slice().reverse().forEach(function (layer) { box.appendChild(layerItem(layer)); });
    box.appendChild(element("h2", "", say("about")));
    data.notes[language].forEach(function (text) { box.appendChild(element("p", "", text)); });
    return box;
  }
  function speak(code) {
    var wasOpen = opened, hadFocus = panel.contains(document.activeElement);
    language = code;
    document.documentElement.lang = language;
    document.documentElement.dir = language === "ar" ? "rtl" : "ltr";
    document.title = name(data.title);
    map.closePopup();
    panel.textContent = "";
    panel.setAttribute("aria-label", say("layers"));
    panel.appendChild(head());
    panel.appendChild(body());
    showClosed();
    follow();
    if (hadFocus) { panel.querySelector("button[aria-pressed=true]").focus(); }
    map.getContainer().setAttribute("aria-label", say("map"));
    map.getContainer().setAttribute("role", "application");
    if (zoom) { zoom.remove(); }
    zoom = L.control.zoom({
      zoomInTitle: say("zoom_in"), zoomOutTitle: say("zoom_out"),
      position: narrow() ? "bottomright" : (language === "ar" ? "topleft" : "topright")
    }).addTo(map);
    if (divider) { divider.setAttribute("aria-label", say("divider")); clip(); }
    if (wasOpen) { open(wasOpen.layer, wasOpen.rows, wasOpen.at); }
  }

  map.attributionControl.setPrefix(false);
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  panel = element("aside", "panel" + (narrow() ? " closed" : ""));
  document.body.insertBefore(panel, document.body.firstChild);
  L.DomEvent.disableClickPropagation(panel);
  map.getContainer().appendChild(element("div", "crosshair"));
  if (sides) { makeDivider(); }
  map.fitBounds([[data.view[1], data.view[0]], [data.view[3], data.view[2]]], { animate: false });
  map.on("moveend", function () { drawing.redraw(); follow(); });
  map.on("move zoomend resize", clip);
  map.on("popupclose", function () { drawing.clearMark(); opened = null; });
  map.on("click", function (event) {
    var hit = drawing.under(event.latlng);
    if (hit) { open(hit.layer, [hit.row], event.latlng); }
  });
  map.getContainer().addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || event.target !== map.getContainer()) { return; }
    var hit = drawing.under(map.getCenter());
    if (hit) { open(hit.layer, [hit.row], map.getCenter()); }
  });
  /* A crosshair stands in the middle while the map is led by keys. */
  document.addEventListener("keydown", function () { document.documentElement.dataset.keys = "yes"; });
  document.addEventListener("pointerdown", function () { delete document.documentElement.dataset.keys; }, true);
  window.addEventListener("beforeprint", function () { map.invalidateSize({ animate: false }); });
  speak(language);
  drawing.redraw();
  document.documentElement.dataset.ready = "yes";
}
document.addEventListener("DOMContentLoaded", function () { showPage(map_emadina); });
