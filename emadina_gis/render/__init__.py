"""Drawing: scenes, meshes, OpenGL and QPainter pictures, labels, legend and furniture."""
