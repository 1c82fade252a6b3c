"""Volumes of a town: prisms, their meshes, the camera that turns about them. No Qt, no OpenGL."""
