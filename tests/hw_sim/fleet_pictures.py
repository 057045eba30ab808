"""Pictures of the console as a manager sees it, taken in a real browser."""

from __future__ import annotations

import base64
import json
import tempfile
from pathlib import Path

from counter.browser import Browser

PAGES = {
    "overview": "/",
    "live": "/sales",
    "tills": "/tills",
    "till": "/tills/{till}",
    "shop": "/shops/odesa",
    "versions": "/versions",
    "updates": "/updates",
    "stock": "/stock",
}


def take(address: str, login: str, password: str, out: Path, till: str) -> bool:
    """out/fleet-NAME.png of each page; whether all of them were pages."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="kram-chromium-", ignore_cleanup_errors=True) as folder:
        browser = Browser(Path(folder), 1280, 900)
        try:
            # The demo's own root, which no browser knows.
            browser.tell("Security.setIgnoreCertificateErrors", ignore=True)
            browser.open(f"{address}/login")
            browser.until("!!document.querySelector('input[name=password]')")
            for field, value in {"login": login, "password": password}.items():
                browser.run(f"document.querySelector('[name={field}]').value={json.dumps(value)}")
            browser.run("document.querySelector('input[name=password]').form.requestSubmit()")
            browser.until(
                "!location.pathname.startsWith('/login') && !!document.querySelector('main')"
            )
            taken = [_taken(browser, address, name, out, till) for name in PAGES]
            return all(taken)
        finally:
            browser.close()


def _taken(browser: Browser, address: str, name: str, out: Path, till: str) -> bool:
    path = PAGES[name].format(till=till)
    browser.open(address + path)
    browser.until(f"location.pathname === {json.dumps(path)} && document.readyState === 'complete'")
    status = browser.run("performance.getEntriesByType('navigation')[0].responseStatus")
    picture = browser.tell("Page.captureScreenshot", format="png")["data"]
    target = out / f"fleet-{name}.png"
    target.write_bytes(base64.b64decode(picture))
    print(f"  {target.relative_to(out.parent)}", flush=True)
    return bool(status == 200)
