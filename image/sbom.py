"""The image's bill of materials in CycloneDX 1.6 JSON: every package, with its file's hash and its licences."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from image import licences
from image.licences import Licence
from image.lock import Row

# The name space of our serial numbers: equal contents have equal bills.
_SPACE = uuid.UUID("9c5b0d4e-4c1f-4b6a-9d1d-4b52414d5b0d")
_PINNED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s\\;]+)")
_HASH = re.compile(r"--hash=sha256:(?P<sha256>[0-9a-f]{64})")


def debian_components(rows: Iterable[Row]) -> list[dict[str, object]]:
    components: list[dict[str, object]] = []
    for row in rows:
        purl = f"pkg:deb/debian/{row.package}@{row.version.replace('+', '%2B').replace(':', '%3A')}"
        component: dict[str, object] = {
            "type": "operating-system" if row.package.startswith("linux-image") else "library",
            "bom-ref": f"deb:{row.package}",
            "name": row.package,
            "version": row.version,
            "purl": f"{purl}?arch={row.architecture}&distro=debian-13",
            "hashes": [{"alg": "SHA-256", "content": row.sha256}],
        }
        components.append(component)
    return components


def python_components(requirements: str) -> list[dict[str, object]]:
    components = []
    for block in requirements.replace("\\\n", " ").splitlines():
        if pinned := _PINNED.match(block):
            name, version = pinned["name"], pinned["version"]
            hashes = [{"alg": "SHA-256", "content": found} for found in _HASH.findall(block)]
            component: dict[str, object] = {
                "type": "library",
                "bom-ref": f"pypi:{name}",
                "name": name,
                "version": version,
                "purl": f"pkg:pypi/{name}@{version}",
                "hashes": hashes,
            }
            components.append(component)
    return components


def bill(
    version: str,
    epoch_s: int,
    rows: Iterable[Row],
    requirements: str,
    licensed: Mapping[str, list[Licence]],
) -> str:
    """licensed: the licences of each component, by its reference."""
    kram: dict[str, object] = {"type": "firmware", "bom-ref": "kram", "name": "kram", "version": version,
            "licenses": [{"license": {"id": "Apache-2.0"}}]}  # fmt: skip
    components = [*debian_components(rows), *python_components(requirements)]
    licences.put_into(components, licensed)
    content = json.dumps([kram, components], sort_keys=True)
    told = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(_SPACE, content)}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(epoch_s, UTC).isoformat(),
            "component": kram,
        },
        "components": components,
        "dependencies": [
            {"ref": "kram", "dependsOn": sorted(str(each["bom-ref"]) for each in components)}
        ],
    }
    return json.dumps(told, indent=1) + "\n"
