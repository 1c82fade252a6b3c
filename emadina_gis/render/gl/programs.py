"""The GLSL programs: ids of features, and their colours."""

from __future__ import annotations

#: Positions are local to a chunk; `scale` and `offset` bring them to clip space, computed in
#: float64. The picture's first row is the northernmost, so that it is read back upright.
ID_VERTEX = """
#version 330
uniform vec2 scale;
uniform vec2 offset;
in vec2 position;
in uint row;
uniform uint first_id;
flat out uint id;
void main() {
    gl_Position = vec4(position * scale + offset, 0.0, 1.0);
    id = row + first_id;
}
"""

#: Tiny polygons as squares, one sub-pixel at least: they stay visible, and a town keeps its tone.
CENTER_VERTEX = """
#version 330
uniform vec2 scale;
uniform vec2 offset;
uniform float px_per_unit;
in vec2 position;
in uint row;
in float side;
uniform uint first_id;
flat out uint id;
void main() {
    gl_Position = vec4(position * scale + offset, 0.0, 1.0);
    gl_PointSize = max(side * px_per_unit, 1.0);
    id = row + first_id;
}
"""

MARKER_VERTEX = """
#version 330
uniform vec2 scale;
uniform vec2 offset;
uniform float point_px;
in vec2 position;
in uint row;
uniform uint first_id;
flat out uint id;
void main() {
    gl_Position = vec4(position * scale + offset, 0.0, 1.0);
    gl_PointSize = point_px;
    id = row + first_id;
}
"""

ID_FRAGMENT = """
#version 330
flat in uint id;
layout(location = 0) out uint color;
void main() { color = id; }
"""

MARKER_FRAGMENT = """
#version 330
flat in uint id;
layout(location = 0) out uint color;
void main() {
    vec2 d = gl_PointCoord - vec2(0.5);
    if (dot(d, d) > 0.25) discard;
    color = id;
}
"""

#: Clearing an integer picture by colour is undefined; this writes "no feature".
CLEAR_FRAGMENT = """
#version 330
layout(location = 0) out uint color;
void main() { color = 0u; }
"""

FULL_VERTEX = """
#version 330
void main() {
    vec2 corner = vec2(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0);
    gl_Position = vec4(corner, 0.0, 1.0);
}
"""

#: Each pixel is the mean of its sub-pixels' colours, which are premultiplied. The colour of an id
#: is in a picture of 4096 columns: shifts, because software OpenGL divides whole numbers slowly.
COLOR_FRAGMENT = """
#version 330
uniform usampler2D ids;
uniform sampler2D colors;
uniform int steps;
out vec4 color;
vec4 color_of(uint id) {
    return texelFetch(colors, ivec2(int(id & 4095u), int(id >> 12u)), 0);
}
void main() {
    ivec2 base = ivec2(gl_FragCoord.xy) * steps;
    vec4 total = vec4(0.0);
    uint last = 0u;
    vec4 shade = vec4(0.0);
    for (int j = 0; j < steps; j++) {
        for (int i = 0; i < steps; i++) {
            uint id = texelFetch(ids, base + ivec2(i, j), 0).r;
            if (id != last) {
                shade = color_of(id);
                last = id;
            }
            total += shade;
        }
    }
    color = total / float(steps * steps);
}
"""

#: The same for two sub-pixels a pixel and axis, where OpenGL 4 gives all four at once: in software
#: less than half the time. Inside of features one colour is looked up.
COLOR_GATHER_FRAGMENT = """
#version 400
uniform usampler2D ids;
uniform sampler2D colors;
out vec4 color;
vec4 color_of(uint id) {
    return texelFetch(colors, ivec2(int(id & 4095u), int(id >> 12u)), 0);
}
void main() {
    vec2 middle = floor(gl_FragCoord.xy) * 2.0 + 1.0;
    uvec4 four = textureGather(ids, middle / vec2(textureSize(ids, 0)));
    if (four.x == four.y && four.x == four.z && four.x == four.w) {
        color = color_of(four.x);
        return;
    }
    color = color_of(four.x) + color_of(four.y) + color_of(four.z) + color_of(four.w);
    color *= 0.25;
}
"""

#: The colour of each feature, looked up once for each of its corners.
DIRECT_VERTEX = """
#version 330
uniform vec2 scale;
uniform vec2 offset;
uniform sampler2D colors;
uniform uint first_id;
in vec2 position;
in uint row;
flat out vec4 shade;
void main() {
    gl_Position = vec4(position * scale + offset, 0.0, 1.0);
    uint id = row + first_id;
    shade = texelFetch(colors, ivec2(int(id & 4095u), int(id >> 12u)), 0);
}
"""

DIRECT_CENTER_VERTEX = """
#version 330
uniform vec2 scale;
uniform vec2 offset;
uniform float px_per_unit;
uniform sampler2D colors;
uniform uint first_id;
in vec2 position;
in uint row;
in float side;
flat out vec4 shade;
void main() {
    gl_Position = vec4(position * scale + offset, 0.0, 1.0);
    gl_PointSize = max(side * px_per_unit, 1.0);
    uint id = row + first_id;
    shade = texelFetch(colors, ivec2(int(id & 4095u), int(id >> 12u)), 0);
}
"""

