/* Reads the data of the page: packed numbers, columns, shapes. Draws nothing. */
function readData(data) {
  "use strict";
  var MISSING = 0, HIDDEN = 1, SHIFT = 2;
  var grid = { x: data.grid[0], y: data.grid[1], dx: data.grid[2], dy: data.grid[3] };

  /* Seven bits a byte, the lowest first; no shifts, because they would cut at 32 bits. */
  function unpack(text) {
    var bytes = atob(text), found = [], value = 0, factor = 1;
    for (var i = 0; i < bytes.length; i += 1) {
      var byte = bytes.charCodeAt(i);
      value += (byte & 127) * factor;
      if (byte & 128) { factor *= 128; } else { found.push(value); value = 0; factor = 1; }
    }
    return found;
  }
  function unfold(value) { return value % 2 ? -(value + 1) / 2 : value / 2; }
  function steps(text) {
    var found = unpack(text), sum = 0;
    for (var i = 0; i < found.length; i += 1) { sum += unfold(found[i]); found[i] = sum; }
    return found;
  }
  function sameOr(value, count) {
    return typeof value === "number" ? new Array(count).fill(value) : unpack(value);
  }
  function whole(column) {
    if (column.all) { return column.all; }
    if (column.plain !== undefined) { column.all = unpack(column.plain); return column.all; }
    var runs = unpack(column.runs), found = [];
    for (var i = 0; i < runs.length; i += 2) {
      for (var n = 0; n < runs[i + 1]; n += 1) { found.push(runs[i]); }
    }
    column.all = found;
    return found;
  }

  /* --- shapes: rows of parts of rings of points --------------------------------------------- */
  function Shapes(packed) {
    this.parts = offsets(sameOr(packed.parts, packed.count));
    this.rings = offsets(sameOr(packed.rings, this.parts[this.parts.length - 1]));
    this.points = offsets(sameOr(packed.points, this.rings[this.rings.length - 1]));
    var x = steps(packed.x), y = steps(packed.y);
    this.lng = Float64Array.from(x, function (value) { return grid.x + value * grid.dx; });
    this.lat = Float64Array.from(y, function (value) { return grid.y + value * grid.dy; });
    this.count = packed.count;
    this.boxes = new Float64Array(4 * packed.count);
    for (var row = 0; row < packed.count; row += 1) { this.measure(row); }
  }
  function offsets(counts) {
    var found = new Uint32Array(counts.length + 1);
    for (var i = 0; i < counts.length; i += 1) { found[i + 1] = found[i] + counts[i]; }
    return found;
  }
  Shapes.prototype.measure = function (row) {
    var first = this.points[this.rings[this.parts[row]]];
    var last = this.points[this.rings[this.parts[row + 1]]];
    var south = 90, west = 180, north = -90, east = -180;
    for (var i = first; i < last; i += 1) {
      if (this.lat[i] < south) { south = this.lat[i]; }
      if (this.lat[i] > north) { north = this.lat[i]; }
      if (this.lng[i] < west) { west = this.lng[i]; }
      if (this.lng[i] > east) { east = this.lng[i]; }
    }
    this.boxes.set([south, west, north, east], 4 * row);
  };
  Shapes.prototype.box = function (row) { return this.boxes.subarray(4 * row, 4 * row + 4); };
  Shapes.prototype.shape = function (row) {
    var parts = [];
    for (var part = this.parts[row]; part < this.parts[row + 1]; part += 1) {
      var rings = [];
      for (var ring = this.rings[part]; ring < this.rings[part + 1]; ring += 1) {
        var points = [];
        for (var i = this.points[ring]; i < this.points[ring + 1]; i += 1) {
          points.push([this.lat[i], this.lng[i]]);
        }
        rings.push(points);
      }
      parts.push(rings);
    }
    return parts;
  };

  /* --- columns ------------------------------------------------------------------------------ */
  /* A number; null where missing, "few" where it counts a few only. */
  function numberOf(column, decimals, row) {
    var value = whole(column)[row];
    if (value === MISSING) { return null; }
    if (value === HIDDEN) { return "few"; }
    return unfold(value - SHIFT) / Math.pow(10, decimals || 0);
  }
  function textOf(column, row) {
    var code = whole(column)[row];
    return code ? column.texts[code - 1] : null;
  }
  function wordOf(field, column, row) {
    var code = whole(column)[row];
    return code ? field.values[code - 1] : null;
  }
  /* What bites a row: name, way, amount and share of each. */
  function hitsOf(field, column, row) {
    if (!column.byRow) {
      column.byRow = {};
      var rows = steps(column.rows), names = unpack(column.names), ways = unpack(column.ways);
      var amounts = unpack(column.amounts), shares = unpack(column.shares);
      rows.forEach(function (at, i) {
        (column.byRow[at] = column.byRow[at] || []).push(
          { name: field.values[names[i]], way: ways[i], amount: amounts[i], share: shares[i] });
      });
    }
    return column.byRow[row] || [];
  }

  return {
    Shapes: Shapes, whole: whole, steps: steps,
    numberOf: numberOf, textOf: textOf, wordOf: wordOf, hitsOf: hitsOf
  };
}
