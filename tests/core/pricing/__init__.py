"""Pricing: the engine, its JSON edge, and a slow second opinion."""
