"""Pictures of the real window, taken on X servers of their own. See ``scripts/take_desk_pictures.py``."""
