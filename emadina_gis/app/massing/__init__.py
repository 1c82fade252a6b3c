"""The map's other views: volumes turned by hand, and the street section."""
