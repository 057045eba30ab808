"""What each component is licensed under, as its own papers say: for the bill of materials.

Debian's come from `usr/share/doc/PACKAGE/copyright`: the short names of a machine-readable one
(https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/), else the common licences that it
points to. Python's come from the metadata of the wheel (PEP 639, or the fields before it).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from email.parser import HeaderParser
from pathlib import Path

Licence = dict[str, object]

# Debian's short names and what wheels write, to the identifiers of SPDX that CycloneDX knows.
_VERSIONED = {
    "GPL": ("1", "2", "3"),
    "LGPL": ("2", "2.1", "3"),
    "AGPL": ("3",),
    "GFDL": ("1.2", "1.3"),
}
SPDX = {
    **{
        f"{name}-{version}{later}": f"{name}-{version}{'' if '.' in version else '.0'}-{ending}"
        for name, versions in _VERSIONED.items()
        for version in versions
        for later, ending in (("", "only"), ("+", "or-later"))
    },
    "MIT": "MIT", "Expat": "MIT", "MIT License": "MIT", "MIT/X11": "MIT", "X11": "X11", "ISC": "ISC",
    "BSD-2-clause": "BSD-2-Clause", "BSD-3-clause": "BSD-3-Clause", "BSD-4-clause": "BSD-4-Clause",
    "BSD-2-Clause": "BSD-2-Clause", "BSD-3-Clause": "BSD-3-Clause", "0BSD": "0BSD",
    "Apache-2.0": "Apache-2.0", "Apache-2": "Apache-2.0", "Apache Software License": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0", "MPL-1.1": "MPL-1.1", "MPL-2.0": "MPL-2.0",
    "CC0-1.0": "CC0-1.0", "CC0": "CC0-1.0", "Zlib": "Zlib", "zlib": "Zlib", "libpng": "Libpng",
    "Unlicense": "Unlicense", "BSL-1.0": "BSL-1.0", "BSL-1": "BSL-1.0", "PSF-2": "PSF-2.0",
    "Python Software Foundation License": "PSF-2.0", "PSF": "PSF-2.0", "PSF-2.0": "PSF-2.0",
    "Artistic-2": "Artistic-2.0", "Artistic-2.0": "Artistic-2.0",
    "OpenSSL": "OpenSSL", "curl": "curl", "OFL-1.1": "OFL-1.1", "EPL-2.0": "EPL-2.0",
    "Unicode-DFS-2016": "Unicode-DFS-2016", "HPND": "HPND", "NTP": "NTP",
    "ISC License (ISCL)": "ISC", "zlib/libpng": "Zlib", "Beerware": "Beerware", "WTFPL": "WTFPL",
    "MIT-0": "MIT-0", "MIT-CMU": "MIT-CMU", "BSD-4-Clause": "BSD-4-Clause",
}  # fmt: skip
_IDENTIFIERS = frozenset(SPDX.values())
OWN = "its own: /usr/share/doc/PACKAGE/copyright"
"""Words of a package's own, as of X11's parts, that no short name stands for."""
_JOINED = re.compile(r"\s*,\s*(?:and\s+|or\s+)?|\s+(?:and/or|and|or)\s+|\s*\|\s*")
_COMMON = re.compile(
    r"/usr/share/common-licenses/(L?GPL|AGPL|GFDL|Apache|MPL|BSD|Artistic)(-[\d.]+)?"
)
_LATER = re.compile(r"any\s+later\s+version")
_MIT = re.compile(r"Permission\s+is\s+hereby\s+granted,\s+free\s+of\s+charge")
_SHORT_MAX = 60
"""Characters: more are the licence's text, which some wheels put in its name's place."""


def found(debian: Iterable[tuple[str, Path]], python: Path) -> dict[str, list[Licence]]:
    """By reference, as the bill has it. debian: packages and where their papers lie; python: the
    folder that wheels were installed into."""
    told: dict[str, list[Licence]] = {}
    for package, docs in debian:
        paper = docs / package / "copyright"
        if paper.exists():
            told[f"deb:{package}"] = of_copyright(paper.read_text("utf-8", "replace"))
    for metadata in sorted(python.glob("*.dist-info/METADATA")):
        name, licences = of_metadata(metadata.read_text("utf-8", "replace"))
        told[f"pypi:{name}"] = licences
    return told


def of_copyright(text: str) -> list[Licence]:
    readable = text.lstrip().startswith("Format")
    names = dict.fromkeys(_declared(text) if readable else _pointed_at(text)) or {OWN: None}
    return _licences(names)


def of_metadata(text: str) -> tuple[str, list[Licence]]:
    """The project's name in small letters, and its licences."""
    told = HeaderParser().parsestr(text)
    name = re.sub(r"[-_.]+", "-", str(told["Name"])).lower()
    if expression := told["License-Expression"]:
        return name, [{"expression": str(expression)}]
    classified = [
        str(it).rpartition(" :: ")[2] for it in told.get_all("Classifier", []) if "License ::" in it
    ]
    words = str(told["License"] or "").strip()
    short = [words] if words and len(words) <= _SHORT_MAX and "\n" not in words else []
    names = short if any(it in SPDX for it in short) else classified or short
    return name, _licences(names)


def _declared(text: str) -> Iterator[str]:
    """The first line of each field `License`."""
    for line in text.splitlines():
        if line.lower().startswith("license:"):
            words = line.partition(":")[2].strip().rstrip(".")
            yield from (it for it in _JOINED.split(words) if it)


def _pointed_at(text: str) -> Iterator[str]:
    later = "+" if _LATER.search(text) else ""
    for family, version in _COMMON.findall(text):
        versioned = f"{family}{version.removesuffix('.0')}"
        yield versioned + later if f"{versioned}{later}" in SPDX else f"{family}{version}"
    if _MIT.search(text):
        yield "MIT"


def _licences(names: Iterable[str]) -> list[Licence]:
    """Each once, whatever it is called."""
    told = {_known(name) or name: bool(_known(name)) for name in names}
    return [
        {"license": {"id" if known else "name": name}}
        for name, known in sorted(told.items(), key=lambda it: it[0].lower())
    ]


def _known(name: str) -> str:
    if name in _IDENTIFIERS:
        return name
    found = (
        SPDX.get(name) or SPDX.get(name.replace(".0+", "+")) or SPDX.get(name.removesuffix(".0"))
    )
    return found or ""


def put_into(components: Iterable[dict[str, object]], told: Mapping[str, list[Licence]]) -> None:
    """An empty list is left out: CycloneDX has no word for nobody knows."""
    for component in components:
        if licences := told.get(str(component["bom-ref"])):
            component["licenses"] = licences
