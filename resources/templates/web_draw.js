/* Draws the published layers and says what lies under a point. Knows no words. */
function drawLayers(map, data, read) {
  "use strict";
  var METRES_AROUND = 40075016.686, TILE = 256, REACH = 9;
  var marks = makeMarks();

  function side(layer, look, pane) {
    var made = map.createPane(pane);
    made.style.zIndex = layer.zIndex;
    made.style.pointerEvents = "none";
    made.style.opacity = layer.opacity;
    return {
      pane: pane, element: made, colors: look.colors, entries: look.entries,
      codes: read.whole(look.codes), bands: look.bands || [], shade: look.shade,
      renderer: L.canvas({ pane: pane, padding: 0.3 }),
      group: L.layerGroup().addTo(map), far: look.far && farOf(look.far)
    };
  }
  function farOf(far) {
    var shapes = new read.Shapes(far.shapes);
    return far.codes.map(function (code, row) { return { code: code, parts: shapes.shape(row) }; });
  }
  function prepare(layer, index) {
    layer.zIndex = 400 + index;
    layer.shown = true;
    layer.shapes = new read.Shapes(layer.shapes);
    layer.sides = [side(layer, layer, "layer" + index)];
    layer.cased = Boolean(layer.casing) || Object.keys(layer.own).some(function (code) {
      return layer.own[code].casing;
    });
    layer.changed = {};
    if (layer.after) {
      layer.sides.push(side(layer, layer.after, "after" + index));
      read.steps(layer.after.rows).forEach(function (row, place) { layer.changed[row] = place; });
    }
  }

  /* The classes of the rows at this scale, where other rules count. */
  function bandOf(one) {
    var size = metresPerPixel();
    return one.bands.find(function (band) { return size >= band.scales[0] && size <= band.scales[1]; });
  }
  function codesOf(one) {
    var band = bandOf(one);
    return band ? read.whole(band.codes) : one.codes;
  }
  function shadeOf(one, row) {
    if (!one.shade) { return 1; }
    return one.shade.least + (1 - one.shade.least) * read.whole(one.shade.codes)[row] / (one.shade.steps - 1);
  }
  /* What is measured on the ground is given as at one scale; it grows with the map. */
  function grown(layer) {
    if (!layer.ground) { return 1; }
    return data.ground / metresPerPixel();
  }
  function dashes(layer, times) {
    return layer.dash ? layer.dash.split(" ").map(function (part) { return part * times; }).join(" ") : null;
  }
  function options(whole, one, code, shade) {
    var layer = marks.ofClass(whole, code);
    var color = one.colors[code], times = grown(layer);
    if (!color) { return null; }
    var common = {
      renderer: one.renderer, pane: one.pane, interactive: false, opacity: shade,
      weight: layer.weight * times, dashArray: dashes(layer, times)
    };
    if (layer.kind === "line") { common.color = color; return common; }
    common.fill = layer.filled; common.fillColor = color; common.fillOpacity = layer.fillOpacity * shade;
    common.stroke = Boolean(layer.stroke); common.color = layer.stroke || color;
    common.pattern = layer.pattern; common.times = times;
    common.radius = layer.radius * times; common.outline = layer.marker;
    return common;
  }
  function figure(layer, one, parts, code, shade) {
    var style = options(layer, one, code, shade);
    if (!style || !parts.length) { return null; }
    if (layer.kind === "point") {
      style.image = marks.image(layer, code, function () { draw(layer); });
      return new marks.Point(parts[0][0][0], style);
    }
    if (layer.kind === "line") {
      return L.polyline(parts.map(function (rings) { return rings[0]; }), style);
    }
    return new marks.Area(parts, style);
  }
  /* The wider line under a line; drawn under all lines of the layer. */
  function casing(layer, one, parts, code, shade) {
    var look = marks.ofClass(layer, code);
    if (layer.kind !== "line" || !look.casing || !one.colors[code]) { return null; }
    return L.polyline(parts.map(function (rings) { return rings[0]; }), {
      renderer: one.renderer, pane: one.pane, interactive: false,
      color: look.casing, weight: look.casingWeight * grown(look), opacity: shade
    });
  }
  function metresPerPixel() {
    var latitude = map.getCenter().lat * Math.PI / 180;
    return METRES_AROUND * Math.cos(latitude) / (TILE * Math.pow(2, map.getZoom()));
  }
  function inScale(layer) {
    var size = metresPerPixel();
    return !layer.scales || (size >= layer.scales[0] && size <= layer.scales[1]);
  }
  function isFar(layer) {
    return layer.onlyFar || (layer.detailZoom > 0 && map.getZoom() < layer.detailZoom);
  }
  function draw(layer) {
    layer.sides.forEach(function (one) {
      one.group.clearLayers();
      if (!layer.shown || !inScale(layer)) { return; }
      if (isFar(layer)) { drawFar(layer, one); } else { drawNear(layer, one); }
    });
  }
  function drawFar(layer, one) {
    [casing, figure].forEach(function (make) {
      (one.far || []).forEach(function (item) {
        var made = make(layer, one, item.parts, item.code, 1);
        if (made) { one.group.addLayer(made); }
      });
    });
  }
  function drawNear(layer, one) {
    var view = map.getBounds().pad(0.3);
    var south = view.getSouth(), north = view.getNorth(), west = view.getWest(), east = view.getEast();
    var boxes = layer.shapes.boxes, codes = codesOf(one), seen = [];
    for (var row = 0, at = 0; row < layer.shapes.count; row += 1, at += 4) {
      if (boxes[at] <= north && boxes[at + 2] >= south && boxes[at + 1] <= east && boxes[at + 3] >= west) {
        seen.push(row);
      }
    }
    (layer.cased ? [casing, figure] : [figure]).forEach(function (make) {
      seen.forEach(function (row) {
        var made = make(layer, one, layer.shapes.shape(row), codes[row], shadeOf(one, row));
        if (made) { one.group.addLayer(made); }
      });
    });
  }

  /* --- what is under the pointer ------------------------------------------------------------- */
  function inside(points, at) {
    var odd = false;
    for (var i = 0, j = points.length - 1; i < points.length; j = i, i += 1) {
      var a = points[i], b = points[j];
      if ((a[0] > at.lat) !== (b[0] > at.lat) &&
          at.lng < (b[1] - a[1]) * (at.lat - a[0]) / (b[0] - a[0]) + a[1]) { odd = !odd; }
    }
    return odd;
  }
  function near(points, at) {
    var p = map.latLngToLayerPoint(at);
    for (var i = 0; i < points.length; i += 1) {
      var a = map.latLngToLayerPoint(points[i]);
      var b = map.latLngToLayerPoint(points[Math.min(i + 1, points.length - 1)]);
      if (L.LineUtil.pointToSegmentDistance(p, a, b) <= REACH) { return true; }
    }
    return false;
  }
  function hits(layer, row, at) {
    var parts = layer.shapes.shape(row);
    if (layer.kind === "polygon") {
      return parts.some(function (rings) {
        return rings.reduce(function (odd, one) { return odd !== inside(one, at); }, false);
      });
    }
    return parts.some(function (rings) { return near(rings[0], at); });
  }
  function foundUnder(at, outlines) {
    var view = map.getBounds();
    var margin = (view.getNorth() - view.getSouth()) / map.getSize().y * (REACH + 1);
    for (var k = data.layers.length - 1; k >= 0; k -= 1) {
      var layer = data.layers[k];
      if (!layer.shown || !layer.fields.length || !inScale(layer)) { continue; }
      if ((layer.kind === "polygon" && !layer.filled) !== outlines) { continue; }
      var pad = layer.kind === "polygon" ? 0 : margin;
      for (var row = layer.shapes.count - 1; row >= 0; row -= 1) {
        var box = layer.shapes.box(row);
        if (at.lat >= box[0] - pad && at.lat <= box[2] + pad &&
            at.lng >= box[1] - pad && at.lng <= box[3] + pad &&
            layer.colors[codesOf(layer.sides[0])[row]] && hits(layer, row, at)) {
          return { layer: layer, row: row };
        }
      }
    }
    return null;
  }
  /* An outline that is drawn over parcels answers only where nothing else does. */
  function under(at) { return foundUnder(at, false) || foundUnder(at, true); }

  /* --- a place that was asked for ------------------------------------------------------------- */
  var marked = [];
  var pane = map.createPane("mark");
  pane.style.zIndex = 640;
  pane.style.pointerEvents = "none";
  function clearMark() {
    marked.forEach(function (line) { map.removeLayer(line); });
    marked = [];
  }
  function mark(layer, rows) {
    clearMark();
    rows.slice(0, 400).forEach(function (row) {
      layer.shapes.shape(row).forEach(function (rings) {
        [["#ffffff", 6], ["#0b6e6e", 2.5]].forEach(function (pen) {
          var style = { color: pen[0], weight: pen[1], fill: false, interactive: false, pane: "mark" };
          style.radius = layer.radius + 4;
          var made = layer.kind === "polygon" ? L.polygon(rings, style)
            : layer.kind === "line" ? L.polyline(rings, style) : L.circleMarker(rings[0][0], style);
          marked.push(made.addTo(map));
        });
      });
    });
  }

  data.layers.forEach(prepare);
  return {
    draw: draw, inScale: inScale, bandOf: bandOf, marks: marks,
    under: under, mark: mark, clearMark: clearMark,
    redraw: function () { data.layers.forEach(draw); }
  };
}
