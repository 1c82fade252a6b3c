"""Placing a layer: the drawing or picture beside the map, its control points and what they tell."""
