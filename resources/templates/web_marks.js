/* Draws one mark: points with their own shape or picture, areas with lines or dots in them. */
function makeMarks() {
  "use strict";
  var HALF_TURN = 180, DOT = 0.01;

  /* A layer as one of its classes draws it. */
  function ofClass(layer, code) {
    return layer.own[code] ? Object.assign({}, layer, layer.own[code]) : layer;
  }
  /* The picture of a class; `ready` is called once it is there. */
  function image(layer, code, ready) {
    var address = layer.pictures[code];
    if (!address) { return null; }
    layer.images = layer.images || {};
    if (!layer.images[code]) {
      var made = layer.images[code] = new Image();
      made.addEventListener("load", ready);
      made.src = address;
    }
    return layer.images[code];
  }

  var Point = L.CircleMarker.extend({
    _updatePath: function () {
      var renderer = this._renderer, style = this.options, pen = renderer._ctx, at = this._point;
      if (!renderer._drawing || this._empty()) { return; }
      if (style.image) { picture(pen, style, at, 2 * this._radius); return; }
      if (!style.outline) { L.CircleMarker.prototype._updatePath.call(this); return; }
      outline(pen, style.outline, at, this._radius);
      renderer._fillStroke(pen, this);
    }
  });
  /* The outline of a marker of radius 1, y down. */
  function outline(pen, points, at, radius) {
    pen.beginPath();
    points.forEach(function (point) {
      pen.lineTo(at.x + point[0] * radius, at.y + point[1] * radius);
    });
    pen.closePath();
  }
  function picture(pen, style, at, size) {
    var drawn = style.image;
    if (!drawn.complete || !drawn.naturalWidth) { return; }
    var share = size / Math.max(drawn.naturalWidth, drawn.naturalHeight);
    var width = drawn.naturalWidth * share, height = drawn.naturalHeight * share;
    pen.globalAlpha = style.fillOpacity;
    pen.drawImage(drawn, at.x - width / 2, at.y - height / 2, width, height);
    pen.globalAlpha = 1;
  }

  var Area = L.Polygon.extend({
    _updatePath: function () {
      var renderer = this._renderer, style = this.options, pen = renderer._ctx;
      L.Polygon.prototype._updatePath.call(this);
      if (!renderer._drawing || !style.pattern || !this._parts.length) { return; }
      /* The path of the area is still there. */
      pen.save();
      pen.clip("evenodd");
      var box = overlap(this._pxBounds, renderer._bounds);
      if (box) { pattern(pen, style.pattern, style.times || 1, style.opacity, box); }
      pen.restore();
    }
  });
  function overlap(one, other) {
    var min = [Math.max(one.min.x, other.min.x), Math.max(one.min.y, other.min.y)];
    var max = [Math.min(one.max.x, other.max.x), Math.min(one.max.y, other.max.y)];
    return min[0] < max[0] && min[1] < max[1] ? { min: { x: min[0], y: min[1] }, max: { x: max[0], y: max[1] } } : null;
  }
  /* Lines through a box, counted from one place of the map so that those of neighbours meet. */
  function pattern(pen, sign, times, opacity, box) {
    var spacing = Math.max(sign.spacing * times, 1), step = sign.step ? Math.max(sign.step * times, 1) : 0;
    pen.globalAlpha = opacity;
    pen.strokeStyle = sign.color;
    pen.lineWidth = sign.width * times;
    pen.lineCap = step ? "round" : "butt";
    sign.angles.forEach(function (angle) {
      var cos = Math.cos(angle * Math.PI / HALF_TURN), sin = Math.sin(angle * Math.PI / HALF_TURN);
      var corners = [[box.min.x, box.min.y], [box.max.x, box.min.y], [box.min.x, box.max.y], [box.max.x, box.max.y]];
      var u = corners.map(function (at) { return at[0] * cos - at[1] * sin; });
      var v = corners.map(function (at) { return at[0] * sin + at[1] * cos; });
      var from = Math.min.apply(null, u), to = Math.max.apply(null, u);
      var first = Math.ceil(Math.min.apply(null, v) / spacing), last = Math.floor(Math.max.apply(null, v) / spacing);
      for (var number = first; number <= last; number += 1) {
        var shift = step && number % 2 ? step / 2 : 0;
        pen.setLineDash(step ? [DOT, step - DOT] : []);
        pen.lineDashOffset = 0;
        var begin = step ? Math.floor((from - shift) / step) * step + shift : from;
        pen.beginPath();
        pen.moveTo(begin * cos + number * spacing * sin, -begin * sin + number * spacing * cos);
        pen.lineTo(to * cos + number * spacing * sin, -to * sin + number * spacing * cos);
        pen.stroke();
      }
    });
  }
  /* A swatch of a pattern, in a box of the legend. */
  function swatch(pen, sign, width, height) {
    pen.save();
    pen.beginPath();
    pen.rect(0, 0, width, height);
    pen.clip();
    pattern(pen, sign, 1, 1, { min: { x: 0, y: 0 }, max: { x: width, y: height } });
    pen.restore();
  }

  return { ofClass: ofClass, image: image, outline: outline, Point: Point, Area: Area, swatch: swatch };
}
