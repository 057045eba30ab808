"""The SD card's image: how it is built, laid out, bundled for updates and started in QEMU."""
