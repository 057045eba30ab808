"""What till and fleet say to each other: pure encoders and bounded decoders, shared by both sides."""
