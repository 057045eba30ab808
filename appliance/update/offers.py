"""What the fleet or a stick offers, judged: pure. Who signed it, and whether it may go on this till."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.malformed import Malformed
from appliance.update.record import Target
from appliance.update.stages import Why
from appliance.wire import release_keys
from appliance.wire.envelope import Forged, KeyRing
from appliance.wire.firmware import Offer, Wanted
from appliance.wire.release import Objection, Release, Running, judged, read
from appliance.wire.release_keys import ReleaseKeys


@dataclass(frozen=True, slots=True)
class Judged:
    """target: None when nothing is offered that does not run already. keys: the newest list of
    release keys that was ever seen, as it was signed, to be kept."""

    target: Target | None = None
    objection: str = ""
    keys: str = ""


def of_fleet(
    wanted: Wanted, held: str, roots: KeyRing, running: Running, now_ms: int, server: str
) -> Judged:
    """held: the list of keys that this till keeps. server: the fleet's, where bundles lie."""
    text, keys = newest((held, wanted.keys), roots)
    offer = wanted.offer
    if offer is None:
        return Judged(keys=text)
    source = server.rstrip("/") + offer.url
    return _judged(offer, Target(0, "", source, rollout=offer.rollout), text, keys, running, now_ms)


def of_stick(
    release: str, lists: str, bundle: str, held: str, roots: KeyRing, running: Running, now_ms: int
) -> Judged:
    """release, lists: the signed texts that lie beside the bundle."""
    text, keys = newest((held, lists), roots)
    target = Target(0, "", bundle, stick=True)
    return _judged(Offer(release, ""), target, text, keys, running, now_ms)


def newest(lists: tuple[str, ...], roots: KeyRing) -> tuple[str, ReleaseKeys | None]:
    """Of these lists, as they were signed, the one to go by; a forged one is none."""
    found: list[tuple[ReleaseKeys, str]] = []
    for text in lists:
        try:
            found.append((release_keys.read(text, roots), text))
        except (Malformed, Forged, ValueError):
            continue
    if not found:
        return "", None
    keys, text = max(found, key=lambda it: it[0].serial)
    return text, keys


def _judged(
    offer: Offer, bare: Target, text: str, keys: ReleaseKeys | None, running: Running, now_ms: int
) -> Judged:
    if keys is None:
        return Judged(bare, Why.FORGED, text)
    try:
        verdict = judged(offer.release, keys, running, now_ms)
        if verdict is Objection.REVOKED:
            return Judged(bare, verdict, text)
        release = verdict if isinstance(verdict, Release) else read(offer.release, keys)
    except (Malformed, Forged, ValueError):
        return Judged(bare, Why.FORGED, text)
    if release.version == running.version:
        return Judged(keys=text)
    target = Target(
        *(release.serial, release.version, bare.source, release.sha256, release.size, bare.stick),
        rollout=bare.rollout,
        offer=bare.rollout,
        manifest=release.manifest,
    )
    return Judged(target, verdict if isinstance(verdict, Objection) else "", text)
