"""The systemd units and the container: locked down, in agreement with the code, and naming only what is there."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from bot.base.settings import PREFIX, VARIABLES, read
from bot.service.service import PARTS
from bot.web import server
from bot.work.supervisor import Supervisor
from bot.work.worker import Worker
from rendering.faces import FAMILIES
from tests.programs import program

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = ("mektupx.service", "mektupx@.service", "mektupx-backup.service")
PREPARE = (ROOT / "tools" / "prepare.sh").read_text()


def lines(name: str) -> list[tuple[str, str, str]]:
    """(section, key, value) of each line of a unit, as systemd.syntax(7) reads it."""
    section, found = "", []
    for line in (DEPLOY / name).read_text().replace("\\\n", " ").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line.strip() and not line.startswith(("#", ";")):
            key, _, value = line.partition("=")
            found.append((section, key.strip(), value.strip()))
    return found


def values(name: str, key: str) -> list[str]:
    return [value for _, found, value in lines(name) if found == key]


# systemd --------------------------------------------------------------------------------------------------------------

LOCKED = {
    "User": "mektupx",
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "ProtectKernelTunables": "yes",
    "ProtectControlGroups": "yes",
    "RestrictSUIDSGID": "yes",
    "RestrictNamespaces": "yes",
    "SystemCallArchitectures": "native",
    "InaccessiblePaths": "-/etc/mektupx",
}


@pytest.mark.parametrize("name", UNITS)
@pytest.mark.parametrize("key", LOCKED)
def test_each_unit_is_locked_down(name: str, key: str) -> None:
    assert values(name, key) == [LOCKED[key]]


@pytest.mark.parametrize("name", UNITS)
def test_the_master_key_is_a_credential_and_no_secret_stands_in_a_unit(name: str) -> None:
    assert values(name, "LoadCredential") == ["master.key:/etc/mektupx/master.key"]
    assert f"{PREFIX}MASTER_KEY_FILE=%d/master.key" in values(name, "Environment")
    named = [value for value in values(name, "Environment") if value.startswith(PREFIX)]
    assert named == [f"{PREFIX}MASTER_KEY_FILE=%d/master.key"]


def test_systemd_waits_longer_than_the_service_needs_to_stop() -> None:
    """The web server drains, two bots confirm (10 s each), the supervisor ends its act, web server and message
    sender stop."""
    message_sender = re.search(
        r"asyncio.wait\(self._carrying, timeout=(\d+)\)", (ROOT / "bot/outbox/message_sender.py").read_text()
    )
    assert message_sender is not None
    needed = 2 * 10 + max(Supervisor.LAST, Worker.LAST) + 2 * server.LAST + float(message_sender[1])
    assert needed == 70
    for name in ("mektupx.service", "mektupx@.service"):
        assert values(name, "KillSignal") == ["SIGTERM"]
        assert int(values(name, "TimeoutStopSec")[0]) >= needed + 20
        assert values(name, "Restart") == ["on-failure"]
        assert values(name, "MemoryMax") == ["1500M"]


def test_a_part_of_its_own_is_locked_down_like_the_whole() -> None:
    whole = [one for one in lines("mektupx.service") if one[1] not in ("Description", "ExecStart", "EnvironmentFile")]
    part = [one for one in lines("mektupx@.service") if one[1] not in ("Description", "ExecStart", "EnvironmentFile")]
    assert part == whole
    assert values("mektupx@.service", "ExecStart") == ["/opt/mektupx/.venv/bin/mektupx run %i"]
    assert values("mektupx.service", "ExecStart") == ["/opt/mektupx/.venv/bin/mektupx run"]
    said = (DEPLOY / "mektupx@.service").read_text()
    assert [part for part in PARTS if f"@{part}" not in said] == []


@pytest.mark.parametrize("name", [*UNITS, "mektupx-backup.timer"])
def test_what_a_unit_runs_is_in_the_repository(name: str) -> None:
    for command in values(name, "ExecStart"):
        place = command.split()[0].removeprefix("/opt/mektupx/")
        assert place == ".venv/bin/mektupx" or os.access(ROOT / place, os.X_OK), command


def test_systemd_itself_finds_nothing_wrong(tmp_path: Path) -> None:
    names = [*UNITS, "mektupx-backup.timer"]
    for name in names:
        words = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", (DEPLOY / name).read_text(), flags=re.MULTILINE)
        words = re.sub(r"^Documentation=.*\n", "", words, flags=re.MULTILINE)
        (tmp_path / name.replace("@", "@web")).write_text(words)
    files = [str(tmp_path / name.replace("@", "@web")) for name in names]
    told = subprocess.run([program("systemd-analyze"), "verify", *files], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr) == (0, "")


# The environment file, mx and the nightly copies ----------------------------------------------------------------------


def test_the_example_of_an_environment_names_settings_that_exist_and_all_that_are_required() -> None:
    named = dict(re.findall(r'^(MEKTUPX_\w+)="(.*)"$', (DEPLOY / "mektupx.env.example").read_text(), re.MULTILINE))
    known = {variable.name for variable in VARIABLES}
    required = {variable.name for variable in VARIABLES if variable.required}
    assert set(named) <= known
    assert required - set(named) == {"MEKTUPX_MASTER_KEY_FILE"}  # systemd's to hand over
    filled = {name: value for name, value in named.items() if value and name != "MEKTUPX_SELLER_FILE"}
    assert read(filled, need=[]).listen.port == 8080


def test_a_night_makes_both_copies_and_throws_the_old_ones_away(tmp_path: Path) -> None:
    """The script as the unit runs it, with a shell and the real command."""
    settings = {
        "MEKTUPX_MASTER_KEY_FILE": str(tmp_path / "master.key"),
        "MEKTUPX_KEY_STORE": str(tmp_path / "keys.db"),
        "MEKTUPX_DATABASE_URL": f"sqlite:///{tmp_path}/mektupx.db",
    }
    environment = {"PATH": os.environ["PATH"], **settings}

    def run(*command: str | Path) -> str:
        told = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert told.returncode == 0, told.stderr
        return told.stdout

    mektupx = ROOT / ".venv/bin/mektupx"
    run(mektupx, "keys", "init")
    run(mektupx, "outbox", "list")  # opens the database for the first time
    copies = tmp_path / "copies"
    for kind in ("database", "keys"):
        (copies / kind).mkdir(parents=True)
        for name, days in (("old", 30), ("young", 28)):
            (copies / kind / name).touch()
            past = os.stat(copies).st_mtime - days * 86_400
            os.utime(copies / kind / name, (past, past))
    assert "The access log is whole" in run(DEPLOY / "backup", copies)
    assert [len(list((copies / kind).iterdir())) for kind in ("database", "keys")] == [2, 2]
    assert not list(copies.glob("*/old"))


def test_the_operators_command_reads_the_services_settings(tmp_path: Path) -> None:
    (tmp_path / "mektupx.env").write_text(f'MEKTUPX_KEY_STORE="{tmp_path}/keys.db"\n')
    script = (DEPLOY / "mx").read_text()
    assert script.count("/etc/mektupx/") == 2
    mine = tmp_path / "deploy" / "mx"
    mine.parent.mkdir()
    mine.write_text(script.replace("/etc/mektupx/", f"{tmp_path}/"))
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    told = subprocess.run(["sh", mine, "keys", "init"], env={"PATH": os.environ["PATH"]}, check=False)
    assert told.returncode == 0
    assert (tmp_path / "keys.db").exists() and (tmp_path / "master.key").exists()


# The container --------------------------------------------------------------------------------------------------------


def container() -> str:
    said = (DEPLOY / "Containerfile").read_text()
    return "\n".join(line for line in said.replace("\\\n", " ").splitlines() if not line.startswith("#"))


def test_the_container_installs_what_prepare_installs() -> None:
    needed = " ".join(re.findall(r'^(?:needed|faces)="(.*)"$', PREPARE, re.MULTILINE)).replace("$faces", "").split()
    assert {"libpango-1.0-0", "fontconfig", "fonts-noto-core", "fonts-droid-fallback"} <= set(needed)
    assert [package for package in needed if f" {package} " not in container()] == []


def test_prepare_installs_every_typeface_that_letters_are_printed_with() -> None:
    packages = {family.package for family in FAMILIES.values()} - {""}
    assert len(packages) >= 5
    assert [package for package in packages if not re.search(rf'^faces=".*\b{package}\b', PREPARE, re.MULTILINE)] == []
    assert "--require-hashes -r requirements.txt" in container()


def test_the_container_runs_as_nobody_special_and_holds_no_secret() -> None:
    said = container()
    final = said[said.rindex("FROM ") :]
    assert re.search(r"^USER (\d+):\1$", final, re.MULTILINE)
    assert final.index("\nUSER ") > final.rindex("\nRUN ")  # root is over once everything is installed
    assert "EXPOSE 8080" in final
    assert 'ENTRYPOINT ["tini", "--", "mektupx"]' in final and 'CMD ["run"]' in final
    assert "/healthz" in final and "STOPSIGNAL SIGTERM" in final
    secret = {variable.name for variable in VARIABLES if variable.secret} - {"MEKTUPX_DATABASE_URL"}
    assert [name for name in sorted(secret) if name in said] == []
    assert not re.search(r"://(?!127\.0\.0\.1|/var/lib)", said.replace("sqlite:////", "sqlite:///"))


def test_the_images_named_come_from_no_particular_registry() -> None:
    images = re.findall(r"^FROM (\S+)", container(), re.MULTILINE)
    assert images == ["python:3.11-slim-bookworm"] * 2


def test_what_is_copied_into_the_image_is_let_through_and_exists() -> None:
    ignored = (ROOT / ".containerignore").read_text().splitlines()
    sources = [
        one for words in re.findall(r"^COPY (?!--)(.+) \S+$", container(), re.MULTILINE) for one in words.split()
    ]
    assert len(sources) == 10
    assert [one for one in sources if f"!{one}" not in ignored or not (ROOT / one).exists()] == []
