"""Cut the few icons that the screens draw out of the Material Design Icons font.

    .venv/bin/pip install fonttools; npm pack @mdi/font; tar xzf mdi-font-*.tgz
    .venv/bin/python scripts/make_icons.py package

Writes appliance/fonts/KramIcons.ttf and appliance/ui/icons.py. fonttools is needed only here.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
NAMES = {
    "backspace": "backspace-outline",
    "check": "check",
    "more": "dots-horizontal",
    "alert": "alert-outline",
    "minus": "minus",
    "plus": "plus",
    "search": "magnify",
    "close": "close",
    "printer": "printer-outline",
    "scan": "barcode-scan",
    "back": "arrow-left",
    "right": "chevron-right",
    "left": "chevron-left",
    "up": "chevron-up",
    "down": "chevron-down",
    "undo": "undo-variant",
    "bin": "trash-can-outline",
    "lock": "lock-outline",
    "cash": "cash-multiple",
    "settings": "cog-outline",
    "sound_on": "volume-high",
    "sound_off": "volume-off",
    "sun": "white-balance-sunny",
    "moon": "weather-night",
    "language": "translate",
    "tag": "tag-outline",
    "pause": "pause-circle-outline",
    "resume": "play-circle-outline",
    "drawer": "cash-register",
    "scale": "scale",
    "report": "file-chart-outline",
    "cash_in": "cash-plus",
    "cash_out": "cash-minus",
    "devices": "devices",
    "enter": "keyboard-return",
    "hide_keyboard": "keyboard-close-outline",
    "shift": "apple-keyboard-shift",
    "percent": "percent-outline",
    "cancel": "close-circle-outline",
    "unplugged": "power-plug-off-outline",
    "receipt": "receipt-text-outline",
    "price_check": "tag-search-outline",
    "matters": "clipboard-alert-outline",
    "shop": "store-outline",
    "person": "account-outline",
    "people": "account-multiple-outline",
    "switch": "account-switch-outline",
    "shield": "shield-account-outline",
    "school": "school-outline",
    "bottle": "bottle-soda-classic-outline",
    "gift": "gift-outline",
    "offer": "ticket-percent-outline",
    "ahead": "calendar-clock",
    "goodwill": "hand-coin-outline",
    "refund": "cash-refund",
    "card": "card-account-details-outline",
    "why": "help-circle-outline",
    "list": "clipboard-list-outline",
    "truck": "truck-delivery-outline",
    "parcel": "package-variant",
    "count": "counter",
    "transfer": "swap-horizontal",
    "safe": "safe",
    "chart": "chart-bar",
    "clock": "clock-outline",
    "terminal": "credit-card-outline",
    "qr": "qrcode",
    "points": "star-outline",
    "voucher": "ticket-outline",
    "foreign": "currency-eur",
}


def main(package: Path) -> None:
    css = (package / "css" / "materialdesignicons.css").read_text()
    points = {}
    for ours, theirs in NAMES.items():
        found = re.search(rf'\.mdi-{theirs}::before {{\s*content: "\\([0-9A-F]+)"', css)
        if found is None:
            sys.exit(f"no icon named {theirs}")
        points[ours] = int(found[1], 16)
    fonts = ROOT / "appliance" / "fonts"
    subprocess.run(
        [
            "pyftsubset",
            package / "fonts" / "materialdesignicons-webfont.ttf",
            f"--unicodes={','.join(f'{point:X}' for point in points.values())}",
            f"--output-file={fonts / 'KramIcons.ttf'}",
            "--no-layout-closure",
            "--no-glyph-names",
        ],
        check=True,
    )
    rows = "\n".join(f'    "{name}": "\\U{point:08X}",' for name, point in points.items())
    (ROOT / "appliance" / "ui" / "icons.py").write_text(
        '"""Where each icon stands in KramIcons.ttf; written by scripts/make_icons.py."""\n\n'
        "from __future__ import annotations\n\n"
        f"ICONS = {{\n{rows}\n}}\n"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
