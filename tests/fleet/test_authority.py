"""The fleet's own keys: made once, kept whole, renewed in time, and missed aloud."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from appliance import whole_files
from appliance.fleet.authority import ca, services, signing
from appliance.fleet.authority.ca import AuthorityError
from appliance.wire import envelope, keyring

NOW = datetime(2026, 6, 1, tzinfo=UTC)
HOSTS = ("fleet.example", "10.0.0.1")


@pytest.fixture
def authority(tmp_path: Path) -> ca.OwnAuthority:
    return ca.load_or_make(tmp_path / "authority", "test", NOW)


def certificate(identity: services.Identity) -> x509.Certificate:
    return x509.load_pem_x509_certificate(identity.chain.read_bytes())


def test_the_root_signs_one_issuer_and_nothing_below_it_is_an_authority(
    authority: ca.OwnAuthority,
) -> None:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    chain = authority.till(key, "01JD0000000000000000000001", NOW).chain
    leaf, issuer = x509.load_pem_x509_certificates(chain)
    root = x509.load_pem_x509_certificate(authority.root)
    kinds = [
        it.extensions.get_extension_for_class(x509.BasicConstraints).value
        for it in (root, issuer, leaf)
    ]
    assert [(it.ca, it.path_length) for it in kinds] == [(True, 1), (True, 0), (False, None)]
    use = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert [*use] == [x509.oid.ExtendedKeyUsageOID.CLIENT_AUTH], "a till is never a server"
    assert leaf.not_valid_after_utc == NOW + timedelta(days=90)


def test_an_authority_works_without_the_root_s_key(authority: ca.OwnAuthority) -> None:
    (authority.folder / ca.ROOT_KEY).unlink()
    again = ca.load_or_make(authority.folder, "test", NOW)
    assert again.root == authority.root
    assert again.revoked([("1f", 0)], NOW)


@pytest.mark.parametrize("name", [ca.ISSUER, ca.KEY])
@pytest.mark.parametrize("content", [None, b"", b"-----BEGIN rubbish"])
def test_a_damaged_authority_is_said_and_not_made_anew(
    authority: ca.OwnAuthority, name: str, content: bytes | None
) -> None:
    path = authority.folder / name
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(AuthorityError, match="backup"):
        ca.load_or_make(authority.folder, "test", NOW)


def test_the_key_of_another_authority_is_noticed(
    authority: ca.OwnAuthority, tmp_path: Path
) -> None:
    other = ca.load_or_make(tmp_path / "other", "test", NOW)
    (other.folder / ca.KEY).replace(authority.folder / ca.KEY)
    with pytest.raises(AuthorityError, match="not the key"):
        ca.OwnAuthority(authority.folder)


def test_a_server_s_certificate_holds_at_a_till_whose_clock_woke_in_an_old_year(
    authority: ca.OwnAuthority, tmp_path: Path
) -> None:
    made = certificate(services.identity(tmp_path / "tls", authority, "web", HOSTS, NOW))
    assert made.not_valid_before_utc.year <= 2020


def test_a_service_keeps_its_certificate_until_it_nears_its_end_or_its_hosts_change(
    authority: ca.OwnAuthority, tmp_path: Path
) -> None:
    def serial(hosts: tuple[str, ...] = HOSTS, later: int = 0) -> int:
        at = NOW + timedelta(days=later)
        return certificate(services.identity(tmp_path, authority, "web", hosts, at)).serial_number

    first = serial()
    assert serial(later=400) == first
    renewed = serial(later=500)
    assert renewed != first
    assert serial(("other.example",), 500) != renewed


def test_a_service_of_another_fleet_is_given_a_new_certificate(
    authority: ca.OwnAuthority, tmp_path: Path
) -> None:
    services.identity(tmp_path / "tls", authority, "web", HOSTS, NOW)
    other = ca.load_or_make(tmp_path / "other", "test", NOW)
    it = services.identity(tmp_path / "tls", other, "web", HOSTS, NOW)
    assert it.trust.read_bytes() == other.root


def test_a_rotated_key_is_believed_by_tills_that_knew_the_old_one(tmp_path: Path) -> None:
    old = signing.load_or_make(tmp_path, 1)
    new = signing.rotate(tmp_path, 2)
    assert keyring.goes_on(old.keys, new.keys)
    sealed = envelope.sealed({"kind": "test"}, new.key_id, new.key)
    assert envelope.opened(sealed, keyring.believed(new.keys), "test") == {"kind": "test"}
    assert (tmp_path / signing.KEY).stat().st_mode & 0o077 == 0


def test_a_power_cut_in_a_rotation_leaves_the_old_key_or_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = signing.load_or_make(tmp_path, 1)
    written: list[str] = []
    write = whole_files.write

    def cut(after: int):
        def writes(path: Path, content: bytes, mode: int = 0o644) -> None:
            if len(written) == after:
                raise OSError("the power is gone")
            written.append(path.name)
            write(path, content, mode)

        return writes

    for after in (0, 1):
        written.clear()
        monkeypatch.setattr(whole_files, "write", cut(after))
        with pytest.raises(OSError, match="power"):
            signing.rotate(tmp_path, 2)
        monkeypatch.setattr(whole_files, "write", write)
        assert signing.load(tmp_path).key_id == old.key_id
    # And after the list is on the disk, before the key is in its place:
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("cut")))
    monkeypatch.setattr(whole_files, "write", lambda path, content, *_: path.write_bytes(content))
    with pytest.raises(AuthorityError):
        signing.rotate(tmp_path, 3)
    monkeypatch.undo()
    assert len(signing.load(tmp_path).keys) == 2


@pytest.mark.parametrize("name", [signing.KEY, signing.LIST])
def test_a_damaged_signing_key_is_said(tmp_path: Path, name: str) -> None:
    signing.load_or_make(tmp_path, 1)
    (tmp_path / name).write_bytes(b"rubbish")
    with pytest.raises(AuthorityError, match="backup"):
        signing.load_or_make(tmp_path, 2)
