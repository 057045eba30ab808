"""Plain widgets: each draws itself with the pen and answers a touch within a frame."""
