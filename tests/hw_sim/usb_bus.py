"""A mock USB bus that udev's own library reads: things are plugged in and pulled out.

Through libumockdev, without its introspection bindings. The process must have been started by
`umockdev-wrapper`, which puts the mock /sys, /dev and netlink socket in front of the real ones.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

USB = "/devices/pci0000:00/0000:00:14.0/usb1"


@dataclass(frozen=True, slots=True)
class UsbThing:
    """on: "tty", "input" or "usbmisc"; node: below /dev; by_id: the name that udev's rules give."""

    port: str
    vendor: str
    product: str
    manufacturer: str
    name: str
    on: str
    node: str
    by_id: str = ""

    @property
    def paths(self) -> list[str]:
        """In /sys: the device, its interface, and what is between that and the node."""
        device = f"{USB}/{self.port}"
        if self.on == "usb":
            return [device]
        interface = f"{device}/{self.port}:1.0"
        leaf = self.node.rpartition("/")[2]
        between = {"tty": ["tty"], "usbmisc": ["usbmisc"], "input": ["input/input7"]}[self.on]
        middle = [f"{interface}/{part}" for part in between if self.on == "input"]
        return [device, interface, *middle, f"{interface}/{between[0]}/{leaf}"]

    def records(self) -> list[str]:
        """One umockdev record for each of `paths`."""
        device = self.paths[0]
        whole = f"N: {self.node}\nE: DEVNAME=/dev/{self.node}\n" if self.on == "usb" else ""
        about = (
            f"P: {device}\n{whole}E: SUBSYSTEM=usb\nE: DEVTYPE=usb_device\n"
            f"A: idVendor={self.vendor}\nA: idProduct={self.product}\n"
            f"A: manufacturer={self.manufacturer}\nA: product={self.name}\n\n"
        )
        if self.on == "usb":
            return [about]
        _, interface, *middle, node = self.paths
        links = f"S: {self.by_id}\nE: DEVLINKS=/dev/{self.by_id}\n" if self.by_id else ""
        keyboard = "E: ID_INPUT=1\nE: ID_INPUT_KEYBOARD=1\n" if self.on == "input" else ""
        return [
            about,
            f"P: {interface}\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_interface\n\n",
            *(f"P: {path}\nE: SUBSYSTEM=input\nA: name={self.name}\n\n" for path in middle),
            f"P: {node}\nN: {self.node}\n{links}E: DEVNAME=/dev/{self.node}\n{keyboard}"
            f"E: SUBSYSTEM={self.on}\n\n",
        ]


class UsbBus:
    def __init__(self) -> None:
        library = ctypes.CDLL("libumockdev.so.0")
        library.umockdev_testbed_new.restype = ctypes.c_void_p
        bed, text = ctypes.c_void_p, ctypes.c_char_p
        library.umockdev_testbed_add_from_string.argtypes = [bed, text, ctypes.c_void_p]
        library.umockdev_testbed_uevent.argtypes = [bed, text, text]
        library.umockdev_testbed_remove_device.argtypes = [bed, text]
        self._library = library
        self._bed = library.umockdev_testbed_new()

    def plug(self, thing: UsbThing) -> None:
        for record in thing.records():
            assert self._library.umockdev_testbed_add_from_string(self._bed, record.encode(), None)

    def pull(self, thing: UsbThing) -> None:
        for path in reversed(thing.paths):
            self._library.umockdev_testbed_uevent(self._bed, ("/sys" + path).encode(), b"remove")
        for path in reversed(thing.paths):
            self._library.umockdev_testbed_remove_device(self._bed, ("/sys" + path).encode())