DIRECT_FRAGMENT = """
#version 330
flat in vec4 shade;
layout(location = 0) out vec4 color;
void main() { color = shade; }
"""

#: Between four sub-pixels the linear filter gives their mean.
REDUCE_FRAGMENT = """
#version 330
uniform sampler2D fine;
uniform vec2 texel;
layout(location = 0) out vec4 color;
void main() { color = texture(fine, gl_FragCoord.xy * texel); }
"""

#: A rectangle around each edge, half a pixel larger on all sides. Of the number of a vertex the
#: last two bits are the corner, the others the edge.
STROKE_VERTEX = """
#version 330
uniform vec2 scale;
uniform vec2 offset;
uniform vec2 half_size;
uniform float half_width;
uniform sampler2D ends;
uniform usampler2D rows;
uniform sampler2D colors;
uniform uint first_id;
uniform bool by_row;
uniform vec4 ink;
uniform float strength;
flat out vec4 edge;
flat out vec4 shade;
void main() {
    int number = gl_VertexID >> 2;
    ivec2 at = ivec2(number & 4095, number >> 12);
    shade = ink;
    if (by_row) {
        uint id = texelFetch(rows, at, 0).r + first_id;
        vec4 own = texelFetch(colors, ivec2(int(id & 4095u), int(id >> 12u)), 0);
        if (own.a == 0.0) {
            gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
            edge = vec4(0.0);
            return;
        }
        shade = own * strength;
    }
    vec4 held = texelFetch(ends, at, 0);
    vec2 a = (held.xy * scale + offset) * half_size;
    vec2 b = (held.zw * scale + offset) * half_size;
    vec2 along = b - a;
    float span = length(along);
    along = span > 0.0 ? along / span : vec2(1.0, 0.0);
    vec2 across = vec2(-along.y, along.x);
    float reach = half_width + 0.5;
    vec2 corner = (gl_VertexID & 2) == 0 ? a - along * reach : b + along * reach;
    corner += (gl_VertexID & 1) == 0 ? -across * reach : across * reach;
    gl_Position = vec4(corner / half_size, 0.0, 1.0);
    edge = vec4(a, b) + half_size.xyxy;
}
"""

#: An edge that two polygons share is drawn once, as dense as two lines on each other.
STROKE_FRAGMENT = """
#version 330
uniform float half_width;
uniform bool twice;
flat in vec4 edge;
flat in vec4 shade;
layout(location = 0) out vec4 color;
void main() {
    vec2 from = gl_FragCoord.xy - edge.xy;
    vec2 along = edge.zw - edge.xy;
    float part = clamp(dot(from, along) / max(dot(along, along), 1e-6), 0.0, 1.0);
    float apart = length(from - along * part);
    color = shade * clamp(half_width + 0.5 - apart, 0.0, 1.0);
    if (twice) color *= 2.0 - color.a;
}
"""

#: A square around each point, a pixel larger than the mark with its outline.
SHAPE_VERTEX = """
#version 330
uniform vec2 scale;
uniform vec2 offset;
uniform float point_px;
uniform sampler2D colors;
uniform sampler2D line_colors;
uniform float strength;
uniform uint first_id;
in vec2 position;
in uint row;
flat out vec4 shade;
flat out vec4 line;
void main() {
    uint id = row + first_id;
    ivec2 at = ivec2(int(id & 4095u), int(id >> 12u));
    shade = texelFetch(colors, at, 0);
    line = texelFetch(line_colors, at, 0) * strength;
    gl_Position = shade.a + line.a > 0.0 ? vec4(position * scale + offset, 0.0, 1.0)
                                         : vec4(2.0, 2.0, 2.0, 1.0);
    gl_PointSize = point_px;
}
"""

#: Marks by the distance to their edge, negative inside: of a circle, or of a shape with corners.
SHAPE_FRAGMENT = """
#version 330
uniform float point_px;
uniform float radius;
uniform float half_line;
uniform int count;
uniform vec2 corners[12];
flat in vec4 shade;
flat in vec4 line;
layout(location = 0) out vec4 color;
float apart(vec2 p) {
    if (count == 0) return length(p) - radius;
    float nearest = 1e9;
    bool inside = false;
    vec2 b = corners[count - 1];
    for (int i = 0; i < count; i++) {
        vec2 a = corners[i];
        vec2 along = b - a;
        vec2 from = p - a;
        vec2 rest = from - along * clamp(dot(from, along) / dot(along, along), 0.0, 1.0);
        nearest = min(nearest, dot(rest, rest));
        if ((a.y > p.y) != (b.y > p.y) && p.x < along.x * (p.y - a.y) / along.y + a.x)
            inside = !inside;
        b = a;
    }
    return sqrt(nearest) * (inside ? -1.0 : 1.0);
}
void main() {
    vec2 p = vec2(gl_PointCoord.x - 0.5, 0.5 - gl_PointCoord.y) * point_px;
    float d = apart(p);
    color = shade * clamp(0.5 - d, 0.0, 1.0);
    float wide = clamp(half_line + 0.5 - d, 0.0, 1.0);
    vec4 stroke = line * (wide - clamp(0.5 - half_line - d, 0.0, 1.0));
    color = stroke + color * (1.0 - stroke.a);
}
"""
