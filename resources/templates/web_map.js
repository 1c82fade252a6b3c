/* Draws the published layers. Every text goes through textContent; nothing is fetched. */
function drawMap(map) {
  "use strict";
  var data = JSON.parse(document.getElementById("emadina-data").textContent);
  var language = data.language;
  var NNBSP = "\u202f", LRI = "\u2066", FSI = "\u2068", PDI = "\u2069", DASH = "\u2013";
  var drawn = {}, panel, found, marked = [];

  function say(key) { return data.words[language][key] || ""; }
  function name(title) { return title[language] || title.fr; }
  function element(tag, className, text) {
    var made = document.createElement(tag);
    if (className) { made.className = className; }
    if (text !== undefined) { made.textContent = text; }
    return made;
  }
  function number(value, decimals) {
    if (value === null || value === undefined) { return DASH; }
    var parts = Math.abs(value).toFixed(decimals || 0).split(".");
    var text = parts[0].replace(/\B(?=(\d{3})+(?!\d))/g, language === "en" ? "," : NNBSP);
    if (language === "en") { text = text.replace(/,/g, NNBSP); }
    if (parts[1]) { text += (language === "en" ? "." : ",") + parts[1]; }
    if (value < 0 && Number(parts.join(".")) !== 0) { text = "\u2212" + text; }
    return language === "ar" ? LRI + text + PDI : text;
  }
  function isolated(text) { return language === "ar" ? FSI + text + PDI : text; }

  /* --- geometry: deltas of whole millionths of a degree ------------------------------- */
  function ring(deltas) {
    var points = [], x = 0, y = 0;
    for (var i = 0; i < deltas.length; i += 2) {
      x += deltas[i]; y += deltas[i + 1];
      points.push([y / 1e6, x / 1e6]);
    }
    return points;
  }
  function shape(parts) {
    return parts.map(function (rings) { return rings.map(ring); });
  }
  function bounds(parts) {
    var box = [90, 180, -90, -180];
    parts.forEach(function (rings) {
      rings[0].forEach(function (p) {
        box[0] = Math.min(box[0], p[0]); box[1] = Math.min(box[1], p[1]);
        box[2] = Math.max(box[2], p[0]); box[3] = Math.max(box[3], p[1]);
      });
    });
    return box;
  }
  function prepare(layer) {
    layer.shapes = layer.geometry.map(shape);
    layer.boxes = layer.shapes.map(bounds);
    layer.farShapes = (layer.far || []).map(function (item) {
      return { parts: shape(item.parts), code: item.code };
    });
    layer.geometry = null;
    layer.far = null;
  }

  /* --- drawing -------------------------------------------------------------------------- */
  function options(layer, code) {
    var color = layer.colors[code];
    if (!color) { return null; }
    var common = { renderer: layer.renderer, pane: layer.pane, interactive: false };
    if (layer.kind === "line") {
      common.color = color; common.weight = layer.weight; common.dashArray = layer.dash || null;
      return common;
    }
    common.fill = layer.filled; common.fillColor = color; common.fillOpacity = layer.fillOpacity;
    common.stroke = Boolean(layer.stroke); common.color = layer.stroke || color;
    common.weight = layer.weight; common.dashArray = layer.dash || null;
    return common;
  }
  function figure(layer, parts, code) {
    var style = options(layer, code);
    if (!style) { return null; }
    if (layer.kind === "point") {
      style.radius = layer.radius;
      return L.circleMarker(parts[0][0][0], style);
    }
    if (layer.kind === "line") {
      return L.polyline(parts.map(function (rings) { return rings[0]; }), style);
    }
    return L.polygon(parts, style);
  }
  function inView(box, view) {
    return box[0] <= view.getNorth() && box[2] >= view.getSouth() &&
      box[1] <= view.getEast() && box[3] >= view.getWest();
  }
  function draw(layer) {
    var group = drawn[layer.id];
    group.clearLayers();
    if (!layer.shown) { return; }
    var far = layer.onlyFar || (layer.detailZoom && map.getZoom() < layer.detailZoom);
    if (far) {
      layer.farShapes.forEach(function (item) {
        var made = figure(layer, item.parts, item.code);
        if (made) { group.addLayer(made); }
      });
      return;
    }
    var view = map.getBounds().pad(0.3);
    for (var i = 0; i < layer.shapes.length; i += 1) {
      if (inView(layer.boxes[i], view)) {
        var made = figure(layer, layer.shapes[i], layer.codes[i]);
        if (made) { group.addLayer(made); }
      }
    }
  }
  function redraw() { data.layers.forEach(draw); }

  /* --- what is under the pointer --------------------------------------------------------- */
  function inside(points, at) {
    var odd = false;
    for (var i = 0, j = points.length - 1; i < points.length; j = i, i += 1) {
      var a = points[i], b = points[j];
      if ((a[0] > at.lat) !== (b[0] > at.lat) &&
          at.lng < (b[1] - a[1]) * (at.lat - a[0]) / (b[0] - a[0]) + a[1]) { odd = !odd; }
    }
    return odd;
  }
  function near(points, at, reach) {
    var p = map.latLngToLayerPoint(at);
    for (var i = 0; i < points.length; i += 1) {
      var a = map.latLngToLayerPoint(points[i]);
      var b = map.latLngToLayerPoint(points[Math.min(i + 1, points.length - 1)]);
      if (L.LineUtil.pointToSegmentDistance(p, a, b) <= reach) { return true; }
    }
    return false;
  }
  function hits(layer, row, at) {
    var parts = layer.shapes[row];
    if (layer.kind === "polygon") {
      return parts.some(function (rings) {
        return rings.reduce(function (odd, one) { return odd !== inside(one, at); }, false);
      });
    }
    return parts.some(function (rings) { return near(rings[0], at, 9); });
  }
  /* An outline that is drawn over parcels answers only where nothing else does. */
  function under(at) { return foundUnder(at, false) || foundUnder(at, true); }
  function foundUnder(at, outlines) {
    var margin = pointerMargin();
    for (var k = data.layers.length - 1; k >= 0; k -= 1) {
      var layer = data.layers[k];
      if (!layer.shown || !layer.fields.length) { continue; }
      if ((layer.kind === "polygon" && !layer.filled) !== outlines) { continue; }
      for (var row = layer.shapes.length - 1; row >= 0; row -= 1) {
        var box = layer.boxes[row], pad = layer.kind === "polygon" ? 0 : margin;
        if (at.lat >= box[0] - pad && at.lat <= box[2] + pad &&
            at.lng >= box[1] - pad && at.lng <= box[3] + pad && hits(layer, row, at)) {
          return { layer: layer, row: row };
        }
      }
    }
    return null;
  }
  function pointerMargin() {
    var view = map.getBounds();
    return (view.getNorth() - view.getSouth()) / map.getSize().y * 10;
  }

  /* --- popups ------------------------------------------------------------------------------ */
  function cell(field, value) {
    if (value === null || value === undefined) { return null; }
    if (field.hidden !== undefined && value === field.hidden) { return say("few"); }
    if (field.type === "number") {
      return number(value, field.decimals) + (field.unit ? "\u00a0" + name(field.unit) : "");
    }
    if (field.values) { return field.values[value] ? name(field.values[value]) : null; }
    return isolated(String(value));
  }
  function range(layer, field, row) {
    var low = layer.values[field.low][row], high = layer.values[field.high][row];
    if (low === null || high === null) { return null; }
    return say("span").replace("{low}", number(low)).replace("{high}", number(high)) +
      (field.unit ? "\u00a0" + name(field.unit) : "");
  }
  function content(layer, row) {
    var box = element("div", "popup");
    box.dir = language === "ar" ? "rtl" : "ltr";
    box.appendChild(element("h3", "", name(layer.title)));
    var table = element("table");
    layer.fields.forEach(function (field) {
      var text = field.type === "range" ? range(layer, field, row) : cell(field, layer.values[field.key][row]);
      if (text === null || text === "") { return; }
      if (field.type === "notice") { box.appendChild(element("p", "warn", text)); return; }
      var line = element("tr");
      line.appendChild(element("th", "", name(field.title)));
      line.appendChild(element("td", "", text));
      table.appendChild(line);
    });
    box.appendChild(table);
    if (layer.note) { box.appendChild(element("p", "under", name(layer.note))); }
    return box;
  }
  function clearMark() {
    marked.forEach(function (line) { map.removeLayer(line); });
    marked = [];
  }
  function mark(layer, row) {
    clearMark();
    if (layer.kind === "point") { return; }
    layer.shapes[row].forEach(function (rings) {
      [["#ffffff", 6], ["#0b6e6e", 2.5]].forEach(function (pen) {
        marked.push(L.polyline(rings, { color: pen[0], weight: pen[1], interactive: false, pane: "mark" }).addTo(map));
      });
    });
  }
  function open(layer, row, at) {
    mark(layer, row);
    L.popup({ maxWidth: 340, minWidth: 200 }).setLatLng(at).setContent(content(layer, row)).openOn(map);
  }

  /* --- panel ------------------------------------------------------------------------------- */
  function swatch(layer, color) {
    var canvas = element("canvas", "swatch");
    canvas.width = 44; canvas.height = 24;
    var pen = canvas.getContext("2d");
    pen.scale(2, 2);
    pen.strokeStyle = layer.kind === "line" ? color : (layer.stroke || color);
    pen.fillStyle = color;
    pen.lineWidth = Math.max(1, Math.min(layer.weight, 3));
    if (layer.dash) { pen.setLineDash(layer.dash.split(" ").map(Number)); }
    if (layer.kind === "line") {
      pen.fillStyle = "#e9e4d9"; pen.fillRect(0, 0, 22, 12);
      pen.beginPath(); pen.moveTo(0, 6); pen.lineTo(22, 6); pen.stroke();
    } else if (layer.kind === "point") {
      pen.beginPath(); pen.arc(11, 6, Math.min(layer.radius, 5), 0, 7); pen.fill(); pen.stroke();
    } else {
      pen.globalAlpha = layer.fillOpacity;
      if (layer.filled) { pen.fillRect(0, 0, 22, 12); }
      pen.globalAlpha = 1;
      if (layer.stroke) { pen.strokeRect(0.5, 0.5, 21, 11); }
    }
    return canvas;
  }
  function layerItem(layer) {
    var item = element("div");
    var label = element("label");
    var check = element("input");
    check.type = "checkbox"; check.checked = layer.shown;
    check.addEventListener("change", function () { layer.shown = check.checked; draw(layer); });
    label.appendChild(check);
    if (layer.entries.length === 1 && !layer.entries[0].text) {
      label.appendChild(swatch(layer, layer.entries[0].color));
    }
    label.appendChild(element("span", "", name(layer.title)));
    item.appendChild(label);
    layer.entries.forEach(function (entry) {
      if (!entry.text) { return; }
      var line = element("div", "entry");
      line.appendChild(swatch(layer, entry.color));
      line.appendChild(element("span", "", name(entry.text)));
      line.appendChild(element("span", "count", number(entry.count)));
      item.appendChild(line);
    });
    return item;
  }
  function search(text) {
    found.textContent = "";
    var wanted = text.trim().toLowerCase();
    if (wanted.length < 2) { return; }
    var shown = 0;
    data.layers.forEach(function (layer) {
      if (!layer.search) { return; }
      var titles = layer.values[layer.search];
      for (var row = 0; row < titles.length && shown < 8; row += 1) {
        if (titles[row] && titles[row].toLowerCase().indexOf(wanted) >= 0) {
          shown += 1;
          found.appendChild(result(layer, row, titles[row]));
        }
      }
    });
    if (!shown) { found.appendChild(element("p", "under", say("nothing"))); }
  }
  function result(layer, row, title) {
    var button = element("button", "", isolated(title));
    button.type = "button";
    button.addEventListener("click", function () {
      var box = layer.boxes[row];
      map.fitBounds([[box[0], box[1]], [box[2], box[3]]], { maxZoom: 18, padding: [60, 60] });
      open(layer, row, [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2]);
    });
    return button;
  }
  function head() {
    var header = element("header");
    header.appendChild(element("h1", "", name(data.title)));
    if (data.subtitle) { header.appendChild(element("div", "under", name(data.subtitle))); }
    header.appendChild(element("div", "warn", say("unofficial")));
    var bar = element("div", "bar");
    data.languages.forEach(function (code) {
      var button = element("button", "", { fr: "Français", ar: "العربية", en: "English" }[code]);
      button.type = "button"; button.lang = code;
      button.setAttribute("aria-pressed", String(code === language));
      button.addEventListener("click", function () { language = code; speak(); });
      bar.appendChild(button);
    });
    var toggle = element("button", "toggle", say("panel"));
    toggle.type = "button";
    toggle.addEventListener("click", function () { panel.classList.toggle("closed"); });
    bar.appendChild(toggle);
    header.appendChild(bar);
    return header;
  }
  function body() {
    var box = element("div", "body");
    if (data.layers.some(function (layer) { return layer.search; })) {
      box.appendChild(element("h2", "", say("search")));
      var input = element("input");
      input.type = "search"; input.setAttribute("aria-label", say("search"));
      input.addEventListener("input", function () { search(input.value); });
      box.appendChild(input);
      found = element("div", "found");
      box.appendChild(found);
    }
    box.appendChild(element("h2", "", say("layers")));
    data.layers.slice().reverse().forEach(function (layer) { box.appendChild(layerItem(layer)); });
    box.appendChild(element("h2", "", say("about")));
    data.notes[language].forEach(function (text) { box.appendChild(element("p", "", text)); });
    return box;
  }
  function speak() {
    document.documentElement.lang = language;
    document.documentElement.dir = language === "ar" ? "rtl" : "ltr";
    document.title = name(data.title);
    map.closePopup();
    clearMark();
    panel.textContent = "";
    panel.appendChild(head());
    panel.appendChild(body());
    zoom.setPosition(language === "ar" ? "topleft" : "topright");
  }

  map.attributionControl.setPrefix(false);
  map.createPane("mark").style.zIndex = 640;
  map.getPane("mark").style.pointerEvents = "none";
  data.layers.forEach(function (layer, index) {
    layer.pane = "layer" + index;
    var pane = map.createPane(layer.pane);
    pane.style.zIndex = 400 + index;
    pane.style.pointerEvents = "none";
    pane.style.opacity = layer.opacity;
    layer.renderer = L.canvas({ pane: layer.pane, padding: 0.3 });
    layer.shown = true;
    prepare(layer);
    drawn[layer.id] = L.layerGroup().addTo(map);
  });
  var zoom = L.control.zoom().addTo(map);
  L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
  panel = element("aside", "panel" + (window.innerWidth <= 640 ? " closed" : ""));
  document.body.appendChild(panel);
  L.DomEvent.disableClickPropagation(panel);
  map.fitBounds([[data.view[1], data.view[0]], [data.view[3], data.view[2]]], { animate: false });
  map.on("moveend", redraw);
  map.on("popupclose", clearMark);
  map.on("click", function (event) {
    var hit = under(event.latlng);
    if (hit) { open(hit.layer, hit.row, event.latlng); }
  });
  speak();
  redraw();
}
document.addEventListener("DOMContentLoaded", function () { drawMap(map_emadina); });
