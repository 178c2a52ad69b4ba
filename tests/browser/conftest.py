"""A real portal with the demonstration data, served as `make run` serves it, and a real browser."""

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

PASSWORD = "rammeaftale-demo"
NARROW = 768
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """The browser on this machine; never one that a tool downloads."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    mac = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
    found = next((path for name in names if (path := shutil.which(name))), None)
    return found or (mac if Path(mac).exists() else None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if chromium():
        return
    if os.environ.get("CI") == "true":
        raise pytest.UsageError("CI must have a Chromium: .ci/run installs it")
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of the run share: the one that each worker's own lies in."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory, shared_folder: Path) -> Iterator[str]:
    """The address of a portal that is up, with a copy of the demonstration of its own."""
    folder = tmp_path_factory.mktemp("portal") / "data"
    shutil.copytree(_demonstration(shared_folder), folder)
    environment = _environment(folder)
    port = _free_port()
    log = (folder / "server.log").open("wb")
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "--interface", "wsgi"),
            *("--host", "127.0.0.1", "--port", str(port)),
            *("--blocking-threads", "4", "--log-level", "warning"),
            "rammevaerk.portal.wsgi:application",
        ],
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    worker = subprocess.Popen(
        [sys.executable, "-m", "rammevaerk", "work"],
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, server)
        yield address
    finally:
        for process in (worker, server):
            process.terminate()
            process.wait(timeout=10)
        log.close()


def _demonstration(shared: Path) -> Path:
    """The folder of a portal with the demonstration loaded: made by the first worker to ask."""
    made = shared / "demonstration"
    with (shared / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            _load(shared / "loading")
            (shared / "loading").rename(made)
    return made


def _load(folder: Path) -> None:
    folder.mkdir()
    for command in ("migrate -v 0", "collectstatic --noinput -v 0", "demonstrate"):
        subprocess.run(
            [sys.executable, "-m", "rammevaerk", *command.split()],
            env=_environment(folder),
            check=True,
            capture_output=True,
        )


def _environment(folder: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("RAMMEVAERK_", "DJANGO_"))}
    return {**kept, "RAMMEVAERK_DATA_DIR": str(folder), "RAMMEVAERK_DEMONSTRATION": "true"}


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_for(address: str, server: "subprocess.Popen[bytes]") -> None:
    for _attempt in range(100):
        try:
            urllib.request.urlopen(f"{address}/log-ind/", timeout=2).close()
        except OSError:
            assert server.poll() is None, "the server stopped"
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server did not answer")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture
def context(browser: Browser, portal: str) -> Iterator[BrowserContext]:
    made = browser.new_context(
        base_url=portal, viewport={"width": 1280, "height": 900}, locale="da-DK"
    )
    made.set_default_timeout(10_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def log_in(page: Page, who: str) -> None:
    """Log in as one of the demonstration's people, by the first part of the e-mail."""
    page.goto("/log-ind/")
    page.get_by_label("E-mail").fill(f"{who}@demo.example")
    page.get_by_label("Adgangskode", exact=False).first.fill(PASSWORD)
    page.get_by_role("button", name="Log ind").click()
    page.wait_for_url("**/")


def faults(page: Page) -> Iterator[str]:
    """What is wrong with a page as it stands: runs over the edge, or axe finds something."""
    for width in (1280, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            yield f"runs over the edge at {width} pixels"
    page.set_viewport_size({"width": 1280, "height": 900})
    results = Axe().run(page)
    for violation in results.response["violations"]:
        nodes = "; ".join(node["html"][:150] for node in violation["nodes"][:3])
        yield f"{violation['id']}: {violation['help']}: {nodes}"
