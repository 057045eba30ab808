"""The SD card's image, proven: booted in QEMU by a simulated firmware, updated, cut off, looked into."""
