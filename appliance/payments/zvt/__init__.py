"""ZVT, the till's side: from bytes of a PA00P015 terminal to what became of the money."""
