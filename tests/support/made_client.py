"""The client that openapi-python-client makes of the API's description, as somebody would who writes an app."""

import importlib
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, Self

PACKAGE = "attuned_made_client"


class MadeClient:
    """`model("SignUp")` is a class of it, `call("accounts", "register", client(), …)` one operation of a tag."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url, self._folder = url, str(folder)
        self._opened: list[Any] = []
        sys.path.insert(0, self._folder)

    @classmethod
    def generate(cls, url: str, folder: Path) -> Self:
        """Make it in this folder; a part of the description that the generator leaves out is an error, but for bodies of a kind
        that it does not know.
        """
        (folder / "config.yaml").write_text("post_hooks: []\n")
        program = Path(sys.executable).with_name("openapi-python-client")
        options = ["--meta", "none", "--config", folder / "config.yaml"]
        options += ["--output-path", folder / PACKAGE, "--url", f"{url}/schema/openapi.json"]
        done = subprocess.run([program, "generate", *options], capture_output=True, text=True, check=False)
        said = done.stdout + done.stderr
        assert done.returncode == 0, said
        left_out = [why.strip() for why in re.findall(r"WARNING parsing [^\n]+\n+([^\n]+)", said)]
        assert {*left_out} <= {"Unsupported content type text/calendar"}, said
        assert "Unable to parse" not in said, said
        return cls(url, folder)

    def close(self) -> None:
        sys.path.remove(self._folder)
        for client in self._opened:
            client.get_httpx_client().close()

    def client(self, token: str | None = None) -> Any:
        """Somebody with that token, or nobody."""
        module = self._part("client")
        client = module.AuthenticatedClient(self._url, token=token) if token else module.Client(self._url)
        self._opened.append(client)
        return client

    def model(self, name: str) -> Any:
        return getattr(self._part("models"), name)

    def call(self, tag: str, operation: str, client: Any, *path: str, expect: int = 200, **asked: Any) -> Any:
        """What was answered, as the client understood it."""
        answer = self._part(f"api.{tag}.{operation}").sync_detailed(*path, client=client, **asked)
        assert answer.status_code == expect, answer.content
        return answer.parsed

    def _part(self, name: str) -> ModuleType:
        return importlib.import_module(f"{PACKAGE}.{name}")
