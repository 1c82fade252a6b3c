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
