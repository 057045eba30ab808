"""`till fleet user` says where a person's alerts go."""

import subprocess
import sys
from pathlib import Path

from appliance.fleet.site import Options, open_site


def test_an_address_is_set_with_a_new_person_and_changed_later(tmp_path):
    made = open_site(Options(tmp_path), lambda _text: None)

    def said(*words):
        till = Path(sys.executable).with_name("till")
        call = [till, "fleet", "user", "olena", "--data", str(tmp_path), *words]
        return subprocess.run(call, check=False, capture_output=True, text=True, timeout=60)

    def address():
        return made.store.one("SELECT email FROM person WHERE login = 'olena'")["email"]

    assert said("--email", "olena@shop.example", "--role", "manager").returncode == 0
    assert address() == "olena@shop.example"
    changed = said("--email", "chief@shop.example")
    assert (changed.returncode, "Password" in changed.stdout) == (0, False)
    assert said("--email", "nonsense").returncode == 2
    assert address() == "chief@shop.example"
    made.store.close()
